//! A link in both directions, once: for who brings records to a DCU, and for routers that ask it (port 2060). Who wants it
//! for ever dials again.

use super::ClientSettings;
use super::session::{Intake, connect, introduce};
use crate::LinkError;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire::frame::{Frame, Hello, Refuse, Welcome};
use wire::link::{Outbox, Outgoing, outbox};

/// Frames that may wait to be sent.
const OUTBOX_FRAMES: usize = 256;
/// Bytes that may wait to be sent.
const OUTBOX_BYTES: usize = 8 << 20;

/// A link that the server has welcomed. It ends when the server ends it, falls silent, or both halves are dropped.
#[derive(Debug)]
pub struct Call {
    /// The server's answer.
    pub welcome: Welcome,
    /// What it sends afterwards; the last item tells why the link ended.
    pub frames: mpsc::Receiver<Result<Frame, DialError>>,
    /// What it is sent.
    pub outbox: Outbox,
}

/// Why there is no link, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The settings can't be used.
    #[error(transparent)]
    Settings(#[from] LinkError),
    /// The server does not want us: trying again soon does not help.
    #[error("the server refuses ({}): {}", .0.code, .0.text)]
    Refused(Refuse),
    /// The server is away: trying again may help.
    #[error("{0}")]
    Lost(String),
}

impl From<super::session::End> for DialError {
    fn from(end: super::session::End) -> Self {
        match end {
            super::session::End::Refused(refuse) => Self::Refused(refuse),
            end => Self::Lost(end.to_string()),
        }
    }
}

/// Connects to the server and says `hello`; the frames of its answer then come and go through the call.
///
/// # Errors
/// TLS files that can't be used, a server that is away or does not want us.
pub async fn dial(settings: &ClientSettings, hello: Hello) -> Result<Call, DialError> {
    if let Some(tls) = &settings.tls {
        tls.files().connector(&tls.name(&settings.address)).map_err(LinkError::from)?;
    }
    let mut stream = connect(settings).await?;
    let mut intake = Intake::new(settings.limits.frame_bytes_max);
    let welcome = introduce(settings, &mut stream, &mut intake, hello).await?;
    let (mut reader, writer) = tokio::io::split(stream);
    let (to_frames, frames) = mpsc::channel(settings.limits.events_waiting.max(1));
    let (outbox, outgoing) = outbox(OUTBOX_FRAMES, OUTBOX_BYTES);
    let limits = settings.limits;
    tokio::spawn(async move {
        let read = async {
            loop {
                let frame = match timeout(limits.silence_max, intake.next(&mut reader)).await {
                    Ok(Ok(Frame::Bye(bye))) => {
                        Err(DialError::Lost(format!("the server said good-bye: {}", bye.reason)))
                    }
                    Ok(Ok(Frame::Refuse(refuse))) => Err(DialError::Refused(refuse)),
                    Ok(frame) => frame.map_err(DialError::from),
                    Err(_) => Err(DialError::Lost(format!(
                        "the server has sent nothing for {:?}",
                        limits.silence_max
                    ))),
                };
                let is_last = frame.is_err();
                if to_frames.send(frame).await.is_err() || is_last {
                    return;
                }
            }
        };
        tokio::select! {
            () = read => {}
            () = write(writer, outgoing) => {}
        }
    });
    Ok(Call { welcome, frames, outbox })
}

/// Sends what is put into the outbox; ends when nobody can put anything in any more.
async fn write(mut writer: impl tokio::io::AsyncWrite + Unpin, mut outgoing: Outgoing) {
    while let Some(frame) = outgoing.next().await {
        if writer.write_all(&frame).await.is_err() || writer.flush().await.is_err() {
            return;
        }
    }
    let _ = writer.shutdown().await;
}
