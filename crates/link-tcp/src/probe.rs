//! One look at a server: connect, TLS, hello, welcome, one more frame; and in words what is wrong.

use crate::ClientSettings;
use connections::{Fault, FaultKind};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wire::frame::{Decoder, Frame, Hello, Refuse, VERSION, Welcome, encode};

/// What a look has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Probed {
    /// The server's answer.
    pub welcome: Welcome,
    /// Whether it has told something after that: records, changes, or a heartbeat.
    pub told: bool,
}

/// Says hello to the server and waits for its welcome and for the first thing that it tells. Nothing is acknowledged,
/// nothing changes at the server.
///
/// # Errors
/// What is wrong, split by what an operator does about it.
pub async fn probe(settings: &ClientSettings, hello: Hello) -> Result<Probed, Fault> {
    let (address, within) = (&settings.address, settings.limits.connect_within);
    let stream = match timeout(within, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(unreachable(address, &error)),
        Err(_) => {
            return Err(Fault::new(
                FaultKind::Unreachable,
                format!(
                    "no connection to {address} within {within:?}: check the address, the network and its rules"
                ),
            ));
        }
    };
    let Some(tls) = &settings.tls else { return talk(settings, stream, hello).await };
    let name = tls.name(address);
    let connector = tls.files().connector(&name);
    let (connector, server_name) =
        connector.map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
    match timeout(within, connector.connect(server_name, stream)).await {
        Ok(Ok(stream)) => talk(settings, stream, hello).await,
        Ok(Err(error)) => Err(tls::handshake_fault(address, &name, &error)),
        Err(_) => Err(silent(address, within)),
    }
}

fn unreachable(address: &str, error: &io::Error) -> Fault {
    let cause = format!("can't connect to {address} ({error}): check that it runs, its address and port");
    Fault::new(FaultKind::Unreachable, cause)
}

fn silent(address: &str, within: Duration) -> Fault {
    Fault::new(
        FaultKind::Silent,
        format!(
            "{address} takes connections but says nothing for {within:?}: it hangs, or it is another kind of server"
        ),
    )
}

async fn talk<S>(settings: &ClientSettings, mut stream: S, hello: Hello) -> Result<Probed, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (address, limits) = (&settings.address, settings.limits);
    let bytes =
        encode(&Frame::Hello(hello)).map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
    let mut decoder = Decoder::new(limits.frame_bytes_max);
    let answer = timeout(limits.welcome_within, async {
        stream.write_all(&bytes).await.map_err(|error| unreachable(address, &error))?;
        next(address, &mut stream, &mut decoder).await
    });
    let welcome = match answer.await.map_err(|_| silent(address, limits.welcome_within))?? {
        Frame::Welcome(welcome) => welcome,
        Frame::Refuse(refuse) => return Err(refusal(address, &refuse)),
        _ => return Err(garbage(address, "its first frame is neither welcome nor refuse")),
    };
    if welcome.v < VERSION {
        let cause =
            format!("{address} speaks version {} of the protocol, we {VERSION}: upgrade it", welcome.v);
        return Err(Fault::new(FaultKind::OlderProtocol, cause));
    }
    // A source that is away tells nothing: that is not the link's fault.
    let told = match timeout(limits.welcome_within, next(address, &mut stream, &mut decoder)).await {
        Ok(Ok(Frame::Refuse(refuse))) => return Err(refusal(address, &refuse)),
        Ok(frame) => frame.map(|frame| !matches!(frame, Frame::Bye(_)))?,
        Err(_) => false,
    };
    Ok(Probed { welcome, told })
}

async fn next<S: AsyncRead + Unpin>(
    address: &str,
    stream: &mut S,
    decoder: &mut Decoder,
) -> Result<Frame, Fault> {
    let mut buffer = vec![0; 16 << 10];
    loop {
        match decoder.next_frame() {
            Ok(Some(frame)) => return Ok(frame),
            Ok(None) => {}
            Err(error) => return Err(garbage(address, &error.to_string())),
        }
        match stream.read(&mut buffer).await {
            Ok(0) => return Err(garbage(address, "it closed the link without a word")),
            Ok(count) => decoder.push(&buffer[..count]),
            Err(error) => return Err(garbage(address, &format!("it broke the link: {error}"))),
        }
    }
}

fn garbage(address: &str, cause: &str) -> Fault {
    let cure = "check that the port is that of the link protocol, and whether it wants TLS (ca_file)";
    Fault::new(FaultKind::Garbage, format!("{address} does not speak the link protocol ({cause}): {cure}"))
}

fn refusal(address: &str, refuse: &Refuse) -> Fault {
    let kind = match refuse.code.as_str() {
        // The text says which version the server speaks.
        "version" if first_number(&refuse.text).is_some_and(|theirs| theirs > VERSION) => {
            FaultKind::NewerProtocol
        }
        "version" => FaultKind::OlderProtocol,
        "tenant" => FaultKind::Tenant,
        "token" => FaultKind::Password,
        "protocol" => FaultKind::Garbage,
        _ => FaultKind::Unavailable,
    };
    Fault::new(kind, format!("{address}: {}", refuse.text))
}

fn first_number(text: &str) -> Option<u32> {
    text.split(|symbol: char| !symbol.is_ascii_digit()).find(|digits| !digits.is_empty())?.parse().ok()
}
