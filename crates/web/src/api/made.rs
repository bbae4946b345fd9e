//! What made a number: the calls and events behind a value, read again from the journal. Of members and agents whom the
//! viewer may not see it is told only that somebody is there; callers' numbers and user data are not told at all.

use crate::api::Answer;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Query};
use model::{Micros, Object};
use ports::demand::Wanted;
use ports::grants::Scope;
use ports::questions::{self, ITEMS_MAX, Made, Question, Reply};
use ports::values::Flags;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Whoever reads the journal gives up before.
const PATIENCE: Duration = Duration::from_secs(45);

/// Items, if nothing else is asked for.
const ITEMS: usize = 100;

/// Which value.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// A column's key.
    definition: String,
    /// The object's id.
    object: String,
    /// The event time (µs since 1970) for which the number was shown: the table's `at`.
    at: i64,
    /// The number that was shown: the answer tells whether it is the one that was found.
    shown: Option<f64>,
    /// So many of the newest items are known already.
    skip: Option<usize>,
    /// At most so many items (100, at most 200).
    limit: Option<usize>,
}

/// A value, what made it, and what that comes to by the rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeOf {
    definition: String,
    object: String,
    /// As of when (µs since 1970); before what was asked for only where values have not come so far.
    at: i64,
    /// The time that the value is about (µs since 1970).
    from: i64,
    /// µs since 1970.
    until: i64,
    /// The rule, by its category: `TotalNumber`, `AverageTime`, `RelativeNumberPercentage` ...
    rule: String,
    /// The rule's range of seconds, from and up to, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Option<i64>>>)]
    range: Option<(i64, Option<i64>)>,
    /// The value, computed again; none of states.
    value: Option<f64>,
    /// The status, of states.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Nothing adds up to anything: what is shown is a placeholder.
    empty: bool,
    /// What the items come to by the rule; none of states.
    folded: Option<f64>,
    /// The items come to the value, and that is the number that was shown.
    agrees: bool,
    /// When the first record was received that the journal still has (µs since 1970).
    journal_from: i64,
    /// The journal does not reach back to `from`: items are missing, and the rest is not the whole.
    is_short: bool,
    /// Items in all.
    total: usize,
    /// Sums over all items that count for the value itself.
    main: MadeSums,
    /// Sums over all items to which it is set in relation.
    rel: MadeSums,
    /// The newest first.
    items: Vec<MadeItem>,
}

/// Sums over items.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeSums {
    /// How many; each call once, where the rule tells calls apart.
    count: i64,
    seconds: i64,
    longest: Option<i64>,
    shortest: Option<i64>,
    /// How many lie in the rule's range.
    in_range: i64,
}

/// One item.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeItem {
    /// The action or the status.
    what: String,
    /// `Inbound`, `Outbound`, `Internal` ...
    #[serde(skip_serializing_if = "Option::is_none")]
    call_type: Option<String>,
    /// The call's connection id.
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<String>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<MadeWho>,
    /// The agent who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<MadeWho>,
    /// µs since 1970.
    begun: i64,
    /// µs since 1970; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<i64>,
    /// That count.
    seconds: i64,
    /// Counts for the value itself.
    main: bool,
    /// Counts for what that is set in relation to.
    rel: bool,
    in_range: bool,
    /// What the statistic's formula makes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    /// The records that caused it.
    records: Vec<MadeRecord>,
}

/// Somebody or something; without an id where one may not see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeWho {
    object_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
}

/// An event record.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeRecord {
    source: String,
    epoch: u64,
    seq: u64,
    /// The source's own time (µs since 1970).
    time: i64,
    /// When it was received (µs since 1970).
    received: i64,
    event: String,
}

/// What made the value of a cell that one may see.
#[utoipa::path(get, path = "/values/made", tag = "values", params(Asked), responses(
    (status = 200, description = "The value with what made it, newest first", body = MadeOf),
    (status = 400, description = "The definition can't be read, or nothing adds up to such values", body = Problem),
    (status = 404, description = "There is no such object, it may not be seen, or it had no value then", body = Problem),
    (status = 501, description = "In this deployment nobody answers such questions", body = Problem),
    (status = 503, description = "`busy`: others ask just now. `too_much`: the journal is too long. `unavailable`: it \
        could not be read", body = Problem)))]
