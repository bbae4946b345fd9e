//! Templates: what a new widget may begin with.

use crate::api::Answer;
use crate::auth::Signed;
use crate::error::Problem;
use crate::settings::kinds;
use crate::state::Shared;
use actix_web::web::Json;
use serde_json::Value;

/// All templates of the tenant, as their documents say them: `{name, title, description, object_types, columns, pending,
/// widget}`.
#[utoipa::path(get, path = "/templates", tag = "boards", responses(
    (status = 200, description = "By name", body = Vec<Object>),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn list(state: Shared, _: Signed) -> Answer<Vec<Value>> {
    let templates = state.ports.documents.list(kinds::TEMPLATE).await?;
    Ok(Json(templates.into_iter().map(|document| document.body).collect()))
}
