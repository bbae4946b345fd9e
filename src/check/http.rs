//! One HTTP request over a connection of its own.

use anyhow::{Context, Result, bail};
use connections::{Fault, FaultKind};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tls::{Authorities, ClientFiles};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

/// An answer is read up to so many bytes.
const ANSWER_BYTES_MAX: u64 = 256 << 10;

/// Whom to ask.
pub(crate) struct Target {
    host: String,
    port: u16,
    tls: Option<ClientFiles>,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Target {
    /// A listener in clear.
    pub(crate) fn plain(addr: SocketAddr) -> Self {
        Self { host: addr.ip().to_string(), port: addr.port(), tls: None }
    }

    /// The server of a URL; `ca` vouches for it, or the authorities that this machine trusts.
    pub(crate) fn parse(text: &str, ca: Option<&Path>) -> Result<Self> {
        let url = Url::parse(text)
            .with_context(|| format!("`{text}` is no URL: write https://pulse.example.org"))?;
        let host = url.host_str().with_context(|| format!("`{text}` names no host"))?;
        let authorities = ca.map_or(Authorities::OfMachine, |file| Authorities::File(file.to_owned()));
        let tls = match url.scheme() {
            "https" => Some(ClientFiles { authorities, identity: None }),
            "http" => None,
            other => bail!("`{text}`: the protocol `{other}` is not known: write https://..."),
        };
        let port = url.port_or_known_default().unwrap_or(443);
        Ok(Self { host: host.trim_matches(['[', ']']).to_owned(), port, tls })
    }

    pub(super) const fn is_private(&self) -> bool {
        self.tls.is_some()
    }

    /// Asks for a path.
    pub(crate) async fn get(&self, path: &str, within: Duration) -> Result<Answer, Fault> {
        self.send(&format!("GET {path}"), None, "", within).await
    }

    /// Brings something, with a token if one is given.
    pub(crate) async fn put(
        &self,
        path: &str,
        token: Option<&str>,
        body: &str,
        within: Duration,
    ) -> Result<Answer, Fault> {
        self.send(&format!("PUT {path}"), token, body, within).await
    }

    async fn send(
        &self,
        line: &str,
        token: Option<&str>,
        body: &str,
        within: Duration,
    ) -> Result<Answer, Fault> {
        let token = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
        let request = format!(
            "{line} HTTP/1.0\r\nhost: {}\r\nuser-agent: pulse-check\r\naccept: */*\r\n{token}content-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        let request = request.as_str();
        let address = format!("{}:{}", self.host, self.port);
        let stream = match timeout(within, TcpStream::connect((self.host.as_str(), self.port))).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                let cause =
                    format!("can't connect to {address} ({error}): check that it runs, its address and port");
                return Err(Fault::new(FaultKind::Unreachable, cause));
            }
            Err(_) => {
                let cause = format!(
                    "no connection to {address} within {within:?}: check the address and the network"
                );
                return Err(Fault::new(FaultKind::Unreachable, cause));
            }
        };
        let silent = || {
            Fault::new(
                FaultKind::Silent,
                format!("{address} takes connections but says nothing for {within:?}"),
            )
        };
        let Some(tls) = &self.tls else {
            return timeout(within, self.ask(stream, request)).await.map_err(|_| silent())?;
        };
        let connector = tls.connector(&self.host);
        let (connector, name) =
            connector.map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
        match timeout(within, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => timeout(within, self.ask(stream, request)).await.map_err(|_| silent())?,
            Ok(Err(error)) => Err(tls::handshake_fault(&address, &self.host, &error)),
            Err(_) => Err(silent()),
        }
    }

    async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        request: &str,
    ) -> Result<Answer, Fault> {
        let Self { host, port, .. } = self;
        let garbage = |cause: &str| {
            Fault::new(FaultKind::Garbage, format!("{host}:{port} does not answer as HTTP does ({cause})"))
        };
        // Version 1.0: the answer ends with the connection, and comes in one piece.
        stream.write_all(request.as_bytes()).await.map_err(|error| garbage(&error.to_string()))?;
        let mut bytes = Vec::new();
        // Some servers end TLS without a good-bye; what came counts.
        let _ = stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| garbage("no head"))?;
        let status = head.split_whitespace().nth(1).and_then(|word| word.parse().ok());
        let status = status.filter(|_| head.starts_with("HTTP/")).ok_or_else(|| garbage("no status"))?;
        Ok(Answer { status, body: body.to_owned() })
    }
}
