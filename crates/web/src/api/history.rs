//! Past values of one cell, for lines.

use crate::api::Answer;
use crate::api::objects::object_type;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::web::{Json, Query};
use model::Object;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use wire::stream::Flags;

/// Points that are answered at once.
const POINTS_MAX: usize = 10_000;

/// Which cell, and when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    /// A column's key.
    definition: String,
    /// The object's id.
    object: String,
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
    let Span { definition, object, from, to, limit } = span.into_inner();
    let mut parts = definition.split('|').skip(1);
    let kind = parts.next().ok_or_else(|| {
        ApiError::bad_request(format!("'{definition}' is no definition"))
            .cure("send a column's 'key' as it stands")
    })?;
    let asked = Object::new(object_type(kind)?, object.as_str());
    if !state.gate.scope(&signed.viewer).await.holds(&asked) {
        return Err(ApiError::not_found(format!("there is no object '{object}' that you may see")));
    }
    let to = to.map_or_else(|| state.ports.clock.now(), Micros);
    let from = from.map_or(to - Micros::from_secs(3_600), Micros);
    let limit = limit.unwrap_or(1_000).min(POINTS_MAX);
    let points = state.ports.history.range(&definition, &asked, from, to, limit).await?;
    let points = points.into_iter().map(|point| (point.at.0, point.value, Flags(point.flags))).collect();
    Ok(Json(Line { definition, object, points }))
}
