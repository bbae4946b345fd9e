//! From values of the store to cells of the stream.

use model::time::Micros;
use ports::values::{self, Content, Missing};
use wire::stream::{Cell, Flags, Reason, StateValue, Value};

/// The cell that a browser gets for a value.
pub fn cell(value: &values::Cell) -> Cell {
    let flags = Flags(value.flags.0);
    match &value.content {
        Content::Number(number) if number.is_finite() => {
            Cell { v: Value::Number(*number), at: value.at, flags, reason: None }
        }
        // JSON knows no infinity; what divides by nothing has no value.
        Content::Number(_) => Cell { flags, ..missing(Reason::NotComputable, value.at) },
        Content::State(state) => {
            let state = StateValue {
                status: state.status.clone(),
                since: state.since,
                reasons: state.reasons.clone(),
                members: state.members.clone(),
            };
            Cell { v: Value::State(state), at: value.at, flags, reason: None }
        }
        Content::Missing(reason) => {
            let reason = match reason {
                Missing::NoData => Reason::NoData,
                Missing::SourceDown => Reason::SourceDown,
                Missing::NotPermitted => Reason::NotPermitted,
                Missing::NotComputable => Reason::NotComputable,
            };
            Cell { flags, ..missing(reason, value.at) }
        }
    }
}

/// No value, and why.
pub fn missing(reason: Reason, at: Micros) -> Cell {
    Cell { v: Value::Null, at, flags: Flags::default(), reason: Some(reason) }
}
