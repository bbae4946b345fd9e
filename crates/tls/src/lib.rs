//! TLS from PEM files: who we are, whom we trust, and in words what went wrong. Files that change are read anew, without
//! a restart.
//!
//! **Invariant:** a file that can't be used at the start is an error; one that breaks later changes nothing but a line
//! of the log.

mod authorities;
mod client;
mod fault;
mod pem;
mod server;
mod stamp;

pub use authorities::Authorities;
pub use client::ClientFiles;
pub use fault::{handshake_fault, is_tls};
pub use server::{Acceptor, ServerFiles, resolver};

use rustls::crypto::CryptoProvider;
use std::path::PathBuf;
use std::sync::Arc;

/// Why TLS can't be set up at all.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate or key can't be used.
    #[error("{file}: {cause}; it must be a readable PEM file", file = file.display())]
    Pem {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// What was asked for contradicts itself.
    #[error("TLS can't be set up: {0}")]
    Setup(String),
}

fn setup(error: impl ToString) -> TlsError {
    TlsError::Setup(error.to_string())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

#[cfg(test)]
mod tests;
