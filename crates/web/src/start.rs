//! From settings to a running server.

use crate::settings::{Ports, WebSettings};
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};
use prometheus::Registry;
use std::net::SocketAddr;

/// Why the web role could not start.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address is taken, or not ours.
    #[error(
        "pages cannot be served on {addr} ({cause}); another process may use the port: stop it, or choose another one \
         with --listen or in the settings"
    )]
    Bind {
        /// Where.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Certificate or key can't be used.
    #[error("TLS: {0}")]
    Tls(String),
    /// A store does not answer.
    #[error("web: {0}")]
    Store(#[from] ports::StoreError),
    /// A metric's name is taken.
    #[error("web: {0}")]
    Metrics(#[from] prometheus::Error),
}

/// The running web role.
pub struct Web {
    /// Where it listens.
    pub addr: SocketAddr,
    /// For people.
    pub url: String,
    /// The password of the new user `admin`, at the very first start: to be printed once.
    pub first_password: Option<String>,
    handle: ServerHandle,
}

impl Web {
    /// Says good-bye to open streams, finishes requests that run, and stops.
    pub async fn shutdown(self) {
        self.handle.stop(true).await;
    }
}

/// Opens, wires and returns. Must be called within an actix system, whose thread then carries hub and boards.
///
/// # Errors
/// See [`WebError`]; each names cause and cure.
pub async fn start(settings: WebSettings, ports: Ports, registry: &Registry) -> Result<Web, WebError> {
    let _ = (ports, registry);
    let failed = |cause| WebError::Bind { addr: settings.bind, cause };
    let server =
        HttpServer::new(App::new).workers(2).disable_signals().bind(settings.bind).map_err(failed)?;
    let addr = server.addrs().first().copied().unwrap_or(settings.bind);
    let running = server.run();
    let handle = running.handle();
    tokio::spawn(running);
    Ok(Web { addr, url: format!("http://{addr}"), first_password: None, handle })
}
