//! What travels between processes and to browsers, and nothing of how it is computed.
//!
//! **Invariant:** a type here is a treaty: its bytes are kept as tests.

pub mod frame;
pub mod link;
pub mod stream;
