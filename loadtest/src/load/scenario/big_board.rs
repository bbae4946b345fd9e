//! A board of 20,000 agents (four tables, since one has at most 5,000 rows), opened again and again under load.

use super::Run;
use super::stage::{OPEN_MAX, ROWS_MAX, SETTLE_MAX, Stage, of_queues};
use crate::load::centre::agent_ids;
use crate::load::ledger::{Ledger, Step, of_agents};
use crate::load::plan::Plan;
use crate::load::result::{Better, Series};
use crate::load::table::Table;
use crate::load::viewer::{TODAY, agents, sleep_until};
use crate::load::watch::{Shared, Watch, Watching};
use crate::workload_w::{Size, W};
use anyhow::Result;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

/// Openings.
const TIMES: usize = 10;
/// How long a board stays open.
const STAYS: Duration = Duration::from_secs(1);

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let agents = run.scaled(20_000, 800);
    let size = Size {
        agents,
        calls_per_second: W.calls_per_second * agents as f64 / W.agents as f64,
        seed: run.options.seed,
        ..W
    };
    let times = run.scaled(TIMES, 2);
    let plan = Plan::new(size, &[(run.seconds(10.0, 1.0), 1.0), (3.0 + 4.0 * times as f64, 1.0)]);
    let parts: Vec<Range<usize>> =
        (0..agents).step_by(ROWS_MAX).map(|first| first..agents.min(first + ROWS_MAX)).collect();
    let steps: Vec<Rc<[Step]>> = parts.iter().map(|part| of_agents(&plan, part.clone()).collect()).collect();
    let mut stage = Stage::start(run, size).await?;
    let queues = vec![of_queues(&plan, 0..size.queues, TODAY)];
    let watch = Watch::open(&stage.pulse.door, queues, &stage.begin, &stage.seen).await?;
    watch.ready(OPEN_MAX).await?;
    let playing = stage.play(&plan);
    sleep_until(stage.clock, stage.begin.get() + plan.span(0).1).await;

    let boards = Shared::default();
    let mut opened = Vec::new();
    for _ in 0..times {
        let tables = parts.iter().zip(&steps).map(|(part, steps)| Watching {
            query: agents_of(part),
            table: Table::new(part.start, part.len(), 1),
            ledger: Ledger::shared(part.len(), 1, 1, Rc::clone(steps)),
        });
        let asked = stage.clock.now();
        let board = Watch::open(&stage.pulse.door, tables.collect(), &stage.begin, &boards).await?;
        board.ready(OPEN_MAX).await?;
        opened.push((stage.clock.now() - asked).0 as f64 / 1e3);
        tokio::time::sleep(STAYS).await;
    }
    let played = playing.stop().await?;
    watch.cut(played.cut);
    watch.settled(SETTLE_MAX).await?;
    let taken = stage.taken();
    run.took(taken, played.events);
    let seen = stage.seen.borrow();
    let told = seen.spans.within(plan.span(1));
    let outcome = &mut run.outcome;
    outcome.size("agents", agents as f64);
    outcome.size("openings", times as f64);
    let points = opened.iter().enumerate().map(|(turn, ms)| (turn as f64 + 1.0, *ms)).collect();
    outcome.figure("first opening, all rows there", opened[0], "ms", Better::Lower);
    let mut sorted = opened.clone();
    sorted.sort_by(f64::total_cmp);
    outcome.figure("opening, median", sorted[sorted.len() / 2], "ms", Better::Lower);
    outcome.figure("opening, longest", sorted[sorted.len() - 1], "ms", Better::Lower);
    let megabytes = boards.borrow().bytes as f64 / 1e6 / times as f64;
    outcome.figure("bytes of a board and a second of it", megabytes, "MB", Better::Lower);
    outcome.figure("event to screen of another page meanwhile, p99", told.p99, "ms", Better::Lower);
    outcome.series.push(Series { name: "opening".into(), x: "turn".into(), y: "ms".into(), points });
    outcome.series.push(seen.spans.by_second("p99 of another page", |told| told.p99));
    run.judge(&seen);
    // These pages end because we go.
    run.judge(&boards.borrow());
    Ok(())
}

fn agents_of(part: &Range<usize>) -> serde_json::Value {
    agents(&agent_ids(part.clone()), TODAY)
}
