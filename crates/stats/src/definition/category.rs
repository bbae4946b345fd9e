//! The statistical categories by name, and what each of them needs (statistics 4.1 to 4.5).

use super::aggregate::Fold;
use crate::value::ValueKind;
use serde::{Deserialize, Serialize};

macro_rules! categories {
    ($( $name:ident ),* $(,)?) => {
        /// A category that this engine computes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "the names are those of statistics 4.1")]
        pub enum Category { $( $name, )* }

        impl Category {
            /// Every category that is computed.
            pub const ALL: &'static [Category] = &[ $( Category::$name, )* ];

            /// The name used in stat types.
            pub fn name(self) -> &'static str {
                match self { $( Category::$name => stringify!($name), )* }
            }
        }
    };
}

categories! {
    CurrentState, CurrentStateReasons, CurrentTargetState,
    CurrentNumber, CurrentTime, CurrentMaxTime, CurrentMinTime, CurrentAverageTime,
    CurrentRelativeNumberPercentage, CurrentRelativeTimePercentage,
    CurrentNumberInTimeRange, CurrentNumberInTimeRangePercentage,
    CurrentContinuousTime, CurrentDistinctNumber,
    TotalNumber, TotalTime, TotalAdjustedNumber, TotalAdjustedTime,
    AverageTime, MaxTime, MinTime, MaxNumber, MinNumber,
    ElapsedTimePercentage, RelativeTimePercentage, RelativeNumberPercentage, RelativeNumber,
    TotalNumberInTimeRange, TotalNumberInTimeRangePercentage, TotalTimeInTimeRange,
    TotalNumberPerSecond, AverageNumberPerRelativeHour,
    AverageOfCurrentNumber, AverageOfCurrentTime,
    TotalContinuousNumber, TotalDistinctTime,
    ServiceFactor1, EstimWaitTime, ExpectedWaitTime2, LoadBalance,
    TotalCustomValue, AverageCustomValue, MinCustomValue, MaxCustomValue,
    CurrentCustomValue, CurrentAverageCustomValue, CurrentMinCustomValue, CurrentMaxCustomValue,
    Formula,
    EstimTimeToEndCurrentNumber, EstimTimeToComplete,
}

/// Other names of categories (rule C-0).
const ALIASES: &[(&str, Category)] = &[
    ("EstimWaitingTime", Category::EstimWaitTime),
    ("ExpectedWaitTime", Category::EstimWaitTime),
    ("LoadBalance1", Category::LoadBalance),
];

/// Names that the model reserves and nobody computes.
const NEVER: &[&str] = &["JavaCategory", "TotalNumberErrors"];

impl Category {
    /// The category of that name, compared without regard to case; the error says why there is none.
    pub fn parse(name: &str) -> Result<Self, String> {
        let same = |known: &str| known.eq_ignore_ascii_case(name);
        if let Some(category) = Self::ALL.iter().find(|category| category.name().eq_ignore_ascii_case(name)) {
            return Ok(*category);
        }
        if let Some((_, category)) = ALIASES.iter().find(|(known, _)| same(known)) {
            return Ok(*category);
        }
        Err(if NEVER.iter().any(|known| same(known)) {
            format!("category `{name}` is not supported")
        } else {
            format!("unknown category `{name}`")
        })
    }

    /// Whether the value rests on what goes on now, and on no interval (rule G-1).
    pub fn is_current(self) -> bool {
        self.name().starts_with("Current")
    }

    /// Whether the value follows what goes on at each moment, not what has ended.
    pub(crate) fn is_level(self) -> bool {
        self.is_current()
            || matches!(
                self,
                Self::MaxNumber
                    | Self::MinNumber
                    | Self::AverageOfCurrentNumber
                    | Self::AverageOfCurrentTime
                    | Self::TotalContinuousNumber
            )
    }

    /// Whether values are structures.
    pub fn is_state(self) -> bool {
        matches!(self, Self::CurrentState | Self::CurrentStateReasons | Self::CurrentTargetState)
    }

    /// How a custom value is made of the formula's values; none for other categories (4.6).
    pub(crate) fn custom_fold(self) -> Option<Fold> {
        match self {
            Self::TotalCustomValue | Self::CurrentCustomValue => Some(Fold::Sum),
            Self::AverageCustomValue | Self::CurrentAverageCustomValue => Some(Fold::Average),
            Self::MinCustomValue | Self::CurrentMinCustomValue => Some(Fold::Least),
            Self::MaxCustomValue | Self::CurrentMaxCustomValue => Some(Fold::Greatest),
            _ => None,
        }
    }

    /// Whether the value is that of a formula, without which the category means nothing (4.6, 4.7).
    pub fn needs_formula(self) -> bool {
        self == Self::Formula || self.custom_fold().is_some()
    }

    /// Whether numbers may be numbers of calls (rules C-9, Q-41).
    pub(crate) fn can_be_distinct(self) -> bool {
        match self {
            Self::CurrentNumber => true,
            Self::TotalDistinctTime => false,
            _ => !self.is_compound() && !self.is_level() && !self.is_state() && !self.needs_formula(),
        }
    }

