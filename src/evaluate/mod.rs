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
    let own = Library::from_toml(&read(&args.statistics)?);
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
mod tests {
    use super::*;
    use serde_json::json;

    const TENANT: &str = "tenant = 'acme'\nsource = [{ name = 'pbx1', switch = 'sw1' }]\n\
        dn = [{ number = '9001', switch = 'sw1', type = 'Queue' }]\n";

    const STATISTICS: &str = "[[statistic]]\nname = 'entered'\nstat_type = 'Calls_Entered'\nobjects = ['9001']\n\
        [[statistic]]\nname = 'bad'\nstat_type = 'Calls_Entred'\nobjects = ['*']\n";

    fn evaluated(files: &[&str], times: &[&str], every: Option<u32>) -> anyhow::Result<(bool, Vec<String>)> {
        let folder = tempfile::tempdir()?;
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).map(|()| path)
        };
        let mut events = Vec::new();
        for (place, text) in files.iter().enumerate() {
            events.push(write(&format!("{place}.jsonl"), text)?);
        }
        let args = Args {
            tenant: write("tenant.toml", TENANT)?,
            statistics: write("statistics.toml", STATISTICS)?,
            events,
            at: times.iter().map(ToString::to_string).collect(),
            every,
            notifications: false,
            explain: None,
            object: None,
        };
        let mut out = Vec::new();
        let refused = evaluate(&args, &mut out)?;
        Ok((refused, String::from_utf8(out)?.lines().map(str::to_owned).collect()))
    }

    fn queued(second: i64, seq: u64) -> String {
        let event = json!({"source": "pbx1", "epoch": 1, "seq": seq, "received": second * 1_000_000,
            "event": "Queued", "this_dn": "9001", "this_queue": "9001", "conn_id": format!("c{seq}")});
        format!("{event}\n")
    }

    #[test]
    fn files_are_merged_refusals_come_first_and_answers_in_order() {
        let one = queued(10, 1) + &queued(30, 3);
        let other = queued(20, 2);
        let (refused, lines) =
            evaluated(&[&one, &other], &["1970-01-01T00:00:20Z", "10000000"], None).unwrap();
        assert!(refused, "exit code 2");
        assert!(
            lines[0].contains("\"refused\":\"bad\"") && lines[0].contains("Calls_Entred"),
            "{}",
            lines[0]
        );
        let values: Vec<serde_json::Value> =
            lines[1..].iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told = values.iter().map(|line| (line["at"].as_i64().unwrap(), line["value"].as_f64().unwrap()));
        assert_eq!(told.collect::<Vec<_>>(), [(10_000_000, 1.0), (20_000_000, 2.0)]);
        assert_eq!(values[0]["object"], "9001@sw1");
        assert_eq!(values[0]["object_type"], "Queue");
        assert_eq!(values[0]["valid"], true);
    }

    #[test]
    fn every_answers_at_multiples_after_the_first_record_up_to_the_last() {
        let events = queued(10, 1) + &queued(12, 2) + &queued(25, 3) + &queued(40, 4);
        let (_, lines) = evaluated(&[&events], &[], Some(10)).unwrap();
        let at = |line: &String| serde_json::from_str::<serde_json::Value>(line).unwrap()["at"].as_i64();
        let times: Vec<_> = lines[1..].iter().filter_map(at).collect();
        assert_eq!(times, [20_000_000, 30_000_000, 40_000_000]);
    }

    #[test]
    fn a_bad_line_is_named_by_file_and_number() {
        let error = evaluated(&[&(queued(10, 1) + "{nonsense\n")], &["20000000"], None).unwrap_err();
        assert!(format!("{error:#}").contains("0.jsonl, line 2"), "{error:#}");
    }

    #[test]
    fn the_list_behind_a_value_names_the_records_and_comes_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let args = |statistic: &str, at: &[&str]| Args {
            tenant: write("tenant.toml", TENANT),
            statistics: write("statistics.toml", STATISTICS),
            events: vec![write("events.jsonl", &(queued(10, 1) + &queued(25, 2)))],
            at: at.iter().map(ToString::to_string).collect(),
            every: None,
            notifications: false,
            explain: Some(statistic.into()),
            object: Some("9001".into()),
        };
        let mut out = Vec::new();
        evaluate(&args("entered", &[]), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<serde_json::Value> =
            out.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
        let item = &lines[0]["item"];
        assert_eq!((&item["what"], &item["conn_id"]), (&json!("CallEntered"), &json!("c1")));
        assert_eq!(item["told_by"], json!({"source": "pbx1", "epoch": 1, "seq": 1}));
        assert_eq!(lines[1]["item"]["told_by"]["seq"], 2);
        assert_eq!(
            (&lines[2]["folded"], &lines[2]["value"], &lines[2]["items"]),
            (&json!(2.0), &json!(2.0), &json!(2))
        );
        let error = evaluate(&args("bad", &[]), &mut Vec::new()).unwrap_err();
        assert!(format!("{error:#}").contains("Calls_Entred"), "{error:#}");
    }

    #[test]
    fn what_is_told_by_itself_comes_in_order_between_the_answers() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let args = Args {
            tenant: write("tenant.toml", TENANT),
            statistics: write(
                "statistics.toml",
                "[[statistic]]\nname = 'entered'\nstat_type = 'Calls_Entered'\nobjects = ['9001']\n\
                 notification = 'TimeBased'\nfrequency = 10\n",
            ),
            events: vec![write("events.jsonl", &(queued(10, 1) + &queued(25, 2)))],
            at: vec!["22000000".into(), "40000000".into()],
            every: None,
            notifications: true,
            explain: None,
            object: None,
        };
        let mut out = Vec::new();
        evaluate(&args, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let told = out.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let event = line["event"].as_str().unwrap_or("answer").to_owned();
            (line["at"].as_i64().unwrap() / 1_000_000, event, line["value"].as_f64().unwrap())
        });
        let info = |at, value| (at, "Info".to_owned(), value);
        let answer = |at, value| (at, "answer".to_owned(), value);
        let expected =
            [info(10, 1.0), info(20, 1.0), answer(22, 1.0), info(30, 2.0), info(40, 2.0), answer(40, 2.0)];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
