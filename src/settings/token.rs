//! Secrets of links that follow their files.

use super::Secret;
use anyhow::{Result, bail};
use model::Text;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use wire::link::Token;

/// How often a file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The secret in a file, if one is named; what the file holds later is used from then on, without a restart. Must be
/// called within a tokio runtime.
///
/// # Errors
/// The file can't be read, or holds nothing.
pub fn token(file: Option<&Path>) -> Result<Token> {
    let Some(file) = file else { return Ok(Token::default()) };
    let stamp = stamp(file);
    let (tell, now) = watch::channel(read(file)?);
    tokio::spawn(follow(file.to_owned(), stamp, tell));
    Ok(Token::following(now))
}

/// Nothing in it would let everybody in.
fn read(file: &Path) -> Result<Text> {
    let secret = Secret::of_file(file)?;
    if secret.reveal().trim().is_empty() {
        bail!("secret file {} is empty: write the secret into it, or do not name it", file.display());
    }
    Ok(secret.reveal().into())
}

fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// Until nobody uses it any more.
async fn follow(file: PathBuf, mut known: Option<(SystemTime, u64)>, tell: watch::Sender<Text>) {
    loop {
        tokio::select! {
            () = tell.closed() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let stamp = stamp(&file);
        if stamp == known {
            continue;
        }
        known = stamp;
        match read(&file) {
            Ok(secret) => {
                tracing::info!(file = %file.display(), "the secret in {} is used from now on", file.display());
                tell.send_replace(secret);
            }
            Err(cause) => {
                let cause = format!("{cause:#}");
                tracing::warn!(cause, "the secret that was known still holds: {cause}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_changed_secret_is_used_and_an_emptied_file_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        assert!(token(Some(&file)).is_err());
        std::fs::write(&file, "\n").unwrap();
        assert!(token(Some(&file)).unwrap_err().to_string().contains("is empty"));
        std::fs::write(&file, "first\n").unwrap();
        let token = token(Some(&file)).unwrap();
        assert!(token.admits("first") && !token.admits("the second"));
        std::fs::write(&file, "the second\nfirst\n").unwrap();
        tokio::time::sleep(LOOK_EVERY * 2).await;
        assert!(token.admits("first") && token.shown() == "the second");
        std::fs::write(&file, "").unwrap();
        tokio::time::sleep(LOOK_EVERY * 2).await;
        assert!(token.admits("first") && !token.admits(""));
    }
}
