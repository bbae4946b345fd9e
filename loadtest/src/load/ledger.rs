//! The truth of one table: what its cells must be after so many of the events that it shows.
//!
//! Sources are told in order, and a frame shows whole instants. So the sum over the columns that count tells after which
//! event a frame was made, and then every cell must be what the plan says. That proves the values, and tells of every
//! event when it came to the screen, without trusting anybody's clock.

use super::centre::GROUPS;
use super::plan::Plan;
use super::table::Table;
use crate::workload_w::Kind;
use model::Micros;
use std::iter::Peekable;
use std::ops::Range;
use std::rc::Rc;

/// What one event does to a row: `by` is added to the columns, one of which counts it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    /// When it is meant to happen, from the beginning of the run.
    pub(crate) due: Micros,
    /// The row.
    pub(crate) row: usize,
    /// By column.
    pub(crate) by: [i8; 4],
}

type Steps = Box<dyn Iterator<Item = Step>>;

/// Expected cells.
pub(crate) struct Ledger {
    /// One for the table, or one for each row.
    lanes: Vec<Lane>,
    cells: Vec<[f64; 4]>,
    columns: usize,
    counting: usize,
    cut: Micros,
}

/// What is shown at one instant.
struct Lane {
    steps: Peekable<Steps>,
    counted: f64,
}

impl Lane {
    fn new(steps: Steps) -> Self {
        Self { steps: steps.peekable(), counted: 0.0 }
    }
}

impl Ledger {
    /// Of a table with so many rows and columns, the first of which count events.
    pub(crate) fn new(rows: usize, columns: usize, counting: usize, steps: Steps) -> Self {
        let cells = vec![[0.0; 4]; rows];
        Self { lanes: vec![Lane::new(steps)], cells, columns, counting, cut: Micros::MAX }
    }

    /// The same, where only each row is of one instant: processes tell values through Redis by slot.
    pub(crate) fn by_row(rows: usize, columns: usize, counting: usize, steps: &Rc<[Step]>) -> Self {
        let lane = |row| {
            let steps = Rc::clone(steps);
            let all = (0..steps.len()).map(move |step| steps[step]);
            Lane::new(Box::new(all.filter(move |step| step.row == row)))
        };
        let cells = vec![[0.0; 4]; rows];
        Self { lanes: (0..rows).map(lane).collect(), cells, columns, counting, cut: Micros::MAX }
    }

    /// Of some queues: entered, distributed, abandoned, and waiting now.
    pub(crate) fn queues(plan: &Plan, queues: Range<usize>) -> Self {
        let rows = queues.len();
        Self::new(rows, 4, 3, Box::new(of_queues(plan, queues)))
    }

    /// Of steps that several share.
    pub(crate) fn shared(rows: usize, columns: usize, counting: usize, steps: Rc<[Step]>) -> Self {
        Self::new(rows, columns, counting, Box::new((0..steps.len()).map(move |step| steps[step])))
    }

    /// Of agents: calls handled.
    pub(crate) fn agents(plan: &Plan, agents: Range<usize>) -> Self {
        Self::new(agents.len(), 1, 1, Box::new(of_agents(plan, agents)))
    }

    /// Of groups: agents that have logged in, so many a second, one after the other.
    pub(crate) fn logins(agents: usize, per_second: f64) -> Self {
        let steps = (0..agents).map(move |agent| {
            let due = super::plan::micros(agent as f64 / per_second);
            Step { due, row: agent % GROUPS, by: [1, 0, 0, 0] }
        });
        Self::new(GROUPS.min(agents), 1, 1, Box::new(steps))
    }

    /// What counts begins anew; what is so now stays so. What was due before `until` was counted on the day before, also
    /// where no screen has shown it.
    pub(crate) fn reset(&mut self, until: Micros) {
        for lane in &mut self.lanes {
            while let Some(step) = lane.steps.next_if(|step| step.due < until) {
                for (cell, by) in self.cells[step.row].iter_mut().zip(step.by) {
                    *cell += f64::from(by);
                }
            }
            lane.counted = 0.0;
        }
        self.cells.iter_mut().for_each(|cells| cells[..self.counting].fill(0.0));
    }

    /// Whether everything that counts is 0 in `table`, and was not before.
    pub(crate) fn sees_reset(&self, table: &Table) -> bool {
        self.counted() > 0.0 && table.sum(self.counting) == 0.0
    }

    /// Nothing later was played.
    pub(crate) fn cut(&mut self, last: Micros) {
        self.cut = last;
    }

    /// When the first event that has not been seen was due.
    pub(crate) fn next_due(&mut self) -> Option<Micros> {
        let due = self.lanes.iter_mut().filter_map(|lane| lane.steps.peek()).map(|step| step.due).min();
        due.filter(|due| *due <= self.cut)
    }

    /// Events that a frame has shown.
    pub(crate) fn counted(&self) -> f64 {
        self.lanes.iter().map(|lane| lane.counted).sum()
    }

    /// Goes on to where `table` is, tells when each event on the way was due, and compares all cells; answers how many
    /// were compared, and what is wrong.
    pub(crate) fn follow(&mut self, table: &Table, mut seen: impl FnMut(Micros)) -> (u64, Vec<String>) {
        let mut wrong = Vec::new();
        let is_whole = self.lanes.len() == 1;
        for (row, lane) in self.lanes.iter_mut().enumerate() {
            let shown = if is_whole { table.sum(self.counting) } else { table.sum_of(row, self.counting) };
            if shown < lane.counted {
                wrong.push(format!("the counts went back from {} to {shown}", lane.counted));
            }
            while lane.counted < shown {
                let Some(step) = lane.steps.next_if(|step| step.due <= self.cut) else {
                    wrong.push(format!("{shown} events are shown, there were {}", lane.counted));
                    break;
                };
                for (cell, by) in self.cells[step.row].iter_mut().zip(step.by) {
                    *cell += f64::from(by);
                }
                lane.counted += 1.0;
                seen(step.due);
            }
        }
        self.compare(table, wrong)
    }

