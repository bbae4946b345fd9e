//! Bytes to frames, however they were split on the way.

use super::pack::Reader;
use super::record::{blank, garbage, read};
use super::{Events, FRAME_BYTES_MAX, Frame, FrameError};
use model::Text;
use serde::de::DeserializeOwned;

/// Takes bytes as they arrive and hands out whole frames.
///
/// It holds at most one frame and what was pushed with it. After an error it answers the same error for ever:
/// there is no way to find the next frame.
#[derive(Debug)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Everything before this byte has been handed out.
    start: usize,
    limit: usize,
    broken: Option<FrameError>,
    unknown: u64,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(FRAME_BYTES_MAX)
    }
}

impl Decoder {
    /// A decoder that refuses frames of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, limit, broken: None, unknown: 0 }
    }

    /// Changes the limit from the next frame on.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// How many frames of unknown type were skipped.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Whether the bytes end in the middle of a frame.
    pub fn is_amid_frame(&self) -> bool {
        self.start < self.buffer.len()
    }

    /// Takes in more bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        // What was handed out makes room before the buffer grows.
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame; `None` until more bytes come.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        loop {
            match self.step() {
                Ok(Step::Frame(frame)) => return Ok(Some(frame)),
                Ok(Step::Skipped) => self.unknown += 1,
                Ok(Step::Starved) => return Ok(None),
                Err(error) => {
                    self.broken = Some(error.clone());
                    return Err(error);
                }
            }
        }
    }

    fn step(&mut self) -> Result<Step, FrameError> {
        let rest = &self.buffer[self.start..];
        let Some((length, body)) = rest.split_first_chunk::<4>() else { return Ok(Step::Starved) };
        let size = u32::from_be_bytes(*length) as usize;
        if size > self.limit {
            return Err(FrameError::TooLarge { size, limit: self.limit });
        }
        let Some(payload) = body.get(..size) else { return Ok(Step::Starved) };
        let frame = decode(payload)?;
        self.start += 4 + size;
        Ok(frame.map_or(Step::Skipped, Step::Frame))
    }
}

#[allow(
    clippy::large_enum_variant,
    reason = "it lives for one return; a box would cost an allocation a frame"
)]
enum Step {
    Frame(Frame),
    Skipped,
    Starved,
}

/// One frame without its length; `None` for a type that is not known.
fn decode(payload: &[u8]) -> Result<Option<Frame>, FrameError> {
    let mut reader = Reader::new(payload);
    let keys = reader.map().map_err(garbage)?;
    if keys == 0 || reader.raw().map_err(garbage)? != b"type" {
        return Err(FrameError::Garbage("the first key is not `type`".into()));
    }
    let kind = reader.text().map_err(garbage)?;
    if kind == "events" {
        return events(&mut reader, keys - 1).map(|events| Some(Frame::Events(events)));
    }
    let mut whole = Reader::new(payload);
    whole.skip().map_err(garbage)?;
    if !whole.is_at_end() {
        return Err(FrameError::Garbage("something follows the map".into()));
    }
    Ok(Some(match kind {
        "hello" => Frame::Hello(body(payload)?),
        "welcome" => Frame::Welcome(body(payload)?),
        "refuse" => Frame::Refuse(body(payload)?),
        "snapshot" => Frame::Snapshot(body(payload)?),
        "changes" => Frame::Changes(body(payload)?),
        "gap" => Frame::Gap(body(payload)?),
        "heartbeat" => Frame::Heartbeat(body(payload)?),
        "ack" => Frame::Ack(body(payload)?),
        "bye" => Frame::Bye(body(payload)?),
        "open" => Frame::Open(body(payload)?),
        "peek" => Frame::Peek(body(payload)?),
        "close" => Frame::Close(body(payload)?),
        "info" => Frame::Info(body(payload)?),
        "valid" => Frame::Valid(body(payload)?),
        "invalid" => Frame::Invalid(body(payload)?),
        "error" => Frame::Error(body(payload)?),
        _ => return Ok(None),
    }))
}

fn body<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FrameError> {
    rmp_serde::from_slice(payload).map_err(|error| FrameError::Garbage(error.to_string()))
}

fn events(reader: &mut Reader<'_>, keys: usize) -> Result<Events, FrameError> {
    let (mut source, mut records) = (None, None);
    for _ in 0..keys {
        match reader.raw().map_err(garbage)? {
            b"source" => source = Some(Text::from(reader.text().map_err(garbage)?)),
            b"records" => {
                let count = reader.array().map_err(garbage)?;
                // The count is only a claim; a record takes 20 bytes at least.
                let mut list = Vec::with_capacity(count.min(FRAME_BYTES_MAX / 20));
                for _ in 0..count {
                    list.push(blank());
                    if let Some(record) = list.last_mut() {
                        read(reader, record)?;
                    }
                }
                records = Some(list);
            }
            _ => reader.skip().map_err(garbage)?,
        }
    }
    if !reader.is_at_end() {
        return Err(FrameError::Garbage("something follows the map".into()));
    }
    match (source, records) {
        (Some(source), Some(records)) => Ok(Events { source, records }),
        _ => Err(FrameError::Garbage("an events frame needs the keys source and records".into())),
    }
}
