//! Lines of a trace: a hop, then what it caused.

use anyhow::{Context, Result};
use jiff::Timestamp;
use model::Text;
use model::item::{Cause, Item, Items, What};
use model::record::Record;
use model::time::Micros;
use objects::Objects;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Write;

/// Tells the hops of a family of calls.
pub(super) struct Teller<W> {
    out: W,
    json: bool,
    objects: Option<Objects>,
    family: BTreeSet<Text>,
    /// When the hop before was received.
    before: Option<Micros>,
}

#[derive(Serialize)]
struct Hop<'a> {
    received: Micros,
    /// From the source's own time to its receipt by the LDS, in µs.
    delay: i64,
    /// Since the hop before, in µs.
    since: i64,
    event: &'a str,
    record: &'a Record,
    effects: Vec<Effect<'a>>,
}

#[derive(Serialize)]
struct Effect<'a> {
    object_type: &'static str,
    object: &'a str,
    what: &'static str,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

impl<W: Write> Teller<W> {
    /// `objects` tell what they make of the records, if they are given; they must be traced.
    pub(super) fn new(out: W, json: bool, objects: Option<Objects>, family: BTreeSet<Text>) -> Self {
        Self { out, json, objects, family, before: None }
    }

    /// Takes in all records of one instant, and tells those of the family.
    pub(super) fn take_in(&mut self, instant: &[Record]) -> Result<()> {
        let Some(last) = instant.last() else { return Ok(()) };
        let items = self.objects.as_mut().map(|objects| objects.step(instant, last.received));
        for record in instant {
            if !self.is_of_family(record) {
                continue;
            }
            let line = self.line(record, items.as_ref())?;
            self.before = Some(record.received);
            self.out.write_all(line.as_bytes()).context("standard output is closed")?;
        }
        if let (Some(objects), Some(items)) = (&mut self.objects, items) {
            objects.reuse(items);
        }
        Ok(())
    }

    fn is_of_family(&self, record: &Record) -> bool {
        record.conn_id.as_ref().is_some_and(|conn| self.family.contains(conn))
    }

    fn line(&self, record: &Record, items: Option<&Items>) -> Result<String> {
        let effects = match (items, &self.objects) {
            (Some(items), Some(objects)) => effects(record, items, objects),
            _ => Vec::new(),
        };
        let hop = Hop {
            received: record.received,
            delay: record.received.0 - record.time.0,
            since: self.before.map_or(0, |before| record.received.0 - before.0),
            event: record.event.name(),
            record,
            effects,
        };
        Ok(if self.json { serde_json::to_string(&hop)? + "\n" } else { hop.text() })
    }
}

/// What the record caused.
fn effects<'a>(record: &Record, items: &Items, objects: &'a Objects) -> Vec<Effect<'a>> {
    let own =
        |cause: &Cause| (&cause.source, cause.epoch, cause.seq) == (&record.source, record.epoch, record.seq);
    let caused = items.items.iter().zip(&items.causes);
    let of_record = caused.filter(|(_, cause)| cause.as_ref().is_some_and(own));
    of_record.filter_map(|(item, _)| effect(item, objects)).collect()
}

fn effect<'a>(item: &Item, objects: &'a Objects) -> Option<Effect<'a>> {
    let object = objects.directory().object(item.object)?;
    let lasted = (item.at.0 - item.start.0) as f64 / 1e6;
    let (what, name, seconds) = match item.what {
        What::Began { action, .. } => ("began", action.name(), None),
        What::Ended { action, .. } => ("ended", action.name(), Some(lasted)),
        What::Lost { action, .. } => ("lost", action.name(), None),
        What::Changed { action, .. } => ("changed", action.name(), None),
        What::Happened { action } => ("happened", action.name(), Some(lasted).filter(|lasted| *lasted > 0.0)),
        What::Status { to } => ("status", to.name(), None),
        _ => return None,
    };
    Some(Effect { object_type: object.kind.name(), object: &object.id, what, name, seconds })
}

impl Hop<'_> {
    fn text(&self) -> String {
        let at = Timestamp::from_microsecond(self.received.0)
            .map_or_else(|_| self.received.0.to_string(), |at| at.strftime("%F %T%.6f").to_string());
        let Record { source, conn_id, this_dn, this_queue, other_dn, third_party_dn, call_state, .. } =
            self.record;
        let mut text = format!(
            "{at}  +{:.3} s  {:<16} {}@{source}  call {}",
            self.since as f64 / 1e6,
            self.event,
            this_dn.as_deref().unwrap_or("-"),
            conn_id.as_deref().unwrap_or("-")
        );
        let named = [("queue", this_queue), ("with", other_dn), ("third", third_party_dn)];
        for (word, value) in named.into_iter().filter_map(|(word, value)| Some((word, value.as_ref()?))) {
            text += &format!("  {word} {value}");
        }
        if let Some(state) = call_state {
            text += &format!("  {}", state.name());
        }
        text += &format!("  told after {:.1} ms\n", self.delay as f64 / 1e3);
        for Effect { object_type, object, what, name, seconds } in &self.effects {
            text += &format!("    {object_type} {object}: {name} {what}");
            text += &seconds.map_or_else(|| "\n".to_owned(), |seconds| format!(" after {seconds:.3} s\n"));
        }
        text
    }
}
