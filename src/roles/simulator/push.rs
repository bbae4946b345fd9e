//! An Interaction Server that connects to a DCU (port 2060), and tells it there what subscribers are told elsewhere.

use link_tcp::{ClientSettings, DialError, dial};
use model::Text;
use model::time::Position;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::mpsc;
use wire::frame::{Filter, Hello, Positions, VERSION};
use wire::link::{Incoming, Token, outbox};

/// The pause before the first of several attempts; it doubles.
const PAUSE_MIN: Duration = Duration::from_millis(200);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// A DCU that is to be told.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) client: ClientSettings,
    pub(super) token: Token,
}

/// Tells the DCU what the `sources` tell, for as long as it is polled.
pub(super) async fn push(
    target: Target,
    tenant: Text,
    own_token: Token,
    sources: Vec<Text>,
    door: mpsc::Sender<Incoming>,
) {
    let mut pause = PAUSE_MIN;
    loop {
        let mut was_welcome = false;
        let end = tell(&target, &tenant, &own_token, &sources, &door, &mut was_welcome).await;
        if was_welcome {
            pause = PAUSE_MIN;
        }
        let address = &target.client.address;
        tracing::warn!(%address, cause = %end, "the link to the DCU at {address} is down: {end}; next attempt in {pause:?}");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

/// One connection, to its end.
async fn tell(
    target: &Target,
    tenant: &Text,
    own_token: &Token,
    sources: &[Text],
    door: &mpsc::Sender<Incoming>,
    was_welcome: &mut bool,
) -> DialError {
    let hello = Hello {
        v: VERSION,
        role: "source".into(),
        tenant: tenant.clone(),
        token: target.token.shown(),
        positions: sources.iter().map(|source| (source.clone(), Position::default())).collect(),
        filter: None,
        frame_bytes_max: None,
    };
    let mut call = match dial(&target.client, hello).await {
        Ok(call) => call,
        Err(end) => return end,
    };
    *was_welcome = true;
    tracing::info!(address = %target.client.address, "telling the DCU at {}", target.client.address);
    // From here on it is a subscriber like any other, whose frames go on to the DCU.
    let positions: Positions =
        call.welcome.sources.iter().map(|offer| (offer.name.clone(), offer.position())).collect();
    let filter = Some(Filter { sources: Some(sources.to_vec()), dns: None });
    let hello = Hello {
        v: VERSION,
        role: "push".into(),
        tenant: tenant.clone(),
        token: own_token.shown(),
        positions,
        filter,
        frame_bytes_max: None,
    };
    let (waiting, mut outgoing) = outbox(1024, 8 << 20);
    let (_acks, frames) = mpsc::channel(1);
    let peer = SocketAddr::from(([127, 0, 0, 1], 0));
    let subscriber = Incoming { peer, hello, frames, outbox: waiting };
    if door.send(subscriber).await.is_err() {
        return DialError::Lost("the simulator stops".to_owned());
    }
    // The welcome is for us.
    if outgoing.next().await.is_none() {
        return DialError::Lost("the own server does not let us in".to_owned());
    }
    loop {
        tokio::select! {
            answer = call.frames.recv() => match answer {
                Some(Ok(_)) => {}
                Some(Err(end)) => return end,
                None => return DialError::Lost("the link has ended".to_owned()),
            },
            frame = outgoing.next() => match frame {
                None => return DialError::Lost("the own server has ended the stream".to_owned()),
                Some(frame) => if call.outbox.push(frame).await.is_err() {
                    return DialError::Lost("the link has ended".to_owned());
                },
            },
        }
    }
}
