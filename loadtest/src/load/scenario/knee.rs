//! How many events a second until the screen lags: W, faster step by step.

use super::Run;
use super::stage::{SETTLE_MAX, Stage};
use crate::load::plan::{Plan, micros};
use crate::load::result::{Better, Series};
use crate::load::viewer::sleep_until;
use anyhow::Result;

/// What p99 from event to screen may take, in ms.
const LIMIT: f64 = 250.0;
/// The first step's speed, how much faster each next one is, and how many there are: W's hour holds no more.
const FIRST: f64 = 2.0;
const FASTER: f64 = 1.5;
const STEPS: usize = 10;
/// After a step its events may still be on their way.
const LOOK_AFTER: f64 = 0.8;

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let (seconds, rest) = (run.seconds(15.0, 1.2), run.seconds(3.0, 1.0));
    let steps = if run.options.scale < 0.5 { 3 } else { STEPS };
    // Calls must be under way before anything is measured.
    let mut legs = vec![(run.seconds(10.0, 2.0), 4.0)];
    for step in 0..steps {
        legs.extend([(seconds, FIRST * FASTER.powi(step as i32)), (rest, 1.0)]);
    }
    let plan = Plan::new(size, &legs);
    // Counted now: later it would take time from those who look.
    let due = counts(&plan);
    let mut stage = Stage::start(run, size).await?;
    let watch = stage.page(&plan, "Last15").await?;
    let playing = stage.play(&plan);
    let (mut knee, mut failed) = (0.0, 0);
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for step in 0..steps {
        let (from, to) = plan.span(1 + 2 * step);
        sleep_until(stage.clock, stage.begin.get() + to + micros(LOOK_AFTER)).await;
        let told = stage.seen.borrow().spans.within((from, to));
        let backlog = watch.behind().is_some_and(|due| due < to);
        let rate = due[1 + 2 * step] as f64 / seconds;
        let holds = !backlog && told.p99 < LIMIT;
        eprintln!(
            "pulse-load: {rate:8.0} events/s: p50 {:.0} ms, p99 {:.0} ms{}",
            told.p50,
            told.p99,
            if backlog { ", and falls behind" } else { "" }
        );
        if holds {
            (knee, failed) = (rate, 0);
        } else {
            failed += 1;
        }
        if !backlog {
            p50.push((rate, told.p50));
            p99.push((rate, told.p99));
        }
        if failed == 2 {
            break;
        }
    }
    let played = playing.stop().await?;
    watch.cut(played.cut);
    watch.settled(SETTLE_MAX).await?;
    let taken = stage.taken();
    let outcome = &mut run.outcome;
    outcome.size("seconds a step", seconds);
    outcome.figure("knee: highest rate with p99 below 250 ms", knee, "events/s", Better::Higher);
    let first = p99.first().map_or(-1.0, |(_, p99)| *p99);
    outcome.figure("p99 at the first step", first, "ms", Better::Lower);
    outcome.figure("the source was late at most", played.latest.0 as f64 / 1e3, "ms", Better::Neither);
    let line =
        |name: &str, points| Series { name: name.into(), x: "events/s".into(), y: "ms".into(), points };
    outcome.series.extend([line("p50", p50), line("p99", p99)]);
    run.took(taken, played.events);
    let seen = stage.seen.borrow();
    run.outcome.figure("events seen on the screen", watch.counted(), "events", Better::Neither);
    run.judge(&seen);
    Ok(())
}

/// Events that are due in each leg.
fn counts(plan: &Plan) -> Vec<usize> {
    let ends: Vec<_> = (0..plan.legs.len()).map(|leg| plan.span(leg).1).collect();
    let mut counts = vec![0; ends.len()];
    let mut leg = 0;
    for (due, _) in plan.events() {
        while due >= ends[leg] {
            leg += 1;
        }
        counts[leg] += 1;
    }
    counts
}
