//! What must last and what many share, in PostgreSQL: documents, and the warm tier of history.
//!
//! **Invariants:** every question has a deadline; every row belongs to a tenant, and the server itself lets no login
//! see the rows of others; nobody but the owner of the schema makes or alters tables; a notification is a hint, what
//! counts is the number of the change that was seen last.

mod audit;
mod check;
mod documents;
mod failure;
mod feed;
mod history;
mod minutes;
mod pool;
pub mod schema;
mod server;
mod store;

pub use check::{Checked, check, check_schema};
pub use minutes::Minutes;
pub use server::{Password, Server, Tls};
pub use store::{Options, Postgres, PostgresStore};
