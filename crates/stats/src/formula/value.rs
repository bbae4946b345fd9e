//! What a formula comes to.

use super::{Formula, Leaf, List, Node, Sign};
use crate::filter::{Found, find, lists, number};
use model::item::Attached;
use model::record::KeyValues;

impl Formula {
    /// What it reads of an action.
    pub(crate) fn inputs(&self, data: &Attached) -> Vec<Option<f64>> {
        self.leaves.iter().map(|leaf| leaf.of(data)).collect()
    }

    /// The value after so many seconds; none for null. Never NaN or infinite (rule P-9).
    pub(crate) fn value(&self, inputs: &[Option<f64>], seconds: i64) -> Option<f64> {
        self.root.value(inputs, seconds)
    }
}

impl Node {
    fn value(&self, inputs: &[Option<f64>], seconds: i64) -> Option<f64> {
        let of = |node: &Self| node.value(inputs, seconds);
        let value = match self {
            Self::Number(number) => *number,
            Self::Leaf(place) => inputs.get(*place).copied().flatten()?,
            Self::Duration => seconds as f64,
            Self::Negative(inner) => -of(inner)?,
            // Null is no truth: its negation is true, as in filters (rule F-4).
            Self::Not(inner) => truth(!is_true(of(inner))),
            Self::Pair(Sign::And, left, right) => truth(is_true(of(left)) && is_true(of(right))),
            Self::Pair(Sign::Or, left, right) => truth(is_true(of(left)) || is_true(of(right))),
            Self::Pair(Sign::Compare(compare), left, right) => match (of(left), of(right)) {
                (Some(left), Some(right)) => truth(compare.holds(left, right)),
                _ => 0.0,
            },
            Self::Pair(sign, left, right) => {
                let (left, right) = (of(left)?, of(right)?);
                match sign {
                    Sign::Plus => left + right,
                    Sign::Minus => left - right,
                    Sign::Times => left * right,
                    _ if right == 0.0 => 0.0,
                    _ => left / right,
                }
            }
        };
        Some(if value.is_finite() { value } else { 0.0 })
    }
}

/// Whether a condition holds: null does not.
fn is_true(value: Option<f64>) -> bool {
    value.is_some_and(|value| value != 0.0)
}

fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

impl Leaf {
    fn of(&self, data: &Attached) -> Option<f64> {
        match self {
            Self::Number { key } => Some(List::Any.text(data, key).and_then(number).unwrap_or(0.0)),
            Self::NumberOrNull { list, key } => list.text(data, key).and_then(number),
            Self::IsText { list, key, text } => Some(truth(list.text(data, key) == Some(text))),
        }
    }
}

impl List {
    fn text<'a>(self, data: &'a Attached, key: &str) -> Option<&'a str> {
        let in_list = |list: &'a KeyValues| match find(list, key) {
            Some(Found::Text(text)) => Some(text),
            _ => None,
        };
        match self {
            Self::Any => lists(data).find_map(in_list),
            Self::UserData => data.user_data.as_deref().and_then(in_list),
            Self::Reasons => data.reasons.as_deref().and_then(in_list),
            Self::Extensions => data.extensions.as_deref().and_then(in_list),
        }
    }
}
