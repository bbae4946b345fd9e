//! Passwords: argon2id, a bounded number at once, the same time whether a user exists or not.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Passwords that are checked at the same time; each takes memory and a core.
const AT_ONCE: usize = 2;

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Longer ones are refused unread.
pub(crate) const PASSWORD_BYTES_MAX: usize = 1_024;

/// Makes and checks hashes.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    turns: Arc<Semaphore>,
    /// Checked in place of a user who does not exist.
    nobody: Arc<str>,
}

/// Why a password could not be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordError {
    /// Too many wait.
    #[error("too many people sign in at once; try again in a moment")]
    Busy,
    /// The hash could not be made.
    #[error("the password could not be hashed")]
    Hash,
}

impl Passwords {
    /// With so much memory for each check.
    pub(crate) fn new(memory_kib: u32) -> Self {
        let params = Params::new(memory_kib.max(Params::MIN_M_COST), 2, 1, None).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash(&argon2, &invent()).unwrap_or_default().into();
        Self { argon2, turns: Arc::new(Semaphore::new(AT_ONCE)), nobody }
    }

    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turns = self.turns.clone();
        let turn = tokio::time::timeout(PATIENCE, turns.acquire_owned()).await;
        let _turn = turn.map_err(|_| PasswordError::Busy)?.map_err(|_| PasswordError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Hash)
    }

    /// The hash of a new password.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (argon2, password) = (self.argon2.clone(), password.to_owned());
        self.turn(move || hash(&argon2, &password)).await?.ok_or(PasswordError::Hash)
    }

    /// Whether the password is the one of `stored`; takes as long for `None`.
    pub(crate) async fn matches(&self, password: &str, stored: Option<&str>) -> Result<bool, PasswordError> {
        let (argon2, password, exists) = (self.argon2.clone(), password.to_owned(), stored.is_some());
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let verify = move || {
            let parsed = PasswordHash::new(&stored).ok()?;
            argon2.verify_password(password.as_bytes(), &parsed).ok()
        };
        Ok(self.turn(verify).await?.is_some() && exists)
    }
}

fn hash(argon2: &Argon2<'_>, password: &str) -> Option<String> {
    let salt = SaltString::generate(&mut OsRng);
    argon2.hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// A new password of 100 random bits, in groups that can be read out.
pub(crate) fn invent() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    OsRng.fill_bytes(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A secret of 256 random bits.
pub(crate) fn token() -> String {
    let mut bytes = [0_u8; 32];
    OsRng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_user_who_exists_matches() {
        let passwords = Passwords::new(64);
        let stored = passwords.hash("sesame").await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert_eq!(passwords.matches("sesame", Some(&stored)).await, Ok(true));
        assert_eq!(passwords.matches("Sesame", Some(&stored)).await, Ok(false));
        assert_eq!(passwords.matches("sesame", None).await, Ok(false));
        assert_eq!(passwords.matches("sesame", Some("rubbish")).await, Ok(false));
    }

    #[test]
    fn invented_passwords_differ_and_can_be_read_out() {
        let (one, two) = (invent(), invent());
        assert_ne!(one, two);
        assert!(one.len() == 23 && one.chars().all(|c| c == '-' || c.is_ascii_alphanumeric()), "{one}");
    }
}
