//! The load distribution server: takes in the records of sources, keeps them in a log, and tells them to every
//! receiver: from a snapshot, from a position, or live.
//!
//! One *sender* actor for each source numbers, writes, keeps the state book and broadcasts what is safe; one
//! *receiver* actor for each client decides what that client is sent, and reads the log itself when the client is
//! slow or comes from the past.
//!
//! **Invariant:** nothing is told before it is on disk, nothing is lost silently, and no receiver slows a source.

mod audience;
mod door;
mod feed;
mod filter;
mod intake;
mod memory_log;
mod metrics;
mod receiver;
mod sender;
mod upstream;

pub use feed::{Arrival, Batch, Numbering, Resume, SourceFeed, SourceItem};
pub use memory_log::MemoryLog;
pub use upstream::Upstream;

use audience::Audience;
use door::{Door, Source};
use intake::Intake;
use metrics::Metrics;
use model::Text;
use ports::record_log::RecordLog;
use runtime::{Census, Clock, Failure, Ref, RestartPolicy, supervise};
use sender::{Drain, IsQuiet, Sender, Stop, Supply};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use wire::link::{Incoming, Token};

/// Settings of an LDS.
#[derive(Clone, Debug)]
pub struct LdsSettings {
    /// Which of several in one process: `lds`, `lds-vq`, `sip` ... The label `service` of its metrics.
    pub service: Text,
    /// The tenant; a client of another one is refused.
    pub tenant: Text,
    /// What clients must know; nothing if empty.
    pub token: Token,
    /// Bounds.
    pub limits: LdsLimits,
}

/// Bounds of an LDS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LdsLimits {
    /// Records that are written at once at most.
    pub batch_records_max: usize,
    /// The shortest time between the beginnings of two writes: at most 10 ms.
    pub write_every: Duration,
    /// How long one source may be quiet before a heartbeat.
    pub heartbeat_every: Duration,
    /// How soon after the last records of a burst a heartbeat follows.
    pub heartbeat_after: Duration,
    /// How much is read from the log at once for a receiver that is behind, in bytes.
    pub read_bytes_max: usize,
    /// Clients at the same time.
    pub receivers_max: usize,
}

impl Default for LdsLimits {
    fn default() -> Self {
        Self {
            batch_records_max: 4096,
            write_every: Duration::from_millis(2),
            heartbeat_every: Duration::from_millis(100),
            heartbeat_after: Duration::from_millis(10),
            read_bytes_max: 512 << 10,
            receivers_max: 256,
        }
    }
}

/// What an LDS needs from outside.
pub struct LdsPorts {
    /// Where records are kept.
    pub log: Arc<dyn RecordLog>,
    /// Clients that have said hello.
    pub incoming: mpsc::Receiver<Incoming>,
    /// The process's clock.
    pub clock: Clock,
    /// Where metrics are registered.
    pub registry: prometheus::Registry,
    /// Where actors are counted.
    pub census: Census,
    /// Told when a sender was given up after its last restart.
    pub give_up: Rc<dyn Fn(Failure)>,
}

