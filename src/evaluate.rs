//! `pulse evaluate`: statistics from event files, offline (contracts, part 6).

use anyhow::{Context, bail};
use engine::{Answer, Engine};
use model::tenant::Tenant;
use model::{Micros, ObjectType, Record};
use serde::Serialize;
use serde_json::json;
use stats::{Content, Flags, Library, parse_instant};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The statistics that come with Pulse; a user's file may override them by name.
const SHIPPED: &[&str] = &[
    include_str!("../config/statistics/profiles.toml"),
    include_str!("../config/statistics/agents.toml"),
    include_str!("../config/statistics/groups.toml"),
    include_str!("../config/statistics/queues.toml"),
];

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
    #[arg(long, required_unless_present = "every")]
    at: Vec<String>,
    /// Answer at the UTC multiples of so many seconds after the first record, up to the last.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    every: Option<u32>,
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

/// The definitions that come with Pulse.
///
/// # Errors
/// None in a binary whose tests have passed.
pub fn shipped_library() -> Result<Library, stats::LibraryError> {
    let mut library = Library::default();
    for text in SHIPPED {
        library.extend(Library::from_toml(text)?);
    }
    Ok(library)
}

/// True if statistics were refused.
fn evaluate(args: &Args, out: &mut impl Write) -> anyhow::Result<bool> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("{}: it can't be read", path.display()))
    };
    let tenant =
        Tenant::from_toml(&read(&args.tenant)?).with_context(|| args.tenant.display().to_string())?;
    let mut library = shipped_library()?;
    let own = Library::from_toml(&read(&args.statistics)?);
    library.extend(own.with_context(|| args.statistics.display().to_string())?);
    let (mut engine, refused) =
        Engine::new(&tenant, &library).with_context(|| args.tenant.display().to_string())?;
    let mut questions = Questions::new(&args.at, args.every)?;
    for refusal in &refused {
        let line = RefusedLine { refused: &refusal.name, cause: &refusal.cause };
        writeln!(out, "{}", serde_json::to_string(&line)?)?;
    }
    let mut records = Merge::open(&args.events)?;
    let mut batch: Vec<Record> = Vec::with_capacity(BATCH);
    while let Some(record) = records.next()? {
        let at = record.received;
        questions.begin(at);
        let new_instant = batch.last().is_none_or(|last| last.received < at);
        if new_instant && (batch.len() >= BATCH || questions.due(at)) {
            take(&mut engine, &mut batch);
        }
        while let Some(question) = questions.before(at) {
            answer(&mut engine, question, out)?;
        }
        batch.push(record);
    }
    let last = batch.last().map(|record| record.received);
    take(&mut engine, &mut batch);
    while let Some(question) = questions.rest(last) {
        answer(&mut engine, question, out)?;
    }
    out.flush()?;
    Ok(!refused.is_empty())
}

fn take(engine: &mut Engine, batch: &mut Vec<Record>) {
    if let Some(last) = batch.last() {
        let through = last.received;
        engine.step(batch, through);
        batch.clear();
    }
}

fn answer(engine: &mut Engine, at: Micros, out: &mut impl Write) -> io::Result<()> {
    engine.step(&[], at);
    for answer in engine.answers(at) {
        writeln!(out, "{}", serde_json::to_string(&Line::new(&answer))?)?;
    }
    Ok(())
}

/// One line of output; the keys in the order of contracts part 6.
#[derive(Serialize)]
struct Line<'a> {
    at: Micros,
    statistic: &'a str,
    object_type: ObjectType,
    object: &'a str,
    value: serde_json::Value,
    empty: bool,
    valid: bool,
    partial: bool,
}

impl<'a> Line<'a> {
    fn new(answer: &'a Answer) -> Self {
        let Answer { statistic, object, value } = answer;
        let content = match &value.content {
            Content::Number(number) => json!(number),
            Content::State(state) => json!(state),
        };
        Self {
            at: value.at,
            statistic,
            object_type: object.kind,
            object: &object.id,
            value: content,
            empty: value.flags.has(Flags::EMPTY),
            valid: !value.flags.has(Flags::INVALID),
            partial: value.flags.has(Flags::PARTIAL),
        }
    }
}

