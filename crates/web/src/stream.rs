//! The WebSocket: bytes to requests, frames to bytes. All that matters happens in the session actor and the door.

use crate::auth::{Proof, Sessions, Signed, check_origin};
use crate::error::{ApiError, Problem};
use crate::settings::kinds;
use crate::share::{Guest, Stands};
use crate::state::Shared;
use actix::Actor;
use actix_web::http::header::SEC_WEBSOCKET_PROTOCOL;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, Result};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Session as Socket};
use actors::web::Knowledge;
use actors::web::door::Door;
use actors::web::session::{End, OUTBOX, Session, SessionParts};
use model::Text;
use ports::grants::Viewer;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, watch};
use wire::stream::{Bye, Format, JSON, MSGPACK};

/// A browser's message may be so large.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// A socket that takes nothing for so long is closed.
const SEND_DEADLINE: Duration = Duration::from_secs(30);
/// Between a session's deletion and the word about it.
const TOLD_WITHIN: Duration = Duration::from_millis(500);

/// A browser that says nothing for so long, not even to pings, is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Documents on which it depends whether a link leads anywhere.
const LINKS: [&str; 3] = [kinds::SHARE, kinds::USER, kinds::PERSON];

/// Opens the stream of values: a WebSocket. See docs/protocol-stream.md.
#[utoipa::path(get, path = "/stream", tag = "values", responses(
    (status = 101, description = "The stream begins"),
    (status = 401, description = "Nobody is signed in", body = Problem),
    (status = 403, description = "Not from one of our pages", body = Problem)))]
pub(crate) async fn open(
    request: HttpRequest,
    body: Payload,
    state: Shared,
    signed: Signed,
) -> Result<HttpResponse> {
    begin(&request, body, state, signed.viewer, Ticket::Session(signed.proof))
}

/// What a stream lives by.
pub(crate) enum Ticket {
    /// What proved who it is.
    Session(Proof),
    /// A link for a screen.
    Guest(Box<Guest>),
}

/// The stream of `viewer`.
pub(crate) fn begin(
    request: &HttpRequest,
    body: Payload,
    state: Shared,
    viewer: Viewer,
    ticket: Ticket,
) -> Result<HttpResponse> {
    check_origin(request, &state)?;
    let (response, socket, messages) = actix_ws::handle_with_protocols(request, body, &[MSGPACK, JSON])
        .map_err(|error| ApiError::bad_request(format!("no WebSocket: {error}")))?;
    let chosen = response.headers().get(SEC_WEBSOCKET_PROTOCOL);
    let format = if chosen.is_some_and(|chosen| chosen == MSGPACK) { Format::Msgpack } else { Format::Json };
    let (outbox, frames) = mpsc::channel(OUTBOX);
    let parts = SessionParts {
        session: state.next_stream(),
        hub: state.hub.clone(),
        format,
        clock: state.ports.clock,
        census: state.ports.census.clone(),
        metrics: state.metrics.clone(),
    };
    let session = Session::new(parts, outbox).start();
    let door = Door::new(state.door(), viewer.clone(), session.clone());
    let door = match &ticket {
        Ticket::Session(_) => door,
        Ticket::Guest(guest) => door.only(guest.share.boards.iter().cloned().collect()),
    };
    // From before the page knows that its stream stands: what it does next must be heard here.
    let (ended, documents) = (state.sessions.watch(), state.ports.documents.watch());
    actix_web::rt::spawn(write(socket.clone(), frames, format));
    let messages = messages.max_frame_size(MESSAGE_BYTES_MAX).aggregate_continuations();
    let messages = messages.max_continuation_size(MESSAGE_BYTES_MAX);
    let stream = Stream { state, ticket, viewer, socket, session, door, format };
    actix_web::rt::spawn(stream.read(messages, ended, documents));
    Ok(response)
}

/// Puts frames on the socket until the session ends or the socket takes no more.
async fn write(mut socket: Socket, mut frames: mpsc::Receiver<Vec<u8>>, format: Format) {
    while let Some(frame) = frames.recv().await {
        let sent = async {
            match format {
                Format::Msgpack => socket.binary(frame).await,
                // What was written as JSON is UTF-8.
                Format::Json => socket.text(String::from_utf8(frame).unwrap_or_default()).await,
            }
        };
        match tokio::time::timeout(SEND_DEADLINE, sent).await {
            Ok(Ok(())) => {}
            // The session notices that the outbox is closed, and ends.
            Ok(Err(_)) | Err(_) => break,
        }
    }
    drop(frames);
    let _ = tokio::time::timeout(SEND_DEADLINE, socket.close(None)).await;
}

/// The reading side of one stream.
struct Stream {
    state: Shared,
    ticket: Ticket,
    socket: Socket,
    session: actix::Addr<Session>,
    viewer: Viewer,
    door: Door,
    format: Format,
}

