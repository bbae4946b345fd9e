//! Ports that nobody uses.

use std::fs::File;
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

/// Below the ports that systems give to whoever asks for any: none of those is taken in the meantime.
const FIRST: u16 = 30_000;
const COUNT: u16 = 2_700;

/// Ports that this process was given, each by a file that it holds. The files are free again when it ends.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port of the loopback that nobody else is given as long as this process lives, also no other process that asks
/// here: several test programs run at the same time, and servers are started, killed and started again on their ports.
///
/// # Errors
/// In words.
pub fn free_port() -> Result<u16, String> {
    let folder = std::env::temp_dir().join("pulse-test-ports");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    // Each process begins elsewhere, and goes on from there.
    let begin = std::process::id() as usize * 97 + held.len();
    for step in 0..COUNT {
        let port = FIRST + ((begin + usize::from(step)) % usize::from(COUNT)) as u16;
        let Ok(file) = File::options().create(true).append(true).open(folder.join(port.to_string())) else {
            continue;
        };
        if file.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            held.push(file);
            return Ok(port);
        }
    }
    Err("no free port: all are held by tests that run".to_owned())
}
