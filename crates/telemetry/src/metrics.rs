//! Metrics: made and registered in one step, in a registry that was handed in; and the text that Prometheus reads.

use crate::catalogue::{self, Kind};
use crate::watched::{Readings, Watched};
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
    labels: &'a [(&'a str, &'a str)],
}

impl<'a> Metrics<'a> {
    /// Metrics of this registry.
    pub fn new(registry: &'a Registry) -> Self {
        Self { registry, labels: &[] }
    }

    /// Metrics that all carry these labels too.
    pub fn labelled(registry: &'a Registry, labels: &'a [(&'a str, &'a str)]) -> Self {
        Self { registry, labels }
    }

    fn opts(self, name: &str, help: &str) -> Opts {
        let opts = Opts::new(name, help);
        self.labels.iter().fold(opts, |opts, (label, value)| opts.const_label(*label, *value))
    }

    fn keep<M: Collector + Clone + 'static>(self, kind: Kind, metric: M) -> Result<M> {
        self.registry.register(Box::new(metric.clone()))?;
        catalogue::note(kind, &metric);
        Ok(metric)
    }

    /// A count that only rises.
    ///
    /// # Errors
    /// A name that is malformed or taken; so do all below.
    pub fn counter(self, name: &str, help: &str) -> Result<IntCounter> {
        self.keep(Kind::Counter, IntCounter::with_opts(self.opts(name, help))?)
    }

    /// A count for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn counters(self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
        self.keep(Kind::Counter, IntCounterVec::new(self.opts(name, help), labels)?)
    }

    /// A whole number that rises and falls.
    ///
    /// # Errors
    /// As above.
    pub fn gauge(self, name: &str, help: &str) -> Result<IntGauge> {
        self.keep(Kind::Gauge, IntGauge::with_opts(self.opts(name, help))?)
    }

    /// A whole number for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn gauges(self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec> {
        self.keep(Kind::Gauge, IntGaugeVec::new(self.opts(name, help), labels)?)
    }

    /// A number with a fraction that rises and falls.
    ///
    /// # Errors
    /// As above.
    pub fn level(self, name: &str, help: &str) -> Result<Gauge> {
        self.keep(Kind::Gauge, Gauge::with_opts(self.opts(name, help))?)
    }

    /// A number with a fraction for each value of `labels`.
    ///
    /// # Errors
    /// As above.
    pub fn levels(self, name: &str, help: &str, labels: &[&str]) -> Result<GaugeVec> {
        self.keep(Kind::Gauge, GaugeVec::new(self.opts(name, help), labels)?)
    }

    /// Numbers for each value of `labels` that somebody else keeps: `read` is asked whenever they are.
    ///
    /// # Errors
    /// As above.
    pub fn levels_read(
        self,
        name: &str,
        help: &str,
        labels: &[&str],
        read: impl Fn() -> Readings<f64> + Send + Sync + 'static,
    ) -> Result<()> {
        self.keep(Kind::Gauge, Watched::gauges(GaugeVec::new(self.opts(name, help), labels)?, read)).map(drop)
    }

    /// Counts for each value of `labels` that somebody else keeps.
    ///
    /// # Errors
    /// As above.
    pub fn counters_read(
        self,
        name: &str,
        help: &str,
        labels: &[&str],
        read: impl Fn() -> Readings<u64> + Send + Sync + 'static,
    ) -> Result<()> {
        let vec = IntCounterVec::new(self.opts(name, help), labels)?;
        self.keep(Kind::Counter, Watched::counters(vec, read)).map(drop)
    }

    /// How values spread over `buckets` (upper bounds, rising).
    ///
    /// # Errors
    /// As above.
    pub fn histogram(self, name: &str, help: &str, buckets: &[f64]) -> Result<Histogram> {
        let opts = HistogramOpts::from(self.opts(name, help)).buckets(buckets.to_vec());
        self.keep(Kind::Histogram, Histogram::with_opts(opts)?)
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
        let opts = HistogramOpts::from(self.opts(name, help)).buckets(buckets.to_vec());
        self.keep(Kind::Histogram, HistogramVec::new(opts, labels)?)
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
