//! Thousands of pages, some of them slow. All slow ones and every twentieth of the others are checked cell by cell.

use super::Run;
use super::stage::{OPEN_MAX, SETTLE_MAX, Stage};
use crate::load::centre::queue_id;
use crate::load::ledger::{Ledger, Step, of_queues};
use crate::load::plan::Plan;
use crate::load::result::{Better, Series};
use crate::load::spans::Spans;
use crate::load::table::Table;
use crate::load::viewer::{Door, TODAY, queues};
use crate::load::watch::{Begin, Shared, Watch, Watching};
use anyhow::{Result, bail};
use futures_util::StreamExt;
use futures_util::stream::iter;
use model::Micros;
use serde::Deserialize;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Different tables; each is followed by many.
const TABLES: usize = 50;
/// One in so many is slow, and takes so long for each message.
const SLOW: usize = 10;
const SLOWNESS: Duration = Duration::from_secs(2);
/// One in so many is checked cell by cell.
const CHECKED: usize = 20;
/// Who connect at the same time.
const AT_ONCE: usize = 50;

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let viewers = run.scaled(5_000, 40);
    let plan = Plan::new(size, &[(run.seconds(10.0, 1.0), 2.0), (run.seconds(30.0, 3.0), 1.0)]);
    let mut stage = Stage::start(run, size).await?;
    let tables: Vec<Shown> = (0..tables(&plan)).map(|table| Shown::of(&plan, table)).collect();
    let (slow, crowd) = (Shared::default(), Rc::new(RefCell::new(Crowd::default())));
    let before = stage.pulse.process.usage();
    let opening = stage.clock.now();

    // Everybody comes.
    let (door, begin, seen) = (&stage.pulse.door, &stage.begin, &stage.seen);
    let come = |viewer: usize| {
        let shown = &tables[viewer % tables.len()];
        let (slow, crowd) = (slow.clone(), Rc::clone(&crowd));
        async move {
            let is_slow = viewer.is_multiple_of(SLOW);
            if is_slow || viewer % CHECKED == 1 {
                let seen = if is_slow { &slow } else { seen };
                let watch = Watch::open(door, vec![shown.watching()], begin, seen).await?;
                watch.ready(OPEN_MAX).await?;
                return Ok(Some((is_slow, watch)));
            }
            join(door, &shown.query, begin, &crowd).await?;
            Ok::<_, anyhow::Error>(None)
        }
    };
    let came: Vec<_> = iter((0..viewers).map(come)).buffer_unordered(AT_ONCE).collect().await;
    let checked: Vec<(bool, Watch)> =
        came.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    let opened = (stage.clock.now() - opening).0 as f64 / 1e6;
    let full = stage.pulse.process.usage();

    // They look while events come.
    for (_, watch) in checked.iter().filter(|(is_slow, _)| *is_slow) {
        watch.pause.set(SLOWNESS);
    }
    let played = stage.play(&plan).end().await?;
    // The latest is never skipped: who looks again has it soon.
    for (_, watch) in &checked {
        watch.pause.set(Duration::ZERO);
    }
    for (_, watch) in &checked {
        watch.settled(SETTLE_MAX).await?;
    }
    let taken = stage.taken();
    run.took(taken, played.events);

    let judged = plan.span(1);
    let crowd = crowd.borrow();
    let quick = stage.seen.borrow().spans.within(judged);
    let outcome = &mut run.outcome;
    outcome.size("viewers", viewers as f64);
    outcome.size("of these checked cell by cell", checked.len() as f64);
    outcome.figure("all tables open after", opened, "s", Better::Lower);
    let each = (full.memory_mb - before.memory_mb) * 1024.0 / viewers as f64;
    outcome.figure("memory a viewer", each, "KiB", Better::Lower);
    outcome.figure("event to screen, p50", quick.p50, "ms", Better::Lower);
    outcome.figure("event to screen, p99", quick.p99, "ms", Better::Lower);
    let ages = crowd.ages.within(judged);
    outcome.figure("age of a frame when it comes, all others, p99", ages.p99, "ms", Better::Lower);
    let late = slow.borrow().spans.within(judged);
    outcome.figure("event to screen of slow viewers, p99", late.p99, "ms", Better::Neither);
    outcome.figure(
        "frames taken",
        (crowd.frames + stage.seen.borrow().frames) as f64,
        "frames",
        Better::Neither,
    );
    outcome.series.extend([
        stage.seen.borrow().spans.by_second("p99", |told| told.p99),
        crowd.ages.by_second("age, p99", |told| told.p99),
        Series { name: "slow, p99".into(), ..slow.borrow().spans.by_second("", |told| told.p99) },
    ]);
    run.judge(&stage.seen.borrow());
    run.judge(&slow.borrow());
    if crowd.ended > 0 {
        run.blame(format!("{} streams ended by themselves", crowd.ended));
    }
    if crowd.gaps > 0 {
        run.blame(format!("{} frames did not follow the one before", crowd.gaps));
    }
    Ok(())
}

