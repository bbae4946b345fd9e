//! Links between roles over TCP, with TLS where wanted: a server that hands out what connects, and a client that
//! reconnects by itself. Both speak in frames through the channels of `wire::link`.
//!
//! **Invariant:** every wait has a deadline and every queue a bound; nothing here knows what the frames mean.

mod client;
mod probe;
mod server;
mod tls;

pub use client::{Call, ClientLimits, ClientSettings, DialError, dial, subscribe};
pub use probe::{Probed, probe};
pub use server::{ServerCounts, ServerHandle, ServerLimits, ServerSettings, serve};
pub use tls::{ClientTls, ServerTls};

use std::net::SocketAddr;

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
    #[error(transparent)]
    Tls(#[from] ::tls::TlsError),
}

#[cfg(test)]
mod tests;
