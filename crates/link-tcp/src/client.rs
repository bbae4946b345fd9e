//! The client: connects, says hello, hands on what comes, and connects again when the link is lost.

mod dial;
mod session;

pub use dial::{Call, DialError, dial};

use crate::LinkError;
use crate::tls::ClientTls;
use session::{End, Session};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{info, warn};
use wire::frame::{FRAME_BYTES_MAX, Hello};
use wire::link::{LinkEvent, Subscription};

/// Whom to connect to, and how.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// `host:port`.
    pub address: String,
    /// Plain TCP if absent.
    pub tls: Option<ClientTls>,
    /// The bounds of it all.
    pub limits: ClientLimits,
}

impl ClientSettings {
    /// A plain link to `address` with the usual bounds.
    pub fn plain(address: impl Into<String>) -> Self {
        Self { address: address.into(), tls: None, limits: ClientLimits::default() }
    }
}

/// Bounds of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLimits {
    /// For the name, the connection and TLS.
    pub connect_within: Duration,
    /// From our hello to the answer.
    pub welcome_within: Duration,
    /// A server that sends nothing for so long (it owes a heartbeat every 100 ms) is given up.
    pub silence_max: Duration,
    /// The first pause before another attempt; it doubles with every attempt that fails.
    pub retry_min: Duration,
    /// The longest pause; also the pause after a refusal.
    pub retry_max: Duration,
    /// Frames that may wait for the caller; then the server is read no further.
    pub events_waiting: usize,
    /// The largest frame that is taken, in bytes.
    pub frame_bytes_max: usize,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect_within: Duration::from_secs(5),
            welcome_within: Duration::from_secs(5),
            silence_max: Duration::from_secs(5),
            retry_min: Duration::from_millis(100),
            retry_max: Duration::from_secs(5),
            events_waiting: 64,
            frame_bytes_max: FRAME_BYTES_MAX,
        }
    }
}

/// Subscribes to the server at `settings.address` until the subscription is dropped. `hello` is asked before every
/// attempt, so that it goes on from the positions that the caller has reached by then.
///
/// Must be called within a tokio runtime. Fails only if the TLS files can't be used; a server that is away is tried
/// again for ever, and every failed attempt is told as [`LinkEvent::Lost`].
pub fn subscribe(
    settings: ClientSettings,
    hello: impl FnMut() -> Hello + Send + 'static,
) -> Result<Subscription, LinkError> {
    if let Some(tls) = &settings.tls {
        tls.files().connector(&tls.name(&settings.address))?;
    }
    let (sender, events) = mpsc::channel(settings.limits.events_waiting.max(1));
    let (ack, acks) = mpsc::channel(4);
    let (cut, resync) = mpsc::channel(1);
    let session = Session { settings, events: sender, acks, resync };
    tokio::spawn(keep_up(session, hello));
    Ok(Subscription { events, acks: ack, resync: cut })
}

async fn keep_up(mut session: Session, mut hello: impl FnMut() -> Hello) {
    let limits = session.settings.limits;
    let mut pause = limits.retry_min;
    loop {
        let (was_welcome, end) = session.run(hello()).await;
        if was_welcome {
            pause = limits.retry_min;
        }
        let retry_in = match &end {
            End::Unwanted => return,
            End::Refused(_) => limits.retry_max,
            _ => pause,
        };
        let address = &session.settings.address;
        match &end {
            End::Resync(_) => info!(%address, cause = %end, "link with {address} begins anew: {end}"),
            _ => {
                warn!(%address, cause = %end, "link with {address} is down: {end}; next attempt in {retry_in:?}")
            }
        }
        let event = match end {
            End::Refused(refuse) => LinkEvent::Refused { code: refuse.code, text: refuse.text, retry_in },
            end => LinkEvent::Lost { cause: end.to_string(), retry_in },
        };
        if session.events.send(event).await.is_err() {
            return;
        }
        tokio::select! {
            () = session.events.closed() => return,
            () = sleep(retry_in) => {}
        }
        pause = (pause * 2).min(limits.retry_max);
    }
}
