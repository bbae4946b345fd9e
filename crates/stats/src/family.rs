//! Families of categories: what each keeps for a row, how items change it, how a value is read from it.

mod amount;
mod calls;
mod distinct;
mod levels;
mod now;
mod per_call;
mod reading;
mod recipe;
mod runs;
mod selection;
mod sessions;
mod starts;
mod steps;
mod totals;
mod values;
mod waiting;
mod window;

pub(crate) use steps::last_tick;
pub(crate) use waiting::Work;

use crate::batch::Batch;
use crate::definition::{Category, Definition};
use crate::roster::{Note, Roster};
use crate::time::{Clock, TimeProfile};
use crate::walk::Mode;
use model::item::{CallKind, ConnIx};
use model::object::ObjectIx;
use model::{Action, Micros, Status};
use serde::{Deserialize, Serialize};

/// A stretch or an instant, as it reaches one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    /// The instant.
    pub(crate) at: Micros,
    /// Where the stretch ended: before `at` where a filter was true for a part of an action only (rule F-8).
    pub(crate) until: Micros,
    /// Where the stretch began for intervals, not before the member joined.
    pub(crate) begun: Micros,
    /// Where it began for current times.
    pub(crate) since: Micros,
    /// When the member joined the group; long ago for the object itself.
    pub(crate) joined: Micros,
    /// The length in whole seconds, unclipped, by the clock that the definition asks for.
    pub(crate) length: i64,
    /// The call.
    pub(crate) conn: ConnIx,
    /// Whose it is: the row's own object, or a member of the group.
    pub(crate) member: ObjectIx,
    /// The action, or that of the status's name.
    pub(crate) action: Action,
    /// The type of the call.
    pub(crate) call: Option<CallKind>,
    /// In the main mask.
    pub(crate) main: bool,
    /// In the relative mask.
    pub(crate) rel: bool,
}

impl Touch {
    /// The length since `clip`, or since the joining (rules G-5, O-4, Q-43).
    #[inline]
    pub(crate) fn clipped(&self, clip: Micros) -> i64 {
        let most = self.until.secs() - clip.max(self.joined).secs();
        self.length.min(most).max(0)
    }
}

/// What a value is read for.
pub(crate) struct Look<'a> {
    /// The clock for which the value holds.
    pub(crate) now: Micros,
    /// Where the interval begins: the later of reset and creation.
    pub(crate) from: Micros,
    /// When the statistic was opened.
    pub(crate) creation: Micros,
    /// Statuses in progress; none for actions.
    pub(crate) running: &'a mut dyn Iterator<Item = Running>,
    /// Everything in progress, for values that are judged when they are read.
    pub(crate) roster: &'a Roster,
    /// The row.
    pub(crate) row: u32,
    /// How many records the calling list has left, as far as it was told.
    pub(crate) left: Option<u32>,
}

/// A status in progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    pub(crate) status: Status,
    /// The start that intervals see.
    pub(crate) begun: Micros,
    /// Whose it is.
    pub(crate) member: ObjectIx,
    /// Whether it counts for the main mask, and for the relative one, if it is in them.
    pub(crate) sides: (bool, bool),
}

/// An action or a status in progress, with what it carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Going<'a> {
    pub(crate) action: Action,
    pub(crate) since: Micros,
    pub(crate) conn: ConnIx,
    pub(crate) call: Option<CallKind>,
    pub(crate) note: &'a Note,
}

/// A number with its `empty` flag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) empty: bool,
}

impl Number {
    /// A number that is never empty (rule Q-42).
    pub(crate) fn plain(value: i64) -> Self {
        Self { value: value as f64, empty: false }
    }

    /// `scale * num / den`; 0 and empty where there is nothing to divide by (rule P-7).
    pub(crate) fn quotient(scale: i64, num: i64, den: i64) -> Self {
        if den == 0 {
            return Self { value: 0.0, empty: true };
        }
        Self { value: (i128::from(scale) * i128::from(num)) as f64 / den as f64, empty: false }
    }

    /// An extreme of `members` values (rule P-8).
    pub(crate) fn extreme(value: i64, members: i64) -> Self {
        if members == 0 { Self { value: 0.0, empty: true } } else { Self::plain(value) }
    }
}

