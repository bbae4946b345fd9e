//! The bytes of one connection, in both directions.

use super::{Shared, TICK, Trouble};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

/// Read at once.
const CHUNK: usize = 16 << 10;
/// A side that takes nothing for so long is given up.
const WRITE_WITHIN: Duration = Duration::from_secs(30);

pub(super) struct Connection {
    pub(super) number: u64,
    pub(super) client: TcpStream,
    pub(super) server: TcpStream,
    pub(super) shared: Arc<Shared>,
}

#[derive(Clone, Copy, PartialEq)]
enum Towards {
    Server,
    Client,
}

impl Connection {
    /// Until either side ends it, or it is cut.
    pub(super) fn carry(self) {
        let Self { number, client, server, shared } = self;
        let clones = client.try_clone().and_then(|client| Ok((client, server.try_clone()?)));
        let Ok((client_too, server_too)) = clones else { return };
        for stream in [&client, &server] {
            let _ = stream.set_nodelay(true);
            let _ = stream.set_read_timeout(Some(TICK));
            let _ = stream.set_write_timeout(Some(WRITE_WITHIN));
        }
        let back = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || pass(number, &server_too, &client_too, Towards::Client, &shared))
        };
        pass(number, &client, &server, Towards::Server, &shared);
        let _ = back.join();
        if is_cut(number, &shared) {
            // Closed with bytes unread or on their way, it is a reset for both.
            let _ = socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO));
            let _ = socket2::SockRef::from(&server).set_linger(Some(Duration::ZERO));
        }
    }
}

fn is_cut(number: u64, shared: &Shared) -> bool {
    shared.ended_below.load(Ordering::Acquire) > number
}

fn pass(number: u64, mut from: &TcpStream, mut to: &TcpStream, towards: Towards, shared: &Shared) {
    let mut buffer = vec![0; CHUNK];
    while !is_cut(number, shared) {
        let trouble = shared.trouble();
        if trouble == Trouble::Hang {
            thread::sleep(TICK);
            continue;
        }
        let most = match trouble {
            Trouble::Throttle(bytes) => (bytes as usize / 50).clamp(1, CHUNK),
            _ => CHUNK,
        };
        let count = match from.read(&mut buffer[..most]) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            Err(_) => break,
        };
        let bytes = &mut buffer[..count];
        // What was read while the trouble began is part of it.
        while shared.trouble() == Trouble::Hang {
            if is_cut(number, shared) {
                return;
            }
            thread::sleep(TICK);
        }
        match (shared.trouble(), towards) {
            (Trouble::DeafClient, Towards::Client) | (Trouble::DeafServer, Towards::Server) => continue,
            (Trouble::Garble, Towards::Client) => bytes.iter_mut().for_each(|byte| *byte ^= 0xA5),
            (Trouble::Delay(pause), _) => thread::sleep(pause),
            (Trouble::Throttle(_), _) => thread::sleep(Duration::from_millis(20)),
            _ => {}
        }
        if to.write_all(bytes).is_err() {
            break;
        }
        let counter = if towards == Towards::Server { &shared.to_server } else { &shared.to_client };
        counter.fetch_add(count as u64, Ordering::Relaxed);
    }
    if !is_cut(number, shared) {
        let _ = to.shutdown(Shutdown::Write);
        let _ = from.shutdown(Shutdown::Read);
    }
}
