//! What all handlers share.

use crate::api::waiting::Recent;
use crate::auth::{FirstPassword, Limiter, Passwords, People, Sessions, Users};
use crate::settings::{Ports, WebSettings};
use crate::walls::Walls;
use actors::web::door::DoorParts;
use actors::web::{Gate, GateParts, Hub, Metrics};
use runtime::Ref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, watch};

/// Codes for screens of one address within a minute.
const OFFERS_MAX: u32 = 20;

/// More trials at once would keep pages waiting for history.
const TRIALS_MAX: usize = 2;

/// Shared by all workers.
pub(crate) struct State {
    pub(crate) settings: WebSettings,
    pub(crate) ports: Ports,
    pub(crate) hub: Ref<Hub>,
    pub(crate) gate: Gate,
    pub(crate) metrics: Metrics,
    pub(crate) users: Users,
    pub(crate) people: People,
    pub(crate) passwords: Passwords,
    pub(crate) first_password: FirstPassword,
    pub(crate) sessions: Sessions,
    pub(crate) limiter: Limiter,
    /// Codes that screens ask for.
    pub(crate) offers: Limiter,
    /// Codes that editors type.
    pub(crate) claims: Limiter,
    pub(crate) walls: Walls,
    /// Rules that are tried on history at once.
    pub(crate) trials: Semaphore,
    /// Who waits, as told a moment ago.
    pub(crate) waiting: Recent,
    /// Turns true when the server stops: streams say good-bye.
    pub(crate) stopping: watch::Sender<bool>,
    streams: AtomicU64,
}

/// What handlers are given.
pub(crate) type Shared = actix_web::web::Data<State>;

impl State {
    /// Must be called within an actix system.
    pub(crate) fn new(
        settings: WebSettings,
        ports: Ports,
        hub: Ref<Hub>,
        metrics: Metrics,
        walls: Walls,
    ) -> Arc<Self> {
        let gate = match ports.grants.clone() {
            Some(grants) => Gate::start(GateParts {
                grants,
                clock: ports.clock,
                census: ports.census.clone(),
                age_max: settings.grants_age_max,
                metrics: metrics.clone(),
            }),
            None => Gate::default(),
        };
        Arc::new(Self {
            users: Users::new(ports.documents.clone(), ports.clock),
            people: People::new(ports.documents.clone(), ports.clock, settings.people_age_max),
            passwords: Passwords::new(settings.password_memory_kib),
            first_password: FirstPassword::new(settings.unused_password_file.clone()),
            sessions: Sessions::new(
                ports.documents.clone(),
                ports.clock,
                settings.session_idle,
                settings.session_max,
            ),
            limiter: Limiter::default(),
            offers: Limiter::of(OFFERS_MAX),
            claims: Limiter::default(),
            walls,
            trials: Semaphore::new(TRIALS_MAX),
            waiting: Recent::default(),
            stopping: watch::Sender::new(false),
            streams: AtomicU64::new(0),
            settings,
            ports,
            hub,
            gate,
            metrics,
        })
    }

    /// A number for a new stream.
    pub(crate) fn next_stream(&self) -> u64 {
        self.streams.fetch_add(1, Ordering::Relaxed)
    }

    /// What questions and streams go through.
    pub(crate) fn door(&self) -> DoorParts {
        DoorParts {
            hub: self.hub.clone(),
            documents: self.ports.documents.clone(),
            demand: self.ports.demand.clone(),
            gate: self.gate.clone(),
            library: self.ports.library.clone(),
        }
    }
}
