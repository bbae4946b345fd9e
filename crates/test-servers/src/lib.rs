//! Private database servers for tests: each listens on a free port of the loopback, keeps its files in a temporary
//! folder, and is gone when its guard is dropped or the test's process ends, however it ends.
//!
//! **Invariant:** nothing outside the temporary folder is read or written, and no service of the system is touched.

mod certificates;
mod folder;
mod postgres;
mod redis;

pub use postgres::Postgres;
pub use redis::Redis;

/// Says in one line why a test does nothing on this machine; for what [`Postgres::start`] answers as `Err`.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}
