//! The file: JSON lines. A head, a line for each change in the order in which they happened, and an end that tells how
//! many they are and what their bytes come to, so that half a file is never taken for a whole one.

use anyhow::{Context, Result, bail, ensure};
use ports::documents::Change;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufRead, Write};

/// What this program writes, and the newest that it reads.
const VERSION: u32 = 1;

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The version of the format.
    pulse_backup: u32,
    /// The version of the program.
    program: String,
    /// Of which store.
    pub(super) of: String,
    /// Whose, where the store says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tenant: Option<String>,
    /// When.
    pub(super) made: String,
}

#[derive(Serialize, Deserialize)]
struct End {
    changes: usize,
    sha256: String,
}

impl Head {
    pub(super) fn new(of: String, tenant: Option<String>, made: String) -> Self {
        Self { pulse_backup: VERSION, program: env!("CARGO_PKG_VERSION").to_owned(), of, tenant, made }
    }
}

pub(super) fn write(head: &Head, changes: &[Change], out: &mut impl Write) -> Result<()> {
    serde_json::to_writer(&mut *out, head)?;
    out.write_all(b"\n")?;
    let mut digest = Sha256::new();
    for change in changes {
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        digest.update(&line);
        out.write_all(&line)?;
    }
    let end = End { changes: changes.len(), sha256: hex::encode(digest.finalize()) };
    serde_json::to_writer(&mut *out, &end)?;
    Ok(out.write_all(b"\n")?)
}

pub(super) fn read(mut from: impl BufRead) -> Result<(Head, Vec<Change>)> {
    let mut line = String::new();
    from.read_line(&mut line).context("it is not packed by gzip")?;
    let head: Head = serde_json::from_str(&line).context("its first line is not that of a backup")?;
    if head.pulse_backup > VERSION {
        bail!(
            "it is of version {}, this program reads up to {VERSION}: use the Pulse that wrote it ({})",
            head.pulse_backup,
            head.program
        );
    }
    let (mut changes, mut digest) = (Vec::new(), Sha256::new());
    loop {
        line.clear();
        let length = from.read_line(&mut line).context("it is cut off")?;
        ensure!(length > 0, "it is cut off after {} changes", changes.len());
        if let Ok(end) = serde_json::from_str::<End>(&line) {
            ensure!(end.changes == changes.len(), "{} of {} changes are there", changes.len(), end.changes);
            ensure!(end.sha256 == hex::encode(digest.finalize()), "its checksum is wrong");
            return Ok((head, changes));
        }
        digest.update(&line);
        changes.push(
            serde_json::from_str(&line)
                .with_context(|| format!("change {} is not one", changes.len() + 1))?,
        );
    }
}
