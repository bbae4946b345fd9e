//! The server: accepts, reads the hello, and hands the link to whoever takes it.

mod connection;

use crate::LinkError;
use crate::tls::ServerTls;
use connection::Connection;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tracing::warn;
use wire::frame::FRAME_BYTES_MAX;
use wire::link::Incoming;

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Port 0 lets the system pick one.
    pub addr: SocketAddr,
    /// Plain TCP if absent.
    pub tls: Option<ServerTls>,
    /// The bounds of it all.
    pub limits: ServerLimits,
}

/// Bounds of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerLimits {
    /// Links at the same time; more are closed at once and counted.
    pub connections_max: usize,
    /// From the connect to the whole hello, TLS included.
    pub hello_within: Duration,
    /// A receiver that takes nothing for so long is cut off.
    pub write_within: Duration,
    /// The largest frame that is taken from a client, in bytes.
    pub frame_bytes_max: usize,
    /// Frames that may wait for one receiver.
    pub outbox_frames: usize,
    /// Bytes that may wait for one receiver.
    pub outbox_bytes: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections_max: 256,
            hello_within: Duration::from_secs(5),
            write_within: Duration::from_secs(30),
            frame_bytes_max: FRAME_BYTES_MAX,
            outbox_frames: 1024,
            outbox_bytes: 8 << 20,
        }
    }
}

/// What happened so far.
#[derive(Debug, Default)]
pub struct ServerCounts {
    accepted: AtomicU64,
    turned_away: AtomicU64,
    broken: AtomicU64,
    slow: AtomicU64,
    open: AtomicU64,
}

impl ServerCounts {
    /// Connections that were let in.
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::Relaxed)
    }

    /// Connections over `connections_max`, closed at once.
    pub fn turned_away(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }

    /// Links that ended by bytes that are no frames, a late hello or a failed TLS handshake.
    pub fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }

    /// Links that were cut because the receiver took nothing for `write_within`.
    pub fn slow(&self) -> u64 {
        self.slow.load(Ordering::Relaxed)
    }

    fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// A running server. Dropping it stops accepting; links that are open live on until their outboxes are dropped.
#[derive(Debug)]
pub struct ServerHandle {
    addr: SocketAddr,
    counts: Arc<ServerCounts>,
    accepting: JoinHandle<()>,
}

impl ServerHandle {
    /// Where it listens: the port is the one that the system picked.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many links are open.
    pub fn open(&self) -> usize {
        self.counts.open.load(Ordering::Relaxed) as usize
    }

    /// What happened so far.
    pub fn counts(&self) -> &Arc<ServerCounts> {
        &self.counts
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Listens, and hands out every client that says hello in time. The receiver is bounded: while nobody takes from
/// it, clients wait, up to `hello_within`.
///
/// Must be called within a tokio runtime. Fails if the address can't be had or the TLS files can't be used.
pub async fn serve(settings: ServerSettings) -> Result<(ServerHandle, mpsc::Receiver<Incoming>), LinkError> {
    let acceptor = settings.tls.as_ref().map(ServerTls::acceptor).transpose()?;
    let cause = |cause| LinkError::Bind { addr: settings.addr, cause };
    let listener = TcpListener::bind(settings.addr).await.map_err(cause)?;
    let addr = listener.local_addr().map_err(cause)?;
    let counts = Arc::new(ServerCounts::default());
    let (sender, incoming) = mpsc::channel(16);
    let connection =
        Connection { limits: settings.limits, acceptor, counts: counts.clone(), incoming: sender };
    let accepting = tokio::spawn(accept(listener, connection));
    Ok((ServerHandle { addr, counts, accepting }, incoming))
}

async fn accept(listener: TcpListener, connection: Connection) {
    let places = Arc::new(Semaphore::new(connection.limits.connections_max));
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, as a rule: it passes when links end.
                warn!(%error, "a connection could not be accepted; will go on in 100 ms");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            ServerCounts::count(&connection.counts.turned_away);
            warn!(%peer, max = connection.limits.connections_max, "turned {peer} away: all places are taken");
            continue;
        };
        ServerCounts::count(&connection.counts.accepted);
        let connection = connection.clone();
        tokio::spawn(async move {
            let counts = connection.counts.clone();
            ServerCounts::count(&counts.open);
            connection.run(stream, peer).await;
            counts.open.fetch_sub(1, Ordering::Relaxed);
            drop(place);
        });
    }
}
