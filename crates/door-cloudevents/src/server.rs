//! HTTP: `POST /events`, `GET /events/schema`.

use crate::SCHEMA;
use crate::desk::Desk;
use crate::door::{Door, Outlet, Parts};
use crate::envelope::Kind;
use crate::metrics::Metrics;
use crate::recall::recall;
use crate::refusal::{Fault, Refusal};
use crate::settings::{EventSource, Limits, Settings};
use crate::tls;
use crate::token::Tokens;
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web::{Data, Payload, ServiceConfig, resource};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use model::tenant::{Source, Tenant};
use ports::StoreError;
use ports::record_log::RecordLog;
use prometheus::Registry;
use runtime::Clock;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::info;

/// Connections at the same time.
const CONNECTIONS_MAX: usize = 2_048;

/// How long requests that run may take at the end; their senders repeat what was not answered.
const SHUTDOWN_S: u64 = 2;

/// What a door needs from outside.
pub struct Outside {
    /// The journal, in which the ids of a former life are found. Nobody may write to the door's sources yet.
    pub log: Arc<dyn RecordLog>,
    /// Where records go.
    pub outlet: Arc<dyn Outlet>,
    /// The tenant, for dry runs; sources of the door that it does not name are added.
    pub tenant: Tenant,
    /// The process's clock.
    pub clock: Clock,
    /// Where metrics are registered.
    pub registry: Registry,
}

/// Why a door can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The settings contradict themselves.
    #[error("{0}")]
    Settings(String),
    /// No tokens.
    #[error("{0}")]
    Token(String),
    /// A certificate or its key can't be used.
    #[error("{} cannot be used ({cause}); give a PEM file that this process may read", file.display())]
    Tls {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The journal can't be read.
    #[error("the ids of former events can't be read: {0}")]
    Log(#[from] StoreError),
    /// The address is taken, or not ours.
    #[error(
        "events cannot be taken on {addr} ({cause}); stop the process that uses the port, or choose another one"
    )]
    Bind {
        /// Where.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The metrics are registered already.
    #[error("the metrics can't be registered: {0}; one registry serves one door")]
    Metrics(#[from] prometheus::Error),
}

/// A running door.
pub struct EventsDoor {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The same, for people.
    pub url: String,
    handle: ServerHandle,
}

impl EventsDoor {
    /// Takes no more requests; those that run are answered. To be called before the LDS drains.
    pub async fn shutdown(self) {
        self.handle.stop(true).await;
    }
}

/// Registers the metrics of the door: for their documentation.
///
/// # Errors
/// Names that are taken.
pub fn register_metrics(registry: &Registry) -> prometheus::Result<()> {
    Metrics::register(registry).map(|_| ())
}

/// Reads the ids of the last day from the journal, then listens. The feeds behind [`Outside::outlet`] may be taken
/// up by an LDS afterwards: what comes before that waits.
pub async fn open(settings: Settings, outside: Outside) -> Result<EventsDoor, DoorError> {
    let Settings { listen, tls, token_file, sources, limits } = settings;
    check(&sources)?;
    let tokens = Tokens::open(&token_file).map_err(DoorError::Token)?;
    let tls = tls.as_ref().map(tls::config).transpose()?;
    let metrics = Metrics::register(&outside.registry)?;
    let Outside { log, outlet, mut tenant, clock, .. } = outside;
    let mut shelves = BTreeMap::new();
    for source in &sources {
        shelves.insert(source.name.clone(), recall(log.as_ref(), &source.name, &limits, clock.now()).await?);
        if !tenant.sources.iter().any(|known| known.name == source.name) {
            tenant.sources.push(Source { name: source.name.clone(), switch: source.switch.clone() });
        }
    }
    let names: Vec<_> = sources.iter().map(|source| source.name.clone()).collect();
    let desk = Desk::new(limits, shelves);
    let door = Door::open(Parts { limits, metrics, sources, tenant, clock, outlet, desk });
    for name in &names {
        door.measure(name);
    }
    let served = Arc::new(Served { door, tokens, reading: Semaphore::new(limits.bodies_max) });
    let failed = |cause| DoorError::Bind { addr: listen, cause };
    let server = HttpServer::new(move || App::new().configure(routes(Arc::clone(&served))))
        .workers(2)
        .max_connections(CONNECTIONS_MAX)
        .disable_signals()
        .shutdown_timeout(SHUTDOWN_S);
    let scheme = if tls.is_some() { "https" } else { "http" };
    let server = match tls {
        Some(tls) => server.bind_rustls_0_23(listen, tls),
        None => server.bind(listen),
    };
    let server = server.map_err(failed)?;
    let addr = server.addrs().first().copied().unwrap_or(listen);
    let running = server.run();
    let handle = running.handle();
    tokio::spawn(running);
    info!(%addr, "events are taken on {scheme}://{addr}/events");
    Ok(EventsDoor { addr, url: format!("{scheme}://{addr}/events"), handle })
}

fn check(sources: &[EventSource]) -> Result<(), DoorError> {
    let refuse = |cause: String| Err(DoorError::Settings(cause));
    if sources.is_empty() {
        return refuse("the events door has no source: name one in events_sources".to_owned());
    }
    let (mut names, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    for source in sources {
        if source.name.is_empty() || source.switch.is_empty() || source.attribute().is_empty() {
            return refuse("a source of the events door lacks its name or switch: give it both".to_owned());
        }
        if !names.insert(&source.name) || !attributes.insert(source.attribute()) {
            let name = &source.name;
            return refuse(format!(
                "two sources of the events door are called {name}, or have its events: rename one"
            ));
        }
    }
    Ok(())
}

/// What handlers share.
pub(crate) struct Served {
    pub(crate) door: Arc<Door>,
    pub(crate) tokens: Tokens,
    /// Bodies that may be read at the same time.
    pub(crate) reading: Semaphore,
}

/// The routes, to be added to an app.
pub(crate) fn routes(served: Arc<Served>) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::from(served))
            .service(resource("/events").post(events))
            .service(resource("/events/schema").get(schema));
    }
}

