//! Pairing: a screen shows a code, an editor types it, and the screen goes on to its boards.
//!
//! The screen's cookie is a secret that only it has. The store knows the secret's hash, and gives a link of that name to
//! whoever types the code: nothing has to be handed to the screen afterwards.

use crate::api::shared;
use crate::api::shares::{self, NewShare, ShareLine};
use crate::auth::{Editor, check_origin, token};
use crate::error::{ApiError, Problem};
use crate::pairing;
use crate::share::{COOKIE, Guest, id_of, keep_as};
use crate::state::{Shared, State};
use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use argon2::password_hash::rand_core::OsRng;
use ports::screens::Offered;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How often a screen that waits asks, in seconds.
const ASK_EVERY_S: u32 = 3;

/// Codes that are tried before another screen's is given up.
const TRIES: usize = 8;

/// The cookie outlives the code by so long, in seconds: a code may be typed at its last moment.
const GRACE_S: i64 = 120;

/// How a screen stands that wants to be paired.
#[derive(Serialize, ToSchema)]
pub(crate) struct Waiting {
    /// It is paired: `GET /shared` tells what it shows.
    paired: bool,
    /// What an editor types: six digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The code ends in so many seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    lives_s: Option<u64>,
    /// Ask so often, in seconds.
    ask_every_s: u32,
}

/// What an editor types, and what the screen then shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pairing {
    /// Six digits; spaces and dashes between them do not matter.
    code: String,
    wall: NewShare,
}

const PAIRED: Waiting = Waiting { paired: true, code: None, lives_s: None, ask_every_s: ASK_EVERY_S };

fn too_many(seconds: u64, message: &str) -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many", message)
        .cure(format!("try again in {seconds} s"))
        .retry_after(seconds)
}

/// Whoever comes with the cookie of a link that leads somewhere.
async fn guest(request: &HttpRequest, state: &State) -> Result<Option<(Guest, String)>, ApiError> {
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(None) };
    let guest = Guest::find(state, cookie.value()).await?;
    Ok(guest.map(|guest| (guest, cookie.value().to_owned())))
}

/// Lets a screen wait to be paired: it is given a code to show, and a cookie by which it is known. One that shows boards
/// already goes on with them.
#[utoipa::path(post, path = "/shared/pairing", tag = "walls", responses(
    (status = 200, description = "It is paired already", body = Waiting),
    (status = 201, description = "It waits, by this code", body = Waiting),
    (status = 429, description = "Too many screens wait, or this address asked too often; see Retry-After", body = Problem)))]
pub(crate) async fn begin(request: HttpRequest, state: Shared) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &state)?;
    if guest(&request, &state).await?.is_some() {
        return Ok(HttpResponse::Ok().json(PAIRED));
    }
    let (address, now, metrics) =
        (state.settings.proxies.caller(&request), state.ports.clock.now(), &state.walls.metrics);
    state.offers.attempt(&address, "screen", now).map_err(|seconds| {
        metrics.code("limited");
        too_many(seconds, "this address asked for too many codes")
    })?;
    // Each code counts, whatever becomes of it.
    state.offers.wrong(&address, "screen", now);
    let (secret, lives) = (token(), state.settings.pairing_lives);
    let wall = id_of(&secret);
    for _ in 0..TRIES {
        let code = pairing::invent(&mut OsRng);
        match state.ports.screens.offer(&code, &wall, lives).await? {
            Offered::Taken => {}
            Offered::Full => break,
            Offered::Kept => {
                metrics.code("offered");
                let kept_s = i64::try_from(lives.as_secs()).unwrap_or(i64::MAX - GRACE_S) + GRACE_S;
                let waiting = Waiting {
                    paired: false,
                    code: Some(code),
                    lives_s: Some(lives.as_secs()),
                    ask_every_s: ASK_EVERY_S,
                };
                let cookie = shared::cookie(&request, &state, secret, kept_s);
                return Ok(HttpResponse::Created().cookie(cookie).json(waiting));
            }
        }
    }
    metrics.code("full");
    Err(too_many(60, "too many screens wait to be paired"))
}

/// Whether the screen was paired meanwhile.
#[utoipa::path(get, path = "/shared/pairing", tag = "walls", responses(
    (status = 200, description = "It was, or it still waits", body = Waiting),
    (status = 401, description = "It never asked for a code", body = Problem)))]
pub(crate) async fn look(request: HttpRequest, state: Shared) -> Result<HttpResponse, ApiError> {
    if request.cookie(COOKIE).is_none() {
        return Err(ApiError::unauthenticated().cure("ask for a code first: POST /api/v1/shared/pairing"));
    }
    let Some((guest, token)) = guest(&request, &state).await? else {
        return Ok(HttpResponse::Ok().json(Waiting { paired: false, ..PAIRED }));
    };
    // Its secret was to live as long as the code; from now on, as long as the wall.
    let cookie = shared::cookie(&request, &state, token, guest.left_s(&state));
    Ok(HttpResponse::Ok().cookie(cookie).json(PAIRED))
}

/// Pairs the screen that shows a code: it goes on by itself to these boards, with the rights of whoever typed the code,
/// and can change nothing. It is a link like any other, but nobody is told its token.
#[utoipa::path(post, path = "/shares/paired", tag = "boards", request_body = Pairing, responses(
    (status = 201, description = "Paired", body = ShareLine),
    (status = 403, description = "Only editors pair screens", body = Problem),
    (status = 404, description = "No screen shows this code, or there is no such board", body = Problem),
    (status = 409, description = "There are too many links", body = Problem),
    (status = 422, description = "Something in it is out of its bounds", body = Problem),
    (status = 429, description = "Too many wrong codes; see Retry-After", body = Problem)))]
pub(crate) async fn pair(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    pairing: Json<Pairing>,
) -> Result<HttpResponse, ApiError> {
    let code = pairing::read(&pairing.code)
        .ok_or_else(|| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_code", "code: six digits"))?;
    let mut share = shares::made(&state, &editor, &pairing.wall).await?;
    share.by_code = true;
    let wall = taken(&request, &state, &editor, &code).await?;
    if let Err(error) = keep_as(&state, &wall, &share).await {
        // The screen waits on, so that the same code can be typed again.
        let _ = state.ports.screens.offer(&code, &wall, state.settings.pairing_lives / 5).await;
        return Err(error.into());
    }
    state.walls.metrics.code("paired");
    let line = shares::only(&state, &wall).await?;
    Ok(HttpResponse::Created().json(line))
}

/// The screen of a code, within the bounds on guessing: by person, by address, and over all of them.
async fn taken(
    request: &HttpRequest,
    state: &State,
    editor: &Editor,
    code: &str,
) -> Result<model::Text, ApiError> {
    let (address, now) = (state.settings.proxies.caller(request), state.ports.clock.now());
    let (user, metrics) = (editor.0.session.user.as_str(), &state.walls.metrics);
    let admitted = state
        .claims
        .attempt("any address", user, now)
        .and_then(|()| state.claims.attempt(&address, "any user", now));
    admitted.map_err(|seconds| {
        metrics.code("limited");
        too_many(seconds, "too many wrong codes")
    })?;
    if let Some(wall) = state.ports.screens.take(code).await? {
        return Ok(wall);
    }
    // A right code later forgives nothing: whoever has a screen of their own could go on guessing.
    state.claims.wrong("any address", user, now);
    state.claims.wrong(&address, "any user", now);
    metrics.code("wrong");
    tracing::info!(client.address = %address, "a code was typed by which no screen waits");
    Err(ApiError::not_found("no screen shows this code")
        .cure("read it off the screen again: a code lives for minutes, and is good for one screen once"))
}
