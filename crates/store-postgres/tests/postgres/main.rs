//! The store on a real PostgreSQL of its own, over TLS.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod conformance;
mod feed;
mod history;
mod house;
mod rights;
mod schema;
mod trouble;
