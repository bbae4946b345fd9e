//! Waiting for the server.

use super::install::connect;
use crate::server::Server;
use ports::{Result, StoreError};
use std::time::Duration;

/// The pauses between tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(3));

/// Waits until the server answers, at most `patience`; `tell` hears why it does not yet. What waiting can't cure, as a
/// wrong password, is an error at once.
///
/// # Errors
/// `Unreachable` or `Corrupt`, with the cure.
pub async fn wait(server: &Server, patience: Duration, mut tell: impl FnMut(&str)) -> Result<()> {
    let begun = tokio::time::Instant::now();
    let mut pause = PAUSES.0;
    loop {
        let left = patience.saturating_sub(begun.elapsed());
        let outcome = connect(server, left.clamp(Duration::from_millis(500), Duration::from_secs(5))).await;
        let Err(failure) = outcome else { return Ok(()) };
        let hopeless = failure.is_hopeless();
        let error = failure.explain(&server.name());
        let waited = begun.elapsed();
        if hopeless || matches!(error, StoreError::Corrupt(_)) || waited + pause > patience {
            return Err(error);
        }
        tell(&format!("waiting for PostgreSQL ({} of {} s): {error}", waited.as_secs(), patience.as_secs()));
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}
