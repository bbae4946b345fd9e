//! When a value is worth an alert, and when no longer.

use model::Text;
use model::time::Micros;
use serde::{Deserialize, Serialize};

/// States of one condition.
const STATES_MAX: usize = 20;

/// When a value is worth an alert. Between raising and clearing lies what changes nothing, so that a value that trembles
/// about a limit does not ring at every turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// More than `raise`; good again at `clear` or less.
    Above {
        /// The limit.
        raise: f64,
        /// At most `raise`, which it is if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clear: Option<f64>,
    },
    /// Less than `raise`; good again at `clear` or more.
    Below {
        /// The limit.
        raise: f64,
        /// At least `raise`, which it is if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clear: Option<f64>,
    },
    /// Exactly that number; good again at any other.
    Equal {
        /// The number.
        to: f64,
    },
    /// In one of these states; good again in any other.
    State {
        /// Names of statuses.
        states: Vec<Text>,
    },
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A number.
    Number(f64),
    /// A state, and since when.
    State {
        /// The status's name.
        status: Text,
        /// Since when.
        since: Micros,
    },
    /// Nothing: missing, stale, without anything to compute it from, or of what is not watched just now.
    Unknown,
}

/// What a condition says of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Worth an alert.
    Bad,
    /// Neither worth raising one nor clearing one.
    Between,
    /// All is well.
    Good,
    /// Nobody can say.
    Unknown,
}

impl Condition {
    /// What it says of a reading.
    pub fn judge(&self, reading: &Reading) -> Verdict {
        let (bad, good) = match (self, reading) {
            (Self::Above { raise, clear }, Reading::Number(value)) if value.is_finite() => {
                (value > raise, *value <= clear.unwrap_or(*raise))
            }
            (Self::Below { raise, clear }, Reading::Number(value)) if value.is_finite() => {
                (value < raise, *value >= clear.unwrap_or(*raise))
            }
            // Numbers are told as they were computed: whole ones are exact, others are seldom asked for by equality.
            (Self::Equal { to }, Reading::Number(value)) if value.is_finite() => {
                let equal = (value - to).abs() < 1e-9;
                (equal, !equal)
            }
            (Self::State { states }, Reading::State { status, .. }) => {
                let among = states.contains(status);
                (among, !among)
            }
            _ => return Verdict::Unknown,
        };
        match (bad, good) {
            (true, _) => Verdict::Bad,
            (false, true) => Verdict::Good,
            (false, false) => Verdict::Between,
        }
    }

    /// Whether it asks for a state, not for a number.
    pub fn is_of_states(&self) -> bool {
        matches!(self, Self::State { .. })
    }

    /// Whether it makes sense.
    ///
    /// # Errors
    /// For people: what is wrong.
    pub fn check(&self) -> Result<(), String> {
        let finite = |number: f64| number.is_finite();
        match self {
            Self::Above { raise, clear } if !finite(*raise) || !clear.is_none_or(finite) => {
                Err("condition: limits are numbers".to_owned())
            }
            Self::Below { raise, clear } if !finite(*raise) || !clear.is_none_or(finite) => {
                Err("condition: limits are numbers".to_owned())
            }
            Self::Above { raise, clear: Some(clear) } if clear > raise => Err(format!(
                "condition: above {raise} can't clear at {clear}; choose a number of at most {raise}"
            )),
            Self::Below { raise, clear: Some(clear) } if clear < raise => Err(format!(
                "condition: below {raise} can't clear at {clear}; choose a number of at least {raise}"
            )),
            Self::Equal { to } if !finite(*to) => Err("condition: limits are numbers".to_owned()),
            Self::State { states } if states.is_empty() || states.len() > STATES_MAX => {
                Err(format!("condition: between 1 and {STATES_MAX} states, not {}", states.len()))
            }
            Self::State { states } if states.iter().any(|state| state.is_empty() || state.len() > 128) => {
                Err("condition: a state has between 1 and 128 characters".to_owned())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_the_limits_nothing_changes() {
        let above = Condition::Above { raise: 60.0, clear: Some(30.0) };
        let verdicts = [61.0, 60.0, 31.0, 30.0].map(|value| above.judge(&Reading::Number(value)));
        assert_eq!(verdicts, [Verdict::Bad, Verdict::Between, Verdict::Between, Verdict::Good]);
        let below = Condition::Below { raise: 80.0, clear: None };
        assert_eq!(below.judge(&Reading::Number(79.9)), Verdict::Bad);
        assert_eq!(below.judge(&Reading::Number(80.0)), Verdict::Good);
    }

    #[test]
    fn what_is_not_known_or_of_another_kind_says_nothing() {
        let equal = Condition::Equal { to: 0.0 };
        assert_eq!(equal.judge(&Reading::Number(0.0)), Verdict::Bad);
        assert_eq!(equal.judge(&Reading::Number(1.0)), Verdict::Good);
        let state = Reading::State { status: "CallHeld".into(), since: Micros::ZERO };
        for reading in [Reading::Unknown, Reading::Number(f64::NAN), state] {
            assert_eq!(equal.judge(&reading), Verdict::Unknown);
        }
    }

    #[test]
    fn a_clear_limit_on_the_wrong_side_is_refused_with_the_cure() {
        let wrong = Condition::Above { raise: 10.0, clear: Some(11.0) }.check().unwrap_err();
        assert!(wrong.contains("at most 10"), "{wrong}");
        let wrong = Condition::Below { raise: 10.0, clear: Some(9.0) }.check().unwrap_err();
        assert!(wrong.contains("at least 10"), "{wrong}");
        assert!(Condition::State { states: vec![] }.check().is_err());
        assert!(Condition::Above { raise: f64::NAN, clear: None }.check().is_err());
    }
}
