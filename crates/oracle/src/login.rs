//! Who is logged in on a DN, and in which state.

use crate::world::World;
use model::record::WorkMode;
use model::{Action, Event, Micros, Record, Text};
use std::collections::BTreeSet;

/// A login on one DN.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) agent: Text,
    /// `number@switch` of the mediation DNs that the logins named.
    pub(crate) queues: BTreeSet<Text>,
}

/// A call of the DN that has ended, for the ACW that may follow (rule Q-23).
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) leg: u32,
    pub(crate) first_ready: Option<Micros>,
}

/// The three states of an agent on a DN.
const STATES: [Action; 3] = [Action::WaitForNextCall, Action::NotReadyForNextCall, Action::AfterCallWork];

impl World<'_> {
    pub(crate) fn log_in(&mut self, dn: &str, record: &Record, switch: &str) {
        let Some(agent) = record.agent_id.clone() else { return };
        let queue = record.this_queue.as_ref().map(|queue| Text::from(format!("{queue}@{switch}")));
        match self.dns[dn].login.as_ref().map(|login| login.agent == agent) {
            Some(true) => self.dn(dn).login.as_mut().expect("logged in").queues.extend(queue), // Rule Q-14.
            other => {
                if other == Some(false) {
                    self.log_off(dn, true);
                }
                self.log_on(dn, agent, queue.into_iter().collect());
                self.happen(dn, Action::AgentLogin, None);
            }
        }
    }

    /// Contracts 3: a logout that names a queue ends that association; the login ends with the last one.
    pub(crate) fn log_out(&mut self, dn: &str, record: &Record, switch: &str) {
        let queue = record.this_queue.as_ref().map(|queue| Text::from(format!("{queue}@{switch}")));
        let Some(login) = self.dn(dn).login.as_mut() else { return };
        if let Some(queue) = queue.filter(|queue| login.queues.len() > 1 && login.queues.contains(queue)) {
            login.queues.remove(&queue);
            return;
        }
        // The association is that before the logout (rule Q-25).
        self.log_off(dn, true);
    }

    /// A login begins: it makes no noise by itself.
    pub(crate) fn log_on(&mut self, dn: &str, agent: Text, queues: BTreeSet<Text>) {
        self.stop_any(dn, Action::LoggedOut);
        self.leave_state(dn); // Contracts 3: a login gives no state.
        self.dn(dn).login = Some(Login { agent, queues });
        self.dn(dn).ended = None;
    }

    /// A login ends, and the agent's copies of what goes on at the DN (rule O-2).
    pub(crate) fn log_off(&mut self, dn: &str, with_action: bool) {
        if self.dns[dn].login.is_none() {
            return;
        }
        self.leave_state(dn);
        self.stop_any(dn, Action::LoggedIn);
        if with_action {
            self.happen(dn, Action::AgentLogout, None);
        }
        let now = self.now;
        for (place, stretch) in self.facts.stretches.iter_mut().enumerate() {
            let his = stretch.dn == dn && stretch.agent.is_some() && stretch.agent_end.is_none();
            if his && stretch.end.is_none() {
                stretch.agent_end = Some(now);
                self.facts.emitted.push((false, place));
            }
        }
        let state = self.dn(dn);
        state.login = None;
        state.ended = None;
        state.acw_pressed = false;
    }

    pub(crate) fn agent_state(&mut self, dn: &str, record: &Record) {
        let acw = record.event == Event::AgentAfterCallWork
            || (record.event == Event::AgentNotReady && record.work_mode == Some(WorkMode::AfterCallWork));
        let reasons = record.reasons.as_deref().cloned();
        if !acw || self.dns[dn].legs.iter().all(|leg| leg.talk.is_none()) || self.in_acw(dn) {
            self.dn(dn).reasons.clone_from(&reasons);
        }
        if record.event == Event::AgentReady {
            self.dn(dn).acw_pressed = false;
            let now = self.now;
            if let Some(ended) = &mut self.dn(dn).ended {
                ended.first_ready.get_or_insert(now);
            }
            self.enter_state(dn, Action::WaitForNextCall, self.now);
        } else if !acw {
            self.dn(dn).acw_pressed = false;
            self.enter_state(dn, Action::NotReadyForNextCall, self.now);
        } else if self.dns[dn].legs.iter().any(|leg| leg.talk.is_some()) {
            // Rule Q-22.
            self.dn(dn).acw_pressed = true;
            self.dn(dn).acw_reasons = reasons;
        } else {
            self.begin_acw(dn);
        }
    }

    fn in_acw(&self, dn: &str) -> bool {
        self.facts.ongoing(dn, Action::AfterCallWork).is_some()
    }

    pub(crate) fn begin_acw(&mut self, dn: &str) {
        if self.in_acw(dn) {
            return; // Rule Q-23: the same ACW.
        }
        let late =
            |ended: &Ended| ended.first_ready.is_some_and(|ready| self.now - ready > Micros::from_secs(60));
        let ended = self.dns[dn].ended.clone().filter(|ended| !late(ended));
        self.enter_state(dn, Action::AfterCallWork, self.now);
        self.dn(dn).acw_of = ended;
    }

    /// The state of that name begins unless it goes on; the others end.
    pub(crate) fn enter_state(&mut self, dn: &str, state: Action, since: Micros) {
        if self.facts.ongoing(dn, state).is_none() {
            self.leave_state(dn);
            self.start(dn, state, None, since);
        }
    }

    pub(crate) fn leave_state(&mut self, dn: &str) {
        for state in STATES {
            if let Some(stretch) = self.stop_any(dn, state)
                && state == Action::AfterCallWork
            {
                let start = self.facts.stretches[stretch].since;
                if let Some(ended) = self.dn(dn).acw_of.take() {
                    self.acw_over(dn, &ended, start);
                }
            }
        }
    }

    /// What a phone's login and hook mean, at the end of an event (rule A-4). Rule Q-8: OnHook runs by itself while a
    /// monitored DN has no agent, no call and is not off hook.
    pub(crate) fn settle(&mut self, dn: &str) {
        let state = &self.dns[dn];
        let (monitored, login) = (state.monitored && !state.mediation, state.login.is_some());
        let idle = monitored && !login && state.legs.is_empty() && !state.off_hook;
        self.keep(dn, Action::LoggedIn, monitored && login);
        self.keep(dn, Action::LoggedOut, monitored && !login);
        self.keep(dn, Action::OnHook, idle);
    }

    fn keep(&mut self, dn: &str, action: Action, on: bool) {
        match self.facts.ongoing(dn, action) {
            None if on => {
                self.start(dn, action, None, self.now);
            }
            Some(stretch) if !on => self.stop(stretch),
            _ => {}
        }
    }
}
