//! When each event of a run is meant to happen: workload W, or one like it, played at speeds that change.

use crate::workload_w::{Event, Size, Workload};
use model::Micros;

/// A stretch of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg {
    /// How long it lasts, in seconds.
    pub(crate) seconds: f64,
    /// How many seconds of the centre pass in one of ours; 0: nothing happens.
    pub(crate) speed: f64,
}

/// What happens in a run, and when. Whoever has the plan knows all of it: the source plays it, the truth counts it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) size: Size,
    pub(crate) legs: Vec<Leg>,
}

impl Plan {
    pub(crate) fn new(size: Size, legs: &[(f64, f64)]) -> Self {
        let legs = legs.iter().map(|(seconds, speed)| Leg { seconds: *seconds, speed: *speed }).collect();
        Self { size, legs }
    }

    /// The events with the moments, from the beginning of the run, at which they are meant to happen.
    pub(crate) fn events(&self) -> Events {
        let legs = self.legs.clone();
        Events { workload: Workload::sized(self.size), legs, leg: 0, at_ms: 0.0, begun: 0.0 }
    }

    /// From when to when a leg lasts.
    pub(crate) fn span(&self, leg: usize) -> (Micros, Micros) {
        let before: f64 = self.legs[..leg].iter().map(|leg| leg.seconds).sum();
        (micros(before), micros(before + self.legs[leg].seconds))
    }
}

/// See [`Plan::events`].
#[derive(Debug)]
pub(crate) struct Events {
    workload: Workload,
    legs: Vec<Leg>,
    leg: usize,
    /// Where the leg begins: in the centre's time, and in seconds of the run.
    at_ms: f64,
    begun: f64,
}

impl Iterator for Events {
    type Item = (Micros, Event);

    fn next(&mut self) -> Option<Self::Item> {
        let event = self.workload.next()?;
        let at = f64::from(event.ts);
        loop {
            let Leg { seconds, speed } = *self.legs.get(self.leg)?;
            let ends = self.at_ms + seconds * speed * 1e3;
            if at < ends {
                return Some((micros(self.begun + (at - self.at_ms) / speed / 1e3), event));
            }
            (self.leg, self.at_ms, self.begun) = (self.leg + 1, ends, self.begun + seconds);
        }
    }
}

pub(crate) fn micros(seconds: f64) -> Micros {
    Micros((seconds * 1e6).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload_w::W;

    #[test]
    fn a_plan_plays_the_same_events_faster_pauses_and_goes_on() {
        let plan = Plan::new(W, &[(2.0, 1.0), (3.0, 0.0), (1.0, 10.0)]);
        let events: Vec<_> = plan.events().collect();
        let same: Vec<Event> = Workload::default().take_while(|event| event.ts < 12_000).collect();
        assert_eq!(events.iter().map(|(_, event)| *event).collect::<Vec<_>>(), same);
        assert!(events.is_sorted_by_key(|(due, _)| *due));
        assert!(!events.iter().any(|(due, _)| (2.0..5.0).contains(&(due.0 as f64 / 1e6))), "a pause");
        assert_eq!(plan.span(2), (micros(5.0), micros(6.0)));
        assert!(events.iter().all(|(due, _)| *due < plan.span(2).1));
    }
}
