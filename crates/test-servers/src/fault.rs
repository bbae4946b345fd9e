//! A TCP proxy that gets into any trouble that is asked of it: what stands behind it looks away, hung, or mad.

mod connection;

use crate::ports::free_port;
use connection::Connection;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How soon a change of the trouble is noticed.
const TICK: Duration = Duration::from_millis(5);
/// How long a connection to what stands behind may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// What happens to bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trouble {
    /// They pass.
    #[default]
    None,
    /// Nobody listens: connections are refused. Those that are open go on; see [`FaultProxy::cut`].
    Refuse,
    /// Connections are taken, and nothing passes any more, in either direction.
    Hang,
    /// What the client says passes; what the server says is swallowed.
    DeafClient,
    /// What the server says passes; what the client says is swallowed.
    DeafServer,
    /// What the server says arrives as other bytes.
    Garble,
    /// Everything comes so much later.
    Delay(Duration),
    /// So many bytes pass in a second, in each direction.
    Throttle(u32),
}

struct Shared {
    trouble: Mutex<Trouble>,
    behind: Mutex<SocketAddr>,
    /// Connections of a lower number are to end.
    ended_below: AtomicU64,
    accepted: AtomicU64,
    to_server: AtomicU64,
    to_client: AtomicU64,
    stopping: AtomicBool,
}

impl Shared {
    fn trouble(&self) -> Trouble {
        *lock(&self.trouble)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A proxy before one server. It ends with its value, and so do its connections.
pub struct FaultProxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

impl FaultProxy {
    /// Listens on a free port of the loopback, before the server at `behind`, which need not be there yet.
    ///
    /// # Errors
    /// No port can be had.
    pub fn start(behind: SocketAddr) -> io::Result<Self> {
        Self::start_on(Ipv4Addr::LOCALHOST, behind)
    }

    /// The same on another address of this machine.
    ///
    /// # Errors
    /// No port can be had.
    pub fn start_on(ip: Ipv4Addr, behind: SocketAddr) -> io::Result<Self> {
        let port = free_port().map_err(io::Error::other)?;
        let listener = TcpListener::bind((ip, port))?;
        let proxy = Self {
            addr: listener.local_addr()?,
            shared: Arc::new(Shared {
                trouble: Mutex::default(),
                behind: Mutex::new(behind),
                ended_below: AtomicU64::new(0),
                accepted: AtomicU64::new(0),
                to_server: AtomicU64::new(0),
                to_client: AtomicU64::new(0),
                stopping: AtomicBool::new(false),
            }),
            accepting: Mutex::new(None),
        };
        proxy.accept(listener)?;
        Ok(proxy)
    }

    /// Where clients connect to.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.addr.port()
    }

    /// From now on connections go to another server.
    pub fn lead_to(&self, behind: SocketAddr) {
        *lock(&self.shared.behind) = behind;
    }

    /// Gets into a trouble, or out of it.
    ///
    /// # Errors
    /// After [`Trouble::Refuse`] somebody else has taken the port.
    pub fn set(&self, trouble: Trouble) -> io::Result<()> {
        let before = std::mem::replace(&mut *lock(&self.shared.trouble), trouble);
        if trouble == Trouble::Refuse {
            // The task drops its listener when it sees that.
            if let Some(accepting) = lock(&self.accepting).take() {
                let _ = accepting.join();
            }
        } else if before == Trouble::Refuse {
            self.accept(TcpListener::bind(self.addr)?)?;
        }
        Ok(())
    }

    /// Ends all open connections, with a reset, as a server does that dies.
    pub fn cut(&self) {
        self.shared.ended_below.store(self.accepted(), Ordering::Release);
    }

    /// Refuses new connections and ends the open ones: the server has died.
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn die(&self) -> io::Result<()> {
        self.set(Trouble::Refuse)?;
        self.cut();
        Ok(())
    }

    /// How many connections were taken so far.
    pub fn accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::Acquire)
    }

    /// How many bytes were passed on to the server and to clients so far.
    pub fn passed(&self) -> (u64, u64) {
        let Shared { to_server, to_client, .. } = &*self.shared;
        (to_server.load(Ordering::Relaxed), to_client.load(Ordering::Relaxed))
    }

    fn accept(&self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let shared = Arc::clone(&self.shared);
        let accepting = std::thread::Builder::new().name("fault proxy".into()).spawn(move || {
            while shared.trouble() != Trouble::Refuse && !shared.stopping.load(Ordering::Acquire) {
                match listener.accept() {
                    Ok((client, _)) => take(client, &shared),
                    Err(_) => std::thread::sleep(TICK),
                }
            }
        })?;
        *lock(&self.accepting) = Some(accepting);
        Ok(())
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        self.cut();
        if let Some(accepting) = lock(&self.accepting).take() {
            let _ = accepting.join();
        }
    }
}

/// Begins to carry a client's bytes.
fn take(client: TcpStream, shared: &Arc<Shared>) {
    let number = shared.accepted.fetch_add(1, Ordering::AcqRel);
    let shared = Arc::clone(shared);
    // A thread that can't be had is a connection that breaks.
    let _ = std::thread::Builder::new().name("faulty link".into()).spawn(move || {
        // One that hangs takes connections itself: the server need not be asked.
        while shared.trouble() == Trouble::Hang {
            if shared.ended_below.load(Ordering::Acquire) > number {
                return;
            }
            std::thread::sleep(TICK);
        }
        let behind = *lock(&shared.behind);
        if let Ok(server) = TcpStream::connect_timeout(&behind, CONNECT_WITHIN) {
            Connection { number, client, server, shared }.carry();
        }
    });
}

#[cfg(test)]
mod tests;
