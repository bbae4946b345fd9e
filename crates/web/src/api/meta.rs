//! What the pages must know before anybody signs in.

use crate::api::Answer;
use crate::state::Shared;
use crate::widgets::{Activation, word};
use actix_web::web::Json;
use actors::web::boards::Kind;
use serde::Serialize;
use utoipa::ToSchema;

/// About this installation.
#[derive(Serialize, ToSchema)]
pub(crate) struct Meta {
    product: &'static str,
    version: String,
    tenant: String,
    /// IANA name.
    time_zone: String,
    /// The values come from the demo contact centre.
    demo: bool,
    /// How one signs in.
    sign_in: SignIn,
    /// Changes with the pages: one of another build is out of date.
    build: &'static str,
    /// Origins whose pages boards may show.
    frames: Vec<String>,
    /// Kinds of widgets that are off: they show nothing.
    widgets_off: Vec<String>,
    /// Past values are kept for so many seconds.
    history_seconds: u64,
    /// The server's time in µs since 1970.
    now: i64,
}

/// How one signs in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignIn {
    /// With name and password, `POST /session`.
    local: bool,
    /// By an authorization service of that name: the browser goes to `/api/v1/session/begin`.
    service: Option<String>,
}

/// About this installation.
#[utoipa::path(get, path = "/meta", tag = "meta", responses((status = 200, description = "About it", body = Meta)))]
pub(crate) async fn read(state: Shared) -> Answer<Meta> {
    let settings = &state.settings;
    // The pages begin also where the store does not answer.
    let (activation, _) = Activation::of(&state).await.unwrap_or_default();
    Ok(Json(Meta {
        product: "Pulse",
        version: settings.version.to_string(),
        tenant: settings.tenant.to_string(),
        time_zone: settings.time_zone.to_string(),
        demo: settings.demo,
        sign_in: SignIn {
            local: settings.local_accounts,
            service: state.ports.identity.as_ref().map(|identity| identity.label().to_string()),
        },
        build: crate::pages::build(),
        frames: settings.frame_origins.clone(),
        widgets_off: Kind::ALL.into_iter().filter(|kind| activation.is_off(*kind)).map(word).collect(),
        history_seconds: settings.history_age_max.as_secs(),
        now: state.ports.clock.now().0,
    }))
}
