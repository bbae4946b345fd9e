//! Frames to bytes.

use super::batch::EncodedRecords;
use super::pack::put_text;
use super::{FRAME_BYTES_MAX, Frame, FrameError};
use serde::Serialize;
use std::sync::Arc;

/// The bytes of a frame with its length in front. Refused with `TooLarge` above 1 MiB.
pub fn encode(frame: &Frame) -> Result<Arc<[u8]>, FrameError> {
    encode_limited(frame, FRAME_BYTES_MAX)
}

/// The bytes of a frame with its length in front; `limit` is what was agreed in hello.
pub fn encode_limited(frame: &Frame, limit: usize) -> Result<Arc<[u8]>, FrameError> {
    let bytes = match frame {
        Frame::Hello(body) => tagged("hello", body)?,
        Frame::Welcome(body) => tagged("welcome", body)?,
        Frame::Refuse(body) => tagged("refuse", body)?,
        Frame::Events(events) => EncodedRecords::of(&events.records).events_frame(&events.source),
        Frame::Snapshot(body) => tagged("snapshot", body)?,
        Frame::Changes(body) => tagged("changes", body)?,
        Frame::Gap(body) => tagged("gap", body)?,
        Frame::Heartbeat(body) => tagged("heartbeat", body)?,
        Frame::Ack(body) => tagged("ack", body)?,
        Frame::Bye(body) => tagged("bye", body)?,
        Frame::Open(body) => tagged("open", body)?,
        Frame::Peek(body) => tagged("peek", body)?,
        Frame::Close(body) => tagged("close", body)?,
        Frame::Info(body) => tagged("info", body)?,
        Frame::Valid(body) => tagged("valid", body)?,
        Frame::Invalid(body) => tagged("invalid", body)?,
        Frame::Error(body) => tagged("error", body)?,
    };
    let size = bytes.len() - 4;
    if size > limit {
        return Err(FrameError::TooLarge { size, limit });
    }
    Ok(bytes)
}

/// The beginning of a frame: room for the length, the map of `keys` keys besides `type`, and the type.
pub(super) fn begin(kind: &str, keys: u8, bytes_expected: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(bytes_expected);
    frame.extend([0; 4]);
    frame.push(0x80 | (keys + 1));
    put_text("type", &mut frame);
    put_text(kind, &mut frame);
    frame
}

/// Writes the length.
pub(super) fn finish(mut frame: Vec<u8>) -> Arc<[u8]> {
    let length = (frame.len() - 4) as u32;
    frame[..4].copy_from_slice(&length.to_be_bytes());
    frame.into()
}

/// A frame whose other keys are the fields of `body`.
fn tagged<T: Serialize>(kind: &str, body: &T) -> Result<Arc<[u8]>, FrameError> {
    let mut map = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut map).with_struct_map();
    body.serialize(&mut serializer).map_err(|error| FrameError::Garbage(error.to_string()))?;
    // No body has more than 14 keys, so its map begins with one byte that holds their number.
    let keys = map[0] & 0x0f;
    debug_assert!(map[0] & 0xf0 == 0x80 && keys < 15, "{kind} has too many keys");
    let mut frame = begin(kind, keys, map.len() + 24);
    frame.extend_from_slice(&map[1..]);
    Ok(finish(frame))
}
