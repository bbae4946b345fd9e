//! What events would cause: their records, on a copy of the state, through the brains that the DCU uses.
//!
//! The copy holds what the state books of this door's sources show: logins, agent states, live calls with their
//! start times. States of other sources (a PBX of the same agents) and the past of a call before its present step
//! are not in it.

use model::Text;
use model::item::{Item, What};
use model::record::{Body, Event, Record};
use model::snapshot::Snapshot;
use model::tenant::Tenant;
use model::time::{Micros, seconds_between};
use objects::{Objects, TenantError};
use serde::Serialize;

/// What one event would cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Effects {
    /// Actions of objects, in order.
    actions: Vec<ActionFact>,
    /// Objects that change their status.
    statuses: Vec<StatusFact>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ActionFact {
    object_type: &'static str,
    object: String,
    action: &'static str,
    /// `began`, `ended`, `changed` or `happened`.
    what: &'static str,
    /// How long it took, for what ended or happened with a duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conn_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct StatusFact {
    object_type: &'static str,
    object: String,
    status: &'static str,
}

/// Plays `records` one after the other at `now`, after the states of `pictures`.
pub(crate) fn effects(
    tenant: &Tenant,
    pictures: Vec<(Text, Snapshot)>,
    records: Vec<Record>,
    now: Micros,
) -> Result<Vec<Effects>, TenantError> {
    let mut objects = Objects::new(tenant)?;
    let pictures: Vec<Record> = pictures
        .into_iter()
        .map(|(source, snapshot)| Record {
            epoch: 1,
            seq: 1,
            body: Some(Box::new(Body::Snapshot(snapshot))),
            ..Record::new(source, Event::Snapshot, now)
        })
        .collect();
    objects.step(&pictures, now);
    let mut told = Vec::with_capacity(records.len());
    for (at, mut record) in records.into_iter().enumerate() {
        let step = at as u64 + 1;
        (record.epoch, record.seq) = (1, 1 + step);
        record.received = now + Micros(step as i64);
        let through = record.received;
        let items = objects.step(&[record], through);
        told.push(tell(&objects, &items.items));
        objects.reuse(items);
    }
    Ok(told)
}

fn tell(objects: &Objects, items: &[Item]) -> Effects {
    let mut effects = Effects::default();
    for item in items {
        let Some(object) = objects.directory().object(item.object) else { continue };
        let (object_type, object) = (object.kind.name(), object.id.to_string());
        let (action, what) = match item.what {
            What::Began { action, .. } => (action, "began"),
            What::Ended { action, .. } => (action, "ended"),
            What::Lost { action, .. } => (action, "lost"),
            What::Changed { action, .. } => (action, "changed"),
            What::Happened { action } => (action, "happened"),
            What::Status { to } => {
                effects.statuses.push(StatusFact { object_type, object, status: to.name() });
                continue;
            }
            What::Unseen
            | What::Joined { .. }
            | What::Left { .. }
            | What::Records { .. }
            | What::Validity { .. } => continue,
        };
        let has_duration =
            matches!(item.what, What::Ended { .. } | What::Happened { .. }) && item.start < item.at;
        effects.actions.push(ActionFact {
            object_type,
            object,
            action: action.name(),
            what,
            seconds: has_duration.then(|| seconds_between(item.start, item.at)),
            conn_id: objects.floor.conn_id(item.conn).map(str::to_owned),
        });
    }
    effects
}
