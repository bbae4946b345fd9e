//! Signing in and out.

use crate::api::Answer;
use crate::audit::{deeds, note};
use crate::auth::{ADMIN, COOKIE, Signed, Way, check_origin, csrf};
use crate::error::{ApiError, Problem};
use crate::state::{Shared, State};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    user: String,
    password: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Who {
    user: String,
    name: String,
    roles: Vec<String>,
    /// To be sent back in the header `X-CSRF` with every change.
    csrf: String,
}

fn who(token: &str, user: &str, name: &str, roles: &[model::Text]) -> Who {
    let roles = roles.iter().map(ToString::to_string).collect();
    Who { user: user.to_owned(), name: name.to_owned(), roles, csrf: csrf(token) }
}

/// Whether the browser speaks TLS. What a proxy says of the first hop counts only where the settings say that there is one.
pub(super) fn is_secure(request: &HttpRequest, state: &State) -> bool {
    state.settings.tls.is_some() || state.settings.proxies.is_private(request)
}

pub(super) fn cookie(request: &HttpRequest, state: &State, token: String) -> Cookie<'static> {
    let age = Duration::try_from(state.settings.session_max).unwrap_or(Duration::DAY);
    Cookie::build(COOKIE, token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(is_secure(request, state))
        .max_age(age)
        .finish()
}

fn wrong() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "user or password is wrong")
}

/// Signs in: sets the cookie of the session.
#[utoipa::path(post, path = "/session", tag = "session", request_body = Credentials, responses(
    (status = 200, description = "Signed in", body = Who),
    (status = 401, description = "User or password is wrong", body = Problem),
    (status = 403, description = "The account is switched off", body = Problem),
    (status = 429, description = "Too many attempts; see Retry-After", body = Problem)))]
pub(crate) async fn sign_in(
    request: HttpRequest,
    state: Shared,
    given: Json<Credentials>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &state)?;
    if !state.settings.local_accounts {
        return Err(ApiError::forbidden("there are no passwords here")
            .cure("sign in by the authorization service: GET /api/v1/session/begin"));
    }
    let (address, now) = (state.settings.proxies.caller(&request), state.ports.clock.now());
    state.limiter.attempt(&address, &given.user, now).map_err(|seconds| {
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many", "too many attempts")
            .cure(format!("try again in {seconds} s"))
            .retry_after(seconds)
    })?;
    if given.password.len() > crate::auth::PASSWORD_BYTES_MAX {
        return Err(wrong());
    }
    let user = state.users.find(&given.user).await?;
    let stored = user.as_ref().map(|user| user.password.as_str());
    let matches = state.passwords.matches(&given.password, stored).await.map_err(|error| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", error.to_string()).retry_after(2)
    })?;
    // A name that nobody has may be a password in the wrong field: it is written nowhere.
    let named = user.as_ref().map(|user| user.user.clone()).unwrap_or_default();
    let Some(user) = user.filter(|_| matches) else {
        state.limiter.wrong(&address, &given.user, now);
        note(&state, deeds::REFUSED, &named, &named, &address).await;
        tracing::info!(client.address = %address, "a sign-in failed");
        return Err(wrong());
    };
    state.limiter.right(&address, &given.user);
    if user.disabled {
        note(&state, deeds::REFUSED, &named, &named, &address).await;
        return Err(ApiError::new(StatusCode::FORBIDDEN, "switched_off", "this account is switched off")
            .cure("ask an administrator to switch it on"));
    }
    let (name, roles) = (user.name.clone(), user.roles.clone());
    let token = state.sessions.begin(user.user.clone(), name, roles, Way::Account).await?;
    if user.user == ADMIN {
        state.first_password.forget();
    }
    note(&state, deeds::SIGN_IN, &user.user, &user.user, &address).await;
    let who = who(&token, &user.user, &user.name, &user.roles);
    Ok(HttpResponse::Ok().cookie(cookie(&request, &state, token)).json(who))
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "session", responses(
    (status = 200, description = "The session", body = Who),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn read(signed: Signed) -> Answer<Who> {
    let Signed { proof, session, .. } = signed;
    Ok(Json(who(proof.cookie().unwrap_or_default(), &session.user, &session.name, &session.roles)))
}

/// Signs out: the session and its streams end.
#[utoipa::path(delete, path = "/session", tag = "session", responses(
    (status = 204, description = "Signed out"),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn sign_out(
    request: HttpRequest,
    state: Shared,
    signed: Signed,
) -> Result<HttpResponse, ApiError> {
    if let Some(token) = signed.proof.cookie() {
        state.sessions.end(token).await?;
        let (user, address) = (&signed.session.user, state.settings.proxies.caller(&request));
        note(&state, deeds::SIGN_OUT, user, user, &address).await;
    }
    let mut gone = cookie(&request, &state, String::new());
    gone.set_max_age(Duration::ZERO);
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}
