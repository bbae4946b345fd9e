//! Many values that are renewed every second, because they are times that run: 30, then 100 statistics of 10,000 agents.

use super::Run;
use super::stage::{OPEN_MAX, Stage};
use crate::load::centre::agent_ids;
use crate::load::plan::micros;
use crate::load::result::{Better, Series};
use crate::load::spans::Spans;
use crate::load::table::{Frame, Table};
use crate::load::viewer::{Viewer, sleep_until};
use anyhow::{Context, Result, bail};
use model::Micros;
use serde_json::{Value, json};
use std::time::Duration;

/// Columns that one table may have.
const COLUMNS_MAX: usize = 50;
/// Rows of the page; all agents' values are computed and published all the same.
const PAGE_ROWS: usize = 100;
/// Times that run while an agent is ready, which is what all of them are.
const RUNNING: [&str; 2] = ["Total_Login_Time", "Total_Ready_Time"];
/// Values that go with them.
const OTHERS: [&str; 10] = [
    "Average_Talk_Time",
    "Total_Wait_Time",
    "Ready_Percentage",
    "Occupancy",
    "Utilization",
    "Not_Ready_Percentage",
    "Total_Not_Ready_Time",
    "Total_Work_Time",
    "Total_Talk_Time",
    "Calls_Per_Hour",
];
const PROFILES: [&str; 9] =
    ["Default", "Quarter", "Half_Hour", "Hour", "Never", "Last5", "Last15", "Last30", "Last60"];

pub(super) async fn run(run: &mut Run) -> Result<()> {
    for (values, statistics) in [(300_000, 30), (1_000_000, 100)] {
        measure(run, values, statistics).await?;
    }
    Ok(())
}

