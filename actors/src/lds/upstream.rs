//! A `pulse://` link as a source: what a SIP Server (or another LDS) tells, as items of a feed.

use super::feed::{Arrival, Batch, Numbering, Resume, SourceFeed, SourceItem};
use model::Text;
use model::record::{Body, Event, Record};
use model::time::Position;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::warn;
use wire::frame::{Filter, Hello, VERSION, Whole};
use wire::link::{LinkEvent, Subscription, Token};

/// One source of a link, and how far we have it.
#[derive(Clone, Debug)]
pub struct Upstream {
    name: Text,
    position: Arc<Mutex<Option<Position>>>,
}

/// A server that says nothing of the source for so long is out of touch with it.
const SILENCE_MAX: Duration = Duration::from_secs(2);

/// Items that may wait for the sender; then the link is read no further.
const ITEMS_WAITING: usize = 64;

impl Upstream {
    /// The source `name`, of which the log holds everything up to `position`.
    pub fn new(name: impl Into<Text>, position: Option<Position>) -> Self {
        Self { name: name.into(), position: Arc::new(Mutex::new(position)) }
    }

    /// The hello for every attempt to connect.
    pub fn hello(&self, tenant: &str, token: Token) -> impl FnMut() -> Hello + Send + use<> {
        let this = self.clone();
        let (tenant, token) = (Text::from(tenant), token);
        move || Hello {
            v: VERSION,
            role: "lds".into(),
            tenant: tenant.clone(),
            token: token.shown(),
            positions: this.position().map(|position| (this.name.clone(), position)).into_iter().collect(),
            filter: Some(Filter { sources: Some(vec![this.name.clone()]), dns: None }),
            frame_bytes_max: None,
        }
    }

    /// Feeds what the subscription brings. Must be called within a tokio runtime.
    pub fn feed(self, switch: impl Into<Text>, subscription: Subscription, arrival: Arrival) -> SourceFeed {
        let (items, receiver) = mpsc::channel(ITEMS_WAITING);
        let (requests, asked) = mpsc::channel(1);
        let feed = SourceFeed {
            name: self.name.clone(),
            switch: switch.into(),
            numbering: Numbering::Theirs,
            arrival,
            items: receiver,
            requests: Some(requests),
        };
        tokio::spawn(self.run(subscription, items, asked, arrival));
        feed
    }

    fn position(&self) -> Option<Position> {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_position(&self, position: Position) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = Some(position);
    }

    async fn run(
        self,
        mut link: Subscription,
        items: mpsc::Sender<SourceItem>,
        mut asked: mpsc::Receiver<Resume>,
        arrival: Arrival,
    ) {
        let mut in_touch = true;
        loop {
            let event = tokio::select! {
                biased;
                Some(Resume { after }) = asked.recv() => {
                    self.set_position(after);
                    // A full channel is about to begin anew already.
                    let _ = link.resync.try_send(format!("a record of {} is missing", self.name));
                    continue;
                }
                () = items.closed() => return,
                event = timeout(SILENCE_MAX, link.events.recv()) => event,
            };
            let was_in_touch = in_touch;
            let item = match event {
                Ok(None) => return,
                Err(_) => {
                    in_touch = false;
                    None
                }
                Ok(Some(event)) => {
                    in_touch = self.is_touch(&event, in_touch);
                    self.item(event, arrival)
                }
            };
            let touch = (in_touch != was_in_touch).then_some(SourceItem::InTouch(in_touch));
            for item in touch.into_iter().chain(item) {
                if items.send(item).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Whether the source is in touch with us after `event`.
    fn is_touch(&self, event: &LinkEvent, before: bool) -> bool {
        match event {
            LinkEvent::Lost { .. } | LinkEvent::Refused { .. } => false,
            LinkEvent::Events(events) => events.source == self.name || before,
            LinkEvent::Heartbeat(heartbeat) => heartbeat.source == self.name || before,
            LinkEvent::Connected(_) | LinkEvent::Snapshot(_) | LinkEvent::Changes(_) | LinkEvent::Gap(_) => {
                before
            }
        }
    }

    fn item(&self, event: LinkEvent, arrival: Arrival) -> Option<SourceItem> {
        let records = match event {
            LinkEvent::Connected(welcome) => {
                if !welcome.sources.iter().any(|offer| offer.name == self.name) {
                    warn!(sender = %self.name, "the server has no source {}: check the name", self.name);
                }
                return None;
            }
            LinkEvent::Heartbeat(heartbeat) if arrival == Arrival::AsRecorded => {
                return Some(SourceItem::Clock(heartbeat.now));
            }
            LinkEvent::Events(events) => events.records,
            LinkEvent::Snapshot(whole) => vec![snapshot_record(whole)?],
            LinkEvent::Heartbeat(_) | LinkEvent::Changes(_) | LinkEvent::Gap(_) => return None,
            LinkEvent::Lost { .. } | LinkEvent::Refused { .. } => return None,
        };
        self.set_position(records.last()?.position());
        Some(SourceItem::Records(Batch::from(records)))
    }
}

/// The snapshot as the record of its number. A state before the first record says nothing: it has no number.
fn snapshot_record(whole: Whole) -> Option<Record> {
    let Whole { source, position, snapshot, .. } = match whole.into_record() {
        Ok(record) => return Some(record),
        Err(made_for_us) => made_for_us,
    };
    let record = Record::new(source, Event::Snapshot, snapshot.taken);
    let body = Some(Box::new(Body::Snapshot(snapshot)));
    (position.seq != 0).then_some(Record { epoch: position.epoch, seq: position.seq, body, ..record })
}
