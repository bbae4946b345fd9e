//! Pulse under load: `pulse-load run SCENARIO`, `pulse-load report`, `pulse-load compare` (loadtest/README.md).

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use loadtest::load::{Better, Options, Outcome, Scenario, compare, report, run};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "pulse-load", version, about, arg_required_else_help = true)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tries a scenario on real processes; exits 1 if a value was wrong.
    Run {
        /// Which.
        scenario: Scenario,
        /// The program; the `pulse` beside this one if absent.
        #[arg(long)]
        pulse: Option<PathBuf>,
        /// The share of the full size: 0.05 is a smoke of seconds.
        #[arg(long, default_value_t = 1.0)]
        scale: f64,
        /// Where chance begins; 42 is workload W.
        #[arg(long, default_value_t = 42)]
        seed: u64,
        /// How long the soak lasts.
        #[arg(long, default_value_t = 600.0)]
        seconds: f64,
        /// Where the result is written, as JSON; standard output if absent.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Results as one page of HTML, on standard output.
    Report {
        /// What `run` wrote.
        #[arg(required = true)]
        results: Vec<PathBuf>,
    },
    /// Two results of one scenario, figure by figure; exits 1 if the second is worse by more than is allowed.
    Compare {
        /// The first.
        before: PathBuf,
        /// The second.
        after: PathBuf,
        /// The share by which a figure may be worse.
        #[arg(long, default_value_t = 0.2)]
        allow: f64,
    },
}

fn main() -> ExitCode {
    match perform(Args::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("pulse-load: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Answers whether all is well.
fn perform(command: Command) -> Result<bool> {
    match command {
        Command::Run { scenario, pulse, scale, seed, seconds, out } => {
            let options = Options { pulse, scale, seed, seconds };
            let outcome = actix::System::new().block_on(run(scenario, options))?;
            let text = serde_json::to_string_pretty(&outcome)? + "\n";
            match out {
                Some(path) => {
                    std::fs::write(&path, text)
                        .with_context(|| format!("{} can't be written", path.display()))?;
                    tell(&outcome);
                }
                None => print!("{text}"),
            }
            Ok(outcome.truth.wrong == 0)
        }
        Command::Report { results } => {
            let outcomes = results.iter().map(|path| Outcome::read(path)).collect::<Result<Vec<_>>>()?;
            print!("{}", report(&outcomes));
            Ok(true)
        }
        Command::Compare { before, after, allow } => {
            let comparison = compare(&Outcome::read(&before)?, &Outcome::read(&after)?, allow)?;
            print!("{}", comparison.text);
            Ok(comparison.worse == 0)
        }
    }
}

/// The figures, for whoever waits before the screen.
fn tell(outcome: &Outcome) {
    println!("{} (scale {}): {}", outcome.scenario, outcome.scale, outcome.about);
    for figure in &outcome.figures {
        let way = match figure.better {
            Better::Lower => "less is better",
            Better::Higher => "more is better",
            Better::Neither => "",
        };
        println!("  {:<64} {:>12.1} {:<9} {way}", figure.name, figure.value, figure.unit);
    }
    if let Some(reference) = outcome.reference {
        println!(
            "  {:<64} {:>12.0} ns, {:.0} loops",
            "processor time of an event", reference.pulse_ns, reference.ratio
        );
    }
    for process in &outcome.processes {
        println!("  {:<64} {:>12.1} s of processors", process.name, process.cpu_seconds);
    }
    println!("  {} values compared, {} wrong", outcome.truth.compared, outcome.truth.wrong);
    outcome.truth.examples.iter().for_each(|example| println!("    {example}"));
}
