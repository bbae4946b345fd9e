//! One queue with four fifths of the calls, against the same calls spread as W spreads them.

use super::Run;
use super::stage::Stage;
use crate::load::plan::Plan;
use crate::load::result::{Better, Series};
use crate::workload_w::Size;
use anyhow::Result;

/// The share of the calls that one queue takes.
const HOT: f64 = 0.8;
/// The centre's speed.
const SPEED: f64 = 4.0;

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let even = measure(run, size, "spread").await?;
    let hot = measure(run, Size { to_first: HOT, ..size }, "in one queue").await?;
    run.outcome.figure("processor time of an event, hot against spread", hot / even, "times", Better::Lower);
    Ok(())
}

/// Answers what an event takes, in ns.
async fn measure(run: &mut Run, size: Size, name: &str) -> Result<f64> {
    let plan = Plan::new(size, &[(run.seconds(10.0, 1.0), SPEED), (run.seconds(30.0, 2.0), SPEED)]);
    let mut stage = Stage::start(run, size).await?;
    let watch = stage.page(&plan, "Last15").await?;
    let played = stage.play_out(&plan, &[&watch]).await?;
    let taken = stage.taken();
    run.took(taken, played.events);
    let seen = stage.seen.borrow();
    let told = seen.spans.within(plan.span(1));
    let pulse_ns = run.outcome.reference.map_or(0.0, |reference| reference.pulse_ns);
    let outcome = &mut run.outcome;
    outcome.figure(format!("event to screen, p50, {name}"), told.p50, "ms", Better::Lower);
    outcome.figure(format!("event to screen, p99, {name}"), told.p99, "ms", Better::Lower);
    let series = seen.spans.by_second("", |told| told.p99);
    outcome.series.push(Series { name: format!("p99, {name}"), ..series });
    run.judge(&seen);
    Ok(pulse_ns)
}
