//! Changes of a tenant in mid-stream (contracts part 3, `ConfigChanged`).

use super::{Agent, AgentGroup, Dn, Place, PlaceGroup, QueueGroup, Tenant};
use crate::Text;
use crate::record::Change;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a change can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// A table that does not exist, or whose objects don't change in mid-stream.
    #[error(
        "objects of table {0:?} don't change in mid-stream: dn, place, agent, agent_group, place_group, queue_group do"
    )]
    Table(Text),
    /// A DN without its switch.
    #[error("{0:?} names no switch of a source: write number@switch")]
    Switch(Text),
    /// The key by which the object is found.
    #[error("key {0:?} tells which object it is and can't change: take the object away and make another")]
    Identity(&'static str),
    /// A key or value that the table does not have.
    #[error("{0}")]
    Keys(String),
}

/// An object of a tenant, as its table tells it.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of the tables")]
pub enum Table {
    Dn(Dn),
    Place(Place),
    Agent(Agent),
    AgentGroup(AgentGroup),
    PlaceGroup(PlaceGroup),
    QueueGroup(QueueGroup),
}

impl Tenant {
    /// What a change makes of its object: each key of `set` replaces the former value whole, null takes it away; an
    /// object that does not exist is made; `None`: it is gone. [`Tenant::put`] then carries it out.
    ///
    /// # Errors
    /// A table, a key or a value that does not exist.
    pub fn preview(&self, change: &Change) -> Result<Option<Table>, ChangeError> {
        let id = change.id.as_str();
        let name = &[("name", id)][..];
        match change.object.as_str() {
            "dn" => {
                let (number, switch) = self.split(id).ok_or_else(|| ChangeError::Switch(id.into()))?;
                let identity = [("number", number.as_str()), ("switch", switch.as_str())];
                let is_it = |dn: &Dn| dn.number == number && dn.switch == switch;
                changed(&self.dns, is_it, &identity, change, Table::Dn)
            }
            "place" => changed(&self.places, |place| place.name == id, name, change, Table::Place),
            "agent" => changed(&self.agents, |agent| agent.id == id, &[("id", id)], change, Table::Agent),
            "agent_group" => {
                changed(&self.agent_groups, |group| group.name == id, name, change, Table::AgentGroup)
            }
            "place_group" => {
                changed(&self.place_groups, |group| group.name == id, name, change, Table::PlaceGroup)
            }
            "queue_group" => {
                changed(&self.queue_groups, |group| group.name == id, name, change, Table::QueueGroup)
            }
            other => Err(ChangeError::Table(other.into())),
        }
    }

    /// Carries a change out, of which [`Tenant::preview`] told what it makes of the object.
    pub fn put(&mut self, change: &Change, table: Option<Table>) {
        let id = change.id.as_str();
        match table {
            Some(Table::Dn(new)) => {
                let is_it = |dn: &Dn| dn.number == new.number && dn.switch == new.switch;
                put(&mut self.dns, is_it, new.clone());
            }
            Some(Table::Place(new)) => put(&mut self.places, |place| place.name == id, new),
            Some(Table::Agent(new)) => put(&mut self.agents, |agent| agent.id == id, new),
            Some(Table::AgentGroup(new)) => put(&mut self.agent_groups, |group| group.name == id, new),
            Some(Table::PlaceGroup(new)) => put(&mut self.place_groups, |group| group.name == id, new),
            Some(Table::QueueGroup(new)) => put(&mut self.queue_groups, |group| group.name == id, new),
            None => self.remove(change),
        }
    }

    fn remove(&mut self, change: &Change) {
        let id = change.id.as_str();
        match change.object.as_str() {
            "dn" => {
                let Some((number, switch)) = self.split(id) else { return };
                self.dns.retain(|dn| dn.number != number || dn.switch != switch);
            }
            "place" => self.places.retain(|place| place.name != id),
            "agent" => self.agents.retain(|agent| agent.id != id),
            "agent_group" => self.agent_groups.retain(|group| group.name != id),
            "place_group" => self.place_groups.retain(|group| group.name != id),
            "queue_group" => self.queue_groups.retain(|group| group.name != id),
            _ => {}
        }
    }

