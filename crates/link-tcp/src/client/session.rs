//! One connection of a client, from the connect to its end.

use super::ClientSettings;
use connections::Fault;
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire::frame::{
    Ack, Assembler, Decoder, Frame, FrameError, Gathering, Hello, Positions, Refuse, Welcome, encode,
};
use wire::link::LinkEvent;

/// What the connections of one subscription share.
pub(super) struct Session {
    pub(super) settings: ClientSettings,
    pub(super) events: mpsc::Sender<LinkEvent>,
    pub(super) acks: mpsc::Receiver<Positions>,
    pub(super) resync: mpsc::Receiver<String>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum End {
    #[error("{} ({}): {}", address, "can't connect", cause)]
    Connect { address: String, cause: io::Error },
    #[error("no answer from {address} within {within:?}")]
    Late { address: String, within: Duration },
    #[error("the server has sent nothing for {0:?}")]
    Silent(Duration),
    #[error("the server closed the link")]
    Closed,
    #[error(
        "the server closed the link in the middle of a frame: look whether it crashes, and for what cuts connections on the way"
    )]
    ClosedAmidFrame,
    #[error(
        "{address} closed the link without an answer: is it the right port, and does it want TLS (ca=FILE in the URL, ca_file)?"
    )]
    ClosedAtOnce { address: String },
    #[error("{address} speaks TLS, and we do not: name its authority (ca=FILE in the URL, ca_file)")]
    SpeaksTls { address: String },
    #[error("the server said good-bye: {0}")]
    Bye(String),
    #[error("the server refuses ({}): {}", .0.code, .0.text)]
    Refused(Refuse),
    #[error("the server's first answer was neither welcome nor refuse")]
    NotWelcome,
    #[error("{0}")]
    Resync(String),
    #[error("the subscription was dropped")]
    Unwanted,
    #[error("{0}")]
    Handshake(Fault),
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Session {
    /// Runs one connection; tells whether the server had accepted us, and why it ended.
    pub(super) async fn run(&mut self, hello: Hello) -> (bool, End) {
        let mut was_welcome = false;
        let ended = self.connect_and_read(hello, &mut was_welcome).await;
        (was_welcome, ended.err().unwrap_or(End::Closed))
    }

    async fn connect_and_read(&mut self, hello: Hello, was_welcome: &mut bool) -> Result<(), End> {
        let stream = connect(&self.settings).await?;
        self.talk(stream, hello, was_welcome).await
    }

    async fn talk(&mut self, mut stream: Stream, hello: Hello, was_welcome: &mut bool) -> Result<(), End> {
        let limits = self.settings.limits;
        let mut intake = Intake::new(limits.frame_bytes_max);
        let welcome = introduce(&self.settings, &mut stream, &mut intake, hello).await?;
        self.hand_on(LinkEvent::Connected(welcome)).await?;
        *was_welcome = true;
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut parts = Parts::default();
        loop {
            let frame = tokio::select! {
                biased;
                cause = self.resync.recv() => return Err(cause.map_or(End::Unwanted, End::Resync)),
                () = self.events.closed() => return Err(End::Unwanted),
                Some(positions) = self.acks.recv() => {
                    let ack = encode(&Frame::Ack(Ack { positions }))?;
                    let within = limits.silence_max;
                    timeout(within, writer.write_all(&ack)).await.map_err(|_| End::Silent(within))??;
                    continue;
                }
                frame = timeout(limits.silence_max, intake.next(&mut reader)) => {
                    frame.map_err(|_| End::Silent(limits.silence_max))??
                }
            };
            if let Some(event) = event(frame, &mut parts)? {
                self.hand_on(event).await?;
            }
        }
    }

    async fn hand_on(&self, event: LinkEvent) -> Result<(), End> {
        self.events.send(event).await.map_err(|_| End::Unwanted)
    }
}

/// A connection, plain or with TLS.
pub(super) type Stream = Box<dyn Both>;

/// Both directions of a connection.
pub(super) trait Both: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Both for S {}