/// Keeps one cell a row.
pub(crate) trait Family {
    /// What it keeps.
    type Cell: Clone;

    /// The cells, by row.
    fn cells(&mut self) -> &mut Vec<Self::Cell>;

    /// A cell in which nothing has happened.
    fn blank(&self) -> Self::Cell;

    /// Whether beginnings of actions matter to it.
    fn follows_beginnings(&self) -> bool {
        true
    }

    /// The item at that place of the batch is next; for who wants to know its record.
    fn see(&mut self, _batch: &Batch, _place: u32) {}

    /// A durable action or a status begins to count for the row.
    fn began(&mut self, _row: usize, _touch: &Touch, _clock: &Clock) {}

    /// It ends.
    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock);

    /// An instantaneous action.
    fn happened(&mut self, _row: usize, _touch: &Touch, _clock: &Clock) {}

    /// An agent has done something for calls of a mediation DN, whether that has a row or not.
    fn handled(&mut self, _touch: &Touch, _action: Action, _agent: ObjectIx, _clock: &Clock) {}

    /// A formula gives an action this value at its end.
    fn valued(&mut self, _row: usize, _touch: &Touch, _value: f64, _clock: &Clock) {}

    /// A durable action goes on under another call.
    fn moved(&mut self, _row: usize, _from: &Touch, _to: ConnIx) {}

    /// What a member did for the row is over and done with: he logs in again, or has left the group.
    fn forget(&mut self, _row: usize, _member: ObjectIx) {}

    /// Reads what an item will need of a row, and answers something made of it: rows are larger than the caches, and
    /// memory that is asked for together comes together.
    fn warm(&self, _row: usize) -> i64 {
        0
    }

    /// The value of a row.
    fn read(&self, row: usize, look: &mut Look<'_>) -> Number;

    /// Whether the value may move with time alone; `running` tells whether a status in progress counts for it.
    fn ticks(&self, row: usize, running: bool) -> bool;
}

macro_rules! families {
    ($( $name:ident($type:ty) ),* $(,)?) => {
        /// The closed set of families.
        #[derive(Clone, Debug)]
        pub(crate) enum Families { $( $name($type), )* }

        /// One row's cell, as checkpoints keep it.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub(crate) enum CellImage { $( $name(<$type as Family>::Cell), )* }

        impl CellImage {
            /// Gives objects other numbers; those that are not known are left out.
            pub(crate) fn renumber(&mut self, number: &impl Fn(ObjectIx) -> Option<ObjectIx>) {
                if let Self::Sessions(cell) = self {
                    let known = std::mem::take(cell).into_iter();
                    *cell = known.filter_map(|(ix, since)| Some((number(ix)?, since))).collect();
                }
            }
        }

        impl Families {
            /// One more row, blank or as it was kept. False if the image is of another family.
            pub(crate) fn push(&mut self, image: Option<CellImage>) -> bool {
                match (self, image) {
                    $(
                        (Self::$name(family), None) => {
                            let blank = family.blank();
                            family.cells().push(blank);
                        }
                        (Self::$name(family), Some(CellImage::$name(cell))) => family.cells().push(cell),
                    )*
                    _ => return false,
                }
                true
            }

            /// What a checkpoint keeps of a row.
            pub(crate) fn image(&self, row: usize) -> CellImage {
                match self { $( Self::$name(family) => CellImage::$name(family.cells[row].clone()), )* }
            }

            /// Whether beginnings matter.
            pub(crate) fn follows_beginnings(&self) -> bool {
                match self { $( Self::$name(family) => family.follows_beginnings(), )* }
            }

            /// The value of a row.
            pub(crate) fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
                match self { $( Self::$name(family) => family.read(row, look), )* }
            }

            /// Whether a row's value may move with time alone.
            pub(crate) fn ticks(&self, row: usize, running: bool) -> bool {
                match self { $( Self::$name(family) => family.ticks(row, running), )* }
            }
        }

        /// Runs `$body` with the family, whichever it is: one copy of the code for each.
        macro_rules! with_family {
            ($families:expr, $family:ident => $body:expr) => {
                match $families { $( $crate::family::Families::$name($family) => $body, )* }
            };
        }
        pub(crate) use with_family;
    };
}

