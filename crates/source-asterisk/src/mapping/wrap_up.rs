//! After-call work: the PBX tells nothing of it, so it is computed (pitfall 9) or told by the agent's desktop.

use super::members::interface;
use super::{At, Mapping};
use crate::message::Message;
use crate::timers::Timer;
use model::record::{KeyValue, KeyValues};
use model::time::Micros;
use model::{Event, Text};

impl Mapping {
    /// After-call work is invisible (pitfall 9): the member's own wrap-up time, else the one configured for the queue.
    pub(super) fn begin_after_call_work(&mut self, dn: &Text, queue: &Text, at: At) {
        let own = self.book.members.get(&(queue.clone(), dn.clone())).map_or(Micros::ZERO, |m| m.wrap_up);
        let configured = self.options.wrap_up.get(queue).copied().unwrap_or(Micros::ZERO);
        let length = if own > Micros::ZERO { own } else { configured };
        self.after_call_work(dn, length, at);
    }

    pub(super) fn after_call_work(&mut self, dn: &Text, length: Micros, at: At) {
        let Some(agent) = self.book.agents.get_mut(dn) else { return };
        if length <= Micros::ZERO || agent.queues.is_empty() {
            return;
        }
        let until = at.received + length;
        agent.acw_until = Some(until);
        self.timers.set(until, Timer::AfterCallWork(dn.clone()));
        self.show_state(dn, at, true);
    }

    pub(super) fn after_call_work_over(&mut self, dn: &Text, at: At) {
        let Some(agent) = self.book.agents.get_mut(dn) else { return };
        if agent.acw_until.is_some_and(|until| until <= at.received) {
            agent.acw_until = None;
            self.show_state(dn, at, true);
        }
    }

    /// The agent answers the next call: the after-call work is over.
    pub(super) fn end_after_call_work(&mut self, dn: &Text, at: At) {
        if let Some(agent) = self.book.agents.get_mut(dn)
            && agent.acw_until.take().is_some()
        {
            self.show_state(dn, at, true);
        }
    }

    /// `UserEvent`: wrap-up by an agent desktop, or data for a call.
    pub(super) fn user_event(&mut self, message: &Message, at: At) {
        let name = message.get("UserEvent").cloned().unwrap_or_default();
        let dn = interface(message).cloned().filter(|dn| self.book.agents.contains_key(dn));
        if name.eq_ignore_ascii_case("WrapUp")
            && let (Some(dn), Some(seconds)) = (&dn, message.number("Seconds"))
        {
            if seconds > 0 {
                self.after_call_work(dn, Micros::from_secs(seconds.min(86_400)), at);
            } else {
                self.end_after_call_work(dn, at);
            }
            return;
        }
        let own = |key: &str| {
            !["Event", "Privilege", "Timestamp", "SystemName", "UserEvent", "ActionID"]
                .iter()
                .any(|k| k.eq_ignore_ascii_case(key))
        };
        let mut data = KeyValues::new();
        for (key, value) in message.pairs.iter().filter(|(key, _)| own(key)).take(100) {
            data.insert(key.clone(), KeyValue::Text(value.clone()));
        }
        data.insert("UserEvent".into(), KeyValue::Text(name));
        let conn = message.get("Uniqueid").map(|uid| self.conn_of(uid));
        self.tell(Event::UserEvent, at, |r| {
            r.this_dn = dn;
            r.conn_id = conn;
            r.rare_mut().extensions = Some(data);
        });
    }
}
