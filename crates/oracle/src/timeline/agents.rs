//! Agents log in and out and change their states.

use super::stage::{Is, Stage, State};
use model::Event;
use model::record::{KeyValue, KeyValues, WorkMode};

const AGENTS: [&str; 4] = ["A1", "A2", "A3", "A4"];

impl Stage {
    pub(crate) fn someone_logs_in(&mut self) {
        let phone = self.chance.below(self.phones.len());
        if self.phones[phone].out_of_service {
            return;
        }
        let same = self.phones[phone].agent.filter(|_| self.chance.percent(60));
        let agent = same.or_else(|| self.chance.one(&AGENTS)).expect("some");
        let queues: &[&'static str] =
            if self.phones[phone].source == 0 { &["9001", "9002", "8002"] } else { &["9001"] };
        let mut queues: Vec<&'static str> =
            queues.iter().copied().filter(|_| self.chance.percent(45)).collect();
        queues.truncate(2);
        let names: Vec<Option<&'static str>> =
            if queues.is_empty() { vec![None] } else { queues.iter().copied().map(Some).collect() };
        for queue in names {
            let mut record = self.phone_record(phone, Event::AgentLogin);
            record.agent_id = Some(agent.into());
            record.this_queue = queue.map(Into::into);
            self.tell(record);
        }
        let phone_now = &mut self.phones[phone];
        if phone_now.agent != Some(agent) {
            phone_now.queues.clear();
            (phone_now.agent, phone_now.state, phone_now.acw_pressed) = (Some(agent), None, false);
        }
        phone_now.queues.extend(queues);
        if self.chance.percent(80) {
            self.changes_state(phone);
        }
    }

    pub(crate) fn someone_logs_out(&mut self) {
        let phone = self.chance.below(self.phones.len());
        let Some(agent) = self.phones[phone].agent.filter(|_| !self.phones[phone].out_of_service) else {
            return;
        };
        let queues: Vec<&'static str> = self.phones[phone].queues.iter().copied().collect();
        let names: Vec<Option<&'static str>> = match self.chance.below(3) {
            0 if !queues.is_empty() => queues.iter().copied().map(Some).collect(),
            1 if !queues.is_empty() => vec![Some(queues[0])],
            _ => vec![None],
        };
        for queue in names {
            let mut record = self.phone_record(phone, Event::AgentLogout);
            record.agent_id = Some(agent.into());
            record.this_queue = queue.map(Into::into);
            self.tell(record);
            let phone = &mut self.phones[phone];
            let removed = queue.is_some_and(|queue| phone.queues.remove(queue));
            if !removed || phone.queues.is_empty() {
                phone.queues.clear();
                (phone.agent, phone.state, phone.acw_pressed) = (None, None, false);
            }
        }
    }

    pub(crate) fn someone_changes_state(&mut self) {
        let phone = self.chance.below(self.phones.len());
        if self.phones[phone].agent.is_some() && !self.phones[phone].out_of_service {
            self.changes_state(phone);
        }
    }

    pub(crate) fn changes_state(&mut self, phone: usize) {
        let state =
            self.chance.one(&[State::Ready, State::Ready, State::NotReady, State::Acw]).expect("some");
        let event = match state {
            State::Ready => Event::AgentReady,
            State::Acw if self.chance.percent(30) => Event::AgentAfterCallWork,
            _ => Event::AgentNotReady,
        };
        let mut record = self.phone_record(phone, event.clone());
        record.agent_id = self.phones[phone].agent.map(Into::into);
        if event == Event::AgentNotReady {
            let mode = if state == State::Acw { WorkMode::AfterCallWork } else { WorkMode::AuxWork };
            record.work_mode = Some(mode);
            if self.chance.percent(50) {
                let reason = self.chance.one(&["Lunch", "Break"]).expect("some");
                let reasons: KeyValues = [("ReasonCode".into(), KeyValue::Text(reason.into()))].into();
                record.reasons = Some(Box::new(reasons));
            }
        }
        let reasons = record.reasons.as_deref().cloned();
        self.tell(record);
        let now = self.now;
        let phone = &mut self.phones[phone];
        let talks = phone.legs.iter().any(|leg| leg.established.is_some());
        if state == State::Acw && talks && phone.state != Some(State::Acw) {
            (phone.acw_pressed, phone.acw_reasons) = (true, reasons);
        } else {
            (phone.acw_pressed, phone.reasons) = (false, reasons);
            if phone.state != Some(state) {
                (phone.state, phone.state_since) = (Some(state), now);
            }
        }
    }

    pub(crate) fn a_hook_moves(&mut self) {
        let phone = self.chance.below(self.phones.len());
        let idle = self.phones[phone].legs.is_empty();
        if self.phones[phone].out_of_service {
            self.phones[phone].out_of_service = false;
            let record = self.phone_record(phone, Event::DNBackInService);
            return self.tell(record);
        }
        if idle && self.chance.percent(30) {
            let record = self.phone_record(phone, Event::DNOutOfService);
            self.tell(record);
            let phone = &mut self.phones[phone];
            (phone.out_of_service, phone.off_hook, phone.state, phone.acw_pressed) =
                (true, false, None, false);
            return;
        }
        let off = !self.phones[phone].off_hook;
        self.phones[phone].off_hook = off;
        let record = self.phone_record(phone, if off { Event::OffHook } else { Event::OnHook });
        self.tell(record);
    }

    pub(crate) fn phone_record(&mut self, phone: usize, event: Event) -> model::Record {
        let (source, number) = (self.phones[phone].source, self.phones[phone].number);
        self.about(source, event, number)
    }

    /// Some leg that stands so.
    pub(crate) fn some_leg(&mut self, is: Is) -> Option<(usize, usize)> {
        let legs = self.legs(is);
        self.chance.one(&legs)
    }
}