async fn schema() -> HttpResponse {
    HttpResponse::Ok().content_type("application/schema+json").body(SCHEMA)
}

/// What the query of `POST /events` may say.
#[derive(serde::Deserialize)]
struct Query {
    dry_run: Option<String>,
}

async fn events(
    request: HttpRequest,
    query: Option<web::Query<Query>>,
    payload: Payload,
    served: Data<Served>,
) -> HttpResponse {
    let answered = answer(&request, query.as_deref(), payload, &served).await;
    answered.unwrap_or_else(|refusal| {
        let metrics = &served.door.metrics;
        let counter = match refusal {
            Refusal::Busy | Refusal::Stalled | Refusal::Unsure => &metrics.overload,
            _ => &metrics.refused,
        };
        counter.with_label_values(&[refusal.code()]).inc();
        refused(&refusal)
    })
}

async fn answer(
    request: &HttpRequest,
    query: Option<&Query>,
    payload: Payload,
    served: &Served,
) -> Result<HttpResponse, Refusal> {
    let Served { door, tokens, reading } = served;
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if !tokens.admit(header(AUTHORIZATION)) {
        return Err(Refusal::Token);
    }
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let kind = Kind::of(header(CONTENT_TYPE), headers)?;
    let events = {
        let Ok(Ok(_place)) = timeout(door.limits.answer_within, reading.acquire()).await else {
            return Err(Refusal::Busy);
        };
        kind.read(&body(payload, &door.limits).await?, &door.limits)?
    };
    let begun = door.clock.now();
    let readable = door.read(&events)?;
    if query.and_then(|query| query.dry_run.as_deref()).is_some_and(|said| said != "0" && said != "false") {
        let tried = door.try_out(readable).await?;
        return Ok(HttpResponse::Ok().json(json!({ "dry_run": true, "events": tried })));
    }
    let receipt = door.take_in(readable).await?;
    door.metrics.answer_seconds.observe((door.clock.now() - begun).0 as f64 / 1e6);
    Ok(HttpResponse::Accepted().json(receipt))
}

async fn body(payload: Payload, limits: &Limits) -> Result<web::Bytes, Refusal> {
    match timeout(limits.body_within, payload.to_bytes_limited(limits.body_bytes_max)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(error))) => Err(Refusal::Malformed(error.to_string())),
        Ok(Err(_)) => {
            Err(Refusal::TooLarge(format!("the body has more than {} bytes", limits.body_bytes_max)))
        }
        Err(_) => Err(Refusal::Slow(limits.body_within.as_secs())),
    }
}

/// The body of a refusal: as everywhere in Pulse, and the events at fault.
#[derive(Serialize)]
struct Problem<'a> {
    code: &'a str,
    message: String,
    cure: &'a str,
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    faults: &'a [Fault],
}

fn refused(refusal: &Refusal) -> HttpResponse {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    if let Some(seconds) = refusal.retry_after_s() {
        response.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    if *refusal == Refusal::Token {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if matches!(refusal, Refusal::Slow(_) | Refusal::TooLarge(_)) {
        // The rest of the body is not read.
        response.force_close();
    }
    response.json(Problem {
        code: refusal.code(),
        message: refusal.to_string(),
        cure: refusal.cure(),
        faults: refusal.faults(),
    })
}
