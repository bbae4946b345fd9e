//! What the pages must know before anybody signs in.

use crate::api::Answer;
use crate::state::Shared;
use actix_web::web::Json;
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
    /// The server's time in µs since 1970.
    now: i64,
}

/// About this installation.
#[utoipa::path(get, path = "/meta", tag = "meta", responses((status = 200, description = "About it", body = Meta)))]
pub(crate) async fn read(state: Shared) -> Answer<Meta> {
    let settings = &state.settings;
    Ok(Json(Meta {
        product: "Pulse",
        version: settings.version.to_string(),
        tenant: settings.tenant.to_string(),
        time_zone: settings.time_zone.to_string(),
        demo: settings.demo,
        now: state.ports.clock.now().0,
    }))
}
