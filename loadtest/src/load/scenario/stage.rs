//! A centre that is up: the source, Pulse, its agents logged in, and pages that are watched.

use super::Run;
use crate::load::centre::{agent_ids, queue_id};
use crate::load::ledger::Ledger;
use crate::load::machine::own_time;
use crate::load::plan::{Plan, micros};
use crate::load::process::Usage;
use crate::load::pulse::{Pulse, usages};
use crate::load::result::Taken;
use crate::load::source::{Played, Playing, Source};
use crate::load::table::Table;
use crate::load::viewer::{agents, queues};
use crate::load::watch::{Begin, Shared, Watch, Watching};
use crate::workload_w::{Size, W};
use anyhow::Result;
use model::Micros;
use model::tenant::Tenant;
use runtime::Clock;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// Ourselves among the processes.
pub(super) const OURSELVES: &str = "pulse-load";
/// Rows that a table may have.
pub(super) const ROWS_MAX: usize = 5_000;
/// How long pages may take to open.
pub(super) const OPEN_MAX: Duration = Duration::from_secs(120);
/// How long the last events may take to the screen.
pub(super) const SETTLE_MAX: Duration = Duration::from_secs(180);
/// Between the order to play and the first event.
const LEAD: f64 = 0.3;

pub(super) struct Stage {
    pub(super) clock: Clock,
    pub(super) source: Source,
    pub(super) pulse: Pulse,
    pub(super) begin: Begin,
    pub(super) seen: Shared,
    before: BTreeMap<String, Usage>,
    own: Duration,
}

impl Stage {
    /// Starts all of it.
    pub(super) async fn start(run: &Run, size: Size) -> Result<Self> {
        let stage = Self::before_logins(run, &run.tenant(size)).await?;
        stage.source.log_in(size.agents).await?;
        Ok(stage)
    }

    /// The same, and nobody has logged in yet.
    pub(super) async fn before_logins(run: &Run, tenant: &Tenant) -> Result<Self> {
        let source = Source::start(run.clock).await?;
        let pulse = Pulse::start(&run.program, tenant, &source, run.clock).await?;
        Ok(Self::of(run.clock, source, pulse))
    }

    pub(super) fn of(clock: Clock, source: Source, pulse: Pulse) -> Self {
        let (begin, seen) = (Begin::default(), Shared::default());
        begin.set(Micros::MAX);
        Self { clock, source, pulse, begin, seen, before: BTreeMap::new(), own: Duration::ZERO }
    }

    /// The page that W is looked at by: all queues and all agents.
    pub(super) async fn page(&self, plan: &Plan, window: &str) -> Result<Watch> {
        let mut tables = vec![of_queues(plan, 0..plan.size.queues, window)];
        let all = plan.size.agents;
        for first in (0..all).step_by(ROWS_MAX) {
            tables.push(of_agents(plan, first..all.min(first + ROWS_MAX), window));
        }
        let watch = Watch::open(&self.pulse.door, tables, &self.begin, &self.seen).await?;
        watch.ready(OPEN_MAX).await?;
        Ok(watch)
    }

    /// Begins to play, and to measure what processes take.
    pub(super) fn play(&mut self, plan: &Plan) -> Playing {
        let begin = self.begin_soon();
        self.source.play(plan, begin)
    }

    /// The moment at which a run is about to begin; what processes take is measured from here.
    pub(super) fn begin_soon(&mut self) -> Micros {
        self.before = usages([&self.pulse.process]);
        self.own = own_time();
        let begin = self.clock.now() + micros(LEAD);
        self.begin.set(begin);
        begin
    }

    /// Plays a plan to its end, and waits until all of it has been seen.
    pub(super) async fn play_out(&mut self, plan: &Plan, watches: &[&Watch]) -> Result<Played> {
        let played = self.play(plan).end().await?;
        for watch in watches {
            watch.settled(SETTLE_MAX).await?;
        }
        Ok(played)
    }

    /// What processes have taken since the beginning.
    pub(super) fn taken(&self) -> Vec<Taken> {
        let mut taken = since(&self.before, &usages([&self.pulse.process]));
        let own = own_time() - self.own;
        taken.push(Taken {
            name: OURSELVES.to_owned(),
            cpu_seconds: own.as_secs_f64(),
            memory_mb: 0.0,
            memory_most_mb: 0.0,
        });
        taken
    }
}

/// What processes took between two looks.
pub(super) fn since(before: &BTreeMap<String, Usage>, after: &BTreeMap<String, Usage>) -> Vec<Taken> {
    let taken = after.iter().map(|(name, usage)| Taken {
        name: name.clone(),
        cpu_seconds: usage.cpu_seconds - before.get(name).map_or(0.0, |before| before.cpu_seconds),
        memory_mb: usage.memory_mb,
        memory_most_mb: usage.memory_most_mb,
    });
    taken.collect()
}

/// A table of queues with its truth.
pub(super) fn of_queues(plan: &Plan, rows: Range<usize>, window: &str) -> Watching {
    let ids: Vec<String> = rows.clone().map(queue_id).collect();
    Watching {
        query: queues(&ids, window),
        table: Table::new(rows.start, rows.len(), 4),
        ledger: Ledger::queues(plan, rows),
    }
}

/// A table of agents with its truth.
pub(super) fn of_agents(plan: &Plan, rows: Range<usize>, window: &str) -> Watching {
    Watching {
        query: agents(&agent_ids(rows.clone()), window),
        table: Table::new(rows.start, rows.len(), 1),
        ledger: Ledger::agents(plan, rows),
    }
}

impl Run {
    /// W at this scale: fewer agents and queues, as many calls for each.
    pub(super) fn centre(&mut self) -> Size {
        let agents = self.scaled(W.agents, 400).min(W.agents);
        let share = agents as f64 / W.agents as f64;
        let queues = ((W.queues as f64 * share) as usize).max(20);
        let size = Size {
            agents,
            queues,
            calls_per_second: W.calls_per_second * share,
            seed: self.options.seed,
            ..W
        };
        self.outcome.size("agents", agents as f64);
        self.outcome.size("queues", queues as f64);
        size
    }
}
