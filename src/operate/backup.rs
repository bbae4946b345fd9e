//! `pulse backup`, `pulse restore`: the documents of a tenant - boards, users, shares, templates, settings - with their
//! earlier versions, as one file, from SQLite or PostgreSQL into either.

mod format;
mod replay;

use super::shelves::{self, Place, Shelves};
use super::words;
use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use format::Head;
use runtime::Clock;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// Which store, and where the copy goes.
#[derive(clap::Args, Clone, Debug)]
pub struct BackupArgs {
    #[command(flatten)]
    place: Place,
    /// The file to write, for instance pulse-2026-11-29.json.gz; it must not be there yet. It holds password hashes:
    /// only its owner may read it.
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// Which store, and where the copy is.
#[derive(clap::Args, Clone, Debug)]
pub struct RestoreArgs {
    #[command(flatten)]
    place: Place,
    /// What `pulse backup` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Remove the documents that are there first; they stay among the earlier versions. Everybody is signed out.
    #[arg(long)]
    replace: bool,
    /// Only tell what is in the file.
    #[arg(long)]
    look: bool,
}

/// Writes a copy.
pub fn backup(args: BackupArgs) -> Result<()> {
    shelves::block_on(async {
        let clock = Clock::of_machine();
        let shelves = Shelves::to_read(&args.place).await?;
        let changes = shelves.archive.changes().await?;
        let head = Head::new(shelves.name.clone(), shelves.tenant.clone(), words::time(clock.now()));
        let unfinished = args.out.with_extension("unfinished");
        let write = || -> Result<()> {
            if args.out.exists() {
                bail!("{} is there already: choose another name", args.out.display());
            }
            let mut options = OpenOptions::new();
            let file = options.write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
            let mut packed = GzEncoder::new(BufWriter::new(file), Compression::default());
            format::write(&head, &changes, &mut packed)?;
            let file = packed.finish()?.into_inner().map_err(|error| error.into_error())?;
            file.sync_all()?;
            Ok(std::fs::rename(&unfinished, &args.out)?)
        };
        write()
            .inspect_err(|_| drop(std::fs::remove_file(&unfinished)))
            .with_context(|| format!("{} can't be written", args.out.display()))?;
        println!("{}: {}", args.out.display(), summary(&changes));
        Ok(())
    })
}

/// Puts a copy back.
pub fn restore(args: RestoreArgs) -> Result<()> {
    let file = File::open(&args.file).with_context(|| format!("{} can't be read", args.file.display()))?;
    let (head, changes) = format::read(BufReader::new(GzDecoder::new(BufReader::new(file))))
        .with_context(|| format!("{} is no whole backup", args.file.display()))?;
    println!("{}: {}, of {} at {}", args.file.display(), summary(&changes), head.of, head.made);
    if args.look {
        return Ok(());
    }
    shelves::block_on(async {
        let shelves = Shelves::to_write(&args.place, head.tenant.as_deref()).await?;
        let there = replay::present(&shelves.archive.changes().await?);
        if !there.is_empty() && !args.replace {
            bail!(
                "{} holds {} documents already: restore into an empty one, or say --replace to remove them first",
                shelves.name,
                there.len()
            );
        }
        let documents = shelves.documents.as_ref();
        let removed = replay::clear(documents, &there, Clock::of_machine().now()).await?;
        replay::replay(documents, &changes).await?;
        if replay::present(&shelves.archive.changes().await?) != replay::present(&changes) {
            bail!("{} holds something else than the copy: does a role write there?", shelves.name);
        }
        println!("restored into {}{removed}", shelves.name);
        Ok(())
    })
}

fn summary(changes: &[ports::documents::Change]) -> String {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let present = replay::present(changes);
    for (kind, _) in present.keys() {
        *kinds.entry(kind.to_string()).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    format!("{} documents ({}), {} changes", present.len(), kinds.join(", "), changes.len())
}

#[cfg(test)]
mod tests;
