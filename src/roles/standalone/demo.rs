//! The demo contact centre: one that goes on after a restart.

use crate::data_dir::DataDir;
use crate::shipped;
use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::time::Micros;
use runtime::Clock;
use scenario::Scenario;
use serde::{Deserialize, Serialize};

/// How long the demo centre has been open when it is first seen: long enough for its numbers to mean something.
const DEMO_OPEN_SINCE: Micros = Micros::from_secs(3 * 3600);
/// A demo that is older begins anew: playing it up to the present would take too long.
const DEMO_AGE_MAX: Micros = Micros::from_secs(7 * 86_400);

/// The demo, as it was first seen.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Demo {
    pub(super) seed: u64,
    pub(super) start: Micros,
}

impl Demo {
    /// What happens in it. In another zone than its own, its people work by the clocks of that zone.
    ///
    /// # Errors
    /// There is no such zone.
    pub(super) fn scenario(&self, time_zone: Option<&str>) -> Result<Scenario> {
        let mut scenario = Scenario::from_toml(shipped::SCENARIO)?;
        if let Some(name) = time_zone {
            let zone = TimeZone::get(name)
                .with_context(|| format!("time_zone = {name:?}: name it as in \"Europe/Madrid\""))?;
            let minutes = zone.to_offset(Timestamp::from_microsecond(self.start.0)?).seconds() / 60;
            let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
            scenario.utc_offset = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60).into();
            scenario.time_zone = name.into();
        }
        Ok(scenario)
    }
}

pub(super) fn demo(data: &DataDir, clock: Clock) -> Result<Demo> {
    let known: Option<Demo> = data.recall("demo.json")?;
    let now = clock.now();
    if let Some(demo) = known.filter(|demo| now - demo.start < DEMO_AGE_MAX) {
        return Ok(demo);
    }
    let demo = Demo { seed: (now.0 / 1_000_000).unsigned_abs(), start: now - DEMO_OPEN_SINCE };
    data.remember("demo.json", &demo)?;
    Ok(demo)
}
