//! Agents come to their seats, pause for all media at once, and go when nothing is left.

use super::MediaWorld;
use super::state::{Due, Seat};
use crate::chance::span;
use crate::world::reasons;
use model::record::Event;
use model::{Micros, Text};

/// Mean time from one pause to the next, in seconds.
const PAUSE_EVERY: f64 = 5_400.0;
/// Mean length of a pause, in seconds.
const PAUSE_LASTS: f64 = 480.0;

impl MediaWorld {
    fn capacity(&self, agent: usize) -> &model::tenant::Capacity {
        &self.plan.scenario.teams[self.plan.people[agent].team].capacity
    }

    fn media(&self, agent: usize) -> Vec<Text> {
        self.capacity(agent).keys().cloned().collect()
    }

    /// How many more of the medium the agent could take.
    pub(super) fn room(&self, agent: usize, media: &Text) -> u64 {
        let most = self.capacity(agent).get(media).copied().unwrap_or(0);
        let has = self.seats[agent].media.get(media).map_or(0, |channel| channel.offered + channel.handled);
        u64::from(most).saturating_sub(has)
    }

    /// Whether the agent may be given one of the medium.
    pub(super) fn is_free(&self, agent: usize, media: &Text) -> bool {
        let seat = &self.seats[agent];
        seat.media.get(media).is_some_and(|channel| channel.ready) && self.room(agent, media) > 0
    }

    fn stretch(&self, agent: usize, at: Micros) -> (Micros, Micros) {
        let (from, to) = self.plan.shifts[self.plan.people[agent].shift];
        self.plan.clock.stretch(at, from, to)
    }

    pub(super) fn expect_shift(&mut self, agent: usize, from: Micros) {
        let (begin, _) = self.stretch(agent, from);
        let late = self.chance.between(0.5, 8.0);
        self.plan_at(begin.max(self.now) + span(late), Due::ShiftBegin(agent));
    }

    pub(super) fn shift_begins(&mut self, agent: usize) {
        let media = self.media(agent);
        self.tell_seat(Event::AgentLogin, agent, None);
        let seat = &mut self.seats[agent];
        (seat.is_in, seat.leaving, seat.pausing) = (true, false, false);
        seat.login += 1;
        seat.logins += 1;
        let login = seat.login;
        for medium in &media {
            self.tell_seat(Event::MediaAdded, agent, Some(medium));
        }
        self.set_ready(agent, true, None);
        let (_, end) = self.stretch(agent, self.now);
        if self.plan.shifts[self.plan.people[agent].shift] != (0, 1440) {
            let late = self.chance.between(0.0, 240.0);
            self.plan_at(end + span(late), Due::ShiftEnd(agent, login));
        }
        let pause = self.chance.exponential(PAUSE_EVERY);
        self.plan_in(pause, Due::Pause(agent, login));
    }

    /// Ready for all media, or for none.
    fn set_ready(&mut self, agent: usize, ready: bool, reason: Option<&Text>) {
        for medium in self.media(agent) {
            let event = if ready { Event::ReadyForMedia } else { Event::NotReadyForMedia };
            let mut record = self.seat_record(event, agent, Some(&medium));
            record.reasons = reason.map(reasons);
            self.desk.send(0, record);
            self.seats[agent].media.entry(medium).or_default().ready = ready;
        }
        if ready {
            self.look_around(agent);
        }
    }

    /// The agent looks whether something waits that he could take.
    pub(super) fn look_around(&mut self, agent: usize) {
        let team = self.plan.people[agent].team;
        for queue in 0..self.queues.len() {
            if self.queues[queue].teams.contains(&team) {
                let pause = self.chance.between(0.2, 1.5);
                self.plan_in(pause, Due::Match(queue));
            }
        }
    }

    pub(super) fn pause(&mut self, agent: usize, login: u32) {
        let Seat { is_in, leaving, login: now, .. } = self.seats[agent];
        if now != login || !is_in || leaving {
            return;
        }
        self.seats[agent].pausing = true;
        let pauses = &self.plan.scenario.pauses;
        let reason = if pauses.is_empty() {
            Text::const_new("Break")
        } else {
            let which = self.chance.below(pauses.len());
            self.plan.scenario.pauses[which].reason.clone()
        };
        self.set_ready(agent, false, Some(&reason));
        let seconds = self.chance.lognormal(PAUSE_LASTS, 0.4);
        self.plan_in(seconds, Due::Back(agent, login));
    }

    pub(super) fn back(&mut self, agent: usize, login: u32) {
        let seat = &mut self.seats[agent];
        if seat.login != login || !seat.is_in || seat.leaving {
            return;
        }
        seat.pausing = false;
        self.set_ready(agent, true, None);
        let pause = self.chance.exponential(PAUSE_EVERY);
        self.plan_in(pause, Due::Pause(agent, login));
    }

    pub(super) fn shift_ends(&mut self, agent: usize, login: u32) {
        if self.seats[agent].login != login || !self.seats[agent].is_in {
            return;
        }
        self.seats[agent].leaving = true;
        self.set_ready(agent, false, Some(&Text::const_new("Closing")));
        self.go_home_if_done(agent);
    }

    pub(super) fn go_home_if_done(&mut self, agent: usize) {
        let seat = &self.seats[agent];
        if !seat.leaving || !seat.is_in || !seat.tasks.is_empty() {
            return;
        }
        for medium in self.media(agent) {
            self.tell_seat(Event::MediaRemoved, agent, Some(&medium));
        }
        self.tell_seat(Event::AgentLogout, agent, None);
        self.seats[agent].is_in = false;
        let (begin, end) = self.stretch(agent, self.now);
        let from = if begin <= self.now { end } else { self.now };
        self.expect_shift(agent, from);
    }
}
