//! Secrets, which are never printed.

use anyhow::{Context, Result};
use std::path::Path;

/// A secret: never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret of the sources: from a file, else from `PULSE_SOURCE_SECRET`.
    pub fn of_sources(file: Option<&Path>) -> Result<Option<Self>> {
        if let Some(file) = file {
            return Self::of_file(file).map(Some);
        }
        #[expect(clippy::disallowed_methods, reason = "settings are read here")]
        let from_environment = std::env::var("PULSE_SOURCE_SECRET").ok();
        Ok(from_environment.filter(|secret| !secret.is_empty()).map(Self))
    }

    /// The secret in a file; the end of its line does not belong to it.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn of_file(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| {
            format!("secret file {} can't be read: check its path and rights", file.display())
        })?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// A secret that came by another way.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The first of several secrets, one a line: the one that a client shows.
    pub fn first_line(&self) -> &str {
        self.0.lines().next().unwrap_or_default()
    }

    /// The secret itself, for the one who needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The secret in a file, if one is named.
pub fn secret(file: Option<&Path>) -> Result<Option<Secret>> {
    file.map(Secret::of_file).transpose()
}