/// Why reading ends.
enum Over {
    /// The browser has gone.
    Gone,
    /// We end it, and say why.
    Bye(&'static str, u64),
}

impl Ticket {
    /// Whether the session that ended is this one.
    fn is(&self, ended: &str) -> bool {
        matches!(self, Self::Session(Proof::Cookie(token)) if Sessions::is(ended, token))
    }
}

impl Stream {
    async fn read(
        mut self,
        mut messages: AggregatedMessageStream,
        ended: broadcast::Receiver<String>,
        documents: broadcast::Receiver<Text>,
    ) {
        if let Over::Bye(reason, retry_ms) = self.serve(&mut messages, ended, documents).await {
            let _ = self.session.send(End(Bye { reason: reason.into(), retry_ms })).await;
        } else {
            let _ = self.session.send(End(Bye::default())).await;
        }
    }

    async fn serve(
        &mut self,
        messages: &mut AggregatedMessageStream,
        mut ended: broadcast::Receiver<String>,
        mut documents: broadcast::Receiver<Text>,
    ) -> Over {
        let mut grants = self.state.gate.follow(&self.viewer).await;
        let mut stopping = self.state.stopping.subscribe();
        let mut ask = tokio::time::interval(self.state.sessions.ask_every());
        let mut heard = self.state.ports.clock.instant();
        loop {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => return Over::Bye("shutdown", 1_000),
                end = ended.recv() => match end {
                    Ok(id) if self.ticket.is(&id) => return Over::Bye("signed_out", 0),
                    Err(broadcast::error::RecvError::Closed) => return Over::Bye("shutdown", 1_000),
                    // Whether it was ours among those missed, the next question shows.
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                },
                () = changed(&mut grants) => self.door.regrant().await,
                kind = documents.recv() => match kind {
                    Ok(kind) if LINKS.contains(&kind.as_str()) => {
                        if let (Ticket::Guest(_), Some(over)) = (&self.ticket, self.over().await) {
                            return over;
                        }
                    }
                    Ok(kind) if kind != kinds::BOARD => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => self.door.reshare().await,
                    Err(broadcast::error::RecvError::Closed) => return Over::Bye("shutdown", 1_000),
                },
                _ = ask.tick() => {
                    if heard.elapsed() > SILENCE_MAX {
                        return Over::Gone;
                    }
                    if let Some(over) = self.over().await {
                        return self.told(over, &mut ended).await;
                    }
                    let _ = tokio::time::timeout(SEND_DEADLINE, self.socket.ping(b"")).await;
                }
                message = messages.recv() => {
                    heard = self.state.ports.clock.instant();
                    if let Some(over) = self.hear(message).await {
                        return over;
                    }
                }
            }
        }
    }

    /// A session that is gone from the store may have been signed out this instant: whoever does so deletes first and
    /// tells then, and the page shall say which of both it was.
    async fn told(&self, over: Over, ended: &mut broadcast::Receiver<String>) -> Over {
        let until = tokio::time::Instant::now() + TOLD_WITHIN;
        while let Ok(Ok(id)) = tokio::time::timeout_at(until, ended.recv()).await {
            if self.ticket.is(&id) {
                return Over::Bye("signed_out", 0);
            }
        }
        over
    }

    /// Whether the session, or the link, has ended; a store that does not answer ends no stream.
    async fn over(&self) -> Option<Over> {
        let ended = Over::Bye("session_expired", 0);
        match &self.ticket {
            Ticket::Session(proof) => (!proof.lives(&self.state).await).then_some(ended),
            Ticket::Guest(guest) => match guest.stands(&self.state).await {
                Stands::AsItWas => None,
                // Whoever comes again is given what the author may see then.
                Stands::Otherwise => Some(Over::Bye("rights_changed", 500)),
                Stands::Gone => Some(ended),
            },
        }
    }

    async fn hear(
        &mut self,
        message: Option<Result<AggregatedMessage, actix_ws::ProtocolError>>,
    ) -> Option<Over> {
        let bytes = match message {
            None | Some(Ok(AggregatedMessage::Close(_))) => return Some(Over::Gone),
            Some(Err(_)) => return Some(Over::Bye("protocol", 1_000)),
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                let pong = tokio::time::timeout(SEND_DEADLINE, self.socket.pong(&bytes)).await;
                return if matches!(pong, Ok(Ok(()))) { None } else { Some(Over::Gone) };
            }
            Some(Ok(AggregatedMessage::Pong(_))) => return None,
            Some(Ok(AggregatedMessage::Text(text))) => text.into_bytes(),
            Some(Ok(AggregatedMessage::Binary(bytes))) => bytes,
        };
        match self.format.read(&bytes) {
            Ok(request) => self.door.hear(request).await,
            Err(error) => self.door.unreadable(error.to_string()).await,
        }
        None
    }
}

/// Waits until what is known of the viewer changes; for ever where nothing can be known.
async fn changed(grants: &mut Option<watch::Receiver<Knowledge>>) {
    let ended = match grants {
        Some(known) => known.changed().await.is_err(),
        None => std::future::pending().await,
    };
    if ended {
        *grants = None;
    }
}
