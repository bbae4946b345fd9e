//! Words of records and snapshots as brains understand them.

use crate::device::{AgentMode, CallKind, Leg, Parting};
use crate::stamp::{Data, Stamp};
use model::Text;
use model::item::Attached;
use model::record::{CallState, CallType, Event, Record, Role, WorkMode};
use model::time::Micros;
use std::sync::Arc;

/// Kinds of records that this version only counts.
pub(super) fn is_unhandled(event: &Event) -> bool {
    use Event as E;
    matches!(
        event,
        E::Snapshot | E::Gap | E::ExternalServiceRequested | E::ExternalServiceResponded | E::CustomReporting
    )
}

/// Takes over what a record tells.
pub(super) fn learn_text(known: &mut Option<Text>, told: &Option<Text>) {
    if told.is_some() {
        known.clone_from(told);
    }
}

/// The kind of call.
pub(super) fn call_kind(kind: &CallType) -> CallKind {
    match kind {
        CallType::Internal => CallKind::Internal,
        CallType::Inbound => CallKind::Inbound,
        CallType::Outbound => CallKind::Outbound,
        CallType::Consult => CallKind::Consult,
        CallType::Unknown | CallType::Other(_) => CallKind::Unknown,
    }
}

/// Whether the role is that of the caller, where it tells.
pub(super) fn originated(role: Option<&Role>) -> Option<bool> {
    match role? {
        Role::Origination => Some(true),
        Role::Destination => Some(false),
        _ => None,
    }
}

/// What the record says about the leg that it begins or answers.
pub(super) fn leg(record: &Record) -> Leg {
    Leg {
        kind: record.call_type.as_ref().map(call_kind),
        originated: originated(record.rare.as_ref().and_then(|rare| rare.this_dn_role.as_ref())),
        transferred: record.call_state == Some(CallState::Transferred),
        synthetic: record.synthetic,
    }
}

/// How the record says that a leg ended or changed.
pub(super) fn parting(record: &Record) -> Parting {
    if record.reason.as_deref() == Some("answered_elsewhere") {
        return Parting::AnsweredElsewhere;
    }
    match &record.call_state {
        None | Some(CallState::Ok | CallState::Abandoned) => Parting::HungUp,
        Some(CallState::Transferred) => Parting::Transferred,
        Some(CallState::Conferenced) => Parting::Conferenced,
        Some(_) => Parting::Failed,
    }
}

/// The state that a registration or a snapshot tells; `None` tells nothing.
pub(super) fn agent_mode(state: Option<&str>, mode: Option<&WorkMode>) -> Option<AgentMode> {
    let acw = mode == Some(&WorkMode::AfterCallWork);
    match state {
        Some("AfterCallWork") => Some(AgentMode::AfterCallWork),
        Some("NotReady") if acw => Some(AgentMode::AfterCallWork),
        Some("NotReady") => Some(AgentMode::NotReady),
        Some("Ready") => Some(AgentMode::Ready),
        _ => match mode? {
            WorkMode::AfterCallWork => Some(AgentMode::AfterCallWork),
            WorkMode::AuxWork | WorkMode::WalkAway => Some(AgentMode::NotReady),
            WorkMode::ManualIn | WorkMode::AutoIn | WorkMode::ReturnBack => Some(AgentMode::Ready),
            _ => None,
        },
    }
}

/// Reasons (and the switch's extensions) of an agent's record: they replace the former, absent = none.
pub(super) fn reasons(record: &Record) -> Data {
    let extensions = record.rare.as_ref().and_then(|rare| rare.extensions.as_ref());
    if record.reasons.is_none() && extensions.is_none() {
        return None;
    }
    Some(Arc::new(Attached {
        reasons: record.reasons.as_deref().cloned().map(Arc::new),
        extensions: extensions.cloned().map(Arc::new),
        ..Attached::default()
    }))
}

/// What a user event carries: everything of its own, and nothing of a call's (rule A-12, statistics 4.6).
pub(super) fn of_user_event(record: &Record, this_queue: Option<Text>) -> Data {
    let rare = record.rare.as_deref();
    let text = |pick: fn(&model::record::Rare) -> &Option<Text>| rare.and_then(|rare| pick(rare).clone());
    Some(Arc::new(Attached {
        reasons: record.reasons.as_deref().cloned().map(Arc::new),
        user_data: record.user_data.as_deref().cloned().map(Arc::new),
        extensions: rare.and_then(|rare| rare.extensions.clone()).map(Arc::new),
        this_queue,
        ani: text(|rare| &rare.ani),
        dnis: text(|rare| &rare.dnis),
        customer_id: text(|rare| &rare.customer_id),
        media_type: text(|rare| &rare.media_type),
        treatment_type: text(|rare| &rare.treatment_type),
    }))
}

/// Adds what belongs to this record alone.
pub(super) fn with_own(data: Data, record: &Record) -> Data {
    let rare = record.rare.as_deref();
    let extensions = rare.and_then(|rare| rare.extensions.as_ref());
    let treatment_type = rare.and_then(|rare| rare.treatment_type.as_ref());
    if record.reasons.is_none() && extensions.is_none() && treatment_type.is_none() {
        return data;
    }
    let mut own = data.as_deref().cloned().unwrap_or_default();
    own.reasons = record.reasons.as_deref().cloned().map(Arc::new);
    own.extensions = extensions.cloned().map(Arc::new);
    own.treatment_type = treatment_type.cloned();
    Some(Arc::new(own))
}

/// The earlier of a told time and now: snapshot times are clamped to the return (rule Q-10).
pub(super) fn clamped(told: Micros, stamp: Stamp) -> Micros {
    told.min(stamp.at)
}