/// Connects, in time.
pub(super) async fn connect(settings: &ClientSettings) -> Result<Stream, End> {
    let within = settings.limits.connect_within;
    let address = settings.address.clone();
    let late = || End::Late { address: address.clone(), within };
    let refused = |cause| End::Connect { address: address.clone(), cause };
    let connect = TcpStream::connect(&address);
    let stream = timeout(within, connect).await.map_err(|_| late())?.map_err(refused)?;
    stream.set_nodelay(true)?;
    let Some(tls) = &settings.tls else { return Ok(Box::new(stream)) };
    let name = tls.name(&address);
    // Read anew for each attempt: files may have changed.
    let (connector, server_name) = tls.files().connector(&name)?;
    let connect = connector.connect(server_name, stream);
    let wrong = |error| End::Handshake(tls::handshake_fault(&address, &name, &error));
    Ok(Box::new(timeout(within, connect).await.map_err(|_| late())?.map_err(wrong)?))
}

/// Says hello and hears whether one is welcome.
pub(super) async fn introduce(
    settings: &ClientSettings,
    stream: &mut Stream,
    intake: &mut Intake,
    hello: Hello,
) -> Result<Welcome, End> {
    let within = settings.limits.welcome_within;
    let hello = encode(&Frame::Hello(hello))?;
    let answer = timeout(within, async {
        stream.write_all(&hello).await?;
        stream.flush().await?;
        intake.next(stream).await
    });
    let answer = answer.await.map_err(|_| End::Late { address: settings.address.clone(), within })?;
    let address = settings.address.clone();
    let answer = answer.map_err(|end| match end {
        End::Closed => End::ClosedAtOnce { address },
        End::Io(error) if error.kind() == io::ErrorKind::ConnectionReset => End::ClosedAtOnce { address },
        End::Frame(FrameError::TooLarge { size, .. }) if is_tls(size) => End::SpeaksTls { address },
        other => other,
    });
    match answer? {
        Frame::Welcome(welcome) => Ok(welcome),
        Frame::Refuse(refuse) => Err(End::Refused(refuse)),
        Frame::Bye(bye) => Err(End::Bye(bye.reason.into())),
        _ => Err(End::NotWelcome),
    }
}

/// Whether a frame's length is the head of a record of TLS: an alert or a handshake of any version.
fn is_tls(size: usize) -> bool {
    matches!(size >> 16, 0x1503 | 0x1603)
}

/// What came in parts and is not complete yet, by source.
#[derive(Default)]
struct Parts {
    snapshots: BTreeMap<String, Assembler>,
    configurations: BTreeMap<String, Gathering>,
}

/// What a frame means to the caller; nothing for a part that is not the last.
fn event(frame: Frame, parts: &mut Parts) -> Result<Option<LinkEvent>, End> {
    Ok(Some(match frame {
        Frame::Events(events) => LinkEvent::Events(events),
        Frame::Snapshot(part) => {
            let assembler = parts.snapshots.entry(part.source.to_string()).or_default();
            return Ok(assembler.push(part)?.map(LinkEvent::Snapshot));
        }
        Frame::Changes(changes) => {
            let gathering = parts.configurations.entry(changes.source.to_string()).or_default();
            return Ok(gathering.push(changes)?.map(LinkEvent::Changes));
        }
        Frame::Gap(gap) => LinkEvent::Gap(gap),
        Frame::Heartbeat(heartbeat) => LinkEvent::Heartbeat(heartbeat),
        Frame::Refuse(refuse) => return Err(End::Refused(refuse)),
        Frame::Bye(bye) => return Err(End::Bye(bye.reason.into())),
        // Of other conversations, or nothing that a subscriber needs to know.
        _ => return Ok(None),
    }))
}

/// Bytes on their way to frames.
pub(super) struct Intake {
    decoder: Decoder,
    buffer: Vec<u8>,
}

impl Intake {
    pub(super) fn new(frame_bytes_max: usize) -> Self {
        Self { decoder: Decoder::new(frame_bytes_max), buffer: vec![0; 64 << 10] }
    }

    /// The next frame. Nothing is lost when it is dropped in the middle: what was read is in the decoder.
    pub(super) async fn next<R: AsyncRead + Unpin>(&mut self, reader: &mut R) -> Result<Frame, End> {
        loop {
            if let Some(frame) = self.decoder.next_frame()? {
                return Ok(frame);
            }
            match reader.read(&mut self.buffer).await? {
                0 if self.decoder.is_amid_frame() => return Err(End::ClosedAmidFrame),
                0 => return Err(End::Closed),
                count => self.decoder.push(&self.buffer[..count]),
            }
        }
    }
}
