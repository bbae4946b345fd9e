//! Frames on their way out: bounded in number and in bytes.

use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};

/// Where frames are put.
#[derive(Clone, Debug)]
pub struct Outbox {
    frames: mpsc::Sender<Arc<[u8]>>,
    room: Arc<Semaphore>,
    bytes_max: usize,
}

/// Where the transport takes frames from.
#[derive(Debug)]
pub struct Outgoing {
    frames: mpsc::Receiver<Arc<[u8]>>,
    room: Arc<Semaphore>,
    bytes_max: usize,
}

/// Why a frame was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboxFull {
    /// The receiver has not read what is waiting; wait for [`Outbox::room`].
    #[error("the receiver is slow: its queue is full")]
    Full,
    /// The link has ended.
    #[error("the link has ended")]
    Closed,
}

/// An outbox of at most `frames_max` frames and `bytes_max` bytes. One frame always fits into an empty one.
pub fn outbox(frames_max: usize, bytes_max: usize) -> (Outbox, Outgoing) {
    let bytes_max = bytes_max.clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
    let (sender, receiver) = mpsc::channel(frames_max.max(1));
    let room = Arc::new(Semaphore::new(bytes_max));
    (Outbox { frames: sender, room: room.clone(), bytes_max }, Outgoing { frames: receiver, room, bytes_max })
}

fn cost(frame: &[u8], bytes_max: usize) -> u32 {
    frame.len().min(bytes_max) as u32
}

impl Outbox {
    /// Puts a frame in, if there is room now.
    pub fn try_push(&self, frame: Arc<[u8]>) -> Result<(), OutboxFull> {
        if self.frames.is_closed() {
            return Err(OutboxFull::Closed);
        }
        let permits = self.room.try_acquire_many(cost(&frame, self.bytes_max));
        let permits = permits.map_err(|_| OutboxFull::Full)?;
        self.frames.try_send(frame).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => OutboxFull::Full,
            mpsc::error::TrySendError::Closed(_) => OutboxFull::Closed,
        })?;
        permits.forget();
        Ok(())
    }

    /// Puts a frame in as soon as there is room.
    pub async fn push(&self, frame: Arc<[u8]>) -> Result<(), OutboxFull> {
        let permits = self.room.acquire_many(cost(&frame, self.bytes_max)).await;
        let permits = permits.map_err(|_| OutboxFull::Closed)?;
        self.frames.send(frame).await.map_err(|_| OutboxFull::Closed)?;
        permits.forget();
        Ok(())
    }

    /// Waits until half of the bytes and one frame's place are free.
    pub async fn room(&self) -> Result<(), OutboxFull> {
        let half = self.bytes_max.div_ceil(2) as u32;
        drop(self.room.acquire_many(half).await.map_err(|_| OutboxFull::Closed)?);
        drop(self.frames.reserve().await.map_err(|_| OutboxFull::Closed)?);
        Ok(())
    }

    /// Waits until the link has ended.
    pub async fn closed(&self) {
        self.frames.closed().await;
    }

    /// How many bytes wait to be sent.
    pub fn bytes_waiting(&self) -> usize {
        self.bytes_max.saturating_sub(self.room.available_permits())
    }
}

impl Outgoing {
    /// The next frame; `None` when nobody can put one in any more and all are taken.
    pub async fn next(&mut self) -> Option<Arc<[u8]>> {
        let frame = self.frames.recv().await?;
        self.give_back(&frame);
        Some(frame)
    }

    /// The next frame if one waits.
    pub fn try_next(&mut self) -> Option<Arc<[u8]>> {
        let frame = self.frames.try_recv().ok()?;
        self.give_back(&frame);
        Some(frame)
    }

    fn give_back(&self, frame: &[u8]) {
        self.room.add_permits(cost(frame, self.bytes_max) as usize);
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // Whoever waits for room learns that there will be none.
        self.room.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Arc<[u8]> {
        vec![0; bytes].into()
    }

    #[tokio::test]
    async fn an_outbox_is_full_by_bytes_or_by_frames_and_has_room_again_when_read() {
        let (outbox, mut outgoing) = outbox(3, 100);
        outbox.try_push(frame(60)).unwrap();
        assert_eq!(outbox.try_push(frame(60)), Err(OutboxFull::Full), "120 bytes");
        outbox.try_push(frame(1)).unwrap();
        outbox.try_push(frame(1)).unwrap();
        assert_eq!(outbox.try_push(frame(1)), Err(OutboxFull::Full), "4 frames");
        assert_eq!(outbox.bytes_waiting(), 62);
        assert_eq!(outgoing.next().await.unwrap().len(), 60);
        outbox.room().await.unwrap();
        outbox.try_push(frame(60)).unwrap();
    }

    #[tokio::test]
    async fn a_frame_larger_than_the_outbox_fits_into_an_empty_one() {
        let (outbox, mut outgoing) = outbox(3, 100);
        outbox.try_push(frame(5_000)).unwrap();
        assert_eq!(outbox.try_push(frame(1)), Err(OutboxFull::Full));
        assert_eq!(outgoing.next().await.unwrap().len(), 5_000);
        assert_eq!(outbox.bytes_waiting(), 0);
    }

    #[tokio::test]
    async fn what_was_put_in_is_still_sent_after_the_sender_is_gone_and_a_gone_reader_is_noticed() {
        let (sender, mut outgoing) = outbox(3, 100);
        sender.try_push(frame(7)).unwrap();
        drop(sender);
        assert_eq!(outgoing.next().await.unwrap().len(), 7);
        assert!(outgoing.next().await.is_none());

        let (sender, outgoing) = outbox(3, 100);
        sender.try_push(frame(100)).unwrap();
        drop(outgoing);
        assert_eq!(sender.try_push(frame(1)), Err(OutboxFull::Closed));
        assert_eq!(sender.room().await, Err(OutboxFull::Closed));
    }
}
