//! Alerts: open and recent ones of objects that one may see now; acknowledged and put to sleep by people.

use crate::alerts::way_name;
use crate::api::Answer;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::{Shared, State};
use access::Privilege;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Path};
use actors::web::alerts::ALERT;
use alerting::{
    Acknowledged, Alert, Because, Condition, Delivery, NOTE_CHARS_MAX, Phase, SNOOZE_MINUTES,
    SNOOZE_MINUTES_MAX, Severity, Snoozed, Told,
};
use model::Text;
use model::time::Micros;
use ports::StoreError;
use ports::documents::Document;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Alerts that are over and told of.
const RECENT_MAX: usize = 200;

/// Attempts to change an alert that others change at the same time.
const ATTEMPTS: usize = 5;

/// An alert.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertLine {
    id: String,
    /// The rule's id.
    rule: String,
    title: String,
    /// What to do.
    text: String,
    /// `warning`, `critical`.
    #[schema(value_type = String)]
    severity: Severity,
    /// `raised`, `snoozed`, `acknowledged`, `cleared`.
    #[schema(value_type = String)]
    phase: Phase,
    object_type: &'static str,
    object: String,
    /// The object's name.
    name: String,
    /// The definition's key, as history knows it.
    definition: String,
    /// The statistic's title.
    statistic: String,
    unit: String,
    #[schema(value_type = Object)]
    condition: Condition,
    /// µs since 1970.
    raised_at: i64,
    /// A number, or the name of a status.
    #[schema(value_type = Option<Object>)]
    value: Option<Told>,
    /// Since when nothing is known of it (µs since 1970).
    unknown_since: Option<i64>,
    /// µs since 1970.
    cleared_at: Option<i64>,
    /// `well`, `rule_changed`, `not_permitted`, `object_gone`, `forgotten`.
    #[schema(value_type = Option<String>)]
    because: Option<Because>,
    /// `{by, at, note}`.
    #[schema(value_type = Option<Object>)]
    acknowledged: Option<Acknowledged>,
    /// `{by, until}`.
    #[schema(value_type = Option<Object>)]
    snoozed: Option<Snoozed>,
    /// What was told to the rule's webhook: `[{of, state}]`.
    #[schema(value_type = Vec<Object>)]
    deliveries: Vec<Delivery>,
}

/// All alerts that one may see.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertList {
    /// µs since 1970.
    at: i64,
    /// Those that are open: what nobody takes care of first, then by severity, the newest first.
    open: Vec<AlertLine>,
    /// Those that are over, the newest first.
    recent: Vec<AlertLine>,
}

/// What somebody says who takes care.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    /// At most 1000 characters.
    #[serde(default)]
    note: String,
}

/// For how long.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sleep {
    /// 15 if absent; 1 to 1440.
    minutes: Option<u32>,
}

fn line(id: &str, alert: Alert, now: Micros) -> AlertLine {
    AlertLine {
        phase: alert.phase(now),
        id: id.to_owned(),
        rule: alert.rule.to_string(),
        title: alert.title.to_string(),
        text: alert.text.to_string(),
        severity: alert.severity,
        object_type: alert.object.kind.name(),
        object: alert.object.id.to_string(),
        name: alert.name.to_string(),
        definition: alert.definition.to_string(),
        statistic: alert.statistic.to_string(),
        unit: alert.unit.to_string(),
        condition: alert.condition,
        raised_at: alert.raised_at.0,
        value: alert.value,
        unknown_since: alert.unknown_since.map(|at| at.0),
        cleared_at: alert.cleared.as_ref().map(|cleared| cleared.at.0),
        because: alert.cleared.as_ref().map(|cleared| cleared.because),
        acknowledged: alert.acknowledged,
        snoozed: alert.snoozed,
        deliveries: alert.deliveries,
    }
}

/// Whether somebody may know of an alert: of its object now, and of a private rule's only its owner.
async fn visible(state: &State, signed: &Signed) -> impl Fn(&Alert) -> bool + use<> {
    let scope = state.gate.scope(&signed.viewer).await;
    let own =
        Text::from(format!("{}:{}", way_name(signed.session.way), access::user_name(&signed.session.user)));
    move |alert| scope.holds(&alert.object) && alert.only_for.as_ref().is_none_or(|only| *only == own)
}

fn read(document: &Document) -> Option<Alert> {
    serde_json::from_value(document.body.clone()).ok()
}

