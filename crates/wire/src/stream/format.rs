//! The two formats, and frames that are written once for all who share a table.

use super::{Delta, Message, Request, Snapshot};
use serde::Serialize;
use std::sync::{Arc, OnceLock};

/// How messages are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text frames.
    #[default]
    Json,
    /// Binary frames.
    Msgpack,
}

/// Why a message could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("message cannot be read or written: {0}")]
pub struct FormatError(String);

impl Format {
    /// A browser's message.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(self, bytes: &[u8]) -> Result<Request, FormatError> {
        match self {
            Self::Json => serde_json::from_slice(bytes).map_err(|error| FormatError(error.to_string())),
            Self::Msgpack => rmp_serde::from_slice(bytes).map_err(|error| FormatError(error.to_string())),
        }
    }

    /// A message to a browser.
    ///
    /// # Errors
    /// Only for what no format can hold; nothing in [`Message`] is such.
    pub fn write(self, message: &Message) -> Result<Vec<u8>, FormatError> {
        self.write_any(message)
    }

    /// A message to a browser, read by a client.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read_message(self, bytes: &[u8]) -> Result<Message, FormatError> {
        match self {
            Self::Json => serde_json::from_slice(bytes).map_err(|error| FormatError(error.to_string())),
            Self::Msgpack => rmp_serde::from_slice(bytes).map_err(|error| FormatError(error.to_string())),
        }
    }

    fn write_any(self, value: &impl Serialize) -> Result<Vec<u8>, FormatError> {
        match self {
            Self::Json => serde_json::to_vec(value).map_err(|error| FormatError(error.to_string())),
            Self::Msgpack => rmp_serde::to_vec_named(value).map_err(|error| FormatError(error.to_string())),
        }
    }
}

/// A frame of a table. It is written at most once in each format; each follower's own `id` is put before the shared
/// part.
#[derive(Clone, Debug)]
pub struct Shared {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    body: Body,
    json: OnceLock<Vec<u8>>,
    msgpack: OnceLock<Vec<u8>>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Body {
    Snapshot(Snapshot),
    Delta(Delta),
}

impl From<Snapshot> for Shared {
    fn from(snapshot: Snapshot) -> Self {
        Self::new(Body::Snapshot(snapshot))
    }
}

impl From<Delta> for Shared {
    fn from(delta: Delta) -> Self {
        Self::new(Body::Delta(delta))
    }
}

impl Shared {
    fn new(body: Body) -> Self {
        Self { inner: Arc::new(Inner { body, json: OnceLock::new(), msgpack: OnceLock::new() }) }
    }

    /// The frame's number.
    pub fn seq(&self) -> u64 {
        match &self.inner.body {
            Body::Snapshot(snapshot) => snapshot.seq,
            Body::Delta(delta) => delta.seq,
        }
    }

    /// The frame's generation.
    pub fn generation(&self) -> u64 {
        match &self.inner.body {
            Body::Snapshot(snapshot) => snapshot.generation,
            Body::Delta(delta) => delta.generation,
        }
    }

    /// The delta, if it is one.
    pub fn delta(&self) -> Option<&Delta> {
        match &self.inner.body {
            Body::Snapshot(_) => None,
            Body::Delta(delta) => Some(delta),
        }
    }

    /// The snapshot, if it is one.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match &self.inner.body {
            Body::Snapshot(snapshot) => Some(snapshot),
            Body::Delta(_) => None,
        }
    }

    /// The whole message for the follower who calls this table `id`.
    pub fn bytes(&self, id: u32, format: Format) -> Vec<u8> {
        let kept = match format {
            Format::Json => &self.inner.json,
            Format::Msgpack => &self.inner.msgpack,
        };
        // What is in a body can be written in both formats (golden tests); an empty part would only show as a
        // message that a browser can't read.
        let part = kept.get_or_init(|| format.write_any(&self.inner.body).unwrap_or_default());
        match format {
            Format::Json => self.json(id, part),
            Format::Msgpack => self.msgpack(id, part),
        }
    }

    fn kind(&self) -> &'static str {
        match self.inner.body {
            Body::Snapshot(_) => "snapshot",
            Body::Delta(_) => "delta",
        }
    }

    /// `{` + type and id + `,` + what follows the shared part's own `{`.
    fn json(&self, id: u32, part: &[u8]) -> Vec<u8> {
        let head = format!("{{\"type\":\"{}\",\"id\":{id},", self.kind());
        let rest = part.get(1..).unwrap_or_default();
        [head.as_bytes(), rest].concat()
    }

    /// A map of two more entries than the shared part: its head, type and id, then the shared entries.
    fn msgpack(&self, id: u32, part: &[u8]) -> Vec<u8> {
        const FIXMAP: u8 = 0x80;
        let Some((head, rest)) = part.split_first() else { return Vec::new() };
        let kind = self.kind();
        let mut bytes = Vec::with_capacity(part.len() + 32);
        bytes.push(FIXMAP | ((head & 0x0f) + 2));
        bytes.extend_from_slice(b"\xa4type");
        bytes.push(0xa0 | kind.len() as u8);
        bytes.extend_from_slice(kind.as_bytes());
        bytes.extend_from_slice(b"\xa2id\xce");
        bytes.extend_from_slice(&id.to_be_bytes());
        bytes.extend_from_slice(rest);
        bytes
    }
}
