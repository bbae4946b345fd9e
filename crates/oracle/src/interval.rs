//! Which stretch of time a question is about (statistics 5.1).

use crate::definition::Profile;
use model::Micros;

const DAY: i64 = 86_400;

/// What counts for a historical value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Clip instant; never before the creation.
    pub(crate) from: Micros,
    /// Whether an instant at `from` itself counts: not where a sliding window begins there.
    pub(crate) closed: bool,
    /// The instant whose value is told: `now`, or the last tick.
    pub(crate) to: Micros,
}

impl Interval {
    /// The interval of a profile for a question at `now`.
    pub(crate) fn of(profile: &Profile, creation: Micros, now: Micros) -> Self {
        match profile {
            Profile::Growing(entries) => {
                let reset = last_reset(entries, now).unwrap_or(creation);
                Self { from: reset.max(creation), closed: true, to: now }
            }
            Profile::Sliding(window, tick) => {
                let tick = Micros::from_secs(now.secs().div_euclid(*tick) * tick);
                let to = tick.max(creation); // Rule TP-4.
                let begin = to - Micros::from_secs(*window);
                Self { from: begin.max(creation), closed: begin < creation, to }
            }
            Profile::Selection(_) => Self { from: creation, closed: true, to: now },
        }
    }

    /// Whether an instant lies in it (rule P-5, TP-7, Q-2).
    pub(crate) fn has(self, at: Micros) -> bool {
        at <= self.to && (at > self.from || (self.closed && at == self.from))
    }
}

/// The last reset at or before `now` (rules TP-1, Q-45), in UTC.
fn last_reset(entries: &[(i64, i64)], now: Micros) -> Option<Micros> {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let today = now.secs().div_euclid(DAY);
    let mut last = None;
    for day in today - 2..=today {
        for (place, (minute, step)) in entries.iter().enumerate() {
            // The next entry, on this day or the next one.
            let until = entries.get(place + 1).map_or(entries[0].0 + DAY / 60, |next| next.0);
            let mut at = *minute;
            while at < until {
                let instant = Micros::from_secs(day * DAY + at * 60);
                if instant <= now {
                    last = last.max(Some(instant));
                }
                if *step == 0 {
                    break;
                }
                at += step;
            }
        }
    }
    last
}
