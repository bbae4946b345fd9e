//! The API: one file for each resource, one list of all routes.

pub(crate) mod access;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod boards;
pub(crate) mod debug;
pub(crate) mod history;
pub(crate) mod made;
pub(crate) mod meta;
pub(crate) mod notes;
pub(crate) mod objects;
pub(crate) mod openapi;
pub(crate) mod pairing;
pub(crate) mod past;
pub(crate) mod people;
pub(crate) mod rules;
pub(crate) mod session;
pub(crate) mod shared;
pub(crate) mod shares;
pub(crate) mod sharing;
pub(crate) mod sign_on;
pub(crate) mod statistics;
pub(crate) mod templates;
pub(crate) mod users;
pub(crate) mod uses;
pub(crate) mod values;
pub(crate) mod waiting;
pub(crate) mod widgets;

use crate::error::ApiError;
use crate::stream;
use actix_web::web::{self, Json, JsonConfig, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{HttpResponse, error};

/// Where the API lies.
pub(crate) const BASE: &str = "/api/v1";

/// Bodies may be so large.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// Registers routes and lists them, so that a test can compare the list with the description.
macro_rules! routes {
    ($($method:ident $path:literal => $handler:path;)*) => {
        /// Every route of the API: method and path below [`BASE`].
        #[cfg(test)]
        pub(crate) const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),*];

        fn register(config: &mut ServiceConfig) {
            $(config.route($path, web::$method().to($handler));)*
        }
    };
}

routes! {
    post "/session" => session::sign_in;
    get "/session" => session::read;
    delete "/session" => session::sign_out;
    get "/session/begin" => sign_on::begin;
    get "/session/return" => sign_on::finish;
    get "/meta" => meta::read;
    get "/boards" => boards::list;
    post "/boards" => boards::create;
    get "/boards/{id}" => boards::read;
    put "/boards/{id}" => boards::replace;
    delete "/boards/{id}" => boards::remove;
    get "/boards/{id}/versions" => boards::versions;
    get "/templates" => templates::list;
    post "/templates" => templates::create;
    post "/templates/check" => templates::check;
    post "/templates/read" => templates::text::read;
    get "/templates/{id}" => templates::read;
    put "/templates/{id}" => templates::replace;
    delete "/templates/{id}" => templates::remove;
    get "/templates/{id}/text" => templates::text::write;
    get "/templates/{id}/uses" => uses::of_template;
    get "/shares" => shares::list;
    post "/shares" => shares::create;
    post "/shares/paired" => pairing::pair;
    put "/shares/{id}" => shares::replace;
    delete "/shares/{id}" => shares::remove;
    post "/shared" => shared::enter;
    get "/shared" => shared::read;
    post "/shared/pairing" => pairing::begin;
    get "/shared/pairing" => pairing::look;
    post "/shared/beat" => shared::beaten;
    get "/shared/boards/{id}" => shared::board;
    get "/shared/boards/{id}/history" => shared::past;
    get "/shared/boards/{id}/values" => shared::values;
    get "/shared/stream" => shared::stream;
    get "/boards/{id}/sharing" => sharing::read;
    put "/boards/{id}/sharing" => sharing::replace;
    get "/sharing" => sharing::list;
    get "/widgets" => widgets::read;
    put "/widgets" => widgets::replace;
    get "/access" => access::own;
    get "/access/explain" => access::explain;
    get "/users" => users::list;
    post "/users" => users::create;
    put "/users/{user}" => users::replace;
    delete "/users/{user}" => users::remove;
    delete "/users/{user}/sessions" => users::sign_out;
    get "/people" => people::list;
    delete "/people/{user}" => people::remove;
    delete "/people/{user}/sessions" => people::sign_out;
    get "/audit" => audit::list;
    get "/audit.csv" => audit::table::save;
    get "/audit/{number}" => audit::read;
    get "/rules" => rules::list;
    post "/rules" => rules::create;
    post "/rules/trial" => rules::trial::run;
    get "/rules/{id}" => rules::read;
    put "/rules/{id}" => rules::replace;
    delete "/rules/{id}" => rules::remove;
    get "/alerts" => alerts::list;
    post "/alerts/{id}/acknowledge" => alerts::acknowledge;
    post "/alerts/{id}/snooze" => alerts::snooze;
    get "/statistics" => statistics::list;
    get "/statistics/{name}/uses" => uses::of_statistic;
    get "/objects" => objects::list;
    get "/values" => values::read;
    get "/values/made" => made::read;
    get "/waiting" => waiting::read;
    get "/history" => history::read;
    get "/notes" => notes::list;
    post "/notes" => notes::create;
    delete "/notes/{id}" => notes::remove;
    get "/sources" => objects::sources;
    get "/stream" => stream::open;
    get "/openapi.json" => openapi::read;
    get "/debug/actors" => debug::actors;
}

/// The whole API, to be mounted at [`BASE`].
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .app_data(JsonConfig::default().limit(BODY_BYTES_MAX).error_handler(|error, _| json(&error).into()))
        .app_data(
            QueryConfig::default().error_handler(|error, _| ApiError::bad_request(error.to_string()).into()),
        )
        .app_data(
            PathConfig::default().error_handler(|error, _| ApiError::bad_request(error.to_string()).into()),
        );
    register(config);
    config.default_service(web::to(nothing));
}

fn json(error: &error::JsonPayloadError) -> ApiError {
    use actix_web::http::StatusCode;
    use error::JsonPayloadError as Payload;
    match error {
        Payload::Overflow { .. } | Payload::OverflowKnownLength { .. } => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the body is larger than {BODY_BYTES_MAX} bytes"),
        ),
        Payload::ContentType => ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "the body must be JSON, with the header Content-Type: application/json",
        ),
        other => ApiError::bad_request(other.to_string()),
    }
}

async fn nothing() -> Result<HttpResponse, ApiError> {
    Err(ApiError::not_found("there is no such route").cure(format!("see {BASE}/openapi.json")))
}

/// What handlers answer.
pub(crate) type Answer<T> = Result<Json<T>, ApiError>;
