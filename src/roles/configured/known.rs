//! What a restart must know of a configuration.

use anyhow::Result;
use configuration::Configuration;
use model::record::Change;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use serde::{Deserialize, Serialize};

/// What a restart must know.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// Where to go on at the service.
    pub(super) epoch: u64,
    pub(super) revision: u64,
    /// The configuration at that revision.
    pub(super) latest: Tenant,
    /// The configuration before the oldest change that the journal holds: what a replay of it begins with.
    pub(super) base: Tenant,
    /// The changes that went into the journal since, by the `time` of their records.
    pub(super) told: Vec<(Micros, Change)>,
}

impl Known {
    /// Moves the beginning on over changes that the journal has dropped.
    pub(super) fn forget_before(&mut self, oldest: Option<Micros>) -> Result<()> {
        let count = self.told.partition_point(|(time, _)| oldest.is_none_or(|oldest| *time < oldest));
        let mut base = Configuration::of(&self.base);
        for (_, change) in self.told.drain(..count) {
            base.apply(&change)?;
        }
        self.base = base.tenant()?;
        // These do not change in mid-stream.
        self.base.sources.clone_from(&self.latest.sources);
        self.base.time_zone.clone_from(&self.latest.time_zone);
        Ok(())
    }

    pub(super) fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.revision }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(agents: &str) -> Tenant {
        Tenant::from_toml(&format!("tenant = 'a'\nagent = [{agents}]")).unwrap()
    }

    fn change(id: &str, gone: bool) -> Change {
        Change { object: "agent".into(), id: id.into(), set: [].into(), gone }
    }

    #[test]
    fn a_replay_begins_with_what_held_before_the_oldest_change_that_is_kept() {
        let latest = Tenant { time_zone: "+02:00".into(), ..tenant("{ id = 'A3' }") };
        let told = vec![
            (Micros(1), change("A2", false)),
            (Micros(2), change("A1", true)),
            (Micros(3), change("A2", true)),
            (Micros(4), change("A3", false)),
        ];
        for (oldest, base, left) in [
            (Some(Micros(1)), "{ id = 'A1' }", 4),
            (Some(Micros(3)), "{ id = 'A2' }", 2),
            (None, "{ id = 'A3' }", 0),
        ] {
            let base = Tenant { time_zone: "+02:00".into(), ..tenant(base) };
            let mut known = Known {
                epoch: 1,
                revision: 9,
                latest: latest.clone(),
                base: tenant("{ id = 'A1' }"),
                told: told.clone(),
            };
            known.forget_before(oldest).unwrap();
            assert_eq!((known.base, known.told.len()), (base, left));
        }
    }
}
