//! Signing in by an authorization service: the browser goes there, and comes back with a code.

use super::session::{cookie, is_secure};
use crate::api::BASE;
use crate::audit::{deeds, note};
use crate::auth::{Known, Way};
use crate::error::{ApiError, Problem};
use crate::state::{Shared, State};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use model::Text;
use ports::identity::{Identity, IdentityError, Person, Returned};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// What a browser keeps while it is away.
const AWAY: &str = "pulse_sign_in";

/// So long a sign-in may take.
const AWAY_MAX: Duration = Duration::minutes(10);

/// Where one wanted to go.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// A path of ours; `/` if absent.
    to: Option<String>,
}

/// What the authorization service sends.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Brought {
    code: Option<String>,
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Away {
    secret: String,
    to: String,
}

/// Only paths of ours: everything else could lead people astray.
fn ours(to: Option<&str>) -> String {
    let path = to.filter(|to| {
        to.starts_with('/')
            && !to.starts_with("//")
            && to.len() <= 1_024
            && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    });
    path.unwrap_or("/").to_owned()
}

fn away(request: &HttpRequest, state: &State, value: String, age: Duration) -> Cookie<'static> {
    // Lax, because the browser comes back from another site.
    Cookie::build(AWAY, value)
        .path(format!("{BASE}/session"))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure(request, state))
        .max_age(age)
        .finish()
}

fn service(state: &State) -> Result<(&dyn Identity, String), ApiError> {
    let none = || {
        ApiError::not_found("there is no authorization service here").cure("see [identity] in the settings")
    };
    let identity = state.ports.identity.as_deref().ok_or_else(none)?;
    let url = state.settings.public_url.as_deref().ok_or_else(none)?;
    Ok((identity, format!("{}{BASE}/session/return", url.trim_end_matches('/'))))
}

fn go(to: impl Into<String>) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::build(StatusCode::SEE_OTHER);
    answer.insert_header((LOCATION, to.into()));
    answer
}

/// Back to the page, with a word that it explains.
fn problem(request: &HttpRequest, state: &State, error: &IdentityError) -> HttpResponse {
    let word = match error {
        IdentityError::Unreachable(_) => "unreachable",
        IdentityError::Refused(_) | IdentityError::NoRole { .. } => "refused",
        IdentityError::Misfit(_) => "misfit",
    };
    tracing::info!(client.address = %state.settings.proxies.caller(request), cause = %error, "a sign-in failed");
    go(format!("/?sign-in={word}")).cookie(away(request, state, String::new(), Duration::ZERO)).finish()
}

/// Sends the browser to the authorization service.
#[utoipa::path(get, path = "/session/begin", tag = "session", params(Wish), responses(
    (status = 303, description = "Go to the service"),
    (status = 404, description = "There is none", body = Problem),
    (status = 429, description = "Too many attempts; see Retry-After", body = Problem)))]
pub(crate) async fn begin(
    request: HttpRequest,
    state: Shared,
    wish: Query<Wish>,
) -> Result<HttpResponse, ApiError> {
    let (identity, back) = service(&state)?;
    let (address, now) = (state.settings.proxies.caller(&request), state.ports.clock.now());
    state.limiter.attempt(&address, "", now).map_err(|seconds| {
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many", "too many attempts")
            .cure(format!("try again in {seconds} s"))
            .retry_after(seconds)
    })?;
    match identity.begin(&back).await {
        Ok(begun) => {
            let kept = Away { secret: begun.secret, to: ours(wish.to.as_deref()) };
            let kept = serde_json::to_vec(&kept).map(hex::encode).unwrap_or_default();
            Ok(go(begun.url).cookie(away(&request, &state, kept, AWAY_MAX)).finish())
        }
        Err(error) => Ok(problem(&request, &state, &error)),
    }
}

/// The browser comes back: the session begins.
#[utoipa::path(get, path = "/session/return", tag = "session", params(Brought), responses(
    (status = 303, description = "Signed in, or back to the sign-in page with a word that says why not"),
    (status = 404, description = "There is no authorization service", body = Problem)))]
pub(crate) async fn finish(
    request: HttpRequest,
    state: Shared,
    brought: Query<Brought>,
) -> Result<HttpResponse, ApiError> {
    let (identity, back) = service(&state)?;
    let kept = request.cookie(AWAY).and_then(|cookie| hex::decode(cookie.value()).ok());
    let kept = kept.and_then(|kept| serde_json::from_slice::<Away>(&kept).ok());
    let brought = brought.into_inner();
    let person = match (kept.as_ref(), brought.code, brought.state) {
        (Some(kept), Some(code), Some(state)) => {
            identity.finish(&back, &kept.secret, &Returned { code, state }).await
        }
        _ => Err(IdentityError::Refused(match brought.error {
            Some(error) => format!("the authorization service said {error:.100}"),
            None => "this sign-in was not begun here, or is too old".to_owned(),
        })),
    };
    let Person { user, name, roles, .. } = match person {
        Ok(person) => person,
        Err(error) => {
            if let IdentityError::NoRole { user } = &error {
                shut_out(&state, user).await?;
                let address = state.settings.proxies.caller(&request);
                note(&state, deeds::REFUSED, user, user, &address).await;
            }
            return Ok(problem(&request, &state, &error));
        }
    };
    let told_at = state.ports.clock.now();
    let known = Known { user: user.clone(), name: name.clone(), roles: roles.clone(), told_at };
    state.people.remember(&known).await?;
    let address = state.settings.proxies.caller(&request);
    note(&state, deeds::SIGN_IN_SERVICE, &user, &user, &address).await;
    let token = state.sessions.begin(user, name, roles, Way::Service).await?;
    let to = kept.map_or_else(|| "/".to_owned(), |kept| ours(Some(&kept.to)));
    let gone = away(&request, &state, String::new(), Duration::ZERO);
    Ok(go(to).cookie(cookie(&request, &state, token)).cookie(gone).finish())
}

/// Whoever has no role any more: their sessions end, and their links lead nowhere while that is so.
async fn shut_out(state: &State, user: &Text) -> Result<(), ApiError> {
    let (roles, told_at) = (Vec::new(), state.ports.clock.now());
    let known = Known { user: user.clone(), name: user.clone(), roles, told_at };
    state.people.remember(&known).await?;
    Ok(state.sessions.end_all_of(user, Way::Service).await?)
}

#[cfg(test)]
mod tests {
    use super::ours;

    #[test]
    fn one_comes_back_to_our_own_pages_only() {
        assert_eq!(ours(Some("/boards/b?x=1")), "/boards/b?x=1");
        for astray in ["//evil.example", "https://evil.example", "evil", "/\\evil.example", "/a\nb", ""] {
            assert_eq!(ours(Some(astray)), "/", "{astray}");
        }
        assert_eq!(ours(None), "/");
    }
}
