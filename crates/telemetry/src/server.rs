//! The operators' port (9091): `/metrics`, `/seen`, `/started`, `/ready`, `/alive`, `/log`.

use crate::{Probes, Seen, encode, log_door};
use actix_web::dev::ServerHandle;
use actix_web::http::header::USER_AGENT;
use actix_web::web::{Data, PayloadConfig, ServiceConfig, get, put, resource};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use prometheus::Registry;
use std::fmt::Write;
use std::net::SocketAddr;

/// Why the port could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The address is taken, or not ours.
    #[error(
        "metrics cannot be served on {addr} ({cause}); another process may use the port: stop it, or choose another \
         one in the settings"
    )]
    Bind {
        /// Where.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
}

/// The running server.
pub struct AdminServer {
    /// Where it listens.
    pub addr: SocketAddr,
    handle: ServerHandle,
}

impl AdminServer {
    /// Stops it; requests that run are finished.
    pub async fn shutdown(self) {
        self.handle.stop(true).await;
    }
}

/// The routes, to be added to any app with `.configure(...)`.
pub fn routes(registry: Registry, probes: Probes, seen: Seen) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::new(registry))
            .app_data(Data::new(probes))
            .app_data(Data::new(seen))
            .route("/metrics", get().to(metrics))
            .route("/seen", get().to(sights))
            .route("/started", get().to(started))
            .route("/ready", get().to(ready))
            .route("/alive", get().to(alive))
            .service(
                resource("/log")
                    .app_data(PayloadConfig::new(log_door::FILTER_BYTES_MAX))
                    .route(get().to(log_door::tell))
                    .route(put().to(log_door::change)),
            );
    }
}

/// Opens the port and answers from a thread of its own, for a process that none of the connections leads to.
///
/// # Errors
/// When the port can't be opened.
pub fn serve(addr: SocketAddr, registry: Registry, probes: Probes) -> Result<AdminServer, AdminError> {
    serve_seen(addr, registry, probes, Seen::default())
}

/// Opens the port and answers from a thread of its own; `seen` is told who reads the metrics, and tells what else was
/// seen.
///
/// # Errors
/// When the port can't be opened.
pub fn serve_seen(
    addr: SocketAddr,
    registry: Registry,
    probes: Probes,
    seen: Seen,
) -> Result<AdminServer, AdminError> {
    let failed = |cause| AdminError::Bind { addr, cause };
    let app = move || App::new().configure(routes(registry.clone(), probes.clone(), seen.clone()));
    let server =
        HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(1).bind(addr).map_err(failed)?;
    let addr = server.addrs().first().copied().unwrap_or(addr);
    let running = server.run();
    let handle = running.handle();
    tokio::spawn(running);
    Ok(AdminServer { addr, handle })
}

async fn metrics(request: HttpRequest, registry: Data<Registry>, seen: Data<Seen>) -> HttpResponse {
    let peer = request.peer_addr().map(|peer| peer.to_string()).unwrap_or_default();
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("unnamed");
    seen.saw_metrics(&format!("{peer} {agent}"));
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(encode(&registry))
}

async fn sights(seen: Data<Seen>) -> HttpResponse {
    HttpResponse::Ok().json(seen.sights())
}

fn answer(yes: bool, text: String) -> HttpResponse {
    if yes { HttpResponse::Ok().body(text) } else { HttpResponse::ServiceUnavailable().body(text) }
}

async fn started(probes: Data<Probes>) -> HttpResponse {
    let yes = probes.started();
    answer(yes, if yes { "started\n" } else { "starting\n" }.to_owned())
}

async fn ready(probes: Data<Probes>) -> HttpResponse {
    let readiness = probes.readiness();
    let mut text = if readiness.ready { "ready\n" } else { "not ready\n" }.to_owned();
    for (part, reason) in &readiness.waiting {
        let _ = writeln!(text, "{part}: {reason}");
    }
    answer(readiness.ready, text)
}

async fn alive(probes: Data<Probes>) -> HttpResponse {
    let yes = probes.alive();
    answer(yes, if yes { "alive\n" } else { "dead\n" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};

    #[actix_web::test]
    async fn probes_answer_by_status_and_metrics_as_text() {
        let (registry, probes) = (Registry::new(), Probes::default());
        crate::Metrics::new(&registry).counter("pulse_test_total", "Things.").unwrap();
        probes.await_part("source", "no snapshot yet");
        let seen = Seen::new(Some(11), || 7);
        let app = init_service(App::new().configure(routes(registry, probes.clone(), seen))).await;
        let ask = async |path: &str| {
            let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
            let status = response.status().as_u16();
            (status, String::from_utf8(read_body(response).await.to_vec()).unwrap())
        };
        assert_eq!(ask("/ready").await, (503, "not ready\nsource: no snapshot yet\n".to_owned()));
        assert_eq!(ask("/started").await.0, 503);
        assert_eq!(ask("/alive").await.0, 200);
        probes.set_started();
        probes.part_ready("source");
        assert_eq!(ask("/ready").await.0, 200);
        let (status, text) = ask("/metrics").await;
        assert!(status == 200 && text.contains("pulse_test_total 0"), "{text}");
        let sights = r#"{"now":7,"seen":[{"connection":11,"at":7,"by":" unnamed","count":1}]}"#;
        assert_eq!(ask("/seen").await, (200, sights.to_owned()));
    }

    #[actix_web::test]
    async fn a_port_in_use_is_told_with_the_cure() {
        let first = serve("127.0.0.1:0".parse().unwrap(), Registry::new(), Probes::default()).unwrap();
        let error = serve(first.addr, Registry::new(), Probes::default()).err().unwrap().to_string();
        assert!(error.contains(&first.addr.to_string()) && error.contains("another process"), "{error}");
        first.shutdown().await;
    }
}
