//! Rules on statistics, and the alerts that they raise: from values and their times to transitions.
//!
//! **Invariant:** nothing is raised before its condition has held for as long as the rule says; what is not known raises
//! nothing and clears nothing; telling the same values in other pieces gives the same transitions.

mod alert;
mod condition;
mod desk;
mod machine;
mod replay;
mod rule;

pub use alert::{
    Acknowledged, Alert, AlertKey, Because, Cleared, Delivery, DeliveryState, Happening, NOTE_CHARS_MAX,
    Phase, SNOOZE_MINUTES, SNOOZE_MINUTES_MAX, Snoozed, Told,
};
pub use condition::{Condition, Reading, Verdict};
pub use desk::{Desk, ROWS_MAX};
pub use machine::{Machine, Turn};
pub use replay::{Firing, replay};
pub use rule::{Definition, OBJECTS_MAX, Rule, Severity};
