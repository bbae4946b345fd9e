//! `pulse statistics`: the library of statistics as a document, each with its formula and its value in an example.

pub mod metrics;

mod example;
mod formula;

use crate::shipped;
use anyhow::{Context, Result};
use example::Example;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

/// What is described.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A file of statistics whose stat types are described too; those of the same name replace shipped ones.
    #[arg(long)]
    statistics: Option<PathBuf>,
}

/// Prints the document, Markdown, on standard output.
pub fn run(args: Args) -> Result<()> {
    let mut library = shipped::library()?;
    if let Some(file) = &args.statistics {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("{}: it can't be read", file.display()))?;
        library.extend(stats::Library::from_toml(&text).with_context(|| file.display().to_string())?);
    }
    let text = document(&library)?;
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

/// The document.
///
/// # Errors
/// A stat type that can't be opened.
pub fn document(library: &stats::Library) -> Result<String> {
    let example = Example::new(library)?;
    let mut text = String::from(HEAD);
    example.tell(&mut text);
    text += READING;
    for stat_type in library.stat_types() {
        describe(stat_type, &example, &mut text)?;
    }
    Ok(text)
}

const HEAD: &str = "\
# Statistics that come with Pulse

Written by `make docs` from `config/statistics/`; a test keeps it as it is computed. `pulse statistics` prints it, with
`--statistics FILE` for your own definitions too.

## The example

A quarter of an hour, of which every value below is told: `docs/examples/quarter-hour.jsonl`, with its `tenant.toml`.
All statistics are opened at 09:00:00 and asked at 09:15:00.

";

const READING: &str = "
## How to read

- **main**, **rel**: the actions or statuses of MainMask and RelMask. `*` is all of them, `~` takes one away.
- **N(…)**: how many; **T(…)**: how long together, seconds. Of *actions* (DNAction) those count that ended or happened
  in the interval, of *statuses* also those that go on. In Current… categories: those that go on now.
- A value is **empty** (`–`) where there is nothing to divide by, or no one to be the longest.

## The statistics
";

fn describe(stat_type: &stats::StatType, example: &Example, text: &mut String) -> Result<()> {
    let objects: Vec<&str> = stat_type.objects.iter().map(|kind| kind.name()).collect();
    writeln!(text, "\n### {}\n", stat_type.name)?;
    writeln!(text, "{}: {}.\n", stat_type.title, stat_type.description)?;
    let mut definition = format!("`{}` of {}", stat_type.category, stat_type.subject);
    for (word, mask) in [("main", &stat_type.main_mask), ("rel", &stat_type.rel_mask)] {
        if let Some(mask) = mask {
            write!(definition, "; {word} `{mask}`")?;
        }
    }
    if let Some(media) = &stat_type.media_type {
        write!(definition, "; medium `{media}`")?;
    }
    if let Some(expression) = &stat_type.formula {
        write!(definition, "; formula `{expression}`")?;
    }
    for (word, range) in [("R", &stat_type.time_range), ("R2", &stat_type.time_range2)] {
        if let Some(range) = range {
            write!(definition, "; {word} `{range}`")?;
        }
    }
    writeln!(text, "- {definition}")?;
    writeln!(text, "- for {}; in {}", objects.join(", "), stat_type.unit)?;
    if let Some(formula) = formula::of(&stat_type.category) {
        writeln!(text, "- {formula}")?;
    }
    for line in example.values(stat_type)? {
        writeln!(text, "- {line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_as_the_library_computes() {
        let written = include_str!("../../docs/statistics.md");
        let now = document(&shipped::library().unwrap()).unwrap();
        let differs = written.lines().zip(now.lines()).find(|(written, now)| written != now);
        assert!(written == now, "docs/statistics.md is old: run `make docs`; first difference: {differs:?}");
    }

    #[test]
    fn every_stat_type_says_what_it_is() {
        for stat_type in shipped::library().unwrap().stat_types() {
            let name = &stat_type.name;
            assert!(!stat_type.title.is_empty() && !stat_type.description.is_empty(), "{name} has no words");
            assert!(
                formula::of(&stat_type.category).is_some(),
                "{name}: {} has no formula",
                stat_type.category
            );
        }
    }
}
