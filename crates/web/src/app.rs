//! The application that every worker runs: API, pages, headers, counts.

use crate::api;
use crate::pages;
use crate::state::State;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, DefaultHeaders, Next, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, Error};
use prometheus::{HistogramVec, Registry};
use std::sync::Arc;

/// Scripts, styles and connections from our own address only; nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The number of the connection over which people come (`connections`).
const INGRESS: u8 = 20;

/// How long requests take.
#[derive(Clone)]
pub(crate) struct Requests {
    seconds: HistogramVec,
}

impl Requests {
    pub(crate) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let seconds = telemetry::Metrics::new(registry).histograms(
            "http_server_requests_seconds",
            "Time to answer requests, by status.",
            &["status"],
            &[0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0],
        )?;
        Ok(Self { seconds })
    }
}

async fn measure(
    requests: Data<Requests>,
    state: Data<State>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = state.ports.clock.instant();
    see(&state, &request);
    let answered = next.call(request).await;
    let status = match &answered {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    requests.seconds.with_label_values(&[status.as_str()]).observe(begun.elapsed().as_secs_f64());
    answered
}

/// The policy, with the pages from elsewhere that the settings name.
fn policy(frames: &[String]) -> String {
    if frames.is_empty() { POLICY.to_owned() } else { format!("{POLICY}; frame-src {}", frames.join(" ")) }
}

/// Remembers who comes, and through whom.
fn see(state: &State, request: &ServiceRequest) {
    let proxies = &state.settings.proxies;
    let peer = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    match proxies.passed(request.request()) {
        true => {
            let caller = proxies.caller(request.request());
            state.settings.seen.saw(INGRESS, &format!("the proxy {peer} for {caller}"));
        }
        false => state.settings.seen.saw(INGRESS, &peer),
    }
}

fn headers(tls: bool, frames: &[String]) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add(("Content-Security-Policy", policy(frames)))
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "DENY"))
        .add(("Referrer-Policy", "no-referrer"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add(("Permissions-Policy", "camera=(), geolocation=(), microphone=()"));
    if tls { headers.add(("Strict-Transport-Security", "max-age=31536000")) } else { headers }
}

/// The application.
pub(crate) fn app(
    state: Arc<State>,
    requests: Requests,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let headers = headers(state.settings.tls.is_some(), &state.settings.frame_origins);
    let uncached = DefaultHeaders::new().add(("Cache-Control", "no-store"));
    App::new()
        .app_data(Data::from(state))
        .app_data(Data::new(requests))
        .service(web::scope(api::BASE).wrap(uncached).configure(api::configure))
        .default_service(web::to(pages::read))
        .wrap(headers)
        .wrap(Compress::default())
        .wrap(from_fn(measure))
}
