//! Lines of `--explain`: what made a value, and what it comes to.

use engine::Engine;
use model::item::{Cause, ConnIx};
use model::object::ObjectIx;
use model::{Micros, ObjectType};
use serde::Serialize;
use stats::{Content, Contribution, Flags};
use std::io::{self, Write};

/// One item of the list.
#[derive(Serialize)]
struct ItemLine<'a> {
    at: Micros,
    statistic: &'a str,
    object_type: ObjectType,
    object: &'a str,
    item: Item<'a>,
}

#[derive(Serialize)]
struct Item<'a> {
    /// The action or status.
    what: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conn_id: Option<&'a str>,
    /// Whose it is; a member where the object is a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    /// Whose work a queue reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    begun: Micros,
    /// Absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Micros>,
    /// That count.
    seconds: i64,
    /// In the main mask, in the relative one.
    main: bool,
    rel: bool,
    /// Of the formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    begun_by: Option<&'a Cause>,
    /// The record that ended it, or told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    told_by: Option<&'a Cause>,
}

/// What the list comes to, beside the value that is shown.
#[derive(Serialize)]
struct SumLine<'a> {
    at: Micros,
    statistic: &'a str,
    object_type: ObjectType,
    object: &'a str,
    /// The time that the value is about.
    from: Micros,
    until: Micros,
    items: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    folded: Option<f64>,
    /// What the list of a state comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    value: Option<f64>,
    empty: bool,
    valid: bool,
    partial: bool,
}

/// Prints what made the studied value as of `at`; nothing where there is no value.
pub(super) fn tell(engine: &Engine, statistic: &str, at: Micros, out: &mut impl Write) -> io::Result<()> {
    let Some(study) = engine.study(at) else { return Ok(()) };
    let (object_type, object) = (study.object.kind, study.object.id.as_str());
    for one in &study.explained.items {
        let item = item(engine, one);
        super::print(&ItemLine { at, statistic, object_type, object, item }, out)?;
    }
    let (interval, value) = (study.explained.interval, &study.explained.value);
    let line = SumLine {
        at,
        statistic,
        object_type,
        object,
        from: interval.from,
        until: interval.until,
        items: study.explained.items.len(),
        folded: study.folded.map(|(folded, _)| folded),
        status: study.status.map(model::Status::name),
        value: if let Content::Number(number) = value.content { Some(number) } else { None },
        empty: value.flags.has(Flags::EMPTY),
        valid: !value.flags.has(Flags::INVALID),
        partial: value.flags.has(Flags::PARTIAL),
    };
    super::print(&line, out)
}

fn item<'a>(engine: &'a Engine, one: &'a Contribution) -> Item<'a> {
    let name = |ix: ObjectIx| engine.directory().object(ix).map(|object| object.id.as_str());
    Item {
        what: one.what.name(),
        call_type: one.call.map(model::item::CallKind::name),
        conn_id: Some(one.conn).filter(|conn| *conn != ConnIx::NONE).and_then(|conn| engine.call_name(conn)),
        of: name(one.member),
        by: name(one.by),
        begun: one.begun,
        ended: one.ended,
        seconds: one.seconds,
        main: one.main,
        rel: one.rel,
        value: one.value,
        begun_by: one.began_by.as_ref(),
        told_by: one.ended_by.as_ref(),
    }
}
