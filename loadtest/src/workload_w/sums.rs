//! The sums that prove that a stream of events is W.

use super::{AGENTS, END_MS, Event, Kind, State};

/// The sums of W's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// All events, and by kind.
    pub by_kind: [u64; 5],
    /// FNV-1a over the 64-bit words of every event.
    pub hash: u64,
    /// Waits of answered calls, in milliseconds.
    pub waits_ms: u64,
    /// Answered within 20,000 ms.
    pub within_20_s: u64,
    /// Agents' time by state up to the end of the hour, in milliseconds.
    pub state_ms: [u64; 4],
}

/// What the definition says.
pub const EXPECTED: Sums = Sums {
    by_kind: [1_241_901, 1_113_427, 123_840, 1_107_750, 3_394_232],
    hash: 0x7768_378a_44b2_e9bf,
    waits_ms: 13_330_088_399,
    within_20_s: 903_837,
    state_ms: [5_497_155_754, 19_963_520_968, 8_805_398_391, 1_733_924_887],
};

/// Agents in the list of the ready at the end.
pub const EXPECTED_READY: usize = 1_282;

impl Sums {
    /// The sums of a whole stream.
    pub fn of(events: impl Iterator<Item = Event>) -> Self {
        let mut sums = Self {
            by_kind: [0; 5],
            hash: 0xcbf2_9ce4_8422_2325,
            waits_ms: 0,
            within_20_s: 0,
            state_ms: [0; 4],
        };
        let mut states = vec![(State::Ready, 0_u32); AGENTS];
        for event in events {
            sums.by_kind[event.kind as usize] += 1;
            sums.hash_event(&event);
            match event.kind {
                Kind::Answered => {
                    sums.waits_ms += u64::from(event.dur);
                    sums.within_20_s += u64::from(event.dur <= 20_000);
                }
                Kind::State => {
                    let (state, since) = &mut states[event.agent as usize];
                    sums.state_ms[*state as usize] += u64::from(event.ts - *since);
                    (*state, *since) = (event.state, event.ts);
                }
                Kind::Entered | Kind::Abandoned | Kind::Released => {}
            }
        }
        for (state, since) in states {
            sums.state_ms[state as usize] += u64::from(END_MS - since);
        }
        sums
    }

    fn hash_event(&mut self, event: &Event) {
        let words = [
            u64::from(event.ts),
            event.kind as u64
                | (event.state as u64) << 8
                | u64::from(event.queue) << 16
                | u64::from(event.agent) << 32,
            u64::from(event.call) | u64::from(event.dur) << 32,
        ];
        for word in words {
            self.hash = (self.hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload_w::Workload;

    #[test]
    fn every_sum_of_the_definition_comes_out() {
        let mut workload = Workload::default();
        let sums = Sums::of(workload.by_ref());
        assert_eq!(workload.ready(), EXPECTED_READY);
        assert_eq!(sums, EXPECTED);
        assert_eq!(sums.by_kind.iter().sum::<u64>() as usize, crate::workload_w::EVENTS);
    }
}
