//! The same row with other names, on another day: nothing may depend on either.

use super::row::Row;
use model::Micros;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000_000;

/// The row with every DN, agent, group, place, switch, source and call renamed (in the same order, which ties rest on),
/// and `days` later. Rows that belong to a calendar stay on their day.
pub(crate) fn disguise(row: &Row, days: i64) -> Row {
    let later = if row.dated { 0 } else { days * DAY };
    let names = names(row);
    let shift = |at: Micros| Micros(at.0 + later);
    let mut row = row.clone();
    row.tenant = changed(&row.tenant, &|value| rename(value, &names));
    for record in &mut row.records {
        *record = changed(record, &|value| {
            rename(value, &names);
            postpone(value, later);
        });
    }
    for ask in &mut row.asks {
        ask.object.id = renamed(&ask.object.id, &names).into();
        ask.opened = shift(ask.opened);
        (ask.closed, ask.reopened) = (ask.closed.map(shift), ask.reopened.map(shift));
        let told = ask.told.as_mut();
        for peek in ask.peeks.iter_mut().chain(&mut ask.closings) {
            peek.at = shift(peek.at);
        }
        if let Some((since, told)) = told {
            *since = shift(*since);
            told.iter_mut().for_each(|peek| peek.at = shift(peek.at));
        }
    }
    row
}

/// Old names and new ones. A number may hold any character (contracts, part 1).
fn names(row: &Row) -> BTreeMap<String, String> {
    let tenant = &row.tenant;
    let mut names = BTreeMap::new();
    if tenant.agent_groups.iter().any(|group| group.script.is_some()) {
        // A script names queues and switches in a language of its own.
        return names;
    }
    for dn in &tenant.dns {
        names.insert(dn.number.to_string(), format!("Local/{}@from-queue/n", dn.number));
    }
    for source in &tenant.sources {
        names.insert(source.name.to_string(), format!("quelle {}", source.name));
        names.insert(source.switch.to_string(), format!("anlage-{}", source.switch));
    }
    let groups = tenant.agent_groups.iter().map(|group| &group.name);
    let others = groups
        .chain(tenant.agents.iter().map(|agent| &agent.id))
        .chain(tenant.places.iter().map(|place| &place.name))
        .chain(tenant.place_groups.iter().map(|group| &group.name))
        .chain(tenant.queue_groups.iter().map(|group| &group.name))
        .chain(tenant.campaigns.iter().map(|campaign| &campaign.name))
        .chain(
            tenant
                .campaigns
                .iter()
                .flat_map(|campaign| campaign.groups.iter().chain(&campaign.calling_lists)),
        )
        .chain(tenant.staging_areas.iter().chain(&tenant.workbins).map(|area| &area.name));
    names.extend(others.map(|name| (name.to_string(), format!("Ä {name}"))));
    names
}

fn changed<T: Serialize + DeserializeOwned>(of: &T, change: &dyn Fn(&mut Value)) -> T {
    let mut value = serde_json::to_value(of).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => *text = renamed(text, names),
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, names)),
        Value::Object(keys) => {
            for (key, value) in keys {
                match value {
                    Value::String(text) if key.contains("conn_id") || key == "interaction_id" => {
                        text.insert_str(0, "ruf ")
                    }
                    value => rename(value, names),
                }
            }
        }
        _ => {}
    }
}

fn renamed(text: &str, names: &BTreeMap<String, String>) -> String {
    if let Some(name) = names.get(text) {
        return name.clone();
    }
    let parts = text.rsplit_once('@').map(|(number, switch)| (names.get(number), names.get(switch)));
    match parts {
        Some((Some(number), Some(switch))) => format!("{number}@{switch}"),
        _ => text.to_owned(),
    }
}

/// Whatever looks like a time of our days is one.
fn postpone(value: &mut Value, later: i64) {
    match value {
        Value::Number(number) => {
            if let Some(at) = number.as_i64().filter(|at| *at > 1_000_000_000_000_000) {
                *value = Value::from(at + later);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| postpone(value, later)),
        Value::Object(keys) => keys.values_mut().for_each(|value| postpone(value, later)),
        _ => {}
    }
}
