//! The client: the configuration as it was told, and what changed of it.

use crate::numbered;
use configuration::{Follower, Numbered, Refusal};
use model::Text;
use model::record::Change;
use model::tenant::Tenant;
use model::time::Position;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::warn;
use wire::frame::{Changes, Hello, VERSION};
use wire::link::{LinkEvent, Subscription, Token};

/// Deliveries that may wait; then the link is read no further.
const WAITING_MAX: usize = 16;

/// The pause before what could not be taken is asked for again.
const PAUSE: Duration = Duration::from_secs(5);

/// What a follower of a configuration learns.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// The configuration is known, or changed.
    News(Box<News>),
    /// It is not to be had now: the link is down, the service refuses, or what it says can't be taken. It is tried
    /// again; what was known still holds.
    Away {
        /// For people: cause and cure.
        cause: String,
        /// The service has refused us: waiting alone will hardly help.
        refused: bool,
    },
}

/// The configuration at a position.
#[derive(Clone, Debug)]
pub struct News {
    /// Where it stands: give it to [`TenantClient::new`] to go on from here.
    pub position: Position,
    /// The configuration.
    pub tenant: Tenant,
    /// What differs from the one before (everything, the first time); nothing if it is the same.
    pub changes: Vec<Change>,
}

/// Follows the configuration of one tenant over a link that reconnects by itself.
#[derive(Clone, Debug)]
pub struct TenantClient {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    follower: Follower,
    /// As it is known, or as the service calls it.
    name: Text,
    /// What is known can't be gone on from: everything is read again.
    forget: bool,
}

impl TenantClient {
    /// A client that goes on from what it knew before, if it did. `name`: only that tenant will do; any, if empty.
    pub fn new(name: &str, known: Option<(Position, &Tenant)>) -> Self {
        let follower = match known {
            Some((position, tenant)) => Follower::resume(position, tenant),
            None => Follower::default(),
        };
        let name = known.map_or_else(|| Text::from(name), |(_, tenant)| tenant.tenant.clone());
        Self { shared: Arc::new(Mutex::new(Shared { follower, name, forget: false })) }
    }

    /// The hello for every attempt to connect; `role` tells who asks.
    pub fn hello(&self, role: &str, token: Token) -> impl FnMut() -> Hello + Send + use<> {
        let this = self.clone();
        let (role, token) = (Text::from(role), token);
        move || {
            let mut shared = this.lock();
            let forget = std::mem::take(&mut shared.forget);
            let known = shared.follower.position().filter(|_| !forget);
            Hello {
                v: VERSION,
                role: role.clone(),
                tenant: shared.name.clone(),
                token: token.shown(),
                positions: known.map(|position| (shared.name.clone(), position)).into_iter().collect(),
                filter: None,
                frame_bytes_max: None,
            }
        }
    }

    /// Follows what the subscription brings, until the receiver is dropped. Must be called within a tokio runtime.
    pub fn follow(self, subscription: Subscription) -> mpsc::Receiver<Delivery> {
        let (to, deliveries) = mpsc::channel(WAITING_MAX);
        tokio::spawn(self.run(subscription, to));
        deliveries
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(self, mut link: Subscription, to: mpsc::Sender<Delivery>) {
        loop {
            let event = tokio::select! {
                () = to.closed() => return,
                event = link.events.recv() => event,
            };
            let Some(event) = event else { return };
            let delivery = match event {
                LinkEvent::Connected(welcome) => {
                    if let Some(offer) = welcome.sources.into_iter().next() {
                        self.lock().name = offer.name;
                    }
                    continue;
                }
                LinkEvent::Changes(changes) => match self.take(changes) {
                    Ok(news) => Delivery::News(Box::new(news)),
                    Err(refusal) => {
                        if let Some(delivery) = self.resync(&refusal, &link).await {
                            delivery
                        } else {
                            continue;
                        }
                    }
                },
                LinkEvent::Refused { text, .. } => Delivery::Away { cause: text.into(), refused: true },
                LinkEvent::Lost { cause, .. } => Delivery::Away { cause, refused: false },
                LinkEvent::Events(_) | LinkEvent::Snapshot(_) => Delivery::Away {
                    cause: "it is no tenant service: it tells events; check the address and its port (8888)"
                        .into(),
                    refused: true,
                },
                LinkEvent::Heartbeat(_) | LinkEvent::Gap(_) => continue,
            };
            if to.send(delivery).await.is_err() {
                return;
            }
        }
    }

    fn take(&self, frame: Changes) -> Result<News, Refusal> {
        let Changes { epoch, revision, part, changes, .. } = frame;
        let entries: Vec<Numbered> = changes.into_iter().map(numbered).collect();
        let mut shared = self.lock();
        let changes = match part {
            Some(_) => shared.follower.whole(Position { epoch, seq: revision }, &entries)?,
            None => shared.follower.changes(epoch, &entries)?,
        };
        let position = shared.follower.position().unwrap_or_default();
        let tenant = shared.follower.configuration().tenant()?;
        Ok(News { position, tenant, changes })
    }

    /// Asks again for what is missing, or for everything.
    async fn resync(&self, refusal: &Refusal, link: &Subscription) -> Option<Delivery> {
        warn!(cause = %refusal, "the configuration is asked for again: {refusal}");
        let wrong = matches!(refusal, Refusal::Fault(_));
        if wrong {
            // It will hardly be right at once.
            sleep(PAUSE).await;
        }
        self.lock().forget = !matches!(refusal, Refusal::Hole { .. });
        // A full channel is about to begin anew already.
        let _ = link.resync.try_send(refusal.to_string());
        let cause = format!("what the service says can't be taken: {refusal}");
        wrong.then_some(Delivery::Away { cause, refused: true })
    }
}
