//! The invented password of the first account, kept in a file until somebody has signed in with it.
//!
//! **Invariant:** the password lies on disk before the account does. Whoever dies in between, or before the password was
//! shown, shows it at the next start.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use tracing::warn;

/// The first account.
pub(crate) const ADMIN: &str = "admin";

/// Where it waits, if it may be kept at all.
pub(crate) struct FirstPassword(Option<PathBuf>);

impl FirstPassword {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self(file)
    }

    /// Keeps it for its owner alone: whole or not at all.
    pub(crate) fn keep(&self, password: &str) -> Result<()> {
        let Some(file) = &self.0 else { return Ok(()) };
        let fresh = file.with_extension("new");
        // The mode counts for new files only.
        remove(&fresh)?;
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        writeln!(out, "{password}")?;
        out.sync_all()?;
        std::fs::rename(&fresh, file)?;
        file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }

    /// The one that nobody has used yet.
    pub(crate) fn waiting(&self) -> Result<Option<String>> {
        let Some(file) = &self.0 else { return Ok(None) };
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|password| !password.is_empty())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Somebody knows it, or it is no password any more.
    pub(crate) fn forget(&self) {
        let Some(file) = &self.0 else { return };
        if let Err(cause) = remove(file) {
            warn!(%cause, "{} could not be removed; it holds the first password of admin: remove it", file.display());
        }
    }

    /// For people.
    pub(crate) fn place(&self) -> String {
        self.0.as_deref().unwrap_or(Path::new("")).display().to_string()
    }
}

/// What is not there need not be removed.
fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_password_waits_for_its_owner_alone_until_it_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("first-password");
        let first = FirstPassword::new(Some(file.clone()));
        assert_eq!(first.waiting().unwrap(), None);
        first.keep("sesame").unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(FirstPassword::new(Some(file.clone())).waiting().unwrap().as_deref(), Some("sesame"));
        first.forget();
        assert!(!file.exists() && first.waiting().unwrap().is_none());
        first.forget();
    }

    #[test]
    fn where_no_file_was_named_nothing_is_kept() {
        let first = FirstPassword::new(None);
        first.keep("sesame").unwrap();
        assert_eq!(first.waiting().unwrap(), None);
        first.forget();
    }
}
