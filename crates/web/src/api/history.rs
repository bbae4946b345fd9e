//! Past values of one cell, for lines.

use crate::api::Answer;
use crate::api::objects::object_type;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::{Shared, State};
use actix_web::web::{Json, Query};
use model::Object;
use model::time::Micros;
use ports::grants::Viewer;
use ports::history::Point;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::stream::Flags;

/// Points that are answered at once.
const POINTS_MAX: usize = 10_000;
/// Minutes without a computed value that are worth an interruption.
pub(crate) const ASLEEP: Micros = Micros::from_secs(150);

/// Which cell, and when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    /// A column's key.
    pub(crate) definition: String,
    /// The object's id.
    pub(crate) object: String,
    /// µs since 1970; an hour before `to` if absent.
    from: Option<i64>,
    /// µs since 1970, not included; now if absent.
    to: Option<i64>,
    /// At most so many, the newest (1000, at most 10000).
    limit: Option<usize>,
}

/// Past values of a cell.
#[derive(Serialize, ToSchema)]
pub(crate) struct Line {
    definition: String,
    object: String,
    /// `[at, value or null, flags]`, oldest first.
    #[schema(value_type = Vec<Vec<Object>>)]
    points: Vec<(i64, Option<f64>, Flags)>,
}

/// Past values of a cell that one may see.
#[utoipa::path(get, path = "/history", tag = "values", params(Span), responses(
    (status = 200, description = "Oldest first", body = Line),
    (status = 400, description = "The definition can't be read", body = Problem),
    (status = 404, description = "There is no such object, or it may not be seen", body = Problem)))]
pub(crate) async fn read(state: Shared, signed: Signed, span: Query<Span>) -> Answer<Line> {
    answer(&state, &signed.viewer, span.into_inner()).await
}

/// The past values of a cell, if `viewer` may see its object.
pub(crate) async fn answer(state: &State, viewer: &Viewer, span: Span) -> Answer<Line> {
    let Span { definition, object, from, to, limit } = span;
    let mut parts = definition.split('|').skip(1);
    let kind = parts.next().ok_or_else(|| {
        ApiError::bad_request(format!("'{definition}' is no definition"))
            .cure("send a column's 'key' as it stands")
    })?;
    let asked = Object::new(object_type(kind)?, object.as_str());
    if !state.gate.scope(viewer).await.holds(&asked) {
        return Err(ApiError::not_found("there is no such object that you may see"));
    }
    let to = to.map_or_else(|| state.ports.clock.now(), Micros);
    let from = from.map_or(to - Micros::from_secs(3_600), Micros);
    let limit = limit.unwrap_or(1_000).min(POINTS_MAX);
    let awake = awake(state, from, to, POINTS_MAX).await?;
    let mut points = past(state, &definition, &asked, &awake, (from, to), limit).await?;
    points.drain(..points.len().saturating_sub(limit));
    Ok(Json(Line { definition, object, points }))
}

/// When values were computed at all.
pub(crate) async fn awake(
    state: &State,
    from: Micros,
    to: Micros,
    limit: usize,
) -> Result<Vec<Micros>, ApiError> {
    let (awake, everybody) = ports::history::awake();
    let awake = state.ports.history.range(&awake, &everybody, from, to, limit).await?;
    Ok(awake.into_iter().map(|point| point.at).collect())
}

/// The line of a cell, which may be told to whoever may see its object.
pub(crate) async fn past(
    state: &State,
    definition: &str,
    object: &Object,
    awake: &[Micros],
    (from, to): (Micros, Micros),
    limit: usize,
) -> Result<Vec<Dot>, ApiError> {
    let history = &state.ports.history;
    let mut points = history.range(definition, object, Micros::ZERO, from, 1).await?;
    points.extend(history.range(definition, object, from, to, limit).await?);
    Ok(drawn(&points, awake, from))
}

/// A point of a line: µs since 1970, value, flags.
pub(crate) type Dot = (i64, Option<f64>, Flags);

/// The line of a cell that was kept only when it changed: its value stands at each minute at which values were
/// computed, and where none were for longer, a point without a value interrupts it.
fn drawn(points: &[Point], awake: &[Micros], from: Micros) -> Vec<Dot> {
    let mut line: Vec<Dot> = Vec::with_capacity(points.len() + awake.len());
    let mut standing: Option<&Point> = None;
    let mut awake = awake.iter().copied().peekable();
    let mut heard = from;
    let mut stand_until = |line: &mut Vec<Dot>, standing: Option<&Point>, end: Micros| {
        let Some(point) = standing else { return };
        while let Some(minute) = awake.next_if(|minute| *minute < end) {
            if minute <= point.at {
                continue;
            }
            let last = heard.max(point.at);
            if minute - last > ASLEEP {
                line.push((last.0 + 1, None, Flags::default()));
            }
            line.push((minute.0, point.value, Flags(point.flags)));
            heard = minute;
        }
    };
    for point in points {
        stand_until(&mut line, standing, point.at);
        if point.at >= from {
            line.push((point.at.0, point.value, Flags(point.flags)));
        }
        standing = Some(point);
    }
    stand_until(&mut line, standing, Micros::MAX);
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ObjectType;

    const MINUTE: i64 = 60_000_000;

    fn changed(minute: f64, value: f64) -> Point {
        Point {
            definition: "entered".into(),
            object: Object::new(ObjectType::Queue, "9001@sw"),
            at: Micros((minute * MINUTE as f64) as i64),
            value: Some(value),
            flags: 0,
        }
    }

    fn line(points: &[Point], awake: &[i64], from: i64) -> Vec<(f64, Option<f64>)> {
        let awake: Vec<_> = awake.iter().map(|minute| Micros(minute * MINUTE)).collect();
        let dots = drawn(points, &awake, Micros(from * MINUTE));
        dots.into_iter().map(|(at, value, _)| ((at / 1_000_000) as f64 / 60.0, value)).collect()
    }

    #[test]
    fn a_value_stands_until_it_changes() {
        let points = [changed(1.0, 3.0), changed(3.5, 4.0)];
        let told = line(&points, &[1, 2, 3, 4, 5], 0);
        let values = [(1.0, 3.0), (2.0, 3.0), (3.0, 3.0), (3.5, 4.0), (4.0, 4.0), (5.0, 4.0)];
        assert_eq!(told, values.map(|(at, value)| (at, Some(value))));
    }

    #[test]
    fn what_stood_before_the_span_stands_in_it() {
        assert_eq!(line(&[changed(1.0, 3.0)], &[10, 11], 10), [(10.0, Some(3.0)), (11.0, Some(3.0))]);
    }

    #[test]
    fn a_system_that_slept_interrupts_the_line() {
        let told = line(&[changed(1.0, 3.0)], &[1, 2, 30], 0);
        assert_eq!(told, [(1.0, Some(3.0)), (2.0, Some(3.0)), (2.0, None), (30.0, Some(3.0))]);
    }

    #[test]
    fn nothing_known_is_nothing_drawn() {
        assert!(line(&[], &[1, 2, 3], 0).is_empty());
    }
}