/// Alerts of objects that one may see now: open ones, and those of the last days.
#[utoipa::path(get, path = "/alerts", tag = "alerts", responses(
    (status = 200, description = "Open and recent", body = AlertList),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn list(state: Shared, signed: Signed) -> Answer<AlertList> {
    let (now, may_see) = (state.ports.clock.now(), visible(&state, &signed).await);
    let (mut open, mut recent) = (Vec::new(), Vec::new());
    for document in state.ports.documents.list(ALERT).await? {
        let Some(alert) = read(&document).filter(&may_see) else { continue };
        let line = line(&document.id, alert, now);
        if line.phase == Phase::Cleared { recent.push(line) } else { open.push(line) }
    }
    open.sort_by_key(|line| (line.phase, std::cmp::Reverse((line.severity, line.raised_at))));
    recent.sort_by_key(|line| std::cmp::Reverse(line.cleared_at));
    recent.truncate(RECENT_MAX);
    Ok(Json(AlertList { at: now.0, open, recent }))
}

/// Changes an open alert that one may see.
async fn change(
    state: &State,
    signed: &Signed,
    id: &str,
    change: impl Fn(&mut Alert, Micros),
) -> Answer<AlertLine> {
    // Screens on walls look on.
    signed.require(Privilege::ManageTabs)?;
    let may_see = visible(state, signed).await;
    let documents = &state.ports.documents;
    for _ in 0..ATTEMPTS {
        let found = documents.get(ALERT, id).await?;
        let found = found.and_then(|document| Some((read(&document).filter(&may_see)?, document)));
        let Some((mut alert, document)) = found else {
            return Err(ApiError::not_found("there is no such alert")
                .cure("it may be over for long, or of an object that you may not see"));
        };
        if !alert.is_open() {
            return Err(ApiError::new(StatusCode::CONFLICT, "over", "the alert is over already"));
        }
        let now = state.ports.clock.now();
        change(&mut alert, now);
        let (changed_by, body) = (signed.session.user.clone(), serde_json::json!(alert));
        match documents.put(Document { body, changed_by, changed_at: now, ..document }).await {
            Ok(_) => return Ok(Json(line(id, alert, now))),
            // Its value is no longer known, or somebody else was quicker: what is there now decides.
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "others change this alert at the same time")
        .retry_after(1))
}

/// Somebody takes care. It no longer sleeps.
#[utoipa::path(post, path = "/alerts/{id}/acknowledge", tag = "alerts", request_body = Note,
    params(("id" = String, Path, description = "The alert")), responses(
    (status = 200, description = "Acknowledged", body = AlertLine),
    (status = 403, description = "Who only looks on acknowledges nothing", body = Problem),
    (status = 404, description = "There is no such alert of an object that one may see", body = Problem),
    (status = 409, description = "It is over", body = Problem),
    (status = 422, description = "The note is too long", body = Problem)))]
pub(crate) async fn acknowledge(
    state: Shared,
    signed: Signed,
    id: Path<String>,
    note: Json<Note>,
) -> Answer<AlertLine> {
    let note = note.note.trim();
    if note.chars().count() > NOTE_CHARS_MAX {
        let message = format!("note: at most {NOTE_CHARS_MAX} characters");
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_note", message));
    }
    let by = signed.session.user.clone();
    change(&state, &signed, &id, |alert, at| {
        alert.acknowledged = Some(Acknowledged { by: by.clone(), at, note: note.into() });
        alert.snoozed = None;
    })
    .await
}

/// Somebody wants to hear of it again, later; whoever took care of it does not any more.
#[utoipa::path(post, path = "/alerts/{id}/snooze", tag = "alerts", request_body = Sleep,
    params(("id" = String, Path, description = "The alert")), responses(
    (status = 200, description = "It sleeps", body = AlertLine),
    (status = 403, description = "Who only looks on puts nothing to sleep", body = Problem),
    (status = 404, description = "There is no such alert of an object that one may see", body = Problem),
    (status = 409, description = "It is over", body = Problem),
    (status = 422, description = "Too long, or not at all", body = Problem)))]
pub(crate) async fn snooze(
    state: Shared,
    signed: Signed,
    id: Path<String>,
    sleep: Json<Sleep>,
) -> Answer<AlertLine> {
    let minutes = sleep.minutes.unwrap_or(SNOOZE_MINUTES);
    if !(1..=SNOOZE_MINUTES_MAX).contains(&minutes) {
        let message = format!("minutes: between 1 and {SNOOZE_MINUTES_MAX}, not {minutes}");
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_minutes", message));
    }
    let by = signed.session.user.clone();
    change(&state, &signed, &id, |alert, now| {
        let until = now + Micros::from_secs(i64::from(minutes) * 60);
        alert.snoozed = Some(Snoozed { by: by.clone(), until });
        alert.acknowledged = None;
    })
    .await
}
