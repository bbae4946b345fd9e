//! The shift begins: 10,000 agents log in within a minute, before pages of all groups and all agents.

use super::Run;
use super::stage::{OPEN_MAX, ROWS_MAX, SETTLE_MAX, Stage, of_agents};
use crate::load::centre::{GROUPS, group_name};
use crate::load::ledger::Ledger;
use crate::load::plan::{Plan, micros};
use crate::load::result::Better;
use crate::load::table::Table;
use crate::load::viewer::TODAY;
use crate::load::watch::{Watch, Watching};
use anyhow::Result;
use model::Micros;
use serde_json::{Value, json};

/// How many agents are logged in, by group.
pub(super) fn groups(groups: usize) -> Value {
    let ids: Vec<String> = (0..groups).map(group_name).collect();
    json!({"object_type": "GroupAgents", "objects": ids, "statistics": ["Current_Logged_In"]})
}

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let seconds = run.seconds(60.0, 3.0);
    let per_second = size.agents as f64 / seconds;
    let mut stage = Stage::before_logins(run, &run.tenant(size)).await?;
    let rows = GROUPS.min(size.agents);
    let of_groups = Watching {
        query: groups(rows),
        table: Table::new(0, rows, 1),
        ledger: Ledger::logins(size.agents, per_second),
    };
    // Nobody handles a call; their rows are shown all the same.
    let quiet = Plan::new(size, &[]);
    let mut tables = vec![of_groups];
    for first in (0..size.agents).step_by(ROWS_MAX) {
        tables.push(of_agents(&quiet, first..size.agents.min(first + ROWS_MAX), TODAY));
    }
    let watch = Watch::open(&stage.pulse.door, tables, &stage.begin, &stage.seen).await?;
    watch.ready(OPEN_MAX).await?;
    let begin = stage.begin_soon();
    let played = stage.source.play_logins(size.agents, per_second, begin).end().await?;
    watch.settled(SETTLE_MAX).await?;
    let taken = stage.taken();
    run.took(taken, played.events);
    let seen = stage.seen.borrow();
    // The first second also fills what is empty.
    let told = seen.spans.within((micros(1.0), Micros::MAX));
    let outcome = &mut run.outcome;
    outcome.size("seconds", seconds);
    outcome.figure("logins a second", per_second, "events/s", Better::Neither);
    outcome.figure("login to screen, p50", told.p50, "ms", Better::Lower);
    outcome.figure("login to screen, p99", told.p99, "ms", Better::Lower);
    outcome.figure("login to screen, longest", seen.spans.all().longest, "ms", Better::Lower);
    outcome.series.push(seen.spans.by_second("p99", |told| told.p99));
    run.judge(&seen);
    Ok(())
}
