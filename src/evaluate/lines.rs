//! Lines of output: one JSON object each, keys in the order of contracts part 6.

use engine::{Answer, Info, News};
use model::{Micros, Object, ObjectType};
use serde::Serialize;
use serde_json::json;
use stats::{Content, Flags, Value};

/// One line of output; the keys in the order of contracts part 6.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    at: Micros,
    statistic: &'a str,
    object_type: ObjectType,
    object: &'a str,
    value: serde_json::Value,
    empty: bool,
    valid: bool,
    partial: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval_start: Option<Micros>,
}

impl<'a> Line<'a> {
    /// What was asked for.
    pub(super) fn answer(Answer { statistic, object, value }: &'a Answer) -> Self {
        Self::new(value.at, statistic, object, value)
    }

    /// What was told by itself: a value, or whether it can be trusted.
    pub(super) fn info(info: &'a Info) -> Self {
        let event = match info.news {
            News::Info => "Info",
            News::StatInvalid => "StatInvalid",
            News::StatValid => "StatValid",
        };
        Self {
            event: Some(event),
            interval_start: Some(info.interval_start),
            ..Self::new(info.at, &info.statistic, &info.object, &info.value)
        }
    }

    fn new(at: Micros, statistic: &'a str, object: &'a Object, value: &'a Value) -> Self {
        let content = match &value.content {
            Content::Number(number) => json!(number),
            Content::State(state) => json!(state),
        };
        Self {
            at,
            statistic,
            object_type: object.kind,
            object: &object.id,
            value: content,
            empty: value.flags.has(Flags::EMPTY),
            valid: !value.flags.has(Flags::INVALID),
            partial: value.flags.has(Flags::PARTIAL),
            event: None,
            interval_start: None,
        }
    }
}

/// A request that is not served.
#[derive(Serialize)]
pub(super) struct RefusedLine<'a> {
    pub(super) refused: &'a str,
    pub(super) cause: &'a str,
}
