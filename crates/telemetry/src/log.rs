//! Log lines: for people, or as JSON for machines.

use crate::levels;
use tracing_subscriber::fmt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line an event.
    #[default]
    Human,
    /// One JSON object an event.
    Json,
}

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter's text is at fault.
    #[error("log filter '{filter}' cannot be read ({cause}); write for instance 'info' or 'info,web=debug'")]
    Filter {
        /// As given.
        filter: String,
        /// What is wrong with it.
        cause: String,
    },
    /// There is no log whose filter could change.
    #[error("this process began no log")]
    None,
    /// Somebody else logs already.
    #[error("logging has begun already: {0}")]
    Twice(#[from] TryInitError),
}

/// Begins to log to standard error. `filter` is a level, or levels by part: `info,web=debug`.
///
/// # Errors
/// A filter that can't be read; a second call.
pub fn init(format: LogFormat, filter: &str) -> Result<(), LogError> {
    let levels = levels::parse(filter)?;
    let lines = fmt().with_env_filter(levels).with_writer(std::io::stderr);
    match format {
        LogFormat::Human => {
            let lines = lines.with_target(false).with_filter_reloading();
            let handle = lines.reload_handle();
            lines.finish().try_init()?;
            levels::begun(
                filter,
                Box::new(move |levels| handle.reload(levels).map_err(|error| error.to_string())),
            );
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_filter_reloading();
            let handle = lines.reload_handle();
            lines.finish().try_init()?;
            levels::begun(
                filter,
                Box::new(move |levels| handle.reload(levels).map_err(|error| error.to_string())),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_named_with_a_cure() {
        let error = init(LogFormat::Human, "web=loudly").unwrap_err().to_string();
        assert!(error.contains("web=loudly") && error.contains("info,web=debug"), "{error}");
    }
}
