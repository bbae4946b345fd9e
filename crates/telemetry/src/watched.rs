//! Numbers that somebody else keeps: read when they are asked for, so that nobody has to carry them here.

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, IntCounterVec};
use std::sync::{Arc, Mutex, PoisonError};

/// The values of a metric by the values of its labels.
pub type Readings<T> = Vec<(Vec<String>, T)>;

/// A metric that is filled anew each time it is read.
#[derive(Clone)]
pub(crate) struct Watched(Arc<Inner>);

struct Inner {
    metric: Metric,
    /// One reader at a time: what it fills in is what it reads.
    reading: Mutex<()>,
}

enum Metric {
    Gauges(GaugeVec, Box<dyn Fn() -> Readings<f64> + Send + Sync>),
    Counters(IntCounterVec, Box<dyn Fn() -> Readings<u64> + Send + Sync>),
}

impl Watched {
    pub(crate) fn gauges(vec: GaugeVec, read: impl Fn() -> Readings<f64> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { metric: Metric::Gauges(vec, Box::new(read)), reading: Mutex::default() }))
    }

    pub(crate) fn counters(
        vec: IntCounterVec,
        read: impl Fn() -> Readings<u64> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner { metric: Metric::Counters(vec, Box::new(read)), reading: Mutex::default() }))
    }
}

fn words(labels: &[String]) -> Vec<&str> {
    labels.iter().map(String::as_str).collect()
}

impl Collector for Watched {
    fn desc(&self) -> Vec<&Desc> {
        match &self.0.metric {
            Metric::Gauges(vec, _) => vec.desc(),
            Metric::Counters(vec, _) => vec.desc(),
        }
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let _alone = self.0.reading.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.0.metric {
            Metric::Gauges(vec, read) => {
                vec.reset();
                for (labels, value) in read() {
                    vec.with_label_values(&words(&labels)).set(value);
                }
                vec.collect()
            }
            Metric::Counters(vec, read) => {
                vec.reset();
                for (labels, value) in read() {
                    vec.with_label_values(&words(&labels)).inc_by(value);
                }
                vec.collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Metrics, encode};
    use prometheus::Registry;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn what_somebody_else_counts_is_read_when_it_is_asked_for() {
        let (registry, count) = (Registry::new(), Arc::new(AtomicU64::new(2)));
        let kept = count.clone();
        let read = move || vec![(vec!["board".to_owned()], kept.load(Ordering::Relaxed))];
        Metrics::new(&registry).counters_read("pulse_test_total", "Things.", &["kind"], read).unwrap();
        let level = || vec![(vec!["redis".to_owned()], 0.5)];
        Metrics::new(&registry).levels_read("pulse_test_used", "A level.", &["store"], level).unwrap();
        assert!(encode(&registry).contains("pulse_test_total{kind=\"board\"} 2\n"), "{}", encode(&registry));
        count.store(5, Ordering::Relaxed);
        assert!(encode(&registry).contains("pulse_test_total{kind=\"board\"} 5\n"));
        assert!(encode(&registry).contains("pulse_test_used{store=\"redis\"} 0.5\n"));
    }
}
