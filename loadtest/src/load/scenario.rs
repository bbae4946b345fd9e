//! The scenarios, and what they have in common.

mod big_board;
mod flood;
mod hot_queue;
mod knee;
mod logins;
mod midnight;
mod moves;
mod reconnect;
mod rows;
mod soak;
mod stage;
mod viewers;

use super::centre::tenant;
use super::machine;
use super::pulse::program;
use super::result::{Outcome, Reference, Taken};
use super::watch::Seen;
use crate::workload_w::Size;
use anyhow::Result;
use model::Micros;
use model::tenant::Tenant;
use runtime::Clock;
use std::path::PathBuf;

/// What can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Scenario {
    /// Workload W, faster step by step, up to the highest rate with p99 from event to screen below 250 ms.
    Knee,
    /// 5,000 WebSockets, one in ten slow.
    Viewers,
    /// All viewers come back at once after a restart of the web.
    Reconnect,
    /// Ten times the events for ten seconds.
    Flood,
    /// One queue with four fifths of the calls.
    HotQueue,
    /// 10,000 agents log in within a minute.
    Logins,
    /// A board of 20,000 rows, opened under load.
    BigBoard,
    /// All counts of the day begin anew before everybody's eyes.
    Midnight,
    /// 2,000 agents change their groups.
    Moves,
    /// 300,000, then a million values that are renewed every second.
    Rows,
    /// A long time, and the slope of memory.
    Soak,
}

/// How it is tried.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program; the one beside ours if absent.
    pub pulse: Option<PathBuf>,
    /// The share of the full size.
    pub scale: f64,
    /// Where chance begins.
    pub seed: u64,
    /// How long the soak lasts, in seconds.
    pub seconds: f64,
}

/// A run as it goes on.
struct Run {
    options: Options,
    program: PathBuf,
    clock: Clock,
    outcome: Outcome,
}

/// Tries one scenario. Must be called within an actix system.
///
/// # Errors
/// Whatever keeps it from being tried; wrong values are in the outcome.
pub async fn run(scenario: Scenario, options: Options) -> Result<Outcome> {
    let clock = Clock::of_machine();
    let program = program(options.pulse.as_deref())?;
    let began = clock.now();
    let outcome = Outcome {
        scenario: scenario.name(),
        about: scenario.about(),
        commit: machine::commit(),
        seed: options.seed,
        scale: options.scale,
        began: began.secs(),
        machine: machine::now(),
        ..Outcome::default()
    };
    let loop_ns = machine::loop_ns(if options.scale < 0.5 { 3 } else { 60 });
    let mut run = Run { options, program, clock, outcome };
    match scenario {
        Scenario::Knee => knee::run(&mut run).await?,
        Scenario::Viewers => viewers::run(&mut run).await?,
        Scenario::Reconnect => reconnect::run(&mut run).await?,
        Scenario::Flood => flood::run(&mut run).await?,
        Scenario::HotQueue => hot_queue::run(&mut run).await?,
        Scenario::Logins => logins::run(&mut run).await?,
        Scenario::BigBoard => big_board::run(&mut run).await?,
        Scenario::Midnight => midnight::run(&mut run).await?,
        Scenario::Moves => moves::run(&mut run).await?,
        Scenario::Rows => rows::run(&mut run).await?,
        Scenario::Soak => soak::run(&mut run).await?,
    }
    if run.outcome.truth.compared == 0 {
        run.blame("no value could be compared: the machine was too busy, try again".to_owned());
    }
    let Run { mut outcome, .. } = run;
    outcome.machine.load.1 = machine::load();
    outcome.took = (clock.now() - began).0 as f64 / 1e6;
    if let Some(reference) = &mut outcome.reference {
        reference.loop_ns = loop_ns;
        reference.ratio = reference.pulse_ns / loop_ns;
    }
    Ok(outcome)
}

impl Scenario {
    /// As it is written on the command line.
    fn name(self) -> String {
        use clap::ValueEnum;
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn about(self) -> String {
        use clap::ValueEnum;
        self.to_possible_value()
            .and_then(|value| value.get_help().map(ToString::to_string))
            .unwrap_or_default()
    }
}

impl Run {
    /// A number at full size, at this scale; at least so many.
    fn scaled(&self, full: usize, least: usize) -> usize {
        ((full as f64 * self.options.scale).round() as usize).max(least)
    }

    /// Seconds at full size, at this scale; at least so many.
    fn seconds(&self, full: f64, least: f64) -> f64 {
        (full * self.options.scale).max(least)
    }

    /// The centre's configuration; its day does not end during the run.
    fn tenant(&self, size: Size) -> Tenant {
        let midnight = Micros::from_secs(self.clock.now().secs() / 60 * 60 + 12 * 3_600);
        tenant(size.agents, size.queues, midnight)
    }

    /// What pages have seen to be right or wrong.
    fn judge(&mut self, seen: &Seen) {
        let truth = &mut self.outcome.truth;
        truth.compared += seen.compared;
        truth.wrong += seen.wrong + seen.gaps + seen.ended;
        truth.examples.extend(seen.examples.iter().cloned());
        if seen.gaps > 0 {
            truth.examples.push(format!("{} frames did not follow the one before", seen.gaps));
        }
        if seen.ended > 0 {
            truth.examples.push(format!("{} streams ended by themselves", seen.ended));
        }
    }

    /// Something else that must not be.
    fn blame(&mut self, what: String) {
        self.outcome.truth.wrong += 1;
        self.outcome.truth.examples.push(what);
    }

    /// What the processes took for so many events.
    fn took(&mut self, taken: Vec<Taken>, events: u64) {
        let cpu: f64 =
            taken.iter().filter(|taken| taken.name != stage::OURSELVES).map(|taken| taken.cpu_seconds).sum();
        let pulse_ns = cpu * 1e9 / events.max(1) as f64;
        self.outcome.reference = Some(Reference { events, loop_ns: 0.0, pulse_ns, ratio: 0.0 });
        self.outcome.processes = taken;
    }
}
