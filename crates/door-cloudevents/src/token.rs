//! The bearer tokens: read from a file, and again when it changes.
//!
//! **Invariant:** neither tokens nor what was sent in their place are kept, shown or logged: digests only.

use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use tracing::{info, warn};

/// How often the file is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Tokens shorter than this are guessed too easily.
const TOKEN_BYTES_MIN: usize = 16;

pub(crate) struct Tokens {
    file: PathBuf,
    known: Mutex<Known>,
}

struct Known {
    digests: Vec<[u8; 32]>,
    stamp: Option<(SystemTime, u64)>,
    looked: Instant,
}

impl Tokens {
    /// Reads the tokens of `file`, one a line.
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let stamp = stamp(file);
        let known = Known { digests: read(file)?, stamp, looked: Instant::now() };
        Ok(Self { file: file.to_owned(), known: Mutex::new(known) })
    }

    /// Whether the value of an `Authorization` header holds one of the tokens.
    pub(crate) fn admit(&self, authorization: Option<&str>) -> bool {
        let token = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let offered: [u8; 32] = Sha256::digest(token.unwrap_or_default()).into();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.look(&mut known);
        // All are compared whole: the time tells nothing of how much of a guess was right.
        let is_known = known.digests.iter().fold(false, |found, digest| found | same(digest, &offered));
        token.is_some() && is_known
    }

    fn look(&self, known: &mut Known) {
        if known.looked.elapsed() < LOOK_EVERY {
            return;
        }
        known.looked = Instant::now();
        let stamp = stamp(&self.file);
        if stamp == known.stamp {
            return;
        }
        known.stamp = stamp;
        match read(&self.file) {
            Ok(digests) => {
                known.digests = digests;
                info!("the events door has read its tokens anew: {}", known.digests.len());
            }
            Err(cause) => warn!(%cause, "the events door goes on with the tokens that it has"),
        }
    }
}

fn same(ours: &[u8; 32], theirs: &[u8; 32]) -> bool {
    ours.iter().zip(theirs).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn read(file: &Path) -> Result<Vec<[u8; 32]>, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("token file {shown} can't be read ({error}): check its path and rights"))?;
    let tokens: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if tokens.is_empty() {
        return Err(format!("token file {shown} holds no token: write one a line"));
    }
    if tokens.iter().any(|token| token.len() < TOKEN_BYTES_MIN || token.contains(char::is_whitespace)) {
        return Err(format!(
            "token file {shown} holds a token that is shorter than {TOKEN_BYTES_MIN} characters, or has a space in \
             it: make one with `openssl rand -hex 32`"
        ));
    }
    Ok(tokens.into_iter().map(|token| Sha256::digest(token).into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn tokens_are_read_anew_when_their_file_changes_and_kept_when_it_goes() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tokens");
        std::fs::write(&file, "an-old-token-of-chat\n").unwrap();
        let tokens = Tokens::open(&file).unwrap();
        assert!(tokens.admit(Some("Bearer an-old-token-of-chat")));
        assert!(tokens.admit(Some("bearer an-old-token-of-chat")));
        for wrong in [None, Some("an-old-token-of-chat"), Some("Bearer an-old-token-of-cha"), Some("Bearer ")]
        {
            assert!(!tokens.admit(wrong), "{wrong:?}");
        }
        std::fs::write(&file, "an-old-token-of-chat\na-new-token-of-chat-\n").unwrap();
        tokio::time::advance(LOOK_EVERY).await;
        assert!(tokens.admit(Some("Bearer a-new-token-of-chat-")));
        std::fs::remove_file(&file).unwrap();
        tokio::time::advance(LOOK_EVERY).await;
        assert!(tokens.admit(Some("Bearer an-old-token-of-chat")), "a missing file locks nobody out");
    }

    #[test]
    fn a_file_without_a_good_token_is_refused_and_not_shown() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tokens");
        assert!(Tokens::open(&file).err().unwrap().contains("can't be read"));
        for (text, says) in [("\n \n", "no token"), ("hunter2\n", "shorter than 16")] {
            std::fs::write(&file, text).unwrap();
            let error = Tokens::open(&file).err().unwrap();
            assert!(error.contains(says) && !error.contains("hunter2"), "{error}");
        }
    }
}