/// A request that is not served.
#[derive(Serialize)]
struct RefusedLine<'a> {
    refused: &'a str,
    cause: &'a str,
}

/// The instants at which to answer, in order.
struct Questions {
    at: VecDeque<Micros>,
    every: Option<i64>,
    next: Option<Micros>,
}

impl Questions {
    fn new(at: &[String], every: Option<u32>) -> anyhow::Result<Self> {
        let read = |text: &String| parse_instant(text).map_err(|cause| anyhow::anyhow!("--at: {cause}"));
        let mut at = at.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
        at.sort_unstable();
        at.dedup();
        Ok(Self { at: at.into(), every: every.map(|s| i64::from(s) * 1_000_000), next: None })
    }

    /// The stream begins at `first`, if it has not begun.
    fn begin(&mut self, first: Micros) {
        if let (Some(every), None) = (self.every, self.next) {
            self.next = Some(Micros((first.0.div_euclid(every) + 1) * every));
        }
    }

    fn peek(&self) -> Option<Micros> {
        self.at.front().copied().into_iter().chain(self.next).min()
    }

    /// Whether there is a question to be answered before a record of `at`.
    fn due(&self, at: Micros) -> bool {
        self.peek().is_some_and(|question| question < at)
    }

    /// The next question that a record of `at` is too late for.
    fn before(&mut self, at: Micros) -> Option<Micros> {
        let question = self.peek().filter(|question| *question < at)?;
        self.pop(question);
        Some(question)
    }

    /// The next question when there are no more records after `last`.
    fn rest(&mut self, last: Option<Micros>) -> Option<Micros> {
        self.next = self.next.filter(|next| last.is_some_and(|last| *next <= last));
        let question = self.peek()?;
        self.pop(question);
        Some(question)
    }

    fn pop(&mut self, question: Micros) {
        if self.at.front() == Some(&question) {
            self.at.pop_front();
        }
        if let (Some(every), true) = (self.every, self.next == Some(question)) {
            self.next = Some(Micros(question.0 + every));
        }
    }
}

/// Several files of records as one, in processing order.
struct Merge {
    files: Vec<Lines>,
}

/// One file, read a line at a time.
struct Lines {
    name: String,
    reader: Box<dyn BufRead>,
    number: u64,
    text: String,
    head: Option<Record>,
}

impl Merge {
    fn open(paths: &[PathBuf]) -> anyhow::Result<Self> {
        if paths.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
            bail!("--events: standard input can be read once only");
        }
        let mut files = paths.iter().map(|path| Lines::open(path)).collect::<anyhow::Result<Vec<_>>>()?;
        files.iter_mut().try_for_each(Lines::advance)?;
        Ok(Self { files })
    }

    fn next(&mut self) -> anyhow::Result<Option<Record>> {
        let heads =
            self.files.iter().enumerate().filter_map(|(place, file)| Some((place, file.head.as_ref()?)));
        let Some((place, _)) = heads.min_by(|(_, a), (_, b)| a.order().cmp(&b.order())) else {
            return Ok(None);
        };
        let record = self.files[place].head.take();
        self.files[place].advance()?;
        Ok(record)
    }
}

impl Lines {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let reader: Box<dyn BufRead> = if name == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            Box::new(BufReader::new(File::open(path).with_context(|| format!("{name}: it can't be read"))?))
        };
        Ok(Self { name, reader, number: 0, text: String::new(), head: None })
    }

    /// Reads on to the next record; empty lines are none.
    fn advance(&mut self) -> anyhow::Result<()> {
        loop {
            self.text.clear();
            self.number += 1;
            let place = || format!("{}, line {}", self.name, self.number);
            if self.reader.read_line(&mut self.text).with_context(place)? == 0 {
                return Ok(());
            }
            if !self.text.trim().is_empty() {
                self.head = Some(serde_json::from_str(&self.text).with_context(place)?);
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
