//! The service: every client is told what it does not have, and then every change.

use crate::{Metrics, revised};
use configuration::{Ledger, Since};
use model::Text;
use model::time::Position;
use runtime::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{info, warn};
use wire::frame::{
    Bye, Frame, Heartbeat, Hello, Offer, Plan, Refuse, VERSION, Welcome, changes_frames, encode,
};
use wire::link::{Incoming, Outbox, Token};

/// Settings of the service. It has no `Debug`, because it holds a secret.
#[derive(Clone)]
pub struct ServiceSettings {
    /// What clients must know; nothing if empty.
    pub token: Token,
    /// How long it may be quiet before a heartbeat.
    pub heartbeat_every: Duration,
    /// A client that takes nothing for so long is let go.
    pub patience: Duration,
}

impl Default for ServiceSettings {
    fn default() -> Self {
        let (heartbeat_every, patience) = (Duration::from_millis(100), Duration::from_secs(30));
        Self { token: Token::default(), heartbeat_every, patience }
    }
}

/// A running service. It says good-bye to its clients when the ledger's sender is dropped; dropping it lets nobody in
/// any more.
pub struct Service {
    letting_in: JoinHandle<()>,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.letting_in.abort();
    }
}

/// Lets clients in. Must be called within a tokio runtime.
pub fn start(
    settings: ServiceSettings,
    ledger: watch::Receiver<Arc<Ledger>>,
    mut incoming: mpsc::Receiver<Incoming>,
    clock: Clock,
    metrics: Metrics,
) -> Service {
    let letting_in = tokio::spawn(async move {
        while let Some(client) = incoming.recv().await {
            let (settings, metrics, ledger) = (settings.clone(), metrics.clone(), ledger.clone());
            tokio::spawn(async move {
                let (peer, role) = (client.peer, client.hello.role.clone());
                let attendance =
                    Attendance { settings, ledger, clock, metrics, outbox: client.outbox.clone() };
                match attendance.run(client).await {
                    Ok(()) => info!(%peer, %role, "{role} at {peer} follows no longer"),
                    Err(refusal) => {
                        warn!(%peer, %role, code = %refusal.code, "refused {peer}: {}", refusal.text)
                    }
                }
            });
        }
    });
    Service { letting_in }
}

/// One client.
struct Attendance {
    settings: ServiceSettings,
    ledger: watch::Receiver<Arc<Ledger>>,
    clock: Clock,
    metrics: Metrics,
    outbox: Outbox,
}

/// The link is over, or its client is.
struct Over;

impl Attendance {
    async fn run(mut self, client: Incoming) -> Result<(), Refuse> {
        let ledger = self.ledger.borrow_and_update().clone();
        if let Err(refusal) = self.check(&client.hello, &ledger) {
            self.metrics.refused.with_label_values(&[&refusal.code]).inc();
            // A client that is gone needs no answer.
            let _ = self.say(&Frame::Refuse(refusal.clone())).await;
            return Err(refusal);
        }
        self.metrics.clients.inc();
        let gauge = self.metrics.clients.clone();
        // Whatever ends it, the client is counted out.
        let _over = self.attend(client, ledger).await;
        gauge.dec();
        Ok(())
    }

    fn check(&self, hello: &Hello, ledger: &Ledger) -> Result<(), Refuse> {
        let refuse = |code: &str, text: String| Err(Refuse { code: code.into(), text: text.into() });
        if hello.v != VERSION {
            let cause = format!(
                "this service speaks version {VERSION}, the client {}: use the same release",
                hello.v
            );
            return refuse("version", cause);
        }
        if !hello.tenant.is_empty() && hello.tenant != *ledger.tenant() {
            let (asked, served) = (&hello.tenant, ledger.tenant());
            return refuse(
                "tenant",
                format!("tenant {asked} is not served here, only {served}: check the address"),
            );
        }
        if !self.settings.token.admits(&hello.token) {
            let cause = "the token is not the one of this service: check the client's secret file";
            return refuse("token", cause.to_owned());
        }
        Ok(())
    }

