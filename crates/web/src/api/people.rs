//! People who signed in by the authorization service, for administrators: who they are, and how they are shut out here.

use crate::api::Answer;
use crate::api::users::{Presence, presences};
use crate::audit::{deeds, note};
use crate::auth::{Admin, Known, Way};
use crate::error::{ApiError, Problem};
use crate::share;
use crate::state::Shared;
use actix_web::HttpResponse;
use actix_web::web::{Json, Path};
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody whom the authorization service knows.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonLine {
    user: String,
    name: String,
    /// As the service told at the last sign-in; none: it lets them do nothing any more.
    roles: Vec<String>,
    /// When that was: µs since 1970.
    signed_in_at: i64,
    #[serde(flatten)]
    presence: Presence,
}

fn line(known: Known, presence: Presence) -> PersonLine {
    PersonLine {
        presence,
        user: known.user.to_string(),
        name: known.name.to_string(),
        roles: known.roles.iter().map(ToString::to_string).collect(),
        signed_in_at: known.told_at.0,
    }
}

/// Who has signed in by the authorization service.
#[utoipa::path(get, path = "/people", tag = "users", responses(
    (status = 200, description = "By name", body = Vec<PersonLine>),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn list(state: Shared, _: Admin) -> Answer<Vec<PersonLine>> {
    let mut present = presences(&state, Way::Service).await?;
    let people = state.people.all().await?.into_iter();
    Ok(Json(
        people
            .map(|known| (present.remove(&known.user).unwrap_or_default(), known))
            .map(|(presence, known)| line(known, presence))
            .collect(),
    ))
}

/// Forgets somebody: their sessions end, the links that they made are taken back, and their rules are removed. Whether
/// they may sign in again, the authorization service decides.
#[utoipa::path(delete, path = "/people/{user}", tag = "users",
    params(("user" = String, Path, description = "The user, as the service names them")), responses(
    (status = 204, description = "Forgotten"),
    (status = 404, description = "Nobody of that name has signed in", body = Problem)))]
pub(crate) async fn remove(
    state: Shared,
    admin: Admin,
    user: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let by = &admin.0.session.user;
    let was_known = state.people.forget(&user, by).await?;
    state.sessions.end_all_of(&user, Way::Service).await?;
    let taken_back = share::take_back_all_of(&state, &user, Way::Service, by).await?;
    let removed = crate::alerts::remove_rules_of(&state, &user, Way::Service, by).await?;
    if !was_known && taken_back + removed == 0 {
        return Err(ApiError::not_found("nobody of that name has signed in"));
    }
    note(&state, deeds::FORGOTTEN, &user, by, "").await;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all sessions of somebody. Whether they may sign in again, the authorization service decides.
#[utoipa::path(delete, path = "/people/{user}/sessions", tag = "users",
    params(("user" = String, Path, description = "The user, as the service names them")), responses(
    (status = 204, description = "They are signed out everywhere"),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn sign_out(
    state: Shared,
    admin: Admin,
    user: Path<String>,
) -> Result<HttpResponse, ApiError> {
    state.sessions.end_all_of(&user, Way::Service).await?;
    note(&state, deeds::SIGNED_OUT, &user, &admin.0.session.user, "").await;
    Ok(HttpResponse::NoContent().finish())
}