/// How many different tables there are.
pub(super) fn tables(plan: &Plan) -> usize {
    TABLES.min(plan.size.queues / 2)
}

/// A table that many look at, with its truth.
pub(super) struct Shown {
    first: usize,
    rows: usize,
    query: Value,
    steps: Rc<[Step]>,
}

impl Shown {
    pub(super) fn of(plan: &Plan, table: usize) -> Self {
        let rows = (plan.size.queues / TABLES).max(2);
        let first = table * rows;
        let ids: Vec<String> = (first..first + rows).map(queue_id).collect();
        let steps = of_queues(plan, first..first + rows).collect();
        Self { first, rows, query: queues(&ids, TODAY), steps }
    }

    pub(super) fn watching(&self) -> Watching {
        Watching {
            query: self.query.clone(),
            table: Table::new(self.first, self.rows, 4),
            ledger: Ledger::shared(self.rows, 4, 3, Rc::clone(&self.steps)),
        }
    }

    /// The same, where values come through Redis.
    pub(super) fn watching_rows(&self) -> Watching {
        Watching { ledger: Ledger::by_row(self.rows, 4, 3, &self.steps), ..self.watching() }
    }
}

/// What those have seen who only look whether frames come, and in order.
#[derive(Default)]
struct Crowd {
    ages: Spans,
    frames: u64,
    gaps: u64,
    ended: u64,
}

/// The beginning of a frame is enough for them.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    id: u32,
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    at: i64,
    #[serde(default)]
    from: Option<u64>,
}

/// Opens a table and goes on looking at it until the run is over.
async fn join(door: &Door, query: &Value, begin: &Begin, crowd: &Rc<RefCell<Crowd>>) -> Result<()> {
    let mut viewer = door.connect().await?;
    viewer.open(1, query, None).await?;
    let mut last = loop {
        let Some((_, text)) = viewer.next().await else {
            bail!("a stream has ended before its table was open")
        };
        let head: Head = serde_json::from_slice(&text)?;
        if head.id == 1 && head.seq > 0 {
            viewer.acknowledge(1, head.seq).await?;
            break head.seq;
        }
    };
    let (crowd, begin) = (Rc::clone(crowd), begin.clone());
    actix::spawn(async move {
        while let Some((now, text)) = viewer.next().await {
            let Ok(head) = serde_json::from_slice::<Head>(&text) else { break };
            if head.id != 1 {
                continue;
            }
            {
                let mut crowd = crowd.borrow_mut();
                crowd.frames += 1;
                crowd.gaps += u64::from(head.from.unwrap_or(head.seq) != last + 1);
                if begin.get() < now {
                    crowd.ages.add(now - begin.get(), now - Micros(head.at));
                }
            }
            last = head.seq;
            if viewer.acknowledge(1, head.seq).await.is_err() {
                break;
            }
        }
        crowd.borrow_mut().ended += 1;
    });
    Ok(())
}
