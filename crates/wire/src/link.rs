//! The two ends of a link as channels: what a transport offers and what actors take, neither seeing the other.
//!
//! **Invariant:** an outbox is bounded in frames and in bytes; whoever writes learns at once that it is full.

mod outbox;
mod token;

pub use outbox::{Outbox, OutboxFull, Outgoing, outbox};
pub use token::Token;

use crate::frame::{Changes, Events, Frame, GapNotice, Heartbeat, Hello, Positions, Welcome, Whole};
use model::Text;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc;

/// A client that has connected to our server and said hello; the answer is still to be given.
#[derive(Debug)]
pub struct Incoming {
    /// Where it comes from.
    pub peer: SocketAddr,
    /// What it wants.
    pub hello: Hello,
    /// What it sends after its hello; ends when the link ends.
    pub frames: mpsc::Receiver<Frame>,
    /// What it is sent. When the last clone is dropped, what is in it is still sent, then the link is closed.
    pub outbox: Outbox,
}

/// What a client of a link learns.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkEvent {
    /// The server has accepted us and tells what will come.
    Connected(Welcome),
    /// Records.
    Events(Events),
    /// The state of a source, all its parts put together: apply it at once.
    Snapshot(Whole),
    /// What changed in the configuration of a tenant; with a `part`: the whole of it, all parts put together.
    Changes(Changes),
    /// Records are lost for good.
    Gap(GapNotice),
    /// How far a source has come.
    Heartbeat(Heartbeat),
    /// The server does not accept us; it is tried again after `retry_in`.
    Refused {
        /// For programs, see [`crate::frame::Refuse`].
        code: Text,
        /// For people: cause and cure.
        text: Text,
        /// When the next attempt begins.
        retry_in: Duration,
    },
    /// The link is down; it is tried again after `retry_in`.
    Lost {
        /// For people.
        cause: String,
        /// When the next attempt begins.
        retry_in: Duration,
    },
}

/// The client's end of a link that reconnects by itself.
#[derive(Debug)]
pub struct Subscription {
    /// What arrives, in order. It ends when the link is given up: dropped, or closed by us.
    pub events: mpsc::Receiver<LinkEvent>,
    /// Positions to acknowledge; the newest is sent.
    pub acks: mpsc::Sender<Positions>,
    /// Cuts the present connection: the next hello goes on from the positions that it then finds.
    pub resync: mpsc::Sender<String>,
}
