//! Agents associated with a mediation DN, and what they do as its own actions (rules 2.5, Q-25, Q-31, Q-48).

use crate::out::{Line, Out};
use crate::stamp::{Running, Stamp, item};
use model::item::{Item, What};
use model::object::ObjectIx;
use model::{Action, Micros, Status};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who is associated: by the queue of a login, or by the origination DNs of a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Associates {
    /// By the origination DNs of their groups; ascending.
    fixed: Vec<ObjectIx>,
    /// Devices whose login is for this mediation DN, with the agent.
    logins: BTreeMap<ObjectIx, ObjectIx>,
    agents: BTreeMap<ObjectIx, Shown>,
    devices: BTreeMap<ObjectIx, Shown>,
    /// Whose actions may have changed in this instant.
    touched_agents: BTreeSet<ObjectIx>,
    touched_devices: BTreeSet<ObjectIx>,
    was_up: bool,
}

/// An agent or device with the actions that it causes here: login, ready, active.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Shown {
    status: Option<Status>,
    /// On how many devices the agent's login is for this mediation DN.
    logins: u32,
    runs: [Option<Running>; 3],
}

const OF_AGENT: [Action; 3] =
    [Action::AgentLoginOnQueue, Action::AgentReadyOnQueue, Action::AgentActiveOnQueue];
const OF_DEVICE: [Action; 3] = [Action::DNLogin, Action::DNReady, Action::DNActive];

impl Associates {
    pub(super) fn new(fixed: &[ObjectIx]) -> Self {
        Self { fixed: fixed.to_vec(), was_up: true, ..Self::default() }
    }

    /// Whether the agent on that device is associated at this moment (rule Q-25).
    pub(super) fn has(&self, device: ObjectIx, agent: Option<ObjectIx>) -> bool {
        let Some(agent) = agent else { return false };
        self.logins.get(&device) == Some(&agent) || self.is_associated(agent)
    }

    fn is_associated(&self, agent: ObjectIx) -> bool {
        self.fixed.binary_search(&agent).is_ok()
            || self.agents.get(&agent).is_some_and(|shown| shown.logins > 0)
    }

    /// The configuration associates an agent, or no longer.
    pub(super) fn fix(&mut self, agent: ObjectIx, on: bool) {
        match (self.fixed.binary_search(&agent), on) {
            (Err(place), true) => self.fixed.insert(place, agent),
            (Ok(place), false) => {
                self.fixed.remove(place);
            }
            _ => {}
        }
        self.touched_agents.insert(agent);
    }

    pub(super) fn log_in(&mut self, device: ObjectIx, agent: ObjectIx, on: bool) {
        let known = self.logins.get(&device) == Some(&agent);
        if on && !known {
            self.logins.insert(device, agent);
            self.agents.entry(agent).or_default().logins += 1;
        }
        if !on && known {
            self.logins.remove(&device);
            let shown = self.agents.entry(agent).or_default();
            shown.logins = shown.logins.saturating_sub(1);
        }
        self.touched_agents.insert(agent);
        self.touched_devices.insert(device);
    }

    pub(super) fn see_agent(&mut self, agent: ObjectIx, status: Status) {
        self.agents.entry(agent).or_default().status = Some(status);
        self.touched_agents.insert(agent);
    }

    pub(super) fn see_device(&mut self, device: ObjectIx, status: Option<Status>) {
        self.devices.entry(device).or_default().status = status;
        self.touched_devices.insert(device);
    }

    /// Closes the instant: actions begin and end as statuses say. They stop while the mediation DN can't be seen.
    pub(super) fn close(
        &mut self,
        me: ObjectIx,
        is_up: bool,
        next_id: &mut u32,
        stamp: Stamp,
        out: &mut Out,
    ) {
        if is_up != self.was_up {
            self.was_up = is_up;
            self.touched_agents.extend(self.agents.keys());
            self.touched_devices.extend(self.devices.keys());
        }
        let mut put = Put { me, next_id, stamp, out };
        for agent in std::mem::take(&mut self.touched_agents) {
            let is_here = is_up && self.is_associated(agent);
            let Some(shown) = self.agents.get_mut(&agent) else { continue };
            put.settle(shown, OF_AGENT, is_here);
            let is_out = shown.status.is_none_or(|status| status == Status::LoggedOut);
            if shown.logins == 0 && (!is_here || is_out) && is_up {
                self.agents.remove(&agent);
            }
        }
        for device in std::mem::take(&mut self.touched_devices) {
            let Some(shown) = self.devices.get_mut(&device) else { continue };
            put.settle(shown, OF_DEVICE, is_up);
            if shown.status.is_none() {
                self.devices.remove(&device);
            }
        }
    }
}

/// Which of login, ready, active a status means (rules ).
fn wanted(status: Option<Status>) -> [bool; 3] {
    match status {
        None | Some(Status::LoggedOut) => [false; 3],
        Some(Status::NotMonitored | Status::NotReadyForNextCall) => [true, false, false],
        Some(Status::WaitForNextCall) => [true; 3],
        Some(_) => [true, false, true],
    }
}

/// Where the actions go.
struct Put<'a> {
    me: ObjectIx,
    next_id: &'a mut u32,
    stamp: Stamp,
    out: &'a mut Out,
}

impl Put<'_> {
    fn settle(&mut self, shown: &mut Shown, actions: [Action; 3], is_here: bool) {
        let wanted = if is_here { wanted(shown.status) } else { [false; 3] };
        let begins = |at: usize| wanted[at];
        for (at, action) in actions.into_iter().enumerate() {
            match (begins(at), shown.runs[at].take()) {
                (true, Some(run)) => shown.runs[at] = Some(run),
                (true, None) => {
                    *self.next_id = self.next_id.wrapping_add(1);
                    let run = Running::new(*self.next_id, action, self.stamp, None);
                    shown.runs[at] = Some(run);
                    self.line(What::Began { action, id: run.id }, self.stamp.at, Micros::ZERO);
                }
                (false, Some(run)) => {
                    let span = (self.stamp.time - run.begun_source).max(Micros::ZERO);
                    self.line(What::Ended { action, id: run.id }, run.begun, span);
                }
                (false, None) => {}
            }
        }
    }

    fn line(&mut self, what: What, start: Micros, source_span: Micros) {
        let item = Item { start, source_span, ..item(self.stamp, self.me, what) };
        self.out.lines.push(Line { step: self.stamp.step, late: true, item });
    }
}
