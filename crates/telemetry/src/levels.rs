//! The log's filter, which may be changed while the process runs.

use crate::LogError;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Puts another filter in place of the present one.
type Swap = Box<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>;

/// The process's log, once it has begun.
static LOG: OnceLock<Levels> = OnceLock::new();
/// Who may change it from elsewhere: whoever knows what is in this file.
static TOKEN_FILE: Mutex<Option<PathBuf>> = Mutex::new(None);

struct Levels {
    swap: Swap,
    /// As it was given.
    present: Mutex<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a filter. A word that is no level would be taken for the name of a part, and silence all others: it is refused.
pub(crate) fn parse(filter: &str) -> Result<EnvFilter, LogError> {
    let refused = |cause: String| LogError::Filter { filter: filter.to_owned(), cause };
    for directive in filter.split(',').map(str::trim) {
        let names_a_part = directive.contains(['=', '[']);
        // An empty word would be taken for `error`.
        if !names_a_part && (directive.is_empty() || directive.parse::<LevelFilter>().is_err()) {
            return Err(refused(format!("'{directive}' is no level")));
        }
    }
    EnvFilter::try_new(filter).map_err(|error| refused(error.to_string()))
}

/// The log has begun with this filter.
pub(crate) fn begun(filter: &str, swap: Swap) {
    // Whoever began it first has it: a second beginning is refused elsewhere.
    let _ = LOG.set(Levels { swap, present: Mutex::new(filter.to_owned()) });
}

/// The present filter; none if this process began no log.
pub fn log_filter() -> Option<String> {
    LOG.get().map(|log| lock(&log.present).clone())
}

/// Uses another filter from now on; answers the one before.
///
/// # Errors
/// A filter that can't be read, or a process that began no log.
pub fn change_log_filter(filter: &str) -> Result<String, LogError> {
    let levels = parse(filter)?;
    let log = LOG.get().ok_or(LogError::None)?;
    let mut present = lock(&log.present);
    let refused = |cause| LogError::Filter { filter: filter.to_owned(), cause };
    (log.swap)(levels).map_err(refused)?;
    Ok(std::mem::replace(&mut present, filter.to_owned()))
}

/// Names the file whose token allows callers from other machines to change the log's filter. Without one, none may.
pub fn let_change_log_filter(token_file: Option<&Path>) {
    *lock(&TOKEN_FILE) = token_file.map(Path::to_owned);
}

/// Whether a caller's token is one of the file's, one a line. The file is read each time: it may change.
pub(crate) fn admits(token: &str) -> bool {
    let Some(file) = lock(&TOKEN_FILE).clone() else { return false };
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    text.lines().map(str::trim).filter(|known| !known.is_empty()).any(|known| is_same(known, token))
}

/// Takes as long for a near miss as for a far one.
fn is_same(known: &str, shown: &str) -> bool {
    let (known, shown) = (known.as_bytes(), shown.as_bytes());
    known.len() == shown.len() && known.iter().zip(shown).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_is_refused_instead_of_silencing_the_log() {
        for wrong in ["degub", "info,wbe", "", "web=loudly"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains("info,web=debug"), "{error}");
        }
        for right in ["debug", "info,actors=debug", "off", "warn,actors::dcu=trace"] {
            assert!(parse(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn tokens_are_those_of_the_file_and_nothing_admits_nobody() {
        assert!(is_same("secret", "secret") && !is_same("secret", "secreT") && !is_same("secret", "secre"));
        let file = std::env::temp_dir().join(format!("pulse-log-token-{}", std::process::id()));
        assert!(!admits(""));
        std::fs::write(&file, "first\n\nsecond\n").unwrap();
        let_change_log_filter(Some(&file));
        assert!(admits("first") && admits("second") && !admits("") && !admits("first\n"));
        std::fs::remove_file(&file).unwrap();
        assert!(!admits("first"));
        let_change_log_filter(None);
    }
}
