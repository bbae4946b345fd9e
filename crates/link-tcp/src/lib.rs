//! Links between roles over TCP, with TLS where wanted: a server that hands out what connects, and a client that
//! reconnects by itself. Both speak in frames through the channels of `wire::link`.
//!
//! **Invariant:** every wait has a deadline and every queue a bound; nothing here knows what the frames mean.

mod client;
mod server;
mod tls;

pub use client::{Call, ClientLimits, ClientSettings, DialError, dial, subscribe};
pub use server::{ServerCounts, ServerHandle, ServerLimits, ServerSettings, serve};
pub use tls::{ClientTls, ServerTls};

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a link can't be set up at all. What happens to a link later is told on its channels.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The server's address can't be had.
    #[error(
        "can't listen on {addr}: {cause}; if another instance runs there, stop it or choose another port"
    )]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A certificate or key can't be used.
    #[error("{file}: {cause}; it must be a readable PEM file", file = file.display())]
    Pem {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The TLS settings contradict each other.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

#[cfg(test)]
mod tests;
