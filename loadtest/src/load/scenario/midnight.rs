//! Midnight: what counts since midnight begins anew on all rows at once, before many pages. The tenant lives in a zone
//! where it is midnight soon.

use super::Run;
use super::stage::{OPEN_MAX, ROWS_MAX, SETTLE_MAX, Stage, of_agents, of_queues};
use crate::load::centre::tenant;
use crate::load::plan::{Plan, micros};
use crate::load::result::Better;
use crate::load::spans;
use crate::load::viewer::{TODAY, sleep_until};
use crate::load::watch::Watch;
use anyhow::{Result, ensure};
use model::Micros;
use serde_json::json;
use std::time::Duration;

/// Pages that are open.
const PAGES: usize = 10;
/// Nothing is told for so long before and after, so that it is known to which day each event belongs.
const QUIET: f64 = 1.5;
/// Further values of agents that begin anew.
const MORE: [&str; 7] = [
    "Calls_Inbound",
    "Calls_Outbound",
    "Calls_Answered_Agent",
    "Calls_Missed",
    "Calls_Held",
    "Logins",
    "Max_Talk_Time",
];

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let pages = run.scaled(PAGES, 2);
    // It must be up, and have counted something, before it is midnight.
    let ready_in = run.seconds(60.0, 25.0);
    let soonest = run.clock.now().secs() + ready_in as i64;
    let midnight = (soonest + 59) / 60 * 60;
    let tenant = tenant(size.agents, size.queues, Micros::from_secs(midnight));
    let mut stage = Stage::before_logins(run, &tenant).await?;
    stage.source.log_in(size.agents).await?;

    // The pages need the plan, and the plan the moment of its beginning.
    let opens = run.seconds(20.0, 5.0);
    let begin = stage.clock.now() + micros(opens);
    let before = (Micros::from_secs(midnight) - begin).0 as f64 / 1e6 - QUIET;
    ensure!(before > 1.0, "Pulse was not up before midnight: the machine is too busy, try again");
    let plan = Plan::new(size, &[(before, 1.0), (2.0 * QUIET, 0.0), (run.seconds(20.0, 2.0), 1.0)]);
    let mut watches = Vec::new();
    for _ in 0..pages {
        let mut tables = vec![of_queues(&plan, 0..size.queues, TODAY)];
        for first in (0..size.agents).step_by(ROWS_MAX) {
            let mut table = of_agents(&plan, first..size.agents.min(first + ROWS_MAX), TODAY);
            if let Some(statistics) = table.query["statistics"].as_array_mut() {
                statistics
                    .extend(MORE.map(|stat_type| json!({"stat_type": stat_type, "time_profile": TODAY})));
            }
            tables.push(table);
        }
        let watch = Watch::open(&stage.pulse.door, tables, &stage.begin, &stage.seen).await?;
        watch.ready(OPEN_MAX).await?;
        watches.push(watch);
    }
    stage.begin_soon();
    stage.begin.set(begin);
    ensure!(stage.clock.now() < begin, "the pages were not open in time: the machine is too busy, try again");
    let playing = stage.source.play(&plan, begin);

    let at = Micros::from_secs(midnight);
    sleep_until(stage.clock, at - micros(0.3)).await;
    let lagging = watches.iter().filter_map(Watch::behind).any(|due| begin + due < at);
    stage.seen.borrow_mut().expects_reset = Some(at - begin);
    let tables = pages * (1 + size.agents.div_ceil(ROWS_MAX));
    for _ in 0..1_500 {
        if stage.seen.borrow().resets.len() >= tables {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stage.seen.borrow_mut().expects_reset = None;
    let mut resets: Vec<u32> =
        stage.seen.borrow().resets.iter().map(|reset| u32::try_from((*reset - at).0).unwrap_or(0)).collect();
    if lagging {
        run.blame("events of the day before were not on the screen when it ended".into());
    }
    if resets.len() < tables {
        run.blame(format!("{} of {tables} tables began anew", resets.len()));
    }
    let played = playing.end().await?;
    for watch in &watches {
        watch.settled(SETTLE_MAX).await?;
    }
    let taken = stage.taken();
    run.took(taken, played.events);
    let told = spans::told(&mut resets);
    let seen = stage.seen.borrow();
    let outcome = &mut run.outcome;
    let values = size.agents * (2 + MORE.len()) + size.queues * 6;
    outcome.size("values that begin anew", values as f64);
    outcome.size("pages", pages as f64);
    outcome.figure("midnight to a screen that shows the new day, p50", told.p50, "ms", Better::Lower);
    outcome.figure("midnight to a screen that shows the new day, longest", told.longest, "ms", Better::Lower);
    for (leg, name) in [(0, "before"), (2, "after")] {
        let told = seen.spans.within(plan.span(leg));
        outcome.figure(format!("event to screen, p99, {name} midnight"), told.p99, "ms", Better::Lower);
    }
    outcome.series.push(seen.spans.by_second("p99", |told| told.p99));
    run.judge(&seen);
    Ok(())
}
