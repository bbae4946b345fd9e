//! How sources and producers stand, and what of it is news.

use super::super::metrics::Metrics;
use super::super::picture::Picture;
use model::Text;
use ports::values;
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::stream::{SourceKind, SourceStatus, State};

/// What sessions were told last.
#[derive(Default)]
pub(super) struct States {
    told: BTreeMap<(Text, bool), State>,
}

impl States {
    /// The states that differ from what was told; they are told now.
    pub(super) fn turn(&mut self, picture: &Picture) -> Vec<State> {
        let mut news = Vec::new();
        let mut now = BTreeMap::new();
        for state in current(picture) {
            let key = (state.source.clone(), state.kind == SourceKind::Producer);
            if self.told.get(&key) != Some(&state) {
                news.push(state.clone());
            }
            now.insert(key, state);
        }
        let gone = self.told.iter().filter(|(key, _)| !now.contains_key(*key));
        news.extend(gone.map(|(_, state)| State { status: SourceStatus::Gone, ..state.clone() }));
        self.told = now;
        news
    }

    /// Whether this producer was last told to be silent, or was never told of.
    pub(super) fn silent(&self, producer: &Text) -> bool {
        self.told.get(&(producer.clone(), true)).is_none_or(|state| state.status != SourceStatus::Live)
    }

    /// All of them.
    pub(super) fn all(&self) -> Arc<Vec<State>> {
        Arc::new(self.told.values().cloned().collect())
    }

    /// Health in the original's scale.
    pub(super) fn measure(&self, metrics: &Metrics) {
        let level = |state: &State| match state.status {
            SourceStatus::Live => 1.0,
            SourceStatus::Starting => 0.5,
            SourceStatus::Down | SourceStatus::Stalled | SourceStatus::Gone => 0.0,
        };
        let producers = || self.told.values().filter(|state| state.kind == SourceKind::Producer);
        for state in self.told.values() {
            metrics.health_connections.with_label_values(&[state.source.as_str()]).set(level(state));
        }
        let heard = producers().any(|state| level(state) > 0.0);
        let well = self.told.values().all(|state| level(state) >= 1.0);
        metrics.health_all.set(if !heard {
            0.0
        } else if well {
            1.0
        } else {
            0.5
        });
    }
}

fn current(picture: &Picture) -> Vec<State> {
    let mut states: Vec<State> = picture.sources().into_iter().map(source).collect();
    for (name, producer) in picture.producers() {
        let (status, detail) = if producer.silent {
            let detail = "no values arrive; check that the dcu role runs and reaches the store of values";
            (SourceStatus::Stalled, Text::from(detail))
        } else {
            (SourceStatus::Live, Text::default())
        };
        let since = if producer.silent { producer.heard } else { model::time::Micros::ZERO };
        states.push(State { source: name.clone(), status, since, detail, kind: SourceKind::Producer });
    }
    states
}

fn source(state: values::SourceState) -> State {
    let status = match state.status {
        values::SourceStatus::Live => SourceStatus::Live,
        values::SourceStatus::Starting => SourceStatus::Starting,
        values::SourceStatus::Down => SourceStatus::Down,
        values::SourceStatus::Stalled => SourceStatus::Stalled,
    };
    State { source: state.source, status, since: state.since, detail: state.detail, kind: SourceKind::Source }
}
