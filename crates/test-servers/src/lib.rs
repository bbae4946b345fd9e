//! Private servers for tests, a zone where it is noon, and a proxy that gets into any trouble: each listens on a free port of the loopback, keeps its files in a temporary
//! folder, and is gone when its guard is dropped or the test's process ends, however it ends.
//!
//! **Invariant:** nothing outside the temporary folder is read or written, and no service of the system is touched.

mod certificates;
mod fault;
mod folder;
mod nginx;
mod noon;
mod ports;
mod postgres;
mod program;
mod prometheus;
mod redis;

pub use certificates::{Certificates, make as certificates};
pub use fault::{FaultProxy, Trouble};
pub use folder::TempFolder;
pub use nginx::Nginx;
pub use noon::zone_of_noon;
pub use ports::free_port;
pub use postgres::Postgres;
pub use prometheus::Prometheus;
pub use redis::Redis;

/// Says in one line why a test does nothing on this machine; for what [`Postgres::start`] answers as `Err`.
///
/// # Panics
/// Where `make test` has installed all that is needed (`TESTS_NEED_SERVERS`): a server that does not start is a failure
/// there, and no reason to see nothing wrong.
pub fn skipped(why: &str) {
    assert!(
        std::env::var_os("TESTS_NEED_SERVERS").is_none(),
        "this machine was made ready for this test, but: {why}"
    );
    eprintln!("skipped: {why}");
}
