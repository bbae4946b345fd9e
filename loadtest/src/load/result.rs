//! What a run comes to, as JSON.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// One run of one scenario.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// The scenario.
    pub scenario: String,
    /// What it was about, in a sentence.
    pub about: String,
    /// The commit of the working copy, with `+` if it was changed.
    pub commit: String,
    /// Where chance began.
    pub seed: u64,
    /// The share of the scenario's full size.
    pub scale: f64,
    /// When it began, in seconds since 1970.
    pub began: i64,
    /// How long it took, in seconds.
    pub took: f64,
    /// Where it ran.
    pub machine: Machine,
    /// Sizes of this run, in words: agents, queues, seconds ...
    pub sizes: BTreeMap<String, f64>,
    /// What the processes took while events were played.
    pub processes: Vec<Taken>,
    /// Against the loop that only counts.
    pub reference: Option<Reference>,
    /// Whether values were right.
    pub truth: Truth,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Lines for charts.
    pub series: Vec<Series>,
}

/// Where it ran.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Machine {
    /// The processor.
    pub processor: String,
    /// Processors that the system sees.
    pub cores: usize,
    /// Memory in MB.
    pub memory_mb: f64,
    /// The load average of a minute, before and after: others may use the machine, too.
    pub load: (f64, f64),
    /// How the programs were built.
    pub profile: String,
}

/// What one process took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// Seconds of processors.
    pub cpu_seconds: f64,
    /// Memory at the end, and at most, in MB.
    pub memory_mb: f64,
    /// At most.
    pub memory_most_mb: f64,
}

/// Against the loop that only counts (`workload_w/reference.rs`).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// Events of W that were played.
    pub events: u64,
    /// What the loop takes for an event of W, in this run, in ns of processor time.
    pub loop_ns: f64,
    /// What all processes of Pulse took for one.
    pub pulse_ns: f64,
    /// The second by the first.
    pub ratio: f64,
}

/// Whether values were right.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Truth {
    /// Values compared.
    pub compared: u64,
    /// Of these, wrong; and whatever else must not happen.
    pub wrong: u64,
    /// Some of them.
    pub examples: Vec<String>,
}

/// A figure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// What.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what: `ms`, `s`, `events/s` ...
    pub unit: String,
    /// Which way is good.
    pub better: Better,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Less is.
    Lower,
    /// More is.
    Higher,
    /// It says nothing by itself.
    Neither,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What.
    pub name: String,
    /// The unit across.
    pub x: String,
    /// The unit upwards; series of one unit share a chart.
    pub y: String,
    /// In order.
    pub points: Vec<(f64, f64)>,
}

impl Outcome {
    /// Reads one.
    ///
    /// # Errors
    /// A file that can't be read or is none of ours.
    pub fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no result of pulse-load", path.display()))
    }

    pub(crate) fn figure(&mut self, name: impl Into<String>, value: f64, unit: &str, better: Better) {
        // JSON knows no NaN.
        let value = if value.is_finite() { value } else { -1.0 };
        self.figures.push(Figure { name: name.into(), value, unit: unit.to_owned(), better });
    }

    pub(crate) fn size(&mut self, name: &str, value: f64) {
        self.sizes.insert(name.to_owned(), value);
    }
}
