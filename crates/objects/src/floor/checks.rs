//! When virtual queues are looked through for stuck calls (rules X-7a, Q-46).

use model::object::ObjectIx;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Seconds between checks where heartbeats come and nothing is configured.
const DEFAULT_PERIOD: u32 = 600;

/// How long a call may last at a phone before it is taken for stuck (rule X-7), where the tenant says nothing.
const LONGEST: Micros = Micros::from_secs(86_400);

/// Time between looks for such calls; less where calls may not last as long.
const LOOKS: Micros = Micros::from_secs(3600);

/// One check of one queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) at: Micros,
    pub(super) queue: ObjectIx,
    /// Calls without a sign of life since then are stuck.
    pub(super) since: Micros,
}

/// The timetable of checks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Checks {
    queues: BTreeMap<ObjectIx, Timetable>,
    /// The earliest check of all.
    next: Option<Micros>,
    /// The next look for calls that last too long at phones.
    #[serde(default)]
    look: Option<Micros>,
    /// How long a call may last at a phone.
    #[serde(default = "longest")]
    longest: Micros,
}

fn longest() -> Micros {
    LONGEST
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Timetable {
    period: Micros,
    next: Micros,
}

impl Checks {
    /// Begins the checks of a queue that has them configured.
    pub(super) fn configure(&mut self, queue: ObjectIx, seconds: u32, now: Micros) {
        if seconds > 0 {
            let period = Micros::from_secs(i64::from(seconds));
            self.set(queue, Timetable { period, next: multiple_from(now + Micros(1), period) });
        }
    }

    /// A queue had a heartbeat: where no period is configured, checks begin a full period after the first.
    pub(super) fn heartbeat(&mut self, queue: ObjectIx, configured: Option<u32>, now: Micros) {
        if configured.is_none() && !self.queues.contains_key(&queue) {
            let period = Micros::from_secs(i64::from(DEFAULT_PERIOD));
            self.set(queue, Timetable { period, next: multiple_from(now + period, period) });
        }
    }

    /// Begins the looks at phones, for calls that last longer than so many seconds; 0 looks for none.
    pub(super) fn begin(&mut self, longest: Option<u32>, now: Micros) {
        self.longest = longest.map_or(LONGEST, |seconds| Micros::from_secs(seconds.into()));
        self.look =
            (self.longest > Micros::ZERO).then(|| multiple_from(now + Micros(1), self.between_looks()));
    }

    fn between_looks(&self) -> Micros {
        LOOKS.min(self.longest)
    }

    /// How long a call may last at a phone.
    pub(super) fn longest(&self) -> Micros {
        self.longest
    }

    /// The looks at phones that are due at or before `now`. Nothing happens between them: once every call is too old
    /// none is left, so later ones are left out.
    pub(super) fn take_looks(&mut self, now: Micros) -> Vec<Micros> {
        let Some(first) = self.look.filter(|look| *look <= now) else { return Vec::new() };
        let step = self.between_looks();
        self.look = Some(multiple_from(now + Micros(1), step));
        let most = self.longest.0 / step.0 + 2;
        (0..most).map(|nth| Micros(first.0 + nth * step.0)).take_while(|look| *look <= now).collect()
    }

    /// Ends the checks of a queue.
    pub(super) fn stop(&mut self, queue: ObjectIx) {
        if self.queues.remove(&queue).is_some() {
            self.renew();
        }
    }

    fn set(&mut self, queue: ObjectIx, timetable: Timetable) {
        self.queues.insert(queue, timetable);
        self.renew();
    }

    fn renew(&mut self) {
        self.next = self.queues.values().map(|timetable| timetable.next).min();
    }

    /// Whether a check is due at or before `now`.
    pub(super) fn is_due(&self, now: Micros) -> bool {
        self.next.into_iter().chain(self.look).any(|next| next <= now)
    }

    /// The checks that are due at or before `now`, in order of time and queue. Nothing happens between them: after
    /// the second check of a queue no call waits there that is not known to live, so later ones are left out.
    pub(super) fn take_due(&mut self, now: Micros) -> Vec<Due> {
        let mut due = Vec::new();
        for (queue, timetable) in &mut self.queues {
            for _ in 0..2 {
                if timetable.next <= now {
                    let at = timetable.next;
                    due.push(Due { at, queue: *queue, since: at - timetable.period });
                    timetable.next = timetable.next + timetable.period;
                }
            }
            if timetable.next <= now {
                timetable.next = multiple_from(now + Micros(1), timetable.period);
            }
        }
        due.sort_by_key(|due| (due.at, due.queue));
        self.renew();
        due
    }
}

/// The first multiple of `period` since the epoch at or after `at`.
fn multiple_from(at: Micros, period: Micros) -> Micros {
    Micros((at.0 + period.0 - 1).div_euclid(period.0) * period.0)
}
