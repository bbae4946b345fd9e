//! The operators' port (9091): `/metrics`, `/started`, `/ready`, `/alive`.

use crate::{Probes, encode};
use actix_web::dev::ServerHandle;
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{App, HttpResponse, HttpServer};
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
pub fn routes(registry: Registry, probes: Probes) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::new(registry))
            .app_data(Data::new(probes))
            .route("/metrics", get().to(metrics))
            .route("/started", get().to(started))
            .route("/ready", get().to(ready))
            .route("/alive", get().to(alive));
    }
}

/// Opens the port and answers from a thread of its own.
///
/// # Errors
/// When the port can't be opened.
pub fn serve(addr: SocketAddr, registry: Registry, probes: Probes) -> Result<AdminServer, AdminError> {
    let failed = |cause| AdminError::Bind { addr, cause };
    let server = HttpServer::new(move || App::new().configure(routes(registry.clone(), probes.clone())))
        .workers(1)
        .disable_signals()
        .shutdown_timeout(1)
        .bind(addr)
        .map_err(failed)?;
    let addr = server.addrs().first().copied().unwrap_or(addr);
    let running = server.run();
    let handle = running.handle();
    tokio::spawn(running);
    Ok(AdminServer { addr, handle })
}

async fn metrics(registry: Data<Registry>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(encode(&registry))
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
        let app = init_service(App::new().configure(routes(registry, probes.clone()))).await;
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
    }

    #[actix_web::test]
    async fn a_port_in_use_is_told_with_the_cure() {
        let first = serve("127.0.0.1:0".parse().unwrap(), Registry::new(), Probes::default()).unwrap();
        let error = serve(first.addr, Registry::new(), Probes::default()).err().unwrap().to_string();
        assert!(error.contains(&first.addr.to_string()) && error.contains("another process"), "{error}");
        first.shutdown().await;
    }
}
