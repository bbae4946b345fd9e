//! Metrics: made and registered in one step, in a registry that was handed in; and the text that Prometheus reads.

use prometheus::core::Collector;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, Result, TextEncoder,
};

/// Makes metrics that stand in the registry from the start, so that a part's `Metrics::register` reads as a list.
/// Help texts are sentences for operators; labels come from closed sets, never from names of people.
#[derive(Clone, Copy)]
pub struct Metrics<'a> {
    registry: &'a Registry,
}

impl<'a> Metrics<'a> {
    /// Metrics of this registry.
    pub fn new(registry: &'a Registry) -> Self {
        Self { registry }
    }

    fn keep<M: Collector + Clone + 'static>(self, metric: M) -> Result<M> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    /// A count that only rises.
    ///
    /// # Errors
    /// A name that is malformed or taken; so do all below.
    pub fn counter(self, name: &str, help: &str) -> Result<IntCounter> {
        self.keep(IntCounter::new(name, help)?)
    }

    /// A count for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn counters(self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
        self.keep(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    /// A whole number that rises and falls.
    ///
    /// # Errors
    /// As above.
    pub fn gauge(self, name: &str, help: &str) -> Result<IntGauge> {
        self.keep(IntGauge::new(name, help)?)
    }

    /// A whole number for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn gauges(self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec> {
        self.keep(IntGaugeVec::new(Opts::new(name, help), labels)?)
    }

    /// A number with a fraction that rises and falls.
    ///
    /// # Errors
    /// As above.
    pub fn level(self, name: &str, help: &str) -> Result<Gauge> {
        self.keep(Gauge::new(name, help)?)
    }

    /// A number with a fraction for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn levels(self, name: &str, help: &str, labels: &[&str]) -> Result<GaugeVec> {
        self.keep(GaugeVec::new(Opts::new(name, help), labels)?)
    }

    /// How values spread over `buckets` (upper bounds, rising).
    ///
    /// # Errors
    /// As above.
    pub fn histogram(self, name: &str, help: &str, buckets: &[f64]) -> Result<Histogram> {
        self.keep(Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))?)
    }

    /// How values spread, for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn histograms(
        self,
        name: &str,
        help: &str,
        labels: &[&str],
        buckets: &[f64],
    ) -> Result<HistogramVec> {
        self.keep(HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets.to_vec()), labels)?)
    }
}

/// The registry in the text format of Prometheus.
pub fn encode(registry: &Registry) -> String {
    // Writing to memory fails only for metrics without samples, which the registry does not hand out.
    TextEncoder::new().encode_to_string(&registry.gather()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_can_be_read() {
        let registry = Registry::new();
        let metrics = Metrics::new(&registry);
        metrics.counter("pulse_test_total", "Things that happened.").unwrap().inc();
        metrics.gauges("pulse_test_level", "A level.", &["kind"]).unwrap().with_label_values(&["a"]).set(3);
        let text = encode(&registry);
        assert!(text.contains("# HELP pulse_test_total Things that happened.\n"), "{text}");
        assert!(text.contains("pulse_test_level{kind=\"a\"} 3\n"), "{text}");
    }

    #[test]
    fn a_name_is_given_once() {
        let registry = Registry::new();
        Metrics::new(&registry).counter("pulse_test_total", "One.").unwrap();
        assert!(Metrics::new(&registry).counter("pulse_test_total", "Two.").is_err());
    }
}
