//! Tables as they stood: at the steps that history keeps, of the objects that one may see now.

use crate::api::history::ASLEEP;
use crate::api::objects::PATIENCE;
use crate::error::ApiError;
use crate::state::State;
use actix_web::http::StatusCode;
use actors::web::Replay;
use actors::web::hub::Look;
use model::time::Micros;
use model::{Object, Text};
use ports::demand::Wanted;
use ports::history::Point;
use ports::values::ObjectInfo;
use serde_json::{Value, json};

/// History keeps steps of this length for a day,
const STEP: Micros = Micros::from_secs(10);
const RECENT: Micros = Micros::from_secs(24 * 3_600);
/// and of this length as long as it keeps anything.
const STEP_OLDER: Micros = Micros::from_secs(60);

/// The values of a step are in the store by then.
const SETTLED: Micros = Micros::from_secs(15);

/// Cells of one table.
const CELLS_MAX: usize = 50_000;

/// The step that stands for `asked`: the newest at or before it.
///
/// # Errors
/// Where nothing is kept: ahead of now, or longer ago than `kept`.
pub(crate) fn step(asked: Micros, now: Micros, kept: Micros) -> Result<Micros, ApiError> {
    let out = |message: String, cure: String| {
        ApiError::new(StatusCode::BAD_REQUEST, "out_of_range", message).cure(cure)
    };
    if asked > now {
        return Err(out("'at' lies ahead of now".to_owned(), format!("now is {}", now.0)));
    }
    if asked < now - kept {
        let days = kept.secs() / 86_400;
        let message = format!("'at' is longer ago than values are kept: {days} days");
        return Err(out(message, format!("the oldest that may be there is {}", (now - kept).0)));
    }
    let at = asked.min(now - SETTLED);
    let length = if now - at <= RECENT { STEP } else { STEP_OLDER };
    Ok(Micros(at.0.div_euclid(length.0) * length.0))
}

/// The table as it stood at the step of `asked`: `{at, awake, columns, rows, visible}`.
pub(crate) async fn table(state: &State, look: Look, asked: Micros) -> Result<Value, ApiError> {
    let kept = Micros(i64::try_from(state.settings.history_age_max.as_micros()).unwrap_or(i64::MAX));
    let now = state.ports.clock.now();
    let at = step(asked, now, kept)?;
    // Which rows there are, and what they are called, is as it is now.
    let live = state.hub.ask(look.clone(), PATIENCE).await?;
    let Some(live) = live.snapshot() else { return Err(ApiError::from(runtime::AskError::Gone)) };
    let objects: Vec<ObjectInfo> = live
        .rows
        .iter()
        .map(|row| ObjectInfo {
            object: Object::new(row.object_type, row.object.clone()),
            name: row.name.clone(),
            groups: row.groups.clone(),
        })
        .collect();
    let mut keys: Vec<Text> = look.columns.wanted.iter().map(Wanted::key).collect();
    keys.sort();
    keys.dedup();
    let cells = keys.len() * objects.len();
    if cells > CELLS_MAX {
        let message = format!("{cells} past values at once; at most {CELLS_MAX}");
        return Err(ApiError::bad_request(message).cure("ask for fewer objects or statistics"));
    }
    let (points, awake) = standing(state, &keys, &objects, now - kept, at).await?;
    let Look { query, scope, columns } = look;
    let shared = Replay { query, scope, columns, objects }.table(points, at);
    let Some(table) = shared.snapshot() else { return Err(ApiError::from(runtime::AskError::Gone)) };
    Ok(json!({
        "at": at, "awake": awake, "columns": table.columns, "rows": table.rows, "visible": live.visible
    }))
}

/// What stood at `at`, and whether values were computed then: a cell is kept only when it changes, so where nobody
/// computed, nothing stands.
async fn standing(
    state: &State,
    keys: &[Text],
    objects: &[ObjectInfo],
    oldest: Micros,
    at: Micros,
) -> Result<(Vec<Point>, bool), ApiError> {
    let history = &state.ports.history;
    let cells: Vec<(Text, Object)> =
        keys.iter().flat_map(|key| objects.iter().map(|info| (key.clone(), info.object.clone()))).collect();
    let end = Micros(at.0 + 1);
    let points: Vec<Point> = history.standing(&cells, oldest, end).await?.into_iter().flatten().collect();
    let (awake, everybody) = ports::history::awake();
    let heard = history.range(&awake, &everybody, at - ASLEEP, end, 1).await?;
    let awake = !heard.is_empty() || points.iter().any(|point| at - point.at <= ASLEEP);
    Ok((if awake { points } else { Vec::new() }, awake))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const NOW: i64 = 1_764_000_007;

    fn at(asked: i64) -> Result<i64, ApiError> {
        step(Micros::from_secs(asked), Micros::from_secs(NOW), Micros::from_secs(35 * DAY)).map(Micros::secs)
    }

    #[test]
    fn steps_are_ten_seconds_for_a_day_and_minutes_before() {
        assert_eq!(at(NOW - 3_603), Ok(NOW - 3_607));
        assert_eq!(at(NOW - DAY), Ok((NOW - DAY) / 10 * 10));
        assert_eq!(at(NOW - DAY - 1), Ok((NOW - DAY - 1) / 60 * 60));
    }

    #[test]
    fn the_newest_step_is_one_whose_values_are_stored() {
        assert_eq!(at(NOW), Ok((NOW - 15) / 10 * 10));
        assert_eq!(at(NOW - 1), at(NOW));
    }

    #[test]
    fn ahead_of_now_and_before_everything_there_is_nothing() {
        assert!(at(NOW + 1).is_err());
        assert!(at(NOW - 35 * DAY).is_ok());
        assert!(at(NOW - 35 * DAY - 1).is_err());
    }
}
