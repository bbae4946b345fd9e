//! The life of a session: its phases, their deadlines, its end; going live.

use super::asks::Round;
use super::{Adapter, NO_GREETING, Phase};
use crate::mapping::At;
use crate::steps::{Down, Link, Step};
use crate::timers::Timer;
use model::Event;
use model::record::{Body, Gap};
use model::time::Micros;

impl Adapter {
    /// We end the session ourselves.
    pub(super) fn down(&mut self, down: Down, received: Micros) {
        self.lose(down, received);
        self.map.ledger.push(Step::Close);
    }

    pub(super) fn lose(&mut self, down: Down, received: Micros) {
        if self.phase == Phase::Live {
            self.map.flush(At { received, time: received });
            self.lost_from.get_or_insert((self.last_bytes, down.cause.clone()));
            self.tell_down(received);
        } else if self.phase == Phase::Snapshot {
            self.buffer.clear();
        }
        self.map.mute = true;
        self.map.suspects.clear();
        self.unproven.clear();
        self.map.timers.end_session();
        self.phase = Phase::Idle;
        self.map.ledger.push(Step::Link(Link::Down(down)));
    }

    pub(super) fn tell_down(&mut self, received: Micros) {
        if !self.told_down {
            self.map.mute = false;
            self.map.tell(Event::LinkDisconnected, At { received, time: received }, |_| {});
            self.told_down = true;
        }
    }

    pub(super) fn enter(&mut self, phase: Phase, now: Micros) {
        self.phase = phase;
        self.phase_serial += 1;
        let timings = self.map.options.timings;
        let (link, limit) = match phase {
            Phase::Idle | Phase::Live => return,
            Phase::Greeting => (Some(Link::Connecting), timings.login),
            Phase::Challenge => (Some(Link::Authenticating), timings.login),
            Phase::Login => (None, timings.login),
            Phase::Boot => (Some(Link::Booting), timings.boot),
            Phase::Snapshot => (Some(Link::Snapshot), timings.answer),
        };
        if let Some(link) = link {
            self.map.ledger.push(Step::Link(link));
        }
        self.map.timers.set(now + limit, Timer::Phase(self.phase_serial));
    }

    /// A step took too long.
    pub(super) fn phase_too_long(&mut self, serial: u64, now: Micros) {
        if serial != self.phase_serial {
            return;
        }
        match self.phase {
            Phase::Idle | Phase::Live => self.ask_too_long(now),
            Phase::Greeting => {
                let cause = match self.parser.is_amid() {
                    true => "what comes is no greeting of a manager: its first line does not end",
                    false => "the PBX accepts connections but does not greet",
                };
                self.down(Down::new(cause, NO_GREETING), now);
            }
            Phase::Challenge | Phase::Login => self
                .down(Down::new("the PBX does not answer the login", "look at the PBX's load and log"), now),
            // A user without the class "system" never sees FullyBooted.
            Phase::Boot => {
                self.live.advice =
                    Some("no FullyBooted came: give the manager user read = system".to_owned());
                self.on_booted(now);
            }
            Phase::Snapshot => self.ask_too_long(now),
        }
    }

    /// The PBX has started: from here on every event counts.
    pub(super) fn on_booted(&mut self, received: Micros) {
        if self.phase != Phase::Boot {
            return;
        }
        self.whole_from = received;
        self.enter(Phase::Snapshot, received);
        self.begin_round(Round::Snapshot, received);
    }

    /// All lists are in: tells what is, then what came meanwhile.
    pub(super) fn go_live(&mut self, received: Micros) {
        let at = At { received, time: received };
        let start = self.live.pbx_start.clone();
        let same = start.is_empty() || self.pbx_start.is_empty() || start == self.pbx_start;
        let first = self.map.ledger.is_blank();
        if !first {
            self.tell_down(received);
        }
        self.map.mute = true;
        if first || !same {
            self.map.ledger.begin_epoch(received);
            self.map.book.forget_calls();
            if !first {
                self.map.ledger.counters.restarts_of_pbx += 1;
            }
        }
        if !start.is_empty() {
            self.pbx_start = start;
        }
        self.live.pbx_start = self.pbx_start.clone();
        let lists = std::mem::take(&mut self.lists);
        let buffer = std::mem::take(&mut self.buffer);
        self.map.merge(&lists, &buffer, at);
        self.map.mute = false;
        self.told_down = false;
        self.map.tell(Event::LinkConnected, at, |_| {});
        self.tell_gap(at);
        self.map.tell_snapshot(self.round_began, at);
        self.phase = Phase::Live;
        self.map.ledger.push(Step::Link(Link::Live(self.live.clone())));
        let timings = self.map.options.timings;
        self.map.timers.set(received + timings.ping, Timer::Ping);
        self.map.timers.set(received + timings.reconcile, Timer::Reconcile);
        for (message, _) in buffer {
            self.map.event(&message, received);
        }
    }

    pub(super) fn tell_gap(&mut self, at: At) {
        let Some((from, cause)) = self.lost_from.take() else { return };
        self.map.ledger.counters.gaps += 1;
        let gap = Gap { from, to: self.whole_from.max(from), cause: cause.into(), unsaved: false };
        self.map.tell(Event::Gap, at, |r| r.body = Some(Box::new(Body::Gap(gap))));
    }
}
