//! What sources should not say, but do.

use super::stage::Stage;
use model::{Event, Text};

impl Stage {
    pub(crate) fn something_odd(&mut self) {
        let source = self.chance.below(2);
        let phone = self.chance.below(self.phones.len());
        if self.phones[phone].out_of_service {
            return;
        }
        match self.chance.below(8) {
            0 => {
                let record = self.about(source, Event::Other("Surprise".into()), "2001");
                self.tell(record);
            }
            1 => {
                // A call that nobody knows.
                let stranger: Text = "nobody".into();
                let event = [Event::Released, Event::Retrieved, Event::Held, Event::PartyChanged];
                let event = event[self.chance.below(4)].clone();
                let mut record = self.phone_record(phone, event);
                record.conn_id = Some(stranger);
                self.tell(record);
            }
            2 => {
                let mut record = self.about(source, Event::Diverted, "9001");
                record.conn_id = Some("nobody".into());
                record.third_party_dn = Some("2001".into());
                self.tell(record);
            }
            3 if self.phones[phone].agent.is_none() => {
                let mut record = self.phone_record(phone, Event::AgentLogout);
                record.agent_id = Some("A1".into());
                self.tell(record);
            }
            4 => {
                // Queued once more, though it waits (rule Q-29).
                let Some(waiting) = self.waiting.first().cloned() else { return };
                let dn = waiting.at[0].0;
                let record =
                    self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, Event::Queued);
                self.tell(record);
            }
            5 => {
                // The last numbered record comes again, late.
                let Some(mut record) = self.records.iter().rev().find(|r| r.seq != 0).cloned() else {
                    return;
                };
                record.received = self.now;
                self.records.push(record);
            }
            6 => {
                // The phone says that the call is established once more.
                let Some(leg) = self.phones[phone].legs.iter().find(|leg| leg.established.is_some()).cloned()
                else {
                    return;
                };
                let record = self.leg_record(phone, &leg, Event::Established);
                self.tell(record);
            }
            _ => {
                let record = self.about(source, Event::AttachedDataChanged, "2001");
                self.tell(record);
            }
        }
    }
}
