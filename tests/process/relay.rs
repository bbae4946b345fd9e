//! Carries the link protocol between a server and a client, and stops in the middle of a frame when told.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Where a client finds the server behind it.
pub(crate) struct Relay {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    behind: u16,
    /// Connections of former rounds cut nothing any more.
    round: AtomicU64,
    /// Frames that still pass whole.
    left: AtomicI64,
    /// Half a frame was the last that the client got.
    cut: AtomicBool,
}

impl Relay {
    pub(crate) fn start(behind: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared {
            behind,
            round: AtomicU64::new(0),
            left: AtomicI64::new(i64::MAX),
            cut: AtomicBool::new(false),
        };
        let shared = Arc::new(shared);
        let carried = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&carried);
                std::thread::spawn(move || drop(shared.carry(client)));
            }
        });
        Self { port, shared }
    }

    /// Whoever comes from now on gets so many frames, half a one, and then nothing.
    pub(crate) fn cut_after(&self, frames: i64) {
        self.shared.round.fetch_add(1, Ordering::SeqCst);
        self.shared.cut.store(false, Ordering::SeqCst);
        self.shared.left.store(frames, Ordering::SeqCst);
    }

    /// All frames pass, from the next connection on.
    pub(crate) fn mend(&self) {
        self.cut_after(i64::MAX);
    }

    /// Whether the client holds half a frame.
    pub(crate) fn is_cut(&self) -> bool {
        self.shared.cut.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn carry(&self, mut client: TcpStream) -> io::Result<()> {
        let round = self.round.load(Ordering::SeqCst);
        let is_present = || self.round.load(Ordering::SeqCst) == round;
        let mut server = TcpStream::connect(("127.0.0.1", self.behind))?;
        let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
        std::thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
        loop {
            let mut length = [0; 4];
            server.read_exact(&mut length)?;
            let mut frame = vec![0; u32::from_be_bytes(length) as usize];
            server.read_exact(&mut frame)?;
            client.write_all(&length)?;
            if is_present() && self.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
                client.write_all(&frame[..frame.len() / 2])?;
                self.cut.store(true, Ordering::SeqCst);
                while is_present() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                return Ok(());
            }
            client.write_all(&frame)?;
        }
    }
}
