//! Sources that are lost and come back (rules; contracts 4).

use crate::world::World;
use model::record::WorkMode;
use model::snapshot::{DnPicture, Snapshot};
use model::{Action, Micros, Record, Text};
use std::collections::BTreeSet;

impl World<'_> {
    /// Rule X-1: all durable actions of the source's DNs end, without outcomes.
    pub(crate) fn lose(&mut self, source: &Text) {
        if !std::mem::replace(&mut self.sources.get_mut(source).expect("known").up, false) {
            return;
        }
        for dn in self.names() {
            if self.dns[&dn].source == *source {
                self.out_of_service(&dn);
                self.dn(&dn).lost = true;
            }
        }
    }

    /// Rule Q-11: as a loss, but only of one DN, and validity is not touched. What is not monitored stays so.
    pub(crate) fn out_of_service(&mut self, dn: &str) {
        if self.dns[dn].monitored {
            self.silence(dn);
        }
    }

    /// Everything on the DN ends without outcomes; the login outlives it (rule Q-9).
    fn silence(&mut self, dn: &str) {
        for stretch in 0..self.facts.stretches.len() {
            if self.facts.stretches[stretch].dn == dn && self.facts.stretches[stretch].end.is_none() {
                self.stop(stretch);
                self.facts.stretches[stretch].cut = true;
            }
        }
        let state = self.dn(dn);
        state.monitored = false;
        state.acw_pressed = false;
        state.acw_of = None;
        state.ended = None;
        state.off_hook = false;
        state.legs.clear();
        self.start(dn, Action::NotMonitored, None, self.now);
        for visit in self.visits.iter_mut().filter(|visit| visit.queue == dn) {
            visit.suspended = true;
            visit.wait = None;
        }
    }

    /// The DN is monitored from now on; what its login and its hook mean follows at the end of the event.
    pub(crate) fn monitor(&mut self, dn: &str) {
        self.stop_any(dn, Action::NotMonitored);
        self.dn(dn).monitored = true;
        self.dn(dn).lost = false;
        self.start(dn, Action::Monitored, None, self.now);
    }

    /// One DN is registered (contracts 4).
    pub(crate) fn register(&mut self, dn: &str, record: &Record) {
        if self.dns[dn].monitored {
            return;
        }
        let switch = dn.rsplit_once('@').map_or("", |(_, switch)| switch);
        let queue = record.this_queue.as_ref().map(|queue| Text::from(format!("{queue}@{switch}")));
        let state = record.rare.as_ref().and_then(|rare| rare.agent_state.as_deref());
        // The login of the same agent outlives the loss with its queues; the registration names one at a time.
        let login =
            self.dns[dn].login.as_ref().filter(|login| Some(&login.agent) == record.agent_id.as_ref());
        let mut queues = login.map(|login| login.queues.clone()).unwrap_or_default();
        queues.extend(queue);
        self.comes_back(dn, record.agent_id.as_ref(), queues);
        self.dn(dn).reasons = record.reasons.as_deref().cloned();
        self.rebuilt_state(dn, state, record.work_mode.as_ref(), None);
        self.settle(dn);
    }

    /// The login is what the registration says, silently (rule Q-9).
    fn comes_back(&mut self, dn: &str, agent: Option<&Text>, queues: BTreeSet<Text>) {
        let same = self.dns[dn].login.as_ref().map(|login| &login.agent) == agent;
        if !same {
            self.log_off(dn, false);
            if let Some(agent) = agent {
                self.log_on(dn, agent.clone(), queues);
            }
        } else if let Some(login) = self.dn(dn).login.as_mut() {
            login.queues = queues;
        }
        self.monitor(dn);
    }

    fn rebuilt_state(
        &mut self,
        dn: &str,
        state: Option<&str>,
        mode: Option<&WorkMode>,
        since: Option<Micros>,
    ) {
        let since = since.unwrap_or(self.now);
        let action = match (state, mode) {
            (_, Some(WorkMode::AfterCallWork)) | (Some("AfterCallWork"), _) => Action::AfterCallWork,
            (Some("Ready"), _) => Action::WaitForNextCall,
            (Some("NotReady"), _) => Action::NotReadyForNextCall,
            _ => return,
        };
        self.enter_state(dn, action, since);
    }

    /// All DNs of the source at once.
    pub(crate) fn rebuild(&mut self, switch: &str, snapshot: &Snapshot, source: &Text) {
        let full = |number: &Text| Text::from(format!("{number}@{switch}"));
        let pictures: Vec<(Text, &DnPicture)> = snapshot.dns.iter().map(|dn| (full(&dn.dn), dn)).collect();
        // Only what was lost is rebuilt: of the rest the snapshot repeats what is known.
        let lost = |world: &Self, dn: &Text| world.dns.get(dn).is_some_and(|dn| dn.lost);
        let pictures: Vec<_> = pictures.into_iter().filter(|(dn, _)| lost(self, dn)).collect();
        for (dn, picture) in
            pictures.iter().filter(|(dn, _)| self.dns[dn].mediation).cloned().collect::<Vec<_>>()
        {
            self.monitor(&dn);
            for call in &picture.calls {
                self.waits_again(&dn, call);
            }
        }
        for (dn, picture) in
            pictures.iter().filter(|(dn, _)| !self.dns[dn].mediation).cloned().collect::<Vec<_>>()
        {
            let memberships = snapshot.memberships.iter().filter(|member| member.dn == picture.dn);
            let mut queues: BTreeSet<Text> = memberships.map(|member| full(&member.queue)).collect();
            let login =
                self.dns[&dn].login.as_ref().filter(|login| Some(&login.agent) == picture.agent_id.as_ref());
            if let Some(login) = login.filter(|_| snapshot.memberships.is_empty()) {
                // A source that names no membership at all knows none: what was known holds.
                queues = login.queues.clone();
            }
            self.comes_back(&dn, picture.agent_id.as_ref(), queues);
            let state = picture.agent_state.as_deref();
            self.dn(&dn).reasons.clone_from(&picture.reasons);
            self.rebuilt_state(&dn, state, picture.work_mode.as_ref(), picture.state_since);
            for call in &picture.calls {
                self.call_again(&dn, call, call.this_queue.as_ref().map(full));
            }
            self.settle(&dn);
        }
        // A call that is listed nowhere ended without outcome.
        for visit in 0..self.visits.len() {
            if self.visits[visit].suspended && self.dns[&self.visits[visit].queue].source == *source {
                self.visits[visit].suspended = false;
                self.visits[visit].over = true;
            }
        }
    }
}