families! {
    Totals(totals::Totals),
    Window(window::Window),
    Selection(selection::Selection),
    Now(now::Now),
    Starts(starts::Starts),
    Calls(calls::Calls),
    Levels(levels::Levels),
    Steps(steps::Steps),
    Runs(runs::Runs),
    Distinct(distinct::Distinct),
    Reading(reading::Reading),
    Sessions(sessions::Sessions),
    Values(values::Values),
    PerCall(per_call::PerCall),
    Waiting(waiting::Waiting),
    States(States),
}

impl Families {
    /// What all rows share, for checkpoints.
    pub(crate) fn work(&self) -> Vec<Work> {
        match self {
            Self::Waiting(family) => family.work(),
            _ => Vec::new(),
        }
    }

    /// Takes in what all rows share.
    pub(crate) fn load_work(&mut self, work: &[Work]) {
        if let Self::Waiting(family) = self {
            family.load(work);
        }
    }

    /// The family that computes a definition.
    pub(crate) fn of(definition: &Definition) -> Self {
        use Category as C;
        let sliding = match definition.profile {
            TimeProfile::Sliding { window, step } => Some((i64::from(window), i64::from(step))),
            _ => None,
        };
        if definition.judged() == Some(Mode::Reading) {
            return Self::Reading(reading::Reading::new(definition));
        }
        if let Some(aggregate) = &definition.aggregate {
            return Self::Values(values::Values::new(definition, aggregate.fold));
        }
        if definition.category.is_estimate() {
            return Self::Waiting(waiting::Waiting::new(definition));
        }
        if definition.dist_by_conn_id {
            return match definition.is_current() {
                true => Self::Calls(calls::Calls::default()),
                false => Self::PerCall(per_call::PerCall::new(definition)),
            };
        }
        match (definition.category, sliding) {
            (category, _) if category.is_state() => Self::States(States::default()),
            (C::CurrentMaxTime | C::CurrentMinTime, _)
            | (C::CurrentNumberInTimeRange | C::CurrentNumberInTimeRangePercentage, _) => {
                Self::Starts(starts::Starts::new(definition))
            }
            (C::CurrentDistinctNumber, _) => Self::Calls(calls::Calls::default()),
            (C::CurrentContinuousTime, _) | (C::TotalContinuousNumber, None) => {
                Self::Runs(runs::Runs::new(definition))
            }
            (category, _) if category.is_current() => Self::Now(now::Now::new(definition)),
            (C::MaxNumber | C::MinNumber | C::AverageOfCurrentNumber | C::AverageOfCurrentTime, None) => {
                Self::Levels(levels::Levels::new(definition))
            }
            (C::MaxNumber | C::MinNumber | C::AverageOfCurrentNumber | C::AverageOfCurrentTime, Some(s))
            | (C::TotalContinuousNumber, Some(s)) => Self::Steps(steps::Steps::new(definition, s)),
            (C::TotalDistinctTime, Some(s)) if definition.subject.is_status() => {
                Self::Steps(steps::Steps::new(definition, s))
            }
            (C::TotalDistinctTime, None) if !matches!(definition.profile, TimeProfile::Selection(_)) => {
                Self::Distinct(distinct::Distinct::new(definition))
            }
            (_, Some(s)) => Self::Window(window::Window::new(definition, s)),
            (_, None) => match definition.profile {
                TimeProfile::SinceLogin => Self::Sessions(sessions::Sessions::new(definition)),
                TimeProfile::Selection(limit) => {
                    Self::Selection(selection::Selection::new(definition, limit))
                }
                _ => Self::Totals(totals::Totals::new(definition)),
            },
        }
    }
}

/// State categories: everything stands in the roster.
#[derive(Clone, Debug, Default)]
pub(crate) struct States {
    cells: Vec<()>,
}

impl Family for States {
    type Cell = ();

    fn cells(&mut self) -> &mut Vec<()> {
        &mut self.cells
    }

    fn blank(&self) {}

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn ended(&mut self, _: usize, _: &Touch, _: &Clock) {}

    fn read(&self, _: usize, _: &mut Look<'_>) -> Number {
        Number::plain(0)
    }

    fn ticks(&self, _: usize, _: bool) -> bool {
        false
    }
}
