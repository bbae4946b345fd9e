//! A rule before it is saved: when it would have rung.

use super::{invalid, parse};
use crate::api::objects::PATIENCE;
use crate::api::{Answer, history};
use crate::auth::Editor;
use crate::error::{ApiError, Problem};
use crate::state::{Shared, State};
use actix_web::http::StatusCode;
use actix_web::web::Json;
use actors::web::alerts::Subject;
use actors::web::hub::FindObjects;
use alerting::{Rule, replay};
use model::Text;
use model::time::Micros;
use ports::values::{Flags, ObjectInfo};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use utoipa::ToSchema;

/// A trial goes back so far.
const SPAN_MAX: Micros = Micros::from_secs(7 * 86_400);

/// Objects of one trial.
const OBJECTS_MAX: usize = 200;

/// Points of one object.
const POINTS_MAX: usize = 20_000;

/// Firings that are told one by one.
const FIRINGS_MAX: usize = 200;

/// What was before the span decides how it begins.
const LEAD: Micros = Micros::from_secs(3_600);

/// Values are known for so long after the last minute at which they were computed.
const MINUTE: Micros = Micros::from_secs(60);

/// How long a trial may take; objects that are left by then are left out.
const DEADLINE: Duration = Duration::from_secs(15);

/// What is tried, and on when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trial {
    /// As for `POST /rules`.
    #[schema(value_type = Object)]
    rule: Value,
    /// µs since 1970; a day before `to` if absent. At most seven days before it.
    from: Option<i64>,
    /// µs since 1970; now if absent.
    to: Option<i64>,
}

/// When it would have rung.
#[derive(Serialize, ToSchema)]
pub(crate) struct Outcome {
    /// µs since 1970.
    from: i64,
    /// µs since 1970.
    to: i64,
    /// From when on values are kept at all within the span (µs since 1970); none: none are, as of single agents and of
    /// states.
    since: Option<i64>,
    /// How often it would have rung.
    times: usize,
    /// When and where: the newest first, at most 200.
    firings: Vec<FiringLine>,
    /// Objects on which it was tried.
    objects: usize,
    /// Objects on which it was not: there are too many, or it took too long.
    left_out: usize,
}

/// One time that it would have rung.
#[derive(Serialize, ToSchema)]
pub(crate) struct FiringLine {
    object: String,
    name: String,
    /// µs since 1970.
    raised_at: i64,
    /// µs since 1970; none: it would ring still.
    cleared_at: Option<i64>,
    value: Option<f64>,
}

/// Tries a rule on stored history, at the history's steps (10 s of the last day, a minute before), on objects that one
/// may see. Nothing is stored.
#[utoipa::path(post, path = "/rules/trial", tag = "alerts", request_body = Trial, responses(
    (status = 200, description = "When it would have rung", body = Outcome),
    (status = 403, description = "Only who may make boards makes rules", body = Problem),
    (status = 422, description = "Something in the rule is wrong, or the span is too long", body = Problem),
    (status = 503, description = "Others try rules just now", body = Problem)))]
pub(crate) async fn run(state: Shared, editor: Editor, trial: Json<Trial>) -> Answer<Outcome> {
    let Trial { rule, from, to } = trial.into_inner();
    let (rule, subject) = parse(&state, &rule)?;
    let now = state.ports.clock.now();
    let to = to.map_or(now, Micros).min(now);
    let from = from.map_or(to - Micros::from_secs(86_400), Micros);
    if from >= to || to - from > SPAN_MAX {
        return Err(invalid("from, to: a span of at most seven days that does not lie ahead"));
    }
    let turn = state.trials.try_acquire().map_err(|_| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "others try rules just now").retry_after(2)
    })?;
    let ask = FindObjects {
        kind: rule.object_type,
        search: Text::default(),
        limit: usize::MAX,
        scope: state.gate.scope(&editor.0.viewer).await,
    };
    let found = state.hub.ask(ask, PATIENCE).await?.objects;
    let meant: Vec<ObjectInfo> = found.into_iter().filter(|info| rule.means(&info.object)).collect();
    let outcome = play(&state, &rule, &subject, meant, (from, to)).await;
    drop(turn);
    Ok(Json(outcome?))
}

async fn play(
    state: &State,
    rule: &Rule,
    subject: &Subject,
    meant: Vec<ObjectInfo>,
    (from, to): (Micros, Micros),
) -> Result<Outcome, ApiError> {
    let until = state.ports.clock.instant() + DEADLINE;
    let begin = from - LEAD - Micros::from_secs(i64::from(rule.for_s));
    let awake = history::awake(state, begin, to, POINTS_MAX).await?;
    let end = awake.last().map_or(begin, |last| (*last + MINUTE).min(to));
    let (count, mut objects) = (meant.len(), 0);
    let (mut firings, mut since): (Vec<FiringLine>, Option<Micros>) = (Vec::new(), None);
    for info in meant.into_iter().take(OBJECTS_MAX) {
        if state.ports.clock.instant() >= until {
            break;
        }
        let span = (begin, to);
        let dots = history::past(state, &subject.key, &info.object, &awake, span, POINTS_MAX).await?;
        objects += 1;
        if let Some((first, ..)) = dots.first() {
            let first = Micros(*first).max(from);
            since = Some(since.map_or(first, |since| since.min(first)));
        }
        let doubtful = |flags: u8| {
            [Flags::EMPTY, Flags::INVALID, Flags::STALE].into_iter().any(|flag| Flags(flags).has(flag))
        };
        let values =
            dots.into_iter().map(|(at, value, flags)| (Micros(at), value.filter(|_| !doubtful(flags.0))));
        let rung = replay(rule, &info.object, values, from, end);
        firings.extend(rung.into_iter().map(|firing| FiringLine {
            object: info.object.id.to_string(),
            name: info.name.to_string(),
            raised_at: firing.raised_at.0,
            cleared_at: firing.cleared_at.map(|at| at.0),
            value: firing.value,
        }));
    }
    firings.sort_by_key(|firing| std::cmp::Reverse(firing.raised_at));
    let times = firings.len();
    firings.truncate(FIRINGS_MAX);
    let since = since.map(|since| since.0);
    Ok(Outcome { from: from.0, to: to.0, since, times, firings, objects, left_out: count - objects })
}
