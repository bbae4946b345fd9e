//! The shapes of the records (docs/protocol.md, records of an Interaction Server).

use super::MediaWorld;
use super::state::Ix;
use model::Text;
use model::record::{CallType, Event, KeyValue, KeyValues, Record};

/// Whoever takes part is an agent.
const AGENT: &str = "2";
/// Whoever takes part is a strategy.
const STRATEGY: &str = "3";

impl MediaWorld {
    /// A record about an agent.
    pub(super) fn seat_record(&self, event: Event, agent: usize, media: Option<&Text>) -> Record {
        let who = &self.plan.people[agent];
        let mut record = self.desk.record(0, event, self.now);
        record.agent_id = Some(who.id.clone());
        let rare = record.rare_mut();
        rare.place_id = Some(crate::tenant::seat_name(who));
        rare.media_type = media.cloned();
        record
    }

    pub(super) fn tell_seat(&mut self, event: Event, agent: usize, media: Option<&Text>) {
        let record = self.seat_record(event, agent, media);
        self.desk.send(0, record);
    }

    fn item_record(&self, event: Event, ix: Ix) -> Record {
        let mut record = self.desk.record(0, event, self.now);
        if let Some(item) = self.items.get(&ix) {
            record.rare_mut().interaction_id = Some(item.id.clone());
        }
        record
    }

    pub(super) fn tell_submitted(&mut self, ix: Ix) {
        let mut record = self.item_record(Event::InteractionSubmitted, ix);
        record.call_type = Some(CallType::Inbound);
        let language = ["English", "Spanish", "German"][self.chance.pick([0.7, 0.2, 0.1].into_iter())];
        let pairs = [("Language", language)].map(|(key, value)| (key.into(), KeyValue::Text(value.into())));
        record.user_data = Some(Box::new(KeyValues::from(pairs)));
        record.rare_mut().media_type =
            self.items.get(&ix).map(|item| self.queues[item.queue].set.media.clone());
        self.desk.send(0, record);
    }

    /// It comes to the queue, or to the workbin, from `old`.
    pub(super) fn tell_placed(&mut self, event: Event, ix: Ix, area: Text, old: Option<Text>) {
        let mut record = self.item_record(event, ix);
        record.this_queue = Some(area);
        record.rare_mut().old_queue = old;
        self.desk.send(0, record);
    }

    pub(super) fn tell_taken(&mut self, event: Event, ix: Ix, area: Text, by_agent: bool) {
        let mut record = self.item_record(event, ix);
        record.this_queue = Some(area);
        record.rare_mut().party_type = Some(Text::const_new(if by_agent { AGENT } else { STRATEGY }));
        self.desk.send(0, record);
    }

    /// A step of an agent's part in it.
    pub(super) fn tell_party(&mut self, event: Event, ix: Ix, agent: usize) {
        let mut record = self.item_record(event, ix);
        record.agent_id = Some(self.plan.people[agent].id.clone());
        let place = crate::tenant::seat_name(&self.plan.people[agent]);
        let rare = record.rare_mut();
        rare.place_id = Some(place);
        rare.party_type = Some(Text::const_new(AGENT));
        self.desk.send(0, record);
    }

    pub(super) fn tell_item(&mut self, event: Event, ix: Ix) {
        let record = self.item_record(event, ix);
        self.desk.send(0, record);
    }

    /// A step in the virtual queue, if the queue has one. Whom it goes to is told by the agent's id: a chat rings on no phone.
    pub(super) fn tell_virtual(&mut self, event: Event, ix: Ix, agent: Option<usize>) {
        let Some(item) = self.items.get(&ix) else { return };
        let set = &self.queues[item.queue].set;
        let Some(number) = set.virtual_queue.clone() else { return };
        let mut record = self.desk.record(1, event, self.now);
        record.this_queue = Some(number.clone());
        record.this_dn = Some(number);
        record.conn_id = Some(item.id.clone());
        record.third_party_dn = agent.map(|agent| self.plan.people[agent].id.clone());
        if record.event == Event::Queued {
            record.call_type = Some(CallType::Inbound);
            record.rare_mut().media_type = Some(set.media.clone());
        }
        self.desk.send(1, record);
    }
}
