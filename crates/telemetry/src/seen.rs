//! Who has called which of our listeners, and when last: kept by the listeners, asked for by `pulse check`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a caller says of itself is kept up to this length, in bytes.
const BY_BYTES_MAX: usize = 120;

/// The last call that came over a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// The number of the connection.
    pub connection: u8,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Who: its address, and what it says it is.
    pub by: String,
    /// How often since the start.
    pub count: u64,
}

/// What `/seen` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sights {
    /// The time, by the clock that stamps the sights.
    pub now: i64,
    /// Connections that were used since the start.
    pub seen: Vec<Sight>,
}

struct Inner {
    now: Box<dyn Fn() -> i64 + Send + Sync>,
    metrics: Option<u8>,
    sights: Mutex<BTreeMap<u8, Sight>>,
}

/// The memory of a process's listeners; clones share it.
#[derive(Clone)]
pub struct Seen(Arc<Inner>);

impl Seen {
    /// Remembers by a clock (microseconds since 1970). `metrics`: the number of the connection over which this process's
    /// metrics are read, if it has one.
    pub fn new(metrics: Option<u8>, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { now: Box::new(now), metrics, sights: Mutex::default() }))
    }

    /// The connection was used by this caller.
    pub fn saw(&self, connection: u8, by: &str) {
        let at = (self.0.now)();
        let mut end = by.len().min(BY_BYTES_MAX);
        while !by.is_char_boundary(end) {
            end -= 1;
        }
        let mut sights = self.0.sights.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Sight { connection, at, by: String::new(), count: 0 };
        let sight = sights.entry(connection).or_insert_with(new);
        if sight.by != by[..end] {
            by[..end].clone_into(&mut sight.by);
        }
        (sight.at, sight.count) = (at, sight.count + 1);
    }

    /// Metrics were read.
    pub(crate) fn saw_metrics(&self, by: &str) {
        if let Some(connection) = self.0.metrics {
            self.saw(connection, by);
        }
    }

    /// All that was seen.
    pub fn sights(&self) -> Sights {
        let sights = self.0.sights.lock().unwrap_or_else(PoisonError::into_inner);
        Sights { now: (self.0.now)(), seen: sights.values().cloned().collect() }
    }
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen(..)")
    }
}

impl Default for Seen {
    /// For processes over whose listeners none of the connections goes.
    fn default() -> Self {
        Self::new(None, || 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_call_of_each_connection_is_kept_with_its_caller() {
        let clock = Arc::new(std::sync::atomic::AtomicI64::new(5));
        let time = clock.clone();
        let seen = Seen::new(Some(11), move || time.load(std::sync::atomic::Ordering::Relaxed));
        assert!(seen.sights().seen.is_empty());
        seen.saw_metrics("10.0.0.1:5 Prometheus/2.42");
        seen.saw(20, &"ü".repeat(100));
        clock.store(9, std::sync::atomic::Ordering::Relaxed);
        seen.saw_metrics("10.0.0.2:5 Prometheus/2.42");
        let Sights { now, seen } = seen.sights();
        let by = "10.0.0.2:5 Prometheus/2.42".to_owned();
        assert_eq!((now, &seen[0]), (9, &Sight { connection: 11, at: 9, by, count: 2 }));
        assert_eq!((seen[1].at, seen[1].by.chars().count()), (5, 60));
    }
}
