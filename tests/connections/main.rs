//! The connections of a deployment, each between real processes: Pulse's roles, PostgreSQL and Redis with TLS and users
//! of their own. Numbers are those of the table of connections in docs/operations.md.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test of real processes in real time")]

mod alarms;
mod chaos;
mod check;
mod faults;
mod identity;
mod made;
mod media;
mod peer;
mod permissions;
mod process;
mod provider;
mod revocations;
mod rotation;
mod rows;
mod services;
mod shards;
mod stream;
mod tls_client;
mod trouble;
mod world;
