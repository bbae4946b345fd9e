//! Announcements: a connection that hears, tried again when it is lost; whoever follows is told that it missed some.

use crate::connect::Connect;
use crate::keys::Keys;
use crate::lock;
use crate::pack::unpack;
use futures_util::StreamExt;
use ports::{Result, StoreError};
use redis::aio::PubSub;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::task::AbortHandle;

/// Announcements that a slow follower may be behind before it is told that it missed some.
const BACKLOG_MAX: usize = 1024;
/// A connection that does not answer within this is given up.
const PING_EVERY: Duration = Duration::from_secs(2);
/// Pauses between attempts double from the first to the second.
pub(crate) const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// Parts of unfinished announcements are kept up to this.
const UNFINISHED_BYTES_MAX: usize = 64 << 20;

/// Announcements of one channel, put together from parts and read.
///
/// The receivers of a connection end with it, and also when it begins: whatever was announced before was not heard.
pub(crate) struct Follow<T> {
    followers: Arc<Mutex<broadcast::Sender<T>>>,
    connected: watch::Receiver<bool>,
    task: AbortHandle,
}

impl<T> Follow<Arc<T>>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    pub(crate) fn start(connect: Connect, channel: String) -> Self {
        let followers = Arc::new(Mutex::new(broadcast::Sender::new(BACKLOG_MAX)));
        let (tell, connected) = watch::channel(false);
        let told = Arc::clone(&followers);
        let task = tokio::spawn(async move {
            let anew = || *lock(&told) = broadcast::Sender::new(BACKLOG_MAX);
            let mut pause = PAUSES.0;
            loop {
                let mut parts = Parts::default();
                let heard = hear(&connect, std::slice::from_ref(&channel), |event| match event {
                    Event::Connected => {
                        anew();
                        pause = PAUSES.0;
                        let _ = tell.send(true);
                        Ok(())
                    }
                    Event::Message(_, bytes) => {
                        if let Some(whole) = parts.take(bytes)? {
                            // No follower is not an error.
                            let _ = lock(&told).send(Arc::new(unpack("an announcement", &whole)?));
                        }
                        Ok(())
                    }
                });
                let cause = heard.await;
                let _ = tell.send(false);
                anew();
                tracing::warn!(%cause, channel, "announcements are not heard; trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        });
        Self { followers, connected, task: task.abort_handle() }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<T>> {
        lock(&self.followers).subscribe()
    }

    pub(crate) async fn connected(&self) {
        let _ = self.connected.clone().wait_for(|connected| *connected).await;
    }
}

impl<T> Drop for Follow<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Hints without content: "the list changed". Each connection begins with one, as some may have been missed.
pub(crate) struct Hints {
    demand: broadcast::Sender<()>,
    connected: watch::Receiver<bool>,
    task: AbortHandle,
}

impl Hints {
    pub(crate) fn start(connect: Connect, keys: &Keys) -> Self {
        let demand = broadcast::Sender::new(BACKLOG_MAX);
        let (tell, connected) = watch::channel(false);
        let (told, channels) = (demand.clone(), [keys.one("demand")]);
        let task = tokio::spawn(async move {
            let mut pause = PAUSES.0;
            loop {
                let heard = hear(&connect, &channels, |event| {
                    if let Event::Connected = event {
                        pause = PAUSES.0;
                        let _ = tell.send(true);
                    }
                    let _ = told.send(());
                    Ok(())
                });
                let cause = heard.await;
                let _ = tell.send(false);
                tracing::warn!(%cause, "changes are not heard; trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        });
        Self { demand, connected, task: task.abort_handle() }
    }

    pub(crate) fn demand(&self) -> broadcast::Receiver<()> {
        self.demand.subscribe()
    }

    pub(crate) async fn connected(&self) {
        let _ = self.connected.clone().wait_for(|connected| *connected).await;
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) enum Event<'a> {
    Connected,
    Message(#[expect(dead_code, reason = "one channel so far")] &'a str, &'a [u8]),
}

/// Listens until the connection is lost or `on` fails; answers why.
pub(crate) async fn hear(
    connect: &Connect,
    channels: &[String],
    mut on: impl FnMut(Event<'_>) -> Result<()>,
) -> StoreError {
    let mut connection: PubSub = match connect.pubsub().await {
        Ok(connection) => connection,
        Err(error) => return error,
    };
    for channel in channels {
        match tokio::time::timeout(PING_EVERY, connection.subscribe(channel)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return crate::failure::of(&error),
            Err(_) => return crate::failure::late(PING_EVERY),
        }
    }
    if let Err(error) = on(Event::Connected) {
        return error;
    }
    let (mut sink, mut stream) = connection.split();
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        tokio::select! {
            message = stream.next() => {
                let Some(message) = message else {
                    return StoreError::Unreachable("Redis closed the connection".into());
                };
                if let Err(error) = on(Event::Message(message.get_channel_name(), message.get_payload_bytes())) {
                    return error;
                }
            }
            _ = ping.tick() => {
                // Messages wait meanwhile, in the connection.
                match tokio::time::timeout(PING_EVERY, sink.ping::<redis::Value>()).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return crate::failure::of(&error),
                    Err(_) => return crate::failure::late(PING_EVERY),
                }
            }
        }
    }
}

/// One part of an announcement: `stamp index parts`, a line feed, bytes.
pub(crate) fn part(stamp: &str, index: usize, parts: usize, bytes: &[u8]) -> Vec<u8> {
    let mut message = format!("{} {index} {parts}\n", stamp.replace([' ', '\n'], "_")).into_bytes();
    message.extend_from_slice(bytes);
    message
}

/// Parts that wait for the rest of their announcement.
#[derive(Default)]
struct Parts {
    unfinished: BTreeMap<String, Vec<u8>>,
}

impl Parts {
    /// Takes a part; answers the announcement when it is whole. A part out of order is an error: something was lost.
    fn take(&mut self, message: &[u8]) -> Result<Option<Vec<u8>>> {
        let strange =
            || StoreError::Corrupt("an announcement has no head: another program uses the channel".into());
        let end = message.iter().position(|byte| *byte == b'\n').ok_or_else(strange)?;
        let head = std::str::from_utf8(&message[..end]).map_err(|_| strange())?;
        let mut words = head.split(' ');
        let (Some(stamp), Some(index), Some(parts)) = (words.next(), words.next(), words.next()) else {
            return Err(strange());
        };
        let (index, parts): (usize, usize) =
            (index.parse().map_err(|_| strange())?, parts.parse().map_err(|_| strange())?);
        let body = &message[end + 1..];
        if parts == 1 {
            return Ok(Some(body.to_vec()));
        }
        if index == 0 {
            self.unfinished.insert(stamp.to_owned(), Vec::new());
        }
        let waiting = self.unfinished.values().map(Vec::len).sum::<usize>();
        let lost = || StoreError::Corrupt("a part of an announcement was lost".into());
        let whole = self.unfinished.get_mut(stamp).ok_or_else(lost)?;
        if waiting + body.len() > UNFINISHED_BYTES_MAX {
            return Err(StoreError::Full("announcements in many parts do not end".into()));
        }
        whole.extend_from_slice(body);
        Ok((index + 1 == parts).then(|| self.unfinished.remove(stamp)).flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_two_producers_do_not_mix() {
        let mut parts = Parts::default();
        assert_eq!(parts.take(&part("a", 0, 2, b"one ")).unwrap(), None);
        assert_eq!(parts.take(&part("b", 0, 2, b"two ")).unwrap(), None);
        assert_eq!(parts.take(&part("a", 1, 2, b"end")).unwrap().unwrap(), b"one end");
        assert_eq!(parts.take(&part("b", 1, 2, b"\nend")).unwrap().unwrap(), b"two \nend");
        assert!(parts.unfinished.is_empty());
    }

    #[test]
    fn an_end_without_a_beginning_is_a_loss() {
        assert!(Parts::default().take(&part("a", 1, 2, b"end")).is_err());
        assert!(Parts::default().take(b"no head").is_err());
    }
}
