//! What metrics there are, for their documentation: listed while they are registered.

use prometheus::core::Collector;
use std::cell::RefCell;

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only rises.
    Counter,
    /// It rises and falls.
    Gauge,
    /// How values spread.
    Histogram,
}

impl Kind {
    /// As Prometheus calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A metric, as operators know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// What it tells.
    pub help: String,
    /// What kind of number it is.
    pub kind: Kind,
    /// Its labels, those of the whole role first.
    pub labels: Vec<String>,
}

impl Described {
    /// The unit, which the name says; none for plain numbers.
    pub fn unit(&self) -> Option<&'static str> {
        let stem = self.name.strip_suffix("_total").unwrap_or(&self.name);
        ["seconds", "bytes"].into_iter().find(|unit| stem.ends_with(&format!("_{unit}")))
    }
}

thread_local! {
    static LIST: RefCell<Option<Vec<Described>>> = const { RefCell::new(None) };
}

/// The metrics that `register` registers on this thread, in order of their names.
pub fn list(register: impl FnOnce()) -> Vec<Described> {
    LIST.set(Some(Vec::new()));
    register();
    let mut listed = LIST.take().unwrap_or_default();
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed
}

/// Puts a metric on the list, if somebody lists.
pub(crate) fn note(kind: Kind, metric: &impl Collector) {
    LIST.with_borrow_mut(|list| {
        let Some(list) = list else { return };
        list.extend(metric.desc().into_iter().map(|desc| {
            Described {
                name: desc.fq_name.clone(),
                help: desc.help.clone(),
                kind,
                labels: desc
                    .const_label_pairs
                    .iter()
                    .map(|pair| pair.name().to_owned())
                    .chain(desc.variable_labels.iter().cloned())
                    .collect(),
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metrics;
    use prometheus::Registry;

    #[test]
    fn metrics_without_a_sample_are_listed_too() {
        let registry = Registry::new();
        let listed = list(|| {
            let labels = [("tenant", "acme")];
            let metrics = Metrics::labelled(&registry, &labels);
            metrics.counters("pulse_test_written_bytes_total", "Bytes.", &["sender"]).unwrap();
            metrics.level("pulse_test_age_seconds", "Age.").unwrap();
        });
        assert_eq!(listed[1].labels, ["tenant", "sender"]);
        assert_eq!((listed[1].kind, listed[1].unit()), (Kind::Counter, Some("bytes")));
        assert_eq!((listed[0].name.as_str(), listed[0].unit()), ("pulse_test_age_seconds", Some("seconds")));
        // Nobody lists any more.
        Metrics::new(&registry).counter("pulse_test_total", "Things.").unwrap();
        assert!(list(|| {}).is_empty());
    }
}
