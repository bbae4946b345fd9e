//! From settings to a running server.

use crate::app::{Requests, app};
use crate::auth::{ADMIN, PasswordError, User, invent};
use crate::settings::{Ports, Tls, WebSettings, kinds, new_document};
use crate::state::State;
use crate::walls::{self, Walls};
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actors::web::alerts::{self, Alerts};
use actors::web::boards::Board;
use actors::web::hub::Configured;
use actors::web::{HubParts, Metrics, hub};
use model::Text;
use ports::StoreError;
use prometheus::Registry;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tracing::warn;

/// How often sessions that have ended are removed.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

/// Requests that run get so long to finish when the server stops.
const SHUTDOWN_S: u64 = 3;

/// Connections of one worker; those beyond wait.
const CONNECTIONS_MAX: usize = 10_000;

/// Why the web role could not start.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address is taken, or not ours.
    #[error(
        "pages cannot be served on {addr} ({cause}); another process may use the port: stop it, or choose another one \
         in the settings"
    )]
    Bind {
        /// Where.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Certificate or key can't be used.
    #[error("tls: {0}")]
    Tls(#[from] tls::TlsError),
    /// A store does not answer.
    #[error("web: {0}")]
    Store(#[from] StoreError),
    /// A setting can't be used.
    #[error("frame_origins: '{0}' is no origin; write it as https://host or https://host:port")]
    Frame(String),
    /// The first password could not be made.
    #[error("web: {0}")]
    Password(String),
    /// The first password could not be kept until it is used.
    #[error("{file} can't be used ({cause}): check the rights of its folder and the room of the disk")]
    PasswordFile {
        /// Where it waits.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
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
    /// The invented password of the new user `admin`, for as long as nobody has signed in with it: to be shown.
    pub first_password: Option<String>,
    state: Arc<State>,
    alerts: Alerts,
    handle: ServerHandle,
    sweeper: JoinHandle<()>,
    counter: JoinHandle<()>,
}

impl Web {
    /// Takes all objects that a configuration service knows: they are found by name whether they have values or not. Answers
    /// whether they were taken; what is not is to be given again.
    pub fn configured(&self) -> impl Fn(Vec<ports::values::ObjectInfo>) -> bool + use<> {
        let hub = self.state.hub.clone();
        move |objects| hub.try_send(Configured(objects)).is_ok()
    }

    /// Says good-bye to open streams, finishes requests that run, and stops.
    pub async fn shutdown(self) {
        self.state.stopping.send_replace(true);
        self.sweeper.abort();
        self.counter.abort();
        self.alerts.drain().await;
        // Sessions hand their good-bye to the sockets before those are closed.
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.handle.stop(true).await;
    }
}

/// Registers the metrics of the web role: for their documentation.
///
/// # Errors
/// Names that are taken.
pub fn register_metrics(registry: &Registry) -> prometheus::Result<()> {
    Metrics::register(registry)?;
    alerts::Metrics::register(registry)?;
    walls::Metrics::register(registry)?;
    Requests::register(registry).map(|_| ())
}

/// Opens, wires and returns. Must be called within an actix system, whose thread then carries hub and boards.
///
/// # Errors
/// See [`WebError`]; each names cause and cure.
pub async fn start(settings: WebSettings, ports: Ports, registry: &Registry) -> Result<Web, WebError> {
    // What came before.
    if let Some(odd) = settings.frame_origins.iter().find(|origin| !is_origin(origin)) {
        return Err(WebError::Frame(odd.clone()));
    }
    let tls = settings.tls.as_ref().map(Tls::config).transpose()?;
    let (metrics, requests) = (Metrics::register(registry)?, Requests::register(registry)?);
    let counted = alerts::Metrics::register(registry)?;
    let walls = Walls::new(walls::Metrics::register(registry)?);

    // The line: hub, then the server whose streams follow it.
    let hub = hub::start(HubParts {
        values: ports.values.clone(),
        demand: ports.demand.clone(),
        clock: ports.clock,
        census: ports.census.clone(),
        stale_after: settings.stale_after,
        board_idle: settings.board_idle,
        metrics: metrics.clone(),
    });
    let addr = settings.bind;
    let state = State::new(settings, ports, hub, metrics, walls);

    // Nothing is stored for a start that fails because its port is taken; whoever comes early waits in the queue of the
    // socket.
    let (shared, failed) = (state.clone(), |cause| WebError::Bind { addr, cause });
    let server = HttpServer::new(move || app(shared.clone(), requests.clone()))
        .workers(2)
        .max_connections(CONNECTIONS_MAX)
        .disable_signals()
        .shutdown_timeout(SHUTDOWN_S);
    let scheme = if tls.is_some() { "https" } else { "http" };
    let server = match tls {
        Some(tls) => server.bind_rustls_0_23(addr, tls),
        None => server.bind(addr),
    };
    let server = server.map_err(failed)?;
    let addr = server.addrs().first().copied().unwrap_or(addr);
    let first_password = if state.settings.local_accounts { first_user(&state).await? } else { None };
    first_boards(&state).await?;
    let running = server.run();
    let handle = running.handle();
    tokio::spawn(running);
    let sweeper = tokio::spawn(sweep(state.clone()));
    let counter = tokio::spawn(walls::count(state.clone()));
    let alerts = crate::alerts::start(&state, counted);
    Ok(Web {
        addr,
        url: format!("{scheme}://{addr}"),
        first_password,
        state,
        alerts,
        handle,
        sweeper,
        counter,
    })
}

/// What stands in the policy must not be able to say anything else in it.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
}

/// Makes the user `admin` where there is nobody; answers the password, if nobody has signed in with it yet.
async fn first_user(state: &State) -> Result<Option<String>, WebError> {
    let first = &state.first_password;
    let of_file = |cause| WebError::PasswordFile { file: first.place(), cause };
    let of_hash = |error: PasswordError| WebError::Password(error.to_string());
    let waiting = first.waiting().map_err(of_file)?;
    if state.users.any().await? {
        let Some(password) = waiting else { return Ok(None) };
        let admin = state.users.find(ADMIN).await?;
        let stored = admin.as_ref().map(|admin| admin.password.as_str());
        if state.passwords.matches(&password, stored).await.map_err(of_hash)? {
            return Ok(Some(password));
        }
        // It was changed meanwhile.
        first.forget();
        return Ok(None);
    }
    let given = state.settings.first_password.clone();
    let password = given.clone().or(waiting).unwrap_or_else(invent);
    if given.is_none() {
        first.keep(&password).map_err(of_file)?;
    }
    let hash = state.passwords.hash(&password).await.map_err(of_hash)?;
    let (user, name) = (Text::const_new(ADMIN), Text::const_new("Administrator"));
    let roles = vec![Text::const_new("admin")];
    let admin = User { user, name, roles, password: hash, groups: Vec::new(), access: None, disabled: false };
    state.users.create(&admin, "pulse").await?;
    // One that the settings gave is known already, and is printed nowhere.
    Ok(given.is_none().then_some(password))
}

/// Stores the shipped boards where there never were any.
async fn first_boards(state: &State) -> Result<(), WebError> {
    let Ports { documents, library, clock, .. } = &state.ports;
    for body in &state.settings.shipped_boards {
        let board = match Board::parse(body, library) {
            Ok(board) => board,
            // A tenant may have a library of its own, without what this board shows.
            Err(cause) => {
                warn!(board = %body["id"], %cause, "a shipped board does not fit the library and is left out");
                continue;
            }
        };
        // One that somebody removed stays removed.
        let seen = documents.get(kinds::BOARD, &board.id).await?.is_some()
            || !documents.versions(kinds::BOARD, &board.id, 1).await?.is_empty();
        if !seen {
            let body = serde_json::json!(board);
            documents.put(new_document(kinds::BOARD, &board.id, body, "pulse", clock)).await?;
        }
    }
    Ok(())
}

async fn sweep(state: Arc<State>) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    loop {
        every.tick().await;
        if let Err(cause) = state.sessions.sweep().await {
            warn!(%cause, "sessions that have ended could not be removed; will try again");
        }
        if let Err(cause) = state.people.sweep().await {
            warn!(%cause, "people who have long been away could not be removed; will try again");
        }
        if let Err(cause) = crate::audit::sweep(&state).await {
            warn!(%cause, "old entries of the audit trail could not be removed; will try again");
        }
    }
}
