//! A browser's part of HTTPS and WebSockets, without help of what is tested.

use std::path::{Path, PathBuf};
use std::time::Duration;
use tls::{Authorities, ClientFiles};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;

const WITHIN: Duration = Duration::from_secs(10);

type Tls = tokio_rustls::client::TlsStream<TcpStream>;

/// Whom one connects to.
pub(crate) struct TlsClient {
    pub(crate) port: u16,
    pub(crate) ca: PathBuf,
}

/// An open WebSocket.
pub(crate) struct Stream {
    runtime: Runtime,
    stream: Tls,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl TlsClient {
    pub(crate) fn new(port: u16, ca: &Path) -> Self {
        Self { port, ca: ca.to_owned() }
    }

    async fn connect(&self) -> Option<Tls> {
        let files = ClientFiles { authorities: Authorities::File(self.ca.clone()), identity: None };
        let (connector, name) = files.connector("127.0.0.1").unwrap();
        connector.connect(name, TcpStream::connect(("127.0.0.1", self.port)).await.ok()?).await.ok()
    }

    /// One request; the head and the body of the answer, if there is one.
    fn ask(&self, request: &str) -> Option<(String, String)> {
        let asked = async {
            let mut stream = self.connect().await?;
            stream.write_all(request.as_bytes()).await.ok()?;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            let answer = String::from_utf8_lossy(&answer).into_owned();
            answer.split_once("\r\n\r\n").map(|(head, body)| (head.to_owned(), body.to_owned()))
        };
        runtime().block_on(async { timeout(WITHIN, asked).await.ok()? })
    }

    pub(crate) fn get(&self, path: &str, cookie: &str) -> Option<(String, String)> {
        let port = self.port;
        self.ask(&format!("GET {path} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\n\r\n"))
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Option<(String, String)> {
        self.post_from("", path, body)
    }

    /// A caller that pretends to be another one.
    pub(crate) fn post_from(&self, pretended: &str, path: &str, body: &str) -> Option<(String, String)> {
        let (port, length) = (self.port, body.len());
        let pretended = match pretended {
            "" => String::new(),
            address => format!("x-forwarded-for: {address}\r\n"),
        };
        self.ask(&format!(
            "POST {path} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\norigin: https://127.0.0.1:{port}\r\n{pretended}\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    }

    /// Opens the stream of values.
    pub(crate) fn stream(&self, cookie: &str) -> Option<Stream> {
        let (runtime, port) = (runtime(), self.port);
        let opened = async {
            let mut stream = self.connect().await?;
            let request = format!(
                "GET /api/v1/stream HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: https://127.0.0.1:{port}\r\n\
                 cookie: {cookie}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                 sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).await.ok()?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            head.starts_with(b"HTTP/1.1 101").then_some(stream)
        };
        let stream = runtime.block_on(async { timeout(WITHIN, opened).await.ok()? })?;
        Some(Stream { runtime, stream })
    }
}

impl Stream {
    /// Sends a text of less than 64 KiB. (A mask of zeros is a mask.)
    pub(crate) fn say(&mut self, text: &str) {
        let length = u16::try_from(text.len()).unwrap();
        let mut frame = vec![0x81];
        if length < 126 {
            frame.push(0x80 | u8::try_from(length).unwrap());
        } else {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.runtime.block_on(self.stream.write_all(&frame)).unwrap();
    }

    /// The next message, if one comes in time. Pings are passed over: the server's patience is longer than a test.
    pub(crate) fn hear(&mut self) -> Option<String> {
        let stream = &mut self.stream;
        let heard = async {
            let mut text = Vec::new();
            loop {
                let (first, second) = (stream.read_u8().await.ok()?, stream.read_u8().await.ok()?);
                let length = match second & 0x7F {
                    126 => u64::from(stream.read_u16().await.ok()?),
                    127 => stream.read_u64().await.ok()?,
                    short => u64::from(short),
                };
                let mut payload = vec![0; usize::try_from(length).ok()?];
                stream.read_exact(&mut payload).await.ok()?;
                match first & 0x0F {
                    0 | 1 => text.extend(payload),
                    8 => return None,
                    _ => continue,
                }
                if first & 0x80 != 0 {
                    return String::from_utf8(text).ok();
                }
            }
        };
        self.runtime.block_on(async { timeout(WITHIN, heard).await.ok()? })
    }
}