    async fn attend(&mut self, mut client: Incoming, ledger: Arc<Ledger>) -> Result<(), Over> {
        let known = client.hello.positions.get(ledger.tenant()).copied();
        let mut position = self.welcome(known, &ledger).await?;
        info!(
            peer = %client.peer, role = %client.hello.role, epoch = position.epoch, revision = position.seq,
            "{} at {} follows from revision {}", client.hello.role, client.peer, position.seq
        );
        let mut beats = interval(self.settings.heartbeat_every);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                changed = self.ledger.changed() => {
                    if changed.is_err() {
                        return self.part("the service is going away: connect again").await;
                    }
                    let ledger = self.ledger.borrow_and_update().clone();
                    position = self.tell_changes(position, &ledger).await?;
                    beats.reset();
                }
                frame = client.frames.recv() => match frame {
                    None | Some(Frame::Bye(_)) => return Err(Over),
                    Some(_) => {}
                },
                () = self.outbox.closed() => return Err(Over),
                _ = beats.tick() => self.beat(position).await?,
            }
        }
    }

    /// Welcomes the client and tells it what it does not have.
    async fn welcome(&self, known: Option<Position>, ledger: &Ledger) -> Result<Position, Over> {
        let now = ledger.position();
        let since = ledger.since(known);
        let (plan, begin) = match (&since, known) {
            (Since::Changes(_), Some(known)) => (Plan::Resume, known),
            _ => (Plan::Snapshot, now),
        };
        let name = ledger.tenant().clone();
        let offer = Offer { name: name.clone(), switch: None, epoch: begin.epoch, seq: begin.seq, plan };
        self.say(&Frame::Welcome(Welcome { v: VERSION, sources: vec![offer] })).await?;
        let (whole, entries) = match since {
            Since::Changes(entries) => (false, entries),
            Since::Whole(entries) => (true, entries),
        };
        if whole {
            self.metrics.whole.inc()
        } else {
            self.metrics.resumed.inc()
        }
        if whole || !entries.is_empty() {
            self.tell(&name, now, whole, entries).await?;
        }
        Ok(now)
    }

    async fn tell_changes(&self, position: Position, ledger: &Ledger) -> Result<Position, Over> {
        match ledger.since(Some(position)) {
            Since::Changes(entries) if entries.is_empty() => Ok(position),
            Since::Changes(entries) => {
                self.tell(ledger.tenant(), ledger.position(), false, entries).await?;
                Ok(ledger.position())
            }
            Since::Whole(_) => {
                self.part("too much has changed at once: connect again and read everything").await?;
                Err(Over)
            }
        }
    }

    async fn tell(
        &self,
        tenant: &Text,
        position: Position,
        whole: bool,
        entries: Vec<configuration::Numbered>,
    ) -> Result<(), Over> {
        self.metrics.changes.inc_by(entries.len() as u64);
        let frames = changes_frames(tenant, position, whole, entries.into_iter().map(revised).collect());
        let frames = frames.map_err(|error| {
            tracing::error!(%error, "the configuration can't be told: an object is too large: {error}");
            Over
        })?;
        for frame in frames {
            self.push(frame).await?;
        }
        Ok(())
    }

    async fn beat(&self, position: Position) -> Result<(), Over> {
        let source = self.ledger.borrow().tenant().clone();
        let Position { epoch, seq } = position;
        self.say(&Frame::Heartbeat(Heartbeat { source, epoch, seq, now: self.clock.now() })).await
    }

    async fn part(&self, reason: &str) -> Result<(), Over> {
        self.say(&Frame::Bye(Bye { reason: reason.into() })).await
    }

    async fn say(&self, frame: &Frame) -> Result<(), Over> {
        self.push(encode(frame).map_err(|_| Over)?).await
    }

    async fn push(&self, frame: Arc<[u8]>) -> Result<(), Over> {
        let pushed = timeout(self.settings.patience, self.outbox.push(frame)).await;
        pushed.ok().and_then(Result::ok).ok_or(Over)
    }
}