/// Why an LDS can't start.
#[derive(Debug, thiserror::Error)]
pub enum LdsError {
    /// Two sources have the same name.
    #[error("two sources are called {0}: names must be unique within an LDS")]
    SameName(Text),
    /// The metrics can't be registered.
    #[error("the metrics can't be registered: {0}; two services of one registry need different names")]
    Metrics(#[from] prometheus::Error),
}

/// Registers the metrics of an LDS: for their documentation.
///
/// # Errors
/// Names that are taken.
pub fn register_metrics(registry: &prometheus::Registry) -> prometheus::Result<()> {
    Metrics::register(registry, "", "").map(|_| ())
}

/// A running LDS. Dropping it ends its actors at once; what was not yet written is lost to it.
pub struct Lds {
    door: Door,
    senders: Vec<Ref<Sender>>,
    letting_in: tokio::task::JoinHandle<()>,
    measuring: tokio::task::JoinHandle<()>,
}

/// Starts an LDS for `sources`. Must be called within an actix system or a `LocalSet`.
pub fn start(settings: LdsSettings, sources: Vec<SourceFeed>, ports: LdsPorts) -> Result<Lds, LdsError> {
    // What came before.
    let LdsPorts { log, mut incoming, clock, registry, census, give_up } = ports;
    let metrics = Metrics::register(&registry, &settings.tenant, &settings.service)?;

    // The line: source -> sender -> log -> audience -> receivers.
    let mut known = BTreeMap::new();
    for feed in sources {
        let SourceFeed { name, switch, numbering, arrival, items, requests } = feed;
        metrics.begin(&name);
        let audience = Arc::new(Audience::default());
        let parts = sender::Parts {
            name: name.clone(),
            supply: Rc::new(RefCell::new(Supply::new(items))),
            requests,
            audience: audience.clone(),
            log: log.clone(),
            clock,
            limits: settings.limits,
            metrics: metrics.clone(),
        };
        let intake = Intake::new(name.clone(), numbering, arrival);
        let give_up = give_up.clone();
        let build = move || Sender::new(parts.clone(), intake.clone());
        let policy = RestartPolicy::default();
        let sender = supervise("lds sender", policy, &census, move |failure| give_up(failure), build);
        if known.insert(name.clone(), Source { switch, sender, audience }).is_some() {
            return Err(LdsError::SameName(name));
        }
    }

    // What others may touch.
    let senders = known.values().map(|source| source.sender.clone()).collect();
    let receivers = Rc::default();
    let (numbers, closed) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
    let door = Door { settings, sources: known, log, metrics, census, receivers, numbers, closed };
    let measuring = actix::spawn(measure(door.metrics.clone(), door.sources.clone()));
    let doorman = door.clone();
    let letting_in = actix::spawn(async move {
        while let Some(client) = incoming.recv().await {
            actix::spawn(doorman.clone().admit(client));
        }
    });
    Ok(Lds { door, senders, letting_in, measuring })
}

/// Keeps the gauges that belong to the whole LDS.
async fn measure(metrics: Metrics, sources: BTreeMap<Text, Source>) {
    let begun = Instant::now();
    loop {
        metrics.uptime.set(begun.elapsed().as_secs_f64());
        let connected =
            |name: &&Text| metrics.sender_connected.with_label_values(&[name.as_str()]).get() > 0.0;
        metrics.senders.set(sources.keys().filter(connected).count() as i64);
        sleep(Duration::from_secs(1)).await;
    }
}

impl Lds {
    /// How many clients are connected.
    pub fn receivers(&self) -> usize {
        self.door.receivers.borrow().len()
    }

    /// Lets nobody in any more, takes nothing more from the sources, writes what was taken, says good-bye to every
    /// client. Takes `within` at most; answers whether everything was written.
    pub async fn shutdown(self, within: Duration) -> bool {
        let until = Instant::now() + within;
        self.letting_in.abort();
        for sender in &self.senders {
            // A sender that is between two incarnations takes nothing either.
            let _ = sender.try_send(Drain);
        }
        let mut all_quiet = false;
        while !all_quiet && Instant::now() < until {
            all_quiet = true;
            for sender in &self.senders {
                all_quiet &= sender.ask(IsQuiet, until - Instant::now()).await.unwrap_or(false);
            }
            if !all_quiet {
                sleep(Duration::from_millis(5)).await;
            }
        }
        self.door.dismiss_all("the server is going away: connect again");
        while self.receivers() > 0 && Instant::now() < until {
            sleep(Duration::from_millis(5)).await;
        }
        all_quiet
    }
}

impl Drop for Lds {
    fn drop(&mut self) {
        self.letting_in.abort();
        self.measuring.abort();
        self.door.dismiss_all("the server has ended: connect again");
        for sender in &self.senders {
            // A full mailbox: the sender ends with its process.
            let _ = sender.try_send(Stop);
        }
    }
}

#[cfg(test)]
mod tests;