async fn measure(run: &mut Run, full: usize, statistics: usize) -> Result<()> {
    let size = run.centre();
    let values = size.agents * statistics;
    let seconds = run.seconds(30.0, 3.0);
    let mut stage = Stage::start(run, size).await?;
    stage.source.tell(ready(size.agents, stage.clock.now())).await?;
    let columns = columns(statistics);
    let ids = agent_ids(0..PAGE_ROWS.min(size.agents));
    let opening = stage.clock.now();
    let mut viewer = stage.pulse.door.connect().await?;
    let mut pages = Vec::new();
    for (id, part) in (1..).zip(columns.chunks(COLUMNS_MAX)) {
        let query = json!({"object_type": "Agent", "objects": ids, "statistics": part});
        viewer.open(id, &query, None).await?;
        pages.push(Page { table: Table::new(0, ids.len(), part.len()), since: None, checks: id == 1 });
    }
    let mut look = Look { viewer, pages, ages: Spans::default(), compared: 0, wrong: Vec::new() };
    let open = look.until_filled();
    tokio::time::timeout(OPEN_MAX, open).await.context("values are missing")??;
    let filled = stage.clock.now() - opening;

    // What is measured is nothing but the passing of time.
    let begin = stage.begin_soon();
    look.ages = Spans::default();
    let ends = begin + micros(seconds);
    let looking = async {
        while stage.clock.now() < ends {
            look.next(begin).await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(Duration::from_secs_f64(seconds + 60.0), looking)
        .await
        .context("no frames come")??;
    sleep_until(stage.clock, ends).await;
    let taken = stage.taken();
    let cpu: f64 = taken
        .iter()
        .filter(|taken| taken.name != super::stage::OURSELVES)
        .map(|taken| taken.cpu_seconds)
        .sum();
    let ages = look.ages.all();
    let name = format!("{} values", if run.options.scale == 1.0 { full } else { values });
    let outcome = &mut run.outcome;
    outcome.figure(format!("{name}: age of a frame when it comes, p50"), ages.p50, "ms", Better::Lower);
    outcome.figure(format!("{name}: age of a frame when it comes, p99"), ages.p99, "ms", Better::Lower);
    outcome.figure(format!("{name}: processors that it takes"), cpu / seconds, "cores", Better::Lower);
    outcome.figure(
        format!("{name}: processor time of a value and second"),
        cpu * 1e9 / seconds / values as f64,
        "ns",
        Better::Lower,
    );
    let memory = taken.first().map_or(0.0, |taken| taken.memory_mb);
    outcome.figure(format!("{name}: memory of the process"), memory, "MB", Better::Lower);
    outcome.figure(
        format!("{name}: asked for to all of the page there"),
        filled.0 as f64 / 1e3,
        "ms",
        Better::Lower,
    );
    let series = look.ages.by_second("", |told| told.p99);
    outcome.series.push(Series { name: format!("age, p99, {name}"), ..series });
    outcome.processes = taken;
    outcome.truth.compared += look.compared;
    for wrong in look.wrong {
        run.blame(wrong);
    }
    Ok(())
}

/// The first two run; they are what is checked.
fn columns(number: usize) -> Vec<Value> {
    let of = |stat_type: &str, profile: &str| json!({"stat_type": stat_type, "time_profile": profile});
    let first = RUNNING.iter().map(|stat_type| of(stat_type, "Default"));
    let rest = PROFILES.iter().flat_map(|profile| {
        let kinds = RUNNING.iter().filter(move |_| *profile != "Default").chain(&OTHERS);
        kinds.map(move |stat_type| of(stat_type, profile))
    });
    first.chain(rest).take(number).collect()
}

fn ready(agents: usize, now: Micros) -> Vec<model::Record> {
    let ready =
        |agent| crate::workload_w::records::agent_record(model::record::Event::AgentReady, agent, now);
    (0..agents).map(ready).collect()
}

struct Page {
    table: Table,
    /// By row: at which second the time that it shows began. It never changes.
    since: Option<Vec<i64>>,
    checks: bool,
}

struct Look {
    viewer: Viewer,
    pages: Vec<Page>,
    ages: Spans,
    compared: u64,
    wrong: Vec<String>,
}

impl Look {
    async fn until_filled(&mut self) -> Result<()> {
        loop {
            self.next(Micros::ZERO).await?;
            let filled = |page: &Page| {
                page.table.open
                    && (0..page.table.len())
                        .all(|row| page.table.row(row).is_some_and(|cells| cells[0] > 1.0))
            };
            let others =
                |page: &Page| page.table.open && page.table.row(0).is_some_and(|cells| !cells[0].is_nan());
            if self.pages.iter().all(|page| if page.checks { filled(page) } else { others(page) }) {
                // From here on all times have begun: what was before is not judged.
                self.pages.iter_mut().for_each(|page| page.since = None);
                (self.compared, self.wrong) = (0, Vec::new());
                return Ok(());
            }
        }
    }

    async fn next(&mut self, begin: Micros) -> Result<()> {
        let Some((now, text)) = self.viewer.next().await else { bail!("the stream has ended") };
        let frame: Frame<'_> = serde_json::from_slice(&text)?;
        let (id, seq, at) = (frame.id, frame.seq, frame.at);
        if frame.kind == "error" {
            bail!("{}", frame.message.unwrap_or_default());
        }
        let Some(page) = (id as usize).checked_sub(1).and_then(|page| self.pages.get_mut(page)) else {
            return Ok(());
        };
        page.table.take(frame);
        self.viewer.acknowledge(id, seq).await?;
        self.ages.add(now - begin, now - Micros(at));
        if !page.checks {
            return Ok(());
        }
        let seconds = Micros(at).secs();
        let since: Vec<i64> = (0..page.table.len())
            .map(|row| page.table.row(row).map_or(0, |cells| seconds - cells[0] as i64))
            .collect();
        match &page.since {
            None => page.since = Some(since),
            Some(before) => {
                self.compared += since.len() as u64;
                let wrong = since.iter().zip(before).position(|(now, before)| now != before);
                if let Some(row) = wrong.filter(|_| self.wrong.len() < 10) {
                    self.wrong.push(format!("row {row} began at {} and now at {}", before[row], since[row]));
                }
            }
        }
        Ok(())
    }
}
