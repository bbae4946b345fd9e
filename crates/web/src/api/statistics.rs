//! The library of statistics.

use crate::api::Answer;
use crate::auth::Signed;
use crate::error::Problem;
use crate::state::Shared;
use actix_web::web::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// One statistic of the library.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatisticLine {
    name: String,
    title: String,
    /// What it means.
    words: String,
    /// `count`, `seconds`, `percent`, `status`, `number`.
    unit: String,
    category: String,
    object_types: Vec<&'static str>,
}

/// The library of statistics.
#[utoipa::path(get, path = "/statistics", tag = "values", responses(
    (status = 200, description = "By name", body = Vec<StatisticLine>),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn list(state: Shared, _: Signed) -> Answer<Vec<StatisticLine>> {
    let line = |stat: &actors::web::StatInfo| StatisticLine {
        name: stat.name.to_string(),
        title: stat.title.to_string(),
        words: stat.words.to_string(),
        unit: stat.unit.to_string(),
        category: stat.category.to_string(),
        object_types: stat.object_types.iter().map(|kind| kind.name()).collect(),
    };
    Ok(Json(state.ports.library.all().map(line).collect()))
}
