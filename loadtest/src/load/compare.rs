//! Two results of one scenario, figure by figure.

use super::chart::short;
use super::result::{Better, Outcome};
use anyhow::{Result, ensure};
use std::fmt::Write;

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// As a table.
    pub text: String,
    /// Figures that are worse by more than is allowed, and whatever else must not be.
    pub worse: usize,
}

/// Compares `after` with `before`; a figure may be worse by the share `allowed`: 0.2 is a fifth.
///
/// # Errors
/// Results that can't be compared.
pub fn compare(before: &Outcome, after: &Outcome, allowed: f64) -> Result<Comparison> {
    ensure!(
        before.scenario == after.scenario && before.scale == after.scale,
        "{} at scale {} and {} at scale {} are not the same: compare runs of one scenario at one scale",
        before.scenario,
        before.scale,
        after.scenario,
        after.scale
    );
    let mut text =
        format!("{:<64} {:>12} {:>12} {:>7}\n", before.scenario, before.commit, after.commit, "ratio");
    let mut worse = 0;
    let mut figures: Vec<(String, f64, f64, Better)> = Vec::new();
    for old in &before.figures {
        if let Some(new) = after.figures.iter().find(|new| new.name == old.name) {
            figures.push((format!("{} ({})", old.name, old.unit), old.value, new.value, old.better));
        } else {
            worse += 1;
            let _ = writeln!(text, "{:<64} {:>12} {:>12}", old.name, short(old.value), "missing");
        }
    }
    if let (Some(old), Some(new)) = (before.reference, after.reference) {
        figures.push(("processor time of an event (loops)".into(), old.ratio, new.ratio, Better::Lower));
    }
    for (name, old, new, better) in figures {
        let ratio = if old == new { 1.0 } else { new / old };
        let is_worse = match better {
            Better::Lower => ratio > 1.0 + allowed,
            Better::Higher => ratio < 1.0 / (1.0 + allowed),
            Better::Neither => false,
        };
        worse += usize::from(is_worse);
        let mark = if is_worse { "  worse" } else { "" };
        let _ = writeln!(text, "{name:<64} {:>12} {:>12} {ratio:>7.2}{mark}", short(old), short(new));
    }
    if after.truth.wrong > 0 {
        worse += 1;
        let _ = writeln!(text, "{} of {} values are wrong", after.truth.wrong, after.truth.compared);
    }
    if before.machine.processor != after.machine.processor || before.machine.cores != after.machine.cores {
        text.push_str("the machines differ: ratios say little\n");
    }
    Ok(Comparison { text, worse })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(p99: f64, knee: f64) -> Outcome {
        let mut outcome = Outcome { scenario: "knee".into(), scale: 1.0, ..Outcome::default() };
        outcome.figure("p99", p99, "ms", Better::Lower);
        outcome.figure("knee", knee, "events/s", Better::Higher);
        outcome.figure("events", 1.0, "events", Better::Neither);
        outcome
    }

    fn worse(after: &Outcome) -> usize {
        compare(&outcome(100.0, 1_000.0), after, 0.2).unwrap().worse
    }

    #[test]
    fn a_figure_may_be_a_little_worse_and_any_amount_better() {
        assert_eq!(worse(&outcome(119.0, 840.0)), 0);
        assert_eq!(worse(&outcome(1.0, 9_000.0)), 0);
    }

    #[test]
    fn slower_less_missing_and_wrong_are_worse() {
        assert_eq!(worse(&outcome(121.0, 1_000.0)), 1);
        assert_eq!(worse(&outcome(121.0, 800.0)), 2);
        let mut other = outcome(100.0, 1_000.0);
        other.figures.remove(0);
        other.truth.wrong = 3;
        assert_eq!(worse(&other), 2);
    }

    #[test]
    fn only_runs_of_one_kind_are_compared() {
        let other = Outcome { scenario: "flood".into(), ..outcome(1.0, 1.0) };
        assert!(compare(&outcome(1.0, 1.0), &other, 0.2).is_err());
    }
}
