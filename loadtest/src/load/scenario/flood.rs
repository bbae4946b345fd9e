//! Ten times the events for ten seconds, and how long it takes until all is as before.

use super::Run;
use super::stage::Stage;
use crate::load::plan::{Plan, micros};
use crate::load::result::Better;
use anyhow::Result;

/// What p99 may take when all is well, in ms.
const WELL: f64 = 250.0;

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let (calm, flood) = (run.seconds(10.0, 2.0), run.seconds(10.0, 2.0));
    let plan = Plan::new(size, &[(calm, 1.0), (calm, 1.0), (flood, 10.0), (2.0 * calm, 1.0)]);
    let mut stage = Stage::start(run, size).await?;
    let watch = stage.page(&plan, "Last15").await?;
    let played = stage.play_out(&plan, &[&watch]).await?;
    let taken = stage.taken();
    run.took(taken, played.events);
    let seen = stage.seen.borrow();
    let over = plan.span(2).1;
    let mut after = 0.0;
    // The last second in which it was not well.
    for second in 0..(2.0 * calm) as i64 {
        let from = over + micros(second as f64);
        if seen.spans.within((from, from + micros(1.0))).p99 >= WELL {
            after = second as f64 + 1.0;
        }
    }
    let outcome = &mut run.outcome;
    for (leg, name) in [(1, "before"), (2, "in"), (3, "after")] {
        let told = seen.spans.within(plan.span(leg));
        outcome.figure(format!("event to screen, p99, {name} the flood"), told.p99, "ms", Better::Lower);
    }
    let longest = seen.spans.within(plan.span(2)).longest;
    outcome.figure("event to screen, longest, in the flood", longest, "ms", Better::Lower);
    outcome.figure("well again after", after, "s", Better::Lower);
    outcome.series.extend([
        seen.spans.by_second("p50", |told| told.p50),
        seen.spans.by_second("p99", |told| told.p99),
        seen.spans.by_second("events seen", |told| told.events as f64),
    ]);
    if let Some(events) = outcome.series.last_mut() {
        "events/s".clone_into(&mut events.y);
    }
    run.judge(&seen);
    Ok(())
}
