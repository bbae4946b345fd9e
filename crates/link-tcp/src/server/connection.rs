//! One link on the server's side, from its first byte to its last.

use super::{ServerCounts, ServerLimits};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tls::Acceptor;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tracing::{info, warn};
use wire::frame::{Decoder, Frame, FrameError, Hello, Refuse, encode};
use wire::link::{Incoming, Outgoing, outbox};

/// What every link of a server shares.
#[derive(Clone)]
pub(super) struct Connection {
    pub(super) limits: ServerLimits,
    pub(super) acceptor: Option<Acceptor>,
    pub(super) counts: Arc<ServerCounts>,
    pub(super) incoming: mpsc::Sender<Incoming>,
}

/// Why a link ended.
#[derive(Debug, thiserror::Error)]
enum End {
    #[error("the peer closed it")]
    Closed,
    #[error("it was closed from here")]
    Finished,
    #[error("no hello came within {0:?}")]
    NoHello(std::time::Duration),
    #[error("the first frame was no hello")]
    NotHello,
    #[error("the peer took nothing for {0:?}")]
    Slow(std::time::Duration),
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error(
        "no TLS with it ({0}): does it speak TLS (ca=FILE in its URL, ca_file), and trust the authority of our certificate?"
    )]
    Handshake(io::Error),
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Connection {
    pub(super) async fn run(self, stream: TcpStream, peer: SocketAddr) {
        // Frames are whole messages: waiting for more to fill a packet only delays them.
        if let Err(error) = stream.set_nodelay(true) {
            warn!(%peer, %error, "TCP_NODELAY could not be set for {peer}; frames may be delayed");
        }
        let end = match &self.acceptor {
            None => self.serve(stream, peer).await,
            Some(acceptor) => match timeout(self.limits.hello_within, acceptor.now().accept(stream)).await {
                Ok(Ok(stream)) => self.serve(stream, peer).await,
                Ok(Err(error)) => Err(End::Handshake(error)),
                Err(_) => Err(End::NoHello(self.limits.hello_within)),
            },
        };
        match end {
            Ok(()) | Err(End::Closed | End::Finished) => info!(%peer, "link with {peer} ended"),
            Err(end) => {
                let counter =
                    if matches!(end, End::Slow(_)) { &self.counts.slow } else { &self.counts.broken };
                ServerCounts::count(counter);
                warn!(%peer, cause = %end, "link with {peer} ended: {end}");
            }
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send>(
        &self,
        stream: S,
        peer: SocketAddr,
    ) -> Result<(), End> {
        let (mut reader, writer) = tokio::io::split(stream);
        let mut writer = BufWriter::with_capacity(64 << 10, writer);
        let mut decoder = Decoder::new(self.limits.frame_bytes_max);
        let within = self.limits.hello_within;
        let hello = match timeout(within, hello(&mut reader, &mut decoder)).await {
            Ok(Ok(hello)) => hello,
            Ok(Err(end)) => {
                self.last_words(&mut writer, &end).await;
                return Err(end);
            }
            Err(_) => return Err(End::NoHello(within)),
        };
        let (to_inbox, frames) = mpsc::channel(16);
        let (outbox, outgoing) = outbox(self.limits.outbox_frames, self.limits.outbox_bytes);
        let incoming = Incoming { peer, hello, frames, outbox };
        if timeout(within, self.incoming.send(incoming)).await.is_err() {
            let end = End::NoHello(within);
            self.last_words(&mut writer, &end).await;
            return Err(end);
        }
        let (give_words, words) = oneshot::channel();
        let read = async {
            let end = read(&mut reader, &mut decoder, to_inbox).await;
            // The writer finishes the frame that it is at, says why, and ends the link.
            let _ = give_words.send(end);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = read => Ok(()),
            end = self.write(&mut writer, outgoing, words) => end,
        }
    }

    async fn write<W: AsyncWrite + Unpin>(
        &self,
        writer: &mut W,
        mut outgoing: Outgoing,
        mut words: oneshot::Receiver<End>,
    ) -> Result<(), End> {
        loop {
            let frame = tokio::select! {
                biased;
                end = &mut words => {
                    let end = end.unwrap_or(End::Closed);
                    self.last_words(writer, &end).await;
                    return Err(end);
                }
                frame = outgoing.next() => frame,
            };
            let within = self.limits.write_within;
            let written = timeout(within, async {
                let Some(frame) = frame else {
                    writer.shutdown().await?;
                    return Err(End::Finished);
                };
                writer.write_all(&frame).await?;
                while let Some(frame) = outgoing.try_next() {
                    writer.write_all(&frame).await?;
                }
                Ok(writer.flush().await?)
            });
            written.await.unwrap_or(Err(End::Slow(within)))?;
        }
    }

    /// Tells the peer what it did wrong, if it is still there to listen.
    async fn last_words<W: AsyncWrite + Unpin>(&self, writer: &mut W, end: &End) {
        if !matches!(end, End::Frame(_) | End::NotHello | End::NoHello(_)) {
            return;
        }
        let refuse = Refuse { code: "protocol".into(), text: end.to_string().into() };
        let Ok(frame) = encode(&Frame::Refuse(refuse)) else { return };
        let _ = timeout(self.limits.hello_within, async {
            writer.write_all(&frame).await?;
            writer.shutdown().await
        })
        .await;
    }
}

async fn hello<R: AsyncRead + Unpin>(reader: &mut R, decoder: &mut Decoder) -> Result<Hello, End> {
    match next(reader, decoder).await? {
        Frame::Hello(hello) => Ok(hello),
        _ => Err(End::NotHello),
    }
}

async fn read<R: AsyncRead + Unpin>(
    reader: &mut R,
    decoder: &mut Decoder,
    inbox: mpsc::Sender<Frame>,
) -> End {
    loop {
        match next(reader, decoder).await {
            Err(end) => return end,
            // A taker that has gone listens no more; the link ends when it drops its outbox.
            Ok(frame) => drop(inbox.send(frame).await),
        }
    }
}

async fn next<R: AsyncRead + Unpin>(reader: &mut R, decoder: &mut Decoder) -> Result<Frame, End> {
    let mut buffer = [0; 16 << 10];
    loop {
        if let Some(frame) = decoder.next_frame()? {
            return Ok(frame);
        }
        match reader.read(&mut buffer).await? {
            0 => return Err(End::Closed),
            count => decoder.push(&buffer[..count]),
        }
    }
}