pub(crate) async fn read(state: Shared, signed: Signed, asked: Query<Asked>) -> Answer<MadeOf> {
    let Asked { definition, object, at, shown, skip, limit } = asked.into_inner();
    let wanted = Wanted::of_key(&definition).ok_or_else(|| {
        ApiError::bad_request(format!("'{definition}' is no definition"))
            .cure("send a column's 'key' as it stands; of a formula, ask for the columns that it is made of")
    })?;
    let cell = Object::new(wanted.object_type, object.as_str());
    if !state.gate.scope(&signed.viewer).await.holds(&cell) {
        return Err(ApiError::not_found("there is no such object that you may see"));
    }
    let take = limit.unwrap_or(ITEMS).min(ITEMS_MAX);
    let (object_asked, skip) = (cell.clone(), skip.unwrap_or_default());
    let asked = questions::MadeOf { wanted, object: object_asked, at: Micros(at), skip, take };
    let reply = tokio::time::timeout(PATIENCE, state.ports.questions.ask(Question::Made(asked))).await;
    let reply = reply.unwrap_or_else(|_| Ok(Reply::TooMuch("no answer came in time".into())))?;
    let made = made(reply)?;
    // What may be seen may have changed while the journal was read.
    let scope = state.gate.scope(&signed.viewer).await;
    if !scope.holds(&cell) {
        return Err(ApiError::not_found("there is no such object that you may see"));
    }
    Ok(Json(line(definition, object, shown, made, &scope)))
}

fn made(reply: Reply) -> Result<Made, ApiError> {
    let unavailable = |code, message: &str| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code, message);
    match reply {
        Reply::Made(made) => Ok(*made),
        Reply::NoValue => Err(ApiError::new(StatusCode::NOT_FOUND, "no_value", "there was no value then")),
        Reply::Refused(cause) => Err(ApiError::new(StatusCode::BAD_REQUEST, "refused", cause.as_str())),
        Reply::Busy => Err(unavailable("busy", "others ask what made a number just now").retry_after(3)),
        Reply::TooMuch(cause) => Err(unavailable("too_much", &cause)),
        Reply::Failed(cause) => {
            tracing::warn!(%cause, "what made a value could not be found out");
            Err(unavailable("unavailable", &cause).retry_after(3))
        }
        Reply::Waiting(_) => {
            tracing::error!("who waits was answered to a question about a value");
            Err(unavailable("unavailable", "the answer was one to another question"))
        }
        Reply::Unanswered => {
            let message = "in this deployment nobody can tell what made a number";
            Err(ApiError::new(StatusCode::NOT_IMPLEMENTED, "not_available", message))
        }
    }
}

fn line(definition: String, object: String, shown: Option<f64>, made: Made, scope: &Scope) -> MadeOf {
    let folds = made.folded == made.value && made.folded_status == made.status;
    MadeOf {
        definition,
        object,
        at: made.at.0,
        from: made.from.0,
        until: made.until.0,
        rule: made.category.to_string(),
        range: made.range,
        value: made.value,
        status: made.status.map(|status| status.to_string()),
        empty: Flags(made.flags).has(Flags::EMPTY),
        folded: made.folded,
        agrees: folds && shown.is_none_or(|shown| made.value.is_some_and(|value| is_same(value, shown))),
        journal_from: made.journal_from.0,
        is_short: made.is_short,
        total: made.total,
        main: sums(made.main),
        rel: sums(made.rel),
        items: made.items.into_iter().map(|one| item(one, scope)).collect(),
    }
}

/// Whoever sends a number back may have lost its last binary digit on the way.
fn is_same(value: f64, shown: f64) -> bool {
    (value - shown).abs() <= 1e-12 * value.abs().max(1.0)
}

fn sums(tally: questions::Tally) -> MadeSums {
    let questions::Tally { count, seconds, longest, shortest, in_range } = tally;
    MadeSums { count, seconds, longest, shortest, in_range }
}

fn item(one: questions::Item, scope: &Scope) -> MadeItem {
    let who = |object: Object| MadeWho {
        object_type: object.kind.name(),
        object: scope.holds(&object).then(|| object.id.to_string()),
    };
    let told = |told: questions::Told| MadeRecord {
        source: told.cause.source.to_string(),
        epoch: told.cause.epoch,
        seq: told.cause.seq,
        time: told.time.0,
        received: told.received.0,
        event: told.event.to_string(),
    };
    MadeItem {
        what: one.what.to_string(),
        call_type: one.call_type.map(|kind| kind.to_string()),
        call: one.conn_id.map(|call| call.to_string()),
        of: one.of.map(who),
        by: one.by.map(who),
        begun: one.begun.0,
        ended: one.ended.map(|ended| ended.0),
        seconds: one.seconds,
        main: one.main,
        rel: one.rel,
        in_range: one.in_range,
        value: one.value,
        records: one.records.into_iter().map(told).collect(),
    }
}