    /// Number and switch of a DN's id; the switch may be left out where there is just one (contracts part 1).
    fn split(&self, id: &str) -> Option<(Text, Text)> {
        let is_switch = |name: &str| self.sources.iter().any(|source| source.switch == name);
        match id.rsplit_once('@').filter(|(_, switch)| is_switch(switch)) {
            Some((number, switch)) => Some((number.into(), switch.into())),
            None => {
                let first = &self.sources.first()?.switch;
                let is_only = self.sources.iter().all(|source| source.switch == *first);
                is_only.then(|| (id.into(), first.clone()))
            }
        }
    }
}

fn changed<T: Serialize + DeserializeOwned>(
    table: &[T],
    is_it: impl Fn(&T) -> bool,
    identity: &[(&'static str, &str)],
    change: &Change,
    wrap: fn(T) -> Table,
) -> Result<Option<Table>, ChangeError> {
    if change.gone {
        return Ok(None);
    }
    let wrong = |error: serde_json::Error| ChangeError::Keys(error.to_string());
    let mut value = match table.iter().find(|object| is_it(object)) {
        Some(object) => serde_json::to_value(object).map_err(wrong)?,
        None => Value::Object(Default::default()),
    };
    if let Value::Object(keys) = &mut value {
        for (key, id) in identity {
            keys.insert((*key).into(), Value::from(*id));
        }
        for (key, new) in &change.set {
            let is_other = |(known, id): &&(&'static str, &str)| *known == key.as_str() && new != id;
            if let Some((key, _)) = identity.iter().find(is_other) {
                return Err(ChangeError::Identity(key));
            }
            match new {
                Value::Null => keys.remove(key.as_str()),
                new => keys.insert(key.to_string(), new.clone()),
            };
        }
    }
    serde_json::from_value(value).map(wrap).map(Some).map_err(wrong)
}

fn put<T>(table: &mut Vec<T>, is_it: impl Fn(&T) -> bool, new: T) {
    match table.iter_mut().find(|object| is_it(object)) {
        Some(object) => *object = new,
        None => table.push(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(object: &str, id: &str, set: Value) -> Change {
        let set = serde_json::from_value(set).expect("keys");
        Change { object: object.into(), id: id.into(), set, gone: false }
    }

    fn carry_out(tenant: &mut Tenant, change: &Change) -> Result<(), ChangeError> {
        let table = tenant.preview(change)?;
        tenant.put(change, table);
        Ok(())
    }

    fn tenant() -> Tenant {
        let text = "tenant = 'a'\nsource = [{ name = 'p', switch = 'sw' }]\n[[agent]]\nid = 'A1'\nname = 'Ann'\n\
                    skills = { Spanish = 7, French = 1 }";
        Tenant::from_toml(text).expect("a tenant")
    }

    #[test]
    fn each_key_replaces_the_former_value_whole() {
        let mut tenant = tenant();
        let of = |set| change("agent", "A1", set);
        carry_out(&mut tenant, &of(serde_json::json!({"skills": {"Spanish": 3}}))).expect("a good change");
        assert_eq!(tenant.agents[0].skills.len(), 1);
        assert_eq!(tenant.agents[0].name.as_deref(), Some("Ann"));
        carry_out(&mut tenant, &of(serde_json::json!({"name": null}))).expect("a good change");
        assert_eq!(tenant.agents[0].name, None);
    }

    #[test]
    fn objects_come_and_go() {
        let mut tenant = tenant();
        let made = change("dn", "Local/1@x@sw", serde_json::json!({"type": "Extension"}));
        carry_out(&mut tenant, &made).expect("a good change");
        assert_eq!((tenant.dns[0].number.as_str(), tenant.dns[0].switch.as_str()), ("Local/1@x", "sw"));
        carry_out(&mut tenant, &Change { gone: true, ..made }).expect("a good change");
        assert!(tenant.dns.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_and_changes_nothing() {
        let tenant = tenant();
        let before = tenant.clone();
        for (object, id, set, word) in [
            ("agent", "A1", serde_json::json!({"skils": {}}), "skils"),
            ("agent", "A1", serde_json::json!({"id": "A2"}), "id"),
            ("agent", "A1", serde_json::json!({"skills": {"Spanish": "much"}}), "much"),
            ("dn", "9001", serde_json::json!({}), "type"),
            ("source", "p", serde_json::json!({}), "source"),
        ] {
            let error = tenant.preview(&change(object, id, set)).expect_err("a wrong change").to_string();
            assert!(error.contains(word), "{error}");
        }
        assert_eq!(tenant, before);
    }
}
