//! What Redis says when it can't, in our words.

use ports::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};
use std::time::Duration;

/// The first word of the answer of a script that met a newer owner.
pub(crate) const FENCED: &str = "FENCED";
/// The first word of the answer of a script that met a bound.
pub(crate) const FULL: &str = "FULL";
/// The first word of the answer of a script that missed what it should change.
pub(crate) const EMPTIED: &str = "EMPTIED";
/// The first word of the answer of a script that found another revision, which follows.
pub(crate) const CONFLICT: &str = "CONFLICT";

/// The first word of a refusal, and what follows; in a pipeline, of the first command that was refused.
pub(crate) fn refusal(error: &RedisError) -> Option<(String, String)> {
    if let Some(code) = error.code() {
        return Some((code.to_owned(), error.detail().unwrap_or_default().to_owned()));
    }
    let refused = error.clone().into_server_errors()?;
    let (_, first) = refused.first()?;
    Some((first.code().to_owned(), first.details().unwrap_or_default().to_owned()))
}

/// Split by what the caller will do.
pub(crate) fn of(error: &RedisError) -> StoreError {
    let refusal = refusal(error);
    let told = || refusal.as_ref().map(|(_, told)| told.clone()).unwrap_or_default();
    match refusal.as_ref().map(|(code, _)| code.as_str()) {
        Some(FENCED) => return StoreError::Fenced(told()),
        Some(FULL) => return StoreError::Full(told()),
        Some(EMPTIED) => return StoreError::Emptied(told()),
        // Which revision was expected, the caller knows.
        Some(CONFLICT) => {
            return StoreError::Conflict { expected: 0, found: told().trim().parse().unwrap_or_default() };
        }
        Some("OOM") => {
            return StoreError::Full(
                "Redis is at its maxmemory: give it more, or keep less history (nothing is evicted: values would be \
                 wrong)"
                    .into(),
            );
        }
        Some("WRONGPASS" | "NOAUTH") => {
            return StoreError::Unreachable(format!("Redis refuses user or password: {error}; check both"));
        }
        Some("NOPERM") => {
            return StoreError::Unreachable(format!(
                "the Redis user lacks a right: {error}; see docs/redis.md"
            ));
        }
        Some("MISCONF" | "READONLY" | "LOADING" | "CLUSTERDOWN" | "MASTERDOWN") => {
            return StoreError::Unreachable(format!("Redis does not take writes now: {error}"));
        }
        _ => {}
    }
    match error.kind() {
        ErrorKind::AuthenticationFailed => {
            StoreError::Unreachable(format!("Redis refuses user or password: {error}; check both"))
        }
        ErrorKind::Io | ErrorKind::Server(ServerErrorKind::BusyLoading) => {
            StoreError::Unreachable(format!("Redis: {error}"))
        }
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => {
            StoreError::Corrupt(format!("Redis answers something else than what was stored: {error}"))
        }
        _ => StoreError::Unreachable(format!("Redis: {error}")),
    }
}

/// The deadline has passed.
pub(crate) fn late(patience: Duration) -> StoreError {
    StoreError::Unreachable(format!("Redis did not answer within {patience:?}"))
}
