//! Ports that nobody uses.

use std::net::TcpListener;

/// A port of the loopback that was free a moment ago.
///
/// # Errors
/// In words.
pub fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|addr| addr.port()).map_err(|error| format!("no free port: {error}"))
}
