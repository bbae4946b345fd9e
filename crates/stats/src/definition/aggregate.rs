//! Values that formulas make: custom values, the Formula category, and the Formula option (rules 4.6 to 4.8).

use super::{Category, Definition, Mask, Refused, Subject, subject::Family};
use crate::formula::Formula;
use crate::library::StatType;
use crate::time::TimeProfile;
use crate::value::ValueKind;
use model::Action;
use model::item::ConnIx;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the values of several actions become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fold {
    /// How many are true.
    Count,
    /// The sum.
    Sum,
    /// The mean.
    Average,
    /// The least.
    Least,
    /// The greatest.
    Greatest,
}

/// A formula over the actions of the mask, and how its values come together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// How.
    pub fold: Fold,
    /// Over what goes on now, not over an interval.
    pub current: bool,
    /// Only actions that are about a call have a value (rule 4.6).
    pub calls_only: bool,
    /// The value of one action; null ones are left out (rule C-8).
    pub formula: Formula,
}

/// What the stat type's formula says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) aggregate: Option<Aggregate>,
    pub(super) dist_by_conn_id: bool,
    /// The mask within the expression of the Formula category.
    pub(super) mask: Option<Mask>,
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = FOLDS.iter().find(|(_, fold)| *fold == self.fold).map_or("", |(word, _)| word);
        write!(f, "{}{word}({})", if self.current { "@" } else { "" }, self.formula)
    }
}

const FOLDS: [(&str, Fold); 5] = [
    ("COUNT", Fold::Count),
    ("SUM", Fold::Sum),
    ("AVG", Fold::Average),
    ("MIN", Fold::Least),
    ("MAX", Fold::Greatest),
];

impl Aggregate {
    /// The value of an action that lasts so many seconds; none if it is to be left out.
    pub(crate) fn value(
        &self,
        inputs: &[Option<f64>],
        action: Action,
        conn: ConnIx,
        seconds: i64,
    ) -> Option<f64> {
        if self.calls_only && conn == ConnIx::NONE && action != Action::UserEvent {
            return None;
        }
        let value = self.formula.value(inputs, seconds)?;
        (self.fold != Fold::Count || value != 0.0).then_some(value)
    }

    /// The kind of value.
    pub(super) fn value_kind(&self) -> ValueKind {
        if self.fold == Fold::Count { ValueKind::Count } else { ValueKind::Real }
    }
}

/// Reads the formula of a stat type for its category.
pub(super) fn read(
    stat_type: &StatType,
    category: Category,
    subject: Subject,
    family: Family,
) -> Result<Said, Refused> {
    let text = stat_type.formula.as_deref().map(str::trim);
    let name = category.name();
    if let Some(fold) = category.custom_fold() {
        let text = text.ok_or_else(|| Refused::new(format!("category {name} needs a Formula")))?;
        if subject != Subject::DNAction {
            let subject = subject.name();
            return Err(Refused::new(format!("category {name} needs Subject DNAction, not {subject}")));
        }
        let formula = Formula::parse(text).map_err(|cause| Refused::new(format!("Formula: {cause}")))?;
        let current = category.is_current();
        let aggregate = Some(Aggregate { fold, current, calls_only: true, formula });
        return Ok(Said { aggregate, ..Said::default() });
    }
    match text {
        Some(text) if category == Category::Formula => {
            if stat_type.main_mask.is_some() {
                return Err(Refused::new(
                    "MainMask means nothing beside an Expression: its actions stand within",
                ));
            }
            expression(text, subject, family).map_err(|cause| Refused::new(format!("Expression: {cause}")))
        }
        None if category == Category::Formula => Err(Refused::new("category Formula needs an Expression")),
        Some(text) if text.eq_ignore_ascii_case("DistByConnID") => {
            if subject.is_status() {
                let subject = subject.name();
                return Err(Refused::new(format!(
                    "Formula DistByConnID needs Subject DNAction, not {subject}"
                )));
            }
            if !category.can_be_distinct() {
                return Err(Refused::new(format!("category {name} takes no Formula DistByConnID")));
            }
            Ok(Said { dist_by_conn_id: true, ..Said::default() })
        }
        Some(text) => {
            Err(Refused::new(format!("category {name} takes no Formula but DistByConnID, found `{text}`")))
        }
        None => Ok(Said::default()),
    }
}

/// `[@]FUNC(actions; expression or condition)`.
fn expression(text: &str, subject: Subject, family: Family) -> Result<Said, String> {
    let wrong = || format!("`{text}` is not of the form FUNC(actions; formula) or @FUNC(actions; formula)");
    let (head, rest) = text.split_once('(').ok_or_else(wrong)?;
    let body = rest.trim_end().strip_suffix(')').ok_or_else(wrong)?;
    let (current, word) = match head.trim().strip_prefix('@') {
        Some(word) => (true, word.trim()),
        None => (false, head.trim()),
    };
    let fold = FOLDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, fold)| *fold);
    let fold = fold.ok_or_else(|| format!("unknown function `{word}`: COUNT, SUM, AVG, MIN or MAX"))?;
    let (actions, formula) = match body.split_once(';') {
        Some((actions, formula)) => (actions, Some(formula)),
        None => (body, None),
    };
    let mask = Mask::parse(actions.trim(), subject, family)?;
    let formula = match formula {
        // Blanks in front keep the columns those of the whole text.
        Some(formula) => {
            let column = text.chars().count() - formula.chars().count() - 1;
            Formula::parse(&format!("{}{formula}", " ".repeat(column)))?
        }
        None if fold == Fold::Count => Formula::one(),
        None => return Err(format!("{word} needs `; formula` behind the actions")),
    };
    let aggregate = Some(Aggregate { fold, current, calls_only: false, formula });
    Ok(Said { aggregate, mask: Some(mask), dist_by_conn_id: false })
}

impl Definition {
    /// Refuses intervals that can't be had for a formula (rule C-8).
    pub(super) fn check_aggregate(&self) -> Result<(), Refused> {
        let moves = matches!(self.profile, TimeProfile::Sliding { .. } | TimeProfile::Selection(_));
        if self.category == Category::Formula && !self.is_current() && self.subject.is_status() && moves {
            let (profile, subject) = (&self.profile, self.subject.name());
            return Err(Refused::new(format!(
                "category Formula over {profile} needs Subject DNAction, not {subject}"
            )));
        }
        Ok(())
    }
}
