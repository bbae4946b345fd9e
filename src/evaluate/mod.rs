//! `pulse evaluate`: statistics from event files, offline (contracts, part 6).

pub(crate) mod events;
mod explain;
mod lines;
mod questions;

use anyhow::{Context, bail};
use engine::{Answer, Engine, Info, Notifier};
use events::Merge;
use lines::{Line, RefusedLine};
use model::tenant::Tenant;
use model::{Micros, Record};
use questions::Questions;
use serde::Serialize;
use stats::Library;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Statistics refused.
const REFUSED: u8 = 2;

/// So many records at most are taken in at once; an instant is never cut.
const BATCH: usize = 1024;

/// What to evaluate and when.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The tenant's configuration (contracts, part 6).
    #[arg(long)]
    tenant: PathBuf,
    /// Definitions, and the statistics that are asked for.
    #[arg(long)]
    statistics: PathBuf,
    /// Event records, one JSON object a line, in processing order; `-` for standard input. Several files are merged.
    #[arg(long, required = true, num_args = 1..)]
    events: Vec<PathBuf>,
    /// Answer as of this instant: RFC 3339 or microseconds. May be given several times.
    #[arg(long, required_unless_present_any = ["every", "notifications", "explain"])]
    at: Vec<String>,
    /// Answer at the UTC multiples of so many seconds after the first record, up to the last.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
    /// Print what followers would be told, as each statistic's notification, frequency and insensitivity say: up to the
    /// last record, or the last --at. Answers come between them.
    #[arg(long)]
    notifications: bool,
    /// Instead of values, print what made the value of this statistic: one item a line, then what they come to. As of
    /// each --at, or of the last record.
    #[arg(long, value_name = "STATISTIC", requires = "object", conflicts_with_all = ["notifications", "every"])]
    explain: Option<String>,
    /// Whose value --explain is about.
    #[arg(long, requires = "explain")]
    object: Option<String>,
}

/// Evaluates, prints one JSON object a line, and says how it went: 0, or 2 if statistics were refused, or 1 with a
/// message on standard error.
pub fn run(args: Args) -> ExitCode {
    match evaluate(&args, &mut BufWriter::new(io::stdout().lock())) {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(REFUSED),
        Err(error) => {
            eprintln!("pulse evaluate: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True if statistics were refused.
fn evaluate(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("{}: it can't be read", path.display()))
    };
    let tenant =
        Tenant::from_toml(&read(&args.tenant)?).with_context(|| args.tenant.display().to_string())?;
    let mut library = crate::shipped::library()?;
    let own = Library::from_toml_with_faults(&read(&args.statistics)?);
    library.extend(own.with_context(|| args.statistics.display().to_string())?);
    let (mut engine, refused) =
        Engine::new(&tenant, &library).with_context(|| args.tenant.display().to_string())?;
    let mut machine = match (&args.explain, &args.object) {
        (Some(statistic), Some(object)) => {
            if let Some(refusal) = refused.iter().find(|refusal| refusal.name == *statistic) {
                bail!("--explain {statistic}: {}", refusal.cause);
            }
            engine.begin_study(statistic, object).with_context(|| format!("--explain {statistic}"))?;
            Machine::Studying(Box::new(engine), statistic.clone())
        }
        _ if args.notifications => Machine::Telling(Box::new(Notifier::new(engine))),
        _ => Machine::Silent(Box::new(engine)),
    };
    machine.complain();
    let mut questions = Questions::new(&args.at, args.every)?;
    for refusal in &refused {
        print(&RefusedLine { refused: &refusal.name, cause: &refusal.cause }, out)?;
    }
    let mut records = Merge::open(&args.events)?;
    let mut batch: Vec<Record> = Vec::with_capacity(BATCH);
    while let Some(record) = records.next()? {
        let at = record.received;
        questions.begin(at);
        let new_instant = batch.last().is_none_or(|last| last.received < at);
        if new_instant && (batch.len() >= BATCH || questions.due(at)) {
            machine.take(&mut batch, out)?;
        }
        while let Some(question) = questions.before(at) {
            machine.answer(question, out)?;
        }
        batch.push(record);
    }
    let last = batch.last().map(|record| record.received);
    machine.take(&mut batch, out)?;
    while let Some(question) = questions.rest(last) {
        machine.answer(question, out)?;
    }
    if let (Machine::Studying(..), true, Some(last)) = (&machine, args.at.is_empty(), last) {
        machine.answer(last, out)?;
    }
    out.flush()?;
    machine.miss();
    Ok(!refused.is_empty())
}

/// What computes: an engine that is asked, or one that tells by itself too.
enum Machine {
    Silent(Box<Engine>),
    Telling(Box<Notifier>),
    /// One that tells what made the value of a statistic.
    Studying(Box<Engine>, String),
}

impl Machine {
    fn take(&mut self, batch: &mut Vec<Record>, out: &mut impl Write) -> io::Result<()> {
        let Some(last) = batch.last() else { return Ok(()) };
        let through = last.received;
        self.step(batch, through, out)?;
        self.complain();
        batch.clear();
        Ok(())
    }

    /// What is wrong with the configuration is told on the side: values come all the same.
    fn complain(&mut self) {
        let complaints = match self {
            Self::Silent(engine) | Self::Studying(engine, _) => engine.take_complaints(),
            Self::Telling(notifier) => notifier.take_complaints(),
        };
        for complaint in complaints {
            eprintln!("pulse evaluate: {complaint}");
        }
    }

    /// Objects that were asked for and that no record and no configuration has named are told on the side: perhaps their
    /// names are wrong.
    fn miss(&self) {
        let unmet: Vec<_> = match self {
            Self::Silent(engine) | Self::Studying(engine, _) => engine.unmet().collect(),
            Self::Telling(notifier) => notifier.unmet().collect(),
        };
        for (statistic, object) in unmet {
            eprintln!("pulse evaluate: statistic `{statistic}`: there is no object `{object}` of its types");
        }
    }

    fn answer(&mut self, at: Micros, out: &mut impl Write) -> io::Result<()> {
        self.step(&[], at, out)?;
        let answers: Vec<Answer> = match self {
            Self::Studying(engine, statistic) => return explain::tell(engine, statistic, at, out),
            Self::Silent(engine) => engine.answers(at),
            Self::Telling(notifier) => notifier.answers(at),
        };
        answers.iter().try_for_each(|answer| print(&Line::answer(answer), out))
    }

    fn step(&mut self, records: &[Record], through: Micros, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Silent(engine) | Self::Studying(engine, _) => {
                engine.step(records, through);
                Ok(())
            }
            Self::Telling(notifier) => {
                let mut told = Ok(());
                notifier.step(records, through, &mut |info: Info| {
                    if told.is_ok() {
                        told = print(&Line::info(&info), out);
                    }
                });
                told
            }
        }
    }
}

fn print(line: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
