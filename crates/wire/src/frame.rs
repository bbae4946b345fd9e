//! Frames of the links between roles (contracts, part 5).
//!
//! A frame is a u32 length (big endian) and one MessagePack map with named keys, `type` first. Unknown keys are
//! tolerated, frames of unknown type are skipped and counted; everything else that can't be read ends the link.
//!
//! **Invariant:** bytes in, frames out; nothing here knows sockets, clocks or what the records mean.

mod batch;
mod changes;
mod decode;
mod encode;
mod interface;
mod pack;
mod record;
mod snapshot;

pub use batch::{Encoded, EncodedRecords, Extent, encode_record};
pub use changes::{Changes, Gathering, Revised, changes_frames};
pub use decode::Decoder;
pub use encode::{encode, encode_limited};
pub use interface::{Asked, Close, Condition, Failed, Info, Open, Peek, Row, Target, Validity};
pub use record::decode_record;
pub use snapshot::{Assembler, Stamps, Whole, snapshot_frames};

use model::Text;
use model::record::Record;
use model::snapshot::{DnPicture, Membership};
use model::time::{Micros, Position};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the protocol that this code speaks.
pub const VERSION: u32 = 1;

/// The largest frame that may be sent unless more was agreed in `hello`: 1 MiB without its length.
pub const FRAME_BYTES_MAX: usize = 1 << 20;

/// A position for each source.
pub type Positions = BTreeMap<Text, Position>;

/// One frame of a link.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// The client's first frame.
    Hello(Hello),
    /// The server's answer to a hello that it accepts.
    Welcome(Welcome),
    /// The server's answer to what it does not accept; the link ends.
    Refuse(Refuse),
    /// Records of one source, in order.
    Events(Events),
    /// A part of the state of one source.
    Snapshot(SnapshotPart),
    /// What changed in the configuration of a tenant, or a part of the whole of it.
    Changes(Changes),
    /// Records that are lost for good.
    Gap(GapNotice),
    /// How far the source has come, and its clock.
    Heartbeat(Heartbeat),
    /// How far the receiver has come.
    Ack(Ack),
    /// The sender of this frame closes the link.
    Bye(Bye),
    /// A statistic is to be followed.
    Open(Open),
    /// Its present values are wanted.
    Peek(Peek),
    /// It is followed no longer.
    Close(Close),
    /// Values.
    Info(Info),
    /// Values can be trusted again.
    Valid(Validity),
    /// Values can't be trusted.
    Invalid(Validity),
    /// A question can't be answered.
    Error(Failed),
}

/// What a client wants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// The protocol's version: [`VERSION`].
    pub v: u32,
    /// Who asks: `dcu`, `tail`, `lds`, `router` ...; `source`: who brings records.
    pub role: Text,
    /// Whose events are asked for.
    pub tenant: Text,
    /// The secret that the two sides share; empty where none is needed.
    #[serde(default)]
    pub token: Text,
    /// Where to go on. A source at [0,0] means from the oldest record that the server keeps; a source that is
    /// absent means a snapshot of the present state, then live.
    #[serde(default, with = "positions")]
    pub positions: Positions,
    /// Only what concerns these objects; everything if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// The largest frame that the client takes, in bytes, if not 1 MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_bytes_max: Option<u32>,
}

/// A narrower subscription. Every record comes whose DN, queue or call touched one of the objects, and every record
/// that concerns a whole source. The numbers of what comes have holes then; heartbeats tell the position.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Only these sources; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<Text>>,
    /// DNs, as `number@switch` or as bare numbers; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<Vec<Text>>,
}

/// What the client will get.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// The protocol's version.
    pub v: u32,
    /// Every source that the link serves.
    pub sources: Vec<Offer>,
}

/// How one source will be served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The source.
    pub name: Text,
    /// Its switch, where the server knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<Text>,
    /// With `seq`, the position after which records will follow.
    pub epoch: u64,
    /// See `epoch`.
    pub seq: u64,
    /// How it begins.
    pub plan: Plan,
}

impl Offer {
    /// The position after which records will follow.
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.seq }
    }
}

/// How a source's stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// With the record after the position; nothing is missing.
    Resume,
    /// With a snapshot. A client that had given a position records a gap from there.
    Snapshot,
}

/// Why a hello, or a hole in a stream, is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refuse {
    /// For programs: `version`, `tenant`, `token`, `hole`, `full`, `source`, `protocol`.
    pub code: Text,
    /// For people: cause and cure.
    pub text: Text,
}

/// Records of one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// The source of all the records.
    pub source: Text,
    /// In order of their numbers.
    pub records: Vec<Record>,
}

/// One part of a snapshot. The parts of a source come one after another and are applied at once after the last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SnapshotPart {
    /// The source.
    pub source: Text,
    /// With `seq`, the position that the state follows.
    pub epoch: u64,
    /// See `epoch`.
    pub seq: u64,
    /// When the state was true.
    pub taken: Micros,
    /// Of a `Snapshot` record in the stream: its `time`. Absent where the state is made for this client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Micros>,
    /// Of a `Snapshot` record in the stream: its `received`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Micros>,
    /// Counts from 0.
    pub part: u32,
    /// No more parts follow.
    pub last: bool,
    /// Some of the DNs. A DN with very many calls comes in several pieces, each with some of its calls.
    pub dns: Vec<DnPicture>,
    /// Some of the memberships.
    pub memberships: Vec<Membership>,
    /// Of an Interaction Server: some of the records that tell its state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Record>,
}

/// Records of a span of time are lost for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapNotice {
    /// Whose records.
    pub source: Text,
    /// The last moment that is known to be whole.
    pub from: Micros,
    /// The first moment that is known again.
    pub to: Micros,
    /// In words for people.
    pub cause: Text,
}

/// How far a source has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The source.
    pub source: Text,
    /// With `seq`, the position of the last record that was sent (or passed over by a filter).
    pub epoch: u64,
    /// See `epoch`.
    pub seq: u64,
    /// Nothing that follows was received before this moment.
    pub now: Micros,
}

/// How far the receiver has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ack {
    /// The last record of each source that is taken in.
    #[serde(with = "positions")]
    pub positions: Positions,
}

/// Why a link is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bye {
    /// For people.
    pub reason: Text,
}

/// Why bytes are no frame, or a frame cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer than the two sides agreed.
    #[error(
        "frame of {size} bytes is over the limit of {limit}: the peer must split it, or agree on more in hello"
    )]
    TooLarge {
        /// Its length in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The bytes are not what they should be.
    #[error("frame can't be read: {0}; the peer speaks another protocol, or bytes were damaged on the way")]
    Garbage(String),
}

/// Positions as `[epoch, seq]`.
mod positions {
    use super::Positions;
    use model::Text;
    use model::time::Position;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::collections::BTreeMap;

    pub(super) fn serialize<S: Serializer>(positions: &Positions, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(positions.iter().map(|(source, position)| (source, (position.epoch, position.seq))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Positions, D::Error> {
        let pairs = BTreeMap::<Text, (u64, u64)>::deserialize(from)?;
        Ok(pairs.into_iter().map(|(source, (epoch, seq))| (source, Position { epoch, seq })).collect())
    }
}

#[cfg(test)]
mod tests;
