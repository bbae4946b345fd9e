//! `pulse journal`: what a journal holds, whether it is whole, and its records as text. It only reads.

mod range;
mod report;
mod verify;

use crate::operate::place::journal_dir;
use crate::roles::process::{FAILED, OK};
use anyhow::{Context, Result};
use range::Range;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use verify::Verdicts;

/// Which journal, and what to tell of it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The data directory of an LDS or of standalone, or the journal in it. A role may be writing there.
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Settings that name the directory: lds.toml, lds-vq.toml, standalone.toml.
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Only this source.
    #[arg(long)]
    source: Option<String>,
    /// Read every record, not only its checksum; ends with 1 where something is damaged.
    #[arg(long, conflicts_with = "show")]
    verify: bool,
    /// Print the records from one to another, both with them, as JSON lines. Each is a number, EPOCH/NUMBER, a time such
    /// as 2026-11-23T12:00:00Z, or nothing for the beginning or the end.
    #[arg(long, value_name = "FROM..TO")]
    show: Option<Range>,
    /// One JSON object for each segment.
    #[arg(long, conflicts_with = "show")]
    json: bool,
}

/// Tells.
pub fn run(args: Args) -> Result<ExitCode> {
    let dir = journal_dir(args.dir.as_deref(), args.settings.as_deref())?;
    match &args.show {
        Some(range) => show(&args, &dir, range),
        None => list(&args, &dir),
    }
}

impl Args {
    fn wants(&self, source: &str) -> bool {
        self.source.as_deref().is_none_or(|wanted| wanted == source)
    }
}

/// A line for each segment.
pub(super) fn listed(dir: &std::path::Path) -> Result<String> {
    let pieces = journal::survey(dir, &mut |_, _| {})?;
    Ok(pieces.iter().map(|piece| report::Line::new(piece, None).text() + "\n").collect())
}

fn list(args: &Args, dir: &std::path::Path) -> Result<ExitCode> {
    let mut verdicts = Verdicts::default();
    let pieces = journal::survey(dir, &mut |source, entry| {
        if args.verify && args.wants(source) {
            verdicts.judge(source, entry);
        }
    })?;
    let mut out = BufWriter::new(stdout().lock());
    let mut whole = true;
    let mut told = 0;
    for piece in pieces.iter().filter(|piece| args.wants(&piece.source)) {
        let line = report::Line::new(piece, args.verify.then(|| verdicts.of(piece)));
        whole &= !line.is_damaged();
        told += 1;
        let text = if args.json { serde_json::to_string(&line)? } else { line.text() };
        writeln!(out, "{text}").context("standard output is closed")?;
    }
    if told == 0 {
        writeln!(out, "no records in {}", dir.display())?;
    }
    out.flush()?;
    Ok(ExitCode::from(if whole || !args.verify { OK } else { FAILED }))
}

fn show(args: &Args, dir: &std::path::Path, range: &Range) -> Result<ExitCode> {
    let mut out = BufWriter::new(stdout().lock());
    let mut outcome = Ok(());
    let pieces = journal::survey(dir, &mut |source, entry| {
        if outcome.is_ok() && args.wants(source) && range.holds(entry) {
            outcome = verify::text(entry).and_then(|text| Ok(writeln!(out, "{text}")?));
        }
    })?;
    outcome?;
    out.flush()?;
    for piece in pieces.iter().filter(|piece| args.wants(&piece.source)) {
        if let Some(flaw) = report::Line::new(piece, None).flaw_text() {
            eprintln!("pulse journal: {}: {flaw}", piece.path.display());
        }
    }
    Ok(ExitCode::from(OK))
}
