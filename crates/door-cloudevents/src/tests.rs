//! The door over HTTP, on a journal in memory that can be told to be slow, full or gone.

mod http;
mod journal;
mod restart;
mod tls;