    /// Whether a missing RelMask is an error (rule M-4).
    pub fn needs_rel(self) -> bool {
        matches!(
            self,
            Self::CurrentRelativeNumberPercentage
                | Self::CurrentRelativeTimePercentage
                | Self::RelativeTimePercentage
                | Self::RelativeNumberPercentage
                | Self::RelativeNumber
                | Self::AverageNumberPerRelativeHour
        )
    }

    /// Whether a RelMask means anything.
    pub fn uses_rel(self) -> bool {
        self.needs_rel() || matches!(self, Self::AverageTime | Self::CurrentAverageTime)
    }

    /// Whether a time range always restricts the value (part 5.2).
    pub fn is_ranged(self) -> bool {
        matches!(
            self,
            Self::CurrentNumberInTimeRange
                | Self::CurrentNumberInTimeRangePercentage
                | Self::TotalNumberInTimeRange
                | Self::TotalNumberInTimeRangePercentage
                | Self::TotalTimeInTimeRange
                | Self::ServiceFactor1
        )
    }

    /// Whether the action sets are fixed (statistics 4.5).
    pub fn is_compound(self) -> bool {
        self == Self::ServiceFactor1 || self.is_estimate() || self.is_of_lists()
    }

    /// Whether it tells when a calling list comes to its end (rule C-6).
    pub(crate) fn is_of_lists(self) -> bool {
        matches!(self, Self::EstimTimeToEndCurrentNumber | Self::EstimTimeToComplete)
    }

    /// Whether it is made of waiting calls, agents, and their work (rules C-2, C-4, C-5).
    pub(crate) fn is_estimate(self) -> bool {
        matches!(self, Self::EstimWaitTime | Self::ExpectedWaitTime2 | Self::LoadBalance)
    }

    /// Whether the seconds of members count.
    pub(crate) fn is_of_time(self) -> bool {
        self.name().contains("Time") && !self.is_compound()
    }

    /// Whether only finished members count, in their whole length (rule P-4).
    pub fn is_adjusted(self) -> bool {
        matches!(self, Self::TotalAdjustedNumber | Self::TotalAdjustedTime)
    }

    /// Whether the category is defined for single agents and places only.
    pub fn is_for_singles(self) -> bool {
        matches!(self, Self::CurrentContinuousTime | Self::TotalContinuousNumber)
    }

    /// Whether the category refuses Selection profiles (rules TP-11, Q-36).
    pub fn refuses_selection(self) -> bool {
        matches!(
            self,
            Self::ElapsedTimePercentage
                | Self::AverageOfCurrentNumber
                | Self::AverageOfCurrentTime
                | Self::MaxNumber
                | Self::MinNumber
                | Self::TotalContinuousNumber
                | Self::TotalNumberPerSecond
                | Self::ServiceFactor1
        ) || self.is_estimate()
            || self.is_of_lists()
    }

    /// Whether a SinceLogin interval of it must be that of one agent: the logins of a group are many (rule Q-37).
    pub(crate) fn is_of_one_login(self) -> bool {
        self.is_level()
            || matches!(
                self,
                Self::ElapsedTimePercentage | Self::TotalNumberPerSecond | Self::TotalDistinctTime
            )
            || self.needs_formula()
    }

    /// The kind of value (rule P-6).
    pub fn value_kind(self) -> ValueKind {
        let name = self.name();
        match self {
            category if category.is_state() => ValueKind::State,
            Self::ServiceFactor1 => ValueKind::Percent,
            _ if self.needs_formula() || self.is_estimate() || self.is_of_lists() => ValueKind::Real,
            Self::AverageTime
            | Self::CurrentAverageTime
            | Self::RelativeNumber
            | Self::TotalNumberPerSecond
            | Self::AverageNumberPerRelativeHour
            | Self::AverageOfCurrentNumber
            | Self::AverageOfCurrentTime => ValueKind::Real,
            _ if name.ends_with("Percentage") => ValueKind::Percent,
            Self::TotalTimeInTimeRange => ValueKind::Seconds,
            _ if name.ends_with("Time") => ValueKind::Seconds,
            _ => ValueKind::Count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_case_and_a_refusal_says_why() {
        assert_eq!(Category::parse("totalnumber"), Ok(Category::TotalNumber));
        assert_eq!(Category::parse("EstimWaitingTime"), Ok(Category::EstimWaitTime), "rule C-0");
        assert_eq!(Category::parse("estimtimetocomplete"), Ok(Category::EstimTimeToComplete));
        assert!(Category::parse("JavaCategory").unwrap_err().contains("not supported"));
        assert!(Category::parse("TotalNumbr").unwrap_err().contains("TotalNumbr"));
    }

    #[test]
    fn the_kind_of_value_follows_the_category() {
        assert_eq!(Category::TotalNumberInTimeRange.value_kind(), ValueKind::Count);
        assert_eq!(Category::TotalTime.value_kind(), ValueKind::Seconds);
        assert_eq!(Category::CurrentNumberInTimeRangePercentage.value_kind(), ValueKind::Percent);
    }
}
