//! The archive: nothing gets into it but through the mask.

use super::mask::Mask;
use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The folder within the archive.
const ROOT: &str = "pulse-support";

/// What will be in it.
pub(super) struct Pack {
    pub(super) mask: Mask,
    files: Vec<(String, String)>,
}

impl Pack {
    pub(super) fn new(mask: Mask) -> Self {
        Self { mask, files: Vec::new() }
    }

    /// A text under a name.
    pub(super) fn add(&mut self, name: &str, text: &str) {
        self.files.push((name.to_owned(), self.mask.apply(text)));
    }

    /// What came of an attempt: the text, or why there is none.
    pub(super) fn add_or_why(&mut self, name: &str, text: Result<String>) {
        match text {
            Ok(text) => self.add(name, &text),
            Err(error) => self.add(&format!("{name}.missing"), &format!("{error:#}\n")),
        }
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.files.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Writes it; `made` in seconds since 1970.
    pub(super) fn write(&self, out: &mut impl Write, made: u64) -> Result<()> {
        let mut archive = tar::Builder::new(GzEncoder::new(out, Compression::default()));
        for (name, text) in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o600);
            header.set_mtime(made);
            archive.append_data(&mut header, format!("{ROOT}/{name}"), text.as_bytes())?;
        }
        archive.into_inner()?.finish()?;
        Ok(())
    }

    /// Writes it into a file that is not there yet and that only its owner may read.
    pub(super) fn save(&self, file: &Path, made: u64) -> Result<()> {
        let place = || format!("{} can't be written: choose a name that is not there yet", file.display());
        let mut out =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).with_context(place)?;
        self.write(&mut out, made).with_context(place)?;
        Ok(out.sync_all()?)
    }
}