    fn compare(&self, table: &Table, mut wrong: Vec<String>) -> (u64, Vec<String>) {
        let mut compared = 0;
        for (row, expected) in self.cells.iter().enumerate() {
            let Some(found) = table.row(row) else {
                if expected.iter().any(|cell| *cell != 0.0) {
                    wrong.push(format!("row {row} is not shown"));
                }
                continue;
            };
            for (column, (found, expected)) in found.iter().zip(expected).take(self.columns).enumerate() {
                compared += 1;
                // A row of which nothing was ever told may say so.
                let same = found == expected || (found.is_nan() && *expected == 0.0);
                if !same {
                    wrong.push(format!("row {row}, column {column}: {found} is shown, {expected} is true"));
                }
            }
        }
        (compared, wrong)
    }
}

/// What a plan does to some queues.
pub(crate) fn of_queues(plan: &Plan, queues: Range<usize>) -> impl Iterator<Item = Step> + use<> {
    plan.events().filter_map(move |(due, event)| {
        let by = match event.kind {
            Kind::Entered => [1, 0, 0, 1],
            Kind::Answered => [0, 1, 0, -1],
            Kind::Abandoned => [0, 0, 1, -1],
            Kind::Released | Kind::State => return None,
        };
        let queue = usize::from(event.queue);
        queues.contains(&queue).then(|| Step { due, row: queue - queues.start, by })
    })
}

/// What a plan does to some agents.
pub(crate) fn of_agents(plan: &Plan, agents: Range<usize>) -> impl Iterator<Item = Step> + use<> {
    plan.events().filter_map(move |(due, event)| {
        let agent = event.agent as usize;
        let counts = event.kind == Kind::Released && agents.contains(&agent);
        counts.then(|| Step { due, row: agent - agents.start, by: [1, 0, 0, 0] })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::table::tests::shown;

    fn ledger() -> Ledger {
        let step = |due, row, by| Step { due: Micros::from_secs(due), row, by };
        let steps = [step(1, 0, [1, 0, 0, 1]), step(2, 1, [1, 0, 0, 1]), step(3, 0, [0, 1, 0, -1])];
        Ledger::new(2, 4, 3, Box::new(steps.into_iter()))
    }

    #[test]
    fn a_frame_proves_itself_and_tells_which_events_it_shows() {
        let (mut ledger, mut seen) = (ledger(), Vec::new());
        let (compared, wrong) =
            ledger.follow(&shown(&[[1, 0, 0, 1], [1, 0, 0, 1]]), |due| seen.push(due.secs()));
        assert_eq!((compared, wrong, seen), (8, vec![], vec![1, 2]));
        assert_eq!(ledger.next_due(), Some(Micros::from_secs(3)));
    }

    #[test]
    fn a_cell_that_is_wrong_is_found_although_the_sum_is_right() {
        let (_, wrong) = ledger().follow(&shown(&[[2, 0, 0, 1], [0, 0, 0, 1]]), |_| {});
        assert_eq!(
            wrong,
            ["row 0, column 0: 2 is shown, 1 is true", "row 1, column 0: 0 is shown, 1 is true"]
        );
    }

    #[test]
    fn at_midnight_counts_begin_anew_and_who_waits_goes_on_waiting() {
        let mut ledger = ledger();
        ledger.follow(&shown(&[[1, 0, 0, 1], [0, 0, 0, 0]]), |_| {});
        let new_day = shown(&[[0, 0, 0, 1], [0, 0, 0, 1]]);
        assert!(ledger.sees_reset(&new_day));
        ledger.reset(Micros::from_secs(3));
        assert_eq!(ledger.follow(&new_day, |_| {}).1, Vec::<String>::new());
        let (_, wrong) = ledger.follow(&shown(&[[0, 1, 0, 0], [0, 0, 0, 1]]), |_| {});
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn rows_may_be_of_different_instants_where_each_is_right_in_itself() {
        let step = |due, row, by| Step { due: Micros::from_secs(due), row, by };
        let steps: Rc<[Step]> = [step(1, 0, [1, 0, 0, 1]), step(2, 1, [1, 0, 0, 1])].into();
        let later_first = shown(&[[0, 0, 0, 0], [1, 0, 0, 1]]);
        assert_eq!(Ledger::by_row(2, 4, 3, &steps).follow(&later_first, |_| {}).1, Vec::<String>::new());
        assert!(!Ledger::shared(2, 4, 3, steps).follow(&later_first, |_| {}).1.is_empty());
    }

    #[test]
    fn more_than_there_was_and_less_than_before_are_wrong() {
        let mut ledger = ledger();
        let (_, wrong) = ledger.follow(&shown(&[[2, 1, 0, 0], [1, 0, 0, 1]]), |_| {});
        assert_eq!(wrong[0], "4 events are shown, there were 3");
        let (_, wrong) = ledger.follow(&shown(&[[1, 0, 0, 1], [0, 0, 0, 0]]), |_| {});
        assert_eq!(wrong[0], "the counts went back from 3 to 1");
    }
}
