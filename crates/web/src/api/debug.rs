//! What administrators ask when something is odd.

use crate::auth::Admin;
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::HttpResponse;

/// Kinds of actors: how many live, restarts, refusals.
#[utoipa::path(get, path = "/debug/actors", tag = "debug", responses(
    (status = 200, description = "By kind", body = Object),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn actors(state: Shared, _: Admin) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(state.ports.census.report()))
}
