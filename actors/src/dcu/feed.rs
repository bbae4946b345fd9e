//! Carries what links hand over to the collector, and keeps the positions from which they go on.

use super::Collector;
use super::trial::{Panicked, TRIES, Trial};
use actix::{Addr, Message};
use model::Text;
use model::record::{Body, Event, Gap, Record};
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wire::frame::Positions;
use wire::link::{LinkEvent, Subscription};

/// As the census calls one that carries.
const LINK: &str = "link";

/// How long a link waits before it asks again whether there is room.
const ROOM_PAUSE: Duration = Duration::from_millis(2);

/// Events that are handed over together at most.
pub(super) const TOGETHER: usize = 64;

/// What came together over a link.
#[derive(Message)]
#[rtype(result = "Room")]
pub(super) struct Arrived {
    /// Which link, in words for people.
    pub link: Text,
    /// In order.
    pub events: Vec<LinkEvent>,
}

/// What a link may do next.
#[derive(Clone, Debug, PartialEq, Eq, actix::MessageResponse)]
pub(super) enum Room {
    /// Send more.
    Free,
    /// Wait a moment and ask again with an empty message: more is waiting than may.
    Full,
    /// A record is missing: connect again from the positions reached.
    Hole,
}

/// The positions that a DCU has reached, for the next hello of its links.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<Mutex<Positions>>);

impl Reached {
    /// Starts from positions; [0,0] means from the oldest record that is kept.
    pub fn new(positions: Positions) -> Self {
        Self(Arc::new(Mutex::new(positions)))
    }

    /// The positions now.
    pub fn positions(&self) -> Positions {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, source: Text, position: Position) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(source, position);
    }
}

/// Carries a link's stream to the collector until either ends. The link is made to wait while the collector has
/// enough: the other end then reads from its journal, so nothing is lost.
pub(super) async fn carry(name: Text, mut link: Subscription, collector: Addr<Collector>, trial: Trial) {
    let _living = trial.census.living(LINK);
    let mut together = Vec::new();
    while link.events.recv_many(&mut together, TOGETHER).await > 0 {
        let mut answer = Err(Panicked);
        for _ in 0..TRIES {
            // What was handed over before a panic is gone from here; the rest comes again.
            answer = trial.wait(LINK, &name, hand_over(&name, &mut together, &collector)).await;
            if answer.is_ok() {
                break;
            }
        }
        let resync = match answer {
            Ok(Some(Room::Hole)) => "a record is missing",
            Ok(Some(_)) => continue,
            Ok(None) => return,
            Err(Panicked) => {
                trial.give_up(LINK, &name);
                together.clear();
                "what came could not be handed over"
            }
        };
        // One that is under way already serves this one too.
        let _ = link.resync.try_send(resync.to_owned());
    }
}

/// Hands all of `events` to the collector, and waits until there is room for more; nothing if it is gone.
pub(super) async fn hand_over(
    link: &Text,
    events: &mut Vec<LinkEvent>,
    collector: &Addr<Collector>,
) -> Option<Room> {
    let mut answer = collector.send(Arrived { link: link.clone(), events: std::mem::take(events) }).await;
    while let Ok(Room::Full) = answer {
        tokio::time::sleep(ROOM_PAUSE).await;
        answer = collector.send(Arrived { link: link.clone(), events: Vec::new() }).await;
    }
    answer.ok()
}

/// The state of a source as a record without a number: it stands for everything up to its position.
pub(super) fn snapshot_record(source: Text, snapshot: Snapshot, received: Micros) -> Record {
    let mut record = Record::new(source, Event::Snapshot, received);
    record.time = snapshot.taken;
    record.body = Some(Box::new(Body::Snapshot(snapshot)));
    record
}

/// Whether a state tells nothing: of a source that has never told anything.
pub(super) fn is_blank(snapshot: &Snapshot) -> bool {
    let Snapshot { taken, dns, memberships, media } = snapshot;
    *taken == Micros::ZERO && dns.is_empty() && memberships.is_empty() && media.is_empty()
}

/// A record that means nothing, so that the world begins at `opening`.
pub(super) fn beginning(source: Text, opening: Micros) -> Record {
    Record::new(source, Event::Other("Begin".into()), opening)
}

/// A gap as a record without a number.
pub(super) fn gap_record(source: Text, gap: Gap, received: Micros) -> Record {
    let mut record = Record::new(source, Event::Gap, received);
    record.body = Some(Box::new(Body::Gap(gap)));
    record
}
