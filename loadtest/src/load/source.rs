//! The source: the server side of a link, as a SIP Server has it. It tells events when they are due, whoever follows or
//! does not: nothing that happens behind the link slows it down.

use super::plan::Plan;
use crate::workload_w::records::{SOURCE, SWITCH, agent_record, tell_at};
use actix::Arbiter;
use actors::lds::{
    self, Arrival, Batch, LdsLimits, LdsPorts, LdsSettings, MemoryLog, Numbering, SourceFeed, SourceItem,
};
use anyhow::{Context, Result, anyhow};
use link_tcp::{ServerLimits, ServerSettings};
use model::record::Event;
use model::{Micros, Record};
use runtime::{Census, Clock};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How often events that are due are told.
const TURN: Duration = Duration::from_millis(4);
/// What waits for a follower that is behind: beyond that events would be lost, and the truth says so.
const LOG_BYTES: usize = 1 << 30;
/// Records that are told at once at most.
const BATCH: usize = 4_096;

/// A running source, on a thread of its own.
pub(crate) struct Source {
    pub(crate) addr: SocketAddr,
    arbiter: Arbiter,
    outlet: mpsc::Sender<SourceItem>,
    clock: Clock,
}

/// What a source has told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Played {
    pub(crate) events: u64,
    pub(crate) records: u64,
    /// When the last event was due; what was due later was not told.
    pub(crate) cut: Micros,
    /// How much later than it was due an event was told at most.
    pub(crate) latest: Micros,
}

/// A plan that is being played.
pub(crate) struct Playing {
    stop: Arc<AtomicBool>,
    done: oneshot::Receiver<Played>,
}

impl Playing {
    /// Waits until all of it has been told.
    pub(crate) async fn end(self) -> Result<Played> {
        self.done.await.map_err(|_| anyhow!("the source has ended"))
    }

    /// Ends it now.
    pub(crate) async fn stop(self) -> Result<Played> {
        self.stop.store(true, Ordering::Relaxed);
        self.end().await
    }
}

impl Source {
    pub(crate) async fn start(clock: Clock) -> Result<Self> {
        let arbiter = Arbiter::new();
        let (outlet, items) = mpsc::channel(64);
        let (tell, told) = oneshot::channel();
        // What an LDS is made of stays on the thread that it was made on.
        arbiter.spawn_fn(move || {
            actix::spawn(async move {
                match serve(clock, items).await {
                    Ok((addr, kept)) => {
                        // Whoever asked may have gone.
                        let _ = tell.send(Ok(addr));
                        std::future::pending::<()>().await;
                        drop(kept);
                    }
                    Err(error) => drop(tell.send(Err(error))),
                }
            });
        });
        let addr = told.await.context("the source has ended")??;
        Ok(Self { addr, arbiter, outlet, clock })
    }

    /// As Pulse is told where it is.
    pub(crate) fn url(&self) -> String {
        format!("pulse://{}?name={SOURCE}", self.addr)
    }

    /// Agents log in, at once.
    pub(crate) async fn log_in(&self, agents: usize) -> Result<()> {
        let records = (0..agents).map(|agent| agent_record(Event::AgentLogin, agent, self.clock.now()));
        self.tell(records.collect()).await
    }

    /// Tells records now.
    pub(crate) async fn tell(&self, records: Vec<Record>) -> Result<()> {
        tell(&self.outlet, records).await
    }

    /// Plays a plan from a moment on.
    pub(crate) fn play(&self, plan: &Plan, begin: Micros) -> Playing {
        self.play_records(begin, plan.events(), |event, at, out| tell_at(&event, at, out))
    }

    /// Agents log in, so many a second.
    pub(crate) fn play_logins(&self, agents: usize, per_second: f64, begin: Micros) -> Playing {
        let due = (0..agents).map(move |agent| (super::plan::micros(agent as f64 / per_second), agent));
        self.play_records(begin, due, |agent, at, out| {
            out.push(agent_record(Event::AgentLogin, agent, at));
            out.push(agent_record(Event::AgentReady, agent, at));
        })
    }

    fn play_records<E: Send + 'static>(
        &self,
        begin: Micros,
        events: impl Iterator<Item = (Micros, E)> + Send + 'static,
        mut write: impl FnMut(E, Micros, &mut Vec<Record>) + Send + 'static,
    ) -> Playing {
        let (clock, outlet) = (self.clock, self.outlet.clone());
        let (tell_done, done) = oneshot::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        self.arbiter.spawn(async move {
            let (mut events, mut played) = (events.peekable(), Played::default());
            let mut turn = tokio::time::interval(TURN);
            turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            let mut records = Vec::new();
            while events.peek().is_some() && !stopped.load(Ordering::Relaxed) {
                turn.tick().await;
                let now = clock.now() - begin;
                while let Some((due, event)) = events.next_if(|(due, _)| *due <= now) {
                    write(event, begin + due, &mut records);
                    played.events += 1;
                    played.cut = due;
                    played.latest = played.latest.max(now - due);
                }
                played.records += records.len() as u64;
                if tell(&outlet, std::mem::take(&mut records)).await.is_err() {
                    return;
                }
            }
            let _ = tell_done.send(played);
        });
        Playing { stop, done }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.arbiter.stop();
    }
}

async fn tell(outlet: &mpsc::Sender<SourceItem>, mut records: Vec<Record>) -> Result<()> {
    while !records.is_empty() {
        let rest = records.split_off(records.len().min(BATCH));
        let batch = SourceItem::Records(Batch::from(std::mem::replace(&mut records, rest)));
        outlet.send(batch).await.map_err(|_| anyhow!("the source has ended"))?;
    }
    Ok(())
}

/// What must live as long as the source does.
type Kept = (link_tcp::ServerHandle, lds::Lds);

async fn serve(clock: Clock, items: mpsc::Receiver<SourceItem>) -> Result<(SocketAddr, Kept)> {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = ServerSettings { addr: listen, tls: None, limits: ServerLimits::default() };
    let (server, incoming) = link_tcp::serve(settings).await?;
    let feed = SourceFeed {
        name: SOURCE.into(),
        switch: SWITCH.into(),
        numbering: Numbering::Ours,
        arrival: Arrival::Stamped,
        items,
        requests: None,
    };
    let limits = LdsLimits { write_every: Duration::from_millis(1), ..LdsLimits::default() };
    let settings = LdsSettings { service: "sip".into(), tenant: "default".into(), token: "".into(), limits };
    let ports = LdsPorts {
        log: Arc::new(MemoryLog::new(LOG_BYTES)),
        incoming,
        clock,
        registry: prometheus::Registry::new(),
        census: Census::default(),
        give_up: Rc::new(|failure| eprintln!("pulse-load: {failure}")),
    };
    let lds = lds::start(settings, vec![feed], ports)?;
    Ok((server.addr(), (server, lds)))
}
