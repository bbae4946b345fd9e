//! The DCU as a server (port 2060): sources bring records by themselves, routers follow statistics (contracts, part 5).
//!
//! **Invariant:** nobody is let in without the token; clients, statistics of a client and what waits for it are bounded.

mod log;
mod router;
mod source;

pub(super) use log::Pushed;

use super::Metrics;
use super::collector::Collector;
use super::feed::Reached;
use actix::Addr;
use model::Text;
use std::cell::Cell;
use std::rc::Rc;
use telemetry::Seen;
use tokio::sync::mpsc;
use wire::frame::{Frame, Hello, Refuse, VERSION, encode};
use wire::link::{Incoming, Token};

/// Settings of the inbound port.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// The tenant; a client of another one, or of none, is refused.
    pub tenant: Text,
    /// What clients must know; an empty one lets nobody in.
    pub token: Token,
    /// Sources that may bring records.
    pub sources: Vec<Text>,
    /// Clients at the same time.
    pub clients_max: usize,
    /// Statistics that one client may follow.
    pub statistics_max: usize,
    /// How much of what a source brings is kept for statistics that are opened later, in bytes.
    pub keep_bytes: usize,
    /// Where it is kept who has come, and when last.
    pub seen: Seen,
}

/// The number of the connection by which sources and routers come in.
const CONNECTION: u8 = 18;

/// Lets clients in.
#[derive(Clone)]
pub(super) struct Door {
    settings: Rc<Inbound>,
    collector: Addr<Collector>,
    reached: Reached,
    pushed: Pushed,
    metrics: Metrics,
    clients: Rc<Cell<usize>>,
}

fn refuse(code: &str, text: impl Into<Text>) -> Refuse {
    Refuse { code: code.into(), text: text.into() }
}

impl Door {
    pub(super) fn new(
        settings: Inbound,
        collector: Addr<Collector>,
        reached: Reached,
        pushed: Pushed,
        metrics: Metrics,
    ) -> Self {
        for role in ["source", "router"] {
            metrics.inbound_clients.with_label_values(&[role]).set(0);
        }
        Self { settings: Rc::new(settings), collector, reached, pushed, metrics, clients: Rc::default() }
    }

    /// Lets in who comes, until nobody can come any more.
    pub(super) async fn let_in(self, mut clients: mpsc::Receiver<Incoming>) {
        while let Some(client) = clients.recv().await {
            actix::spawn(self.clone().admit(client));
        }
    }

    /// Who came is heard of, and so used the port.
    fn saw(&self, who: &str) {
        self.settings.seen.saw(CONNECTION, who);
    }

    async fn admit(self, client: Incoming) {
        let (peer, outbox) = (client.peer, client.outbox.clone());
        let refusal = match self.check(&client.hello) {
            Err(refusal) => refusal,
            Ok(()) => {
                let role = if client.hello.role == "source" { "source" } else { "router" };
                let _place = Place::take(&self, role);
                self.saw(&format!("the {role} at {peer}"));
                tracing::info!(%peer, role, "a {role} at {peer} is connected");
                let end = match role {
                    "source" => source::take_in(&self, client).await,
                    _ => router::serve(&self, client).await,
                };
                tracing::info!(%peer, role, "the {role} at {peer} is gone");
                match end {
                    Ok(()) => return,
                    Err(refusal) => refusal,
                }
            }
        };
        self.metrics.inbound_refused.with_label_values(&[&refusal.code]).inc();
        tracing::warn!(%peer, code = %refusal.code, "refused {peer}: {}", refusal.text);
        if let Ok(frame) = encode(&Frame::Refuse(refusal)) {
            // A link that has ended already needs no answer.
            let _ = outbox.try_push(frame);
        }
    }

    fn check(&self, hello: &Hello) -> Result<(), Refuse> {
        let Inbound { tenant, token, clients_max, .. } = &*self.settings;
        if hello.v != VERSION {
            let text =
                format!("this DCU speaks version {VERSION}, the client {}: use the same release", hello.v);
            return Err(refuse("version", text));
        }
        if token.shown().is_empty() || !token.admits(&hello.token) {
            return Err(refuse("token", "the token is not the one of this port: check the client's secret"));
        }
        if hello.tenant != *tenant {
            let text =
                format!("tenant {:?} is not served here, only {tenant}: check the address", hello.tenant);
            return Err(refuse("tenant", text));
        }
        if self.clients.get() >= *clients_max {
            return Err(refuse("full", format!("all {clients_max} places are taken: raise clients_max")));
        }
        Ok(())
    }
}

/// A client's place; free again when it is dropped.
struct Place {
    door: Door,
    role: &'static str,
}

impl Place {
    fn take(door: &Door, role: &'static str) -> Self {
        door.clients.set(door.clients.get() + 1);
        door.metrics.inbound_clients.with_label_values(&[role]).inc();
        Self { door: door.clone(), role }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.door.clients.set(self.door.clients.get().saturating_sub(1));
        self.door.metrics.inbound_clients.with_label_values(&[self.role]).dec();
    }
}
