//! What is asked: a definition in the words of contracts 6.

use crate::filter::Filter;
use model::Micros;

/// A statistic's definition, as far as the oracle answers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The category.
    pub category: Category,
    /// Actions or statuses.
    pub subject: Subject,
    /// The MainMask.
    pub main: String,
    /// The RelMask.
    pub rel: Option<String>,
    /// The time profile.
    pub profile: Profile,
    /// The time range that the request names; `0-20` where it matters and none is named.
    pub range: Option<Range>,
    /// The second one, of ServiceFactor1.
    pub range2: Option<Range>,
    /// The condition under which anything counts.
    pub filter: Option<Filter>,
    /// DistByConnID (rules C-9, Q-41).
    pub distinct: bool,
    /// When it was opened; the first record's `received` if it says nothing.
    pub opened: Option<Micros>,
}

/// What values are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// `DNAction`.
    Action,
    /// `AgentStatus`, `PlaceStatus`, `DNStatus`, as the object has it.
    Status,
}

/// Which stretch of time counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Resets at (minute of the day, step in minutes or 0), in UTC (rule TP-1); empty = never.
    Growing(Vec<(i64, i64)>),
    /// Window and tick in seconds (rule TP-4).
    Sliding(i64, i64),
    /// The last so many (rule TP-11).
    Selection(usize),
}

/// Seconds, `a <= s < b`; without `b` open at the end (rule TR-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range(pub i64, pub Option<i64>);

impl Range {
    /// Whether so many seconds lie in it.
    pub(crate) fn has(self, seconds: i64) -> bool {
        seconds >= self.0 && self.1.is_none_or(|end| seconds < end)
    }
}

macro_rules! categories {
    ($( $name:ident ),* $(,)?) => {
        /// How a value is made of what is counted (statistics 4.3 to 4.5).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the names are those of the field")]
        pub enum Category { $( $name, )* }

        impl Category {
            /// Every category that the oracle answers.
            pub const ALL: &'static [Category] = &[ $( Category::$name, )* ];

            /// The name in definitions.
            pub fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name), )* }
            }
        }
    };
}

categories! {
    CurrentNumber, CurrentTime, CurrentMaxTime, CurrentMinTime, CurrentAverageTime,
    CurrentRelativeNumberPercentage, CurrentRelativeTimePercentage, CurrentNumberInTimeRange,
    CurrentNumberInTimeRangePercentage, CurrentContinuousTime, CurrentDistinctNumber,
    TotalNumber, TotalTime, TotalAdjustedNumber, TotalAdjustedTime, AverageTime, MaxTime, MinTime, MaxNumber,
    MinNumber, ElapsedTimePercentage, RelativeTimePercentage, RelativeNumberPercentage, RelativeNumber,
    TotalNumberInTimeRange, TotalNumberInTimeRangePercentage, TotalTimeInTimeRange, TotalNumberPerSecond,
    AverageNumberPerRelativeHour, AverageOfCurrentNumber, AverageOfCurrentTime, TotalContinuousNumber,
    TotalDistinctTime, ServiceFactor1,
}
