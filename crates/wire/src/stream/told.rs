//! What a browser is told.

use super::Cell;
use model::time::Micros;
use model::{ObjectType, Text};
use serde::{Deserialize, Serialize};

/// One message to a browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// A whole table.
    Snapshot {
        /// As in `open`.
        id: u32,
        /// The table.
        #[serde(flatten)]
        body: Snapshot,
    },
    /// What changed.
    Delta {
        /// As in `open`.
        id: u32,
        /// The change.
        #[serde(flatten)]
        body: Delta,
    },
    /// How a source or a producer of values stands.
    State(State),
    /// The server lives.
    Heartbeat(Heartbeat),
    /// A request could not be served.
    Error(Error),
    /// The stream ends.
    Bye(Bye),
}

/// A whole table. What came before under the same id is void.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Changes with the producer or the definition.
    #[serde(rename = "gen")]
    pub generation: u64,
    /// Deltas go on from here.
    pub seq: u64,
    /// The event time (µs) up to which all cells hold that are not stale.
    pub at: Micros,
    /// The columns, in the order of the query.
    pub columns: Vec<Column>,
    /// The rows that the viewer may see, by object.
    pub rows: Vec<Row>,
    /// How many those are.
    pub visible: Visible,
}

/// What changed since the frame before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// That of the snapshot it continues.
    #[serde(rename = "gen")]
    pub generation: u64,
    /// One more than the frame before.
    pub seq: u64,
    /// The event time (µs) up to which all cells hold that are not stale.
    pub at: Micros,
    /// The first of the frames that this one stands for, where it stands for several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Cells: row, column, cell.
    #[serde(default)]
    pub set: Vec<(u32, u16, Cell)>,
    /// Rows that came, or whose name or groups changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<Row>,
    /// Rows that went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<u32>,
    /// How many rows there are, where that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible: Option<Visible>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The definition's name in the API of history; of a formula, one that only its name and object type decide.
    pub key: Text,
    /// The stat type's name; of a formula, its own.
    pub stat_type: Text,
    /// The heading.
    pub title: Text,
    /// `count`, `seconds`, `percent`, `status`, `number`.
    pub unit: Text,
    /// What it means, in words.
    pub words: Text,
}

/// A row: an object and its cells, in the order of the columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its number within the generation.
    pub row: u32,
    /// The object's id.
    pub object: Text,
    /// Its type.
    pub object_type: ObjectType,
    /// A name for people.
    pub name: Text,
    /// Groups that hold it.
    pub groups: Vec<Text>,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// How many of the rows that match may be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visible {
    /// Seen by this viewer.
    pub shown: u32,
    /// There are.
    pub of: u32,
}

/// How a source or producer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceStatus {
    /// Events flow.
    Live,
    /// Connected, the picture is not yet whole.
    Starting,
    /// The link is down.
    Down,
    /// Nothing is heard of it.
    Stalled,
    /// It is no longer one of them: others do its work.
    Gone,
}

/// What a state is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A source of events: a PBX.
    #[default]
    Source,
    /// A computer of values: a DCU.
    Producer,
}

/// How a source or a producer stands, from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Its name.
    pub source: Text,
    /// How it stands.
    pub status: SourceStatus,
    /// Since when (µs).
    pub since: Micros,
    /// For people: cause and cure.
    pub detail: Text,
    /// What it is.
    #[serde(default)]
    pub kind: SourceKind,
}

/// Comes each second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// The server's time (µs): cells are aged by it.
    pub at: Micros,
    /// All sources and producers, now and then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceLine>,
}

/// A source in a heartbeat.
pub type SourceLine = State;

/// Why a request could not be served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// As in `open`; 0 where the request had none that could be read.
    pub id: u32,
    /// For programs.
    pub code: Text,
    /// For people: cause and cure.
    pub message: Text,
    /// The column it is about; the table goes on without it. Absent: the table has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u16>,
}

/// The stream ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bye {
    /// `signed_out`, `session_expired`, `shutdown`, `too_slow`, `protocol`.
    pub reason: Text,
    /// When to try again (ms); 0: not without signing in again.
    pub retry_ms: u64,
}
