//! Changes among the records of a batch: they hold for the whole of their instant (rule Q-44), so they are carried out
//! before its first record.

use super::Misconfigured;
use crate::floor::route::Taken;
use crate::floor::{Batch, Floor};
use crate::stamp::Stamp;
use model::object::{Object, ObjectIx, ObjectType};
use model::record::{Body, Change, Event, Record};
use model::tenant::Table;
use model::time::{Micros, Position};
use std::collections::VecDeque;

/// The changes of a batch that are still to come.
#[derive(Default)]
pub(in crate::floor) struct Changes<'a> {
    ahead: VecDeque<(&'a Record, &'a Body)>,
}

impl Floor {
    /// The changes and gaps among records, but those that were taken in before.
    pub(in crate::floor) fn changes_of<'a>(&self, records: &'a [Record]) -> Changes<'a> {
        let new = |record: &&Record| {
            let known = self.directory.find_source(&record.source).map(|source| self.position(source));
            matches!(record.event, Event::ConfigChanged | Event::Gap)
                && (record.position() == Position::default()
                    || known.is_none_or(|known| record.position() > known))
        };
        let with_body = |record: &'a Record| Some((record, record.body.as_deref()?));
        Changes { ahead: records.iter().filter(new).filter_map(with_body).collect() }
    }

    /// Carries out what the configuration changes in the instant that begins, and what was lost before it: a source
    /// may tell that its link was down first, and then since when nothing is known.
    pub(in crate::floor) fn foresee(&mut self, at: Micros, batch: &mut Batch<'_>) {
        while let Some((record, body)) = batch.changes.ahead.front().copied()
            && record.received <= at
        {
            batch.changes.ahead.pop_front();
            let stamp = batch.step(at, record.time);
            batch.note_cause(record);
            match body {
                Body::Change(change) => self.carry_out(change, stamp, batch),
                Body::Gap(gap) => {
                    let source = self.source(&record.source);
                    self.miss(Taken { record, source, stamp }, gap, batch);
                }
                Body::Snapshot(_) => {}
            }
        }
    }

    fn carry_out(&mut self, change: &Change, stamp: Stamp, batch: &mut Batch<'_>) {
        let before = self.setup.complaints();
        if let Err(cause) = self.rearrange(change, stamp, batch) {
            self.setup.complain(&change.object, &change.id, cause);
        }
        self.counters.misconfigured += (self.setup.complaints() - before) as u64;
    }

    /// Nothing is changed where something is wrong.
    fn rearrange(&mut self, change: &Change, stamp: Stamp, batch: &mut Batch<'_>) -> Result<(), String> {
        let table = self.setup.tenant.preview(change).map_err(|error| error.to_string())?;
        let id = change.id.as_str();
        match (&table, change.object.as_str()) {
            (Some(Table::Agent(agent)), _) => self.change_agent(id, Some(agent), stamp, batch),
            (Some(Table::AgentGroup(group)), _) => self.change_crew(id, Some(group), stamp, batch)?,
            (Some(Table::Dn(dn)), _) => self.change_dn(dn, stamp, batch)?,
            (Some(Table::Place(place)), _) => self.change_place(id, Some(place), stamp, batch)?,
            (Some(Table::PlaceGroup(group)), _) => self.change_place_group(id, Some(group), stamp, batch)?,
            (Some(Table::QueueGroup(group)), _) => self.change_queue_group(id, Some(group), stamp, batch)?,
            (None, "agent") => self.change_agent(id, None, stamp, batch),
            (None, "agent_group") => self.change_crew(id, None, stamp, batch)?,
            (None, "dn") => self.take_dn_away(id, stamp, batch)?,
            (None, "place") => self.change_place(id, None, stamp, batch)?,
            (None, "place_group") => self.change_place_group(id, None, stamp, batch)?,
            (None, _) => self.change_queue_group(id, None, stamp, batch)?,
        }
        let renewed = match &table {
            Some(Table::Agent(_)) => Some(ObjectType::Agent),
            Some(Table::Place(_)) => Some(ObjectType::Place),
            _ => None,
        };
        self.setup.tenant.put(change, table);
        if let Some(of) = renewed.and_then(|kind| self.directory.find(&Object::new(kind, id))) {
            self.renew_capacity(of, stamp, batch);
        }
        Ok(())
    }

    /// What was found wrong in the configuration since this was last asked, for people to hear of.
    pub fn take_complaints(&mut self) -> Vec<Misconfigured> {
        self.setup.take_complaints()
    }

    /// Whether the configuration took the object away.
    pub fn is_gone(&self, object: ObjectIx) -> bool {
        self.setup.gone.contains(&object)
    }

    /// Objects from that number on, which a change named for the first time, begin.
    pub(super) fn start_from(&mut self, first: usize, stamp: Stamp, batch: &mut Batch<'_>) {
        for ix in (first as u32..self.directory.len() as u32).map(ObjectIx) {
            self.start(ix, stamp, batch);
            if self.directory.object(ix).is_some_and(|object| object.kind == ObjectType::Agent) {
                self.enroll(ix, stamp, batch);
            }
        }
    }

    /// Whether an object is gone; true where that is news.
    pub(super) fn set_gone(&mut self, object: ObjectIx, gone: bool, batch: &mut Batch<'_>) -> bool {
        let gones = &mut self.setup.gone;
        let is_news = if gone { gones.insert(object) } else { gones.remove(&object) };
        if is_news {
            batch.routes.presence.push((object, !gone));
        }
        is_news
    }

    /// The object of a table; made if it is not known and the table is there.
    pub(super) fn object_of(&mut self, kind: ObjectType, id: &str, is_there: bool) -> Option<ObjectIx> {
        let object = Object::new(kind, id);
        let known = self.directory.find(&object);
        known.or_else(|| is_there.then(|| self.directory.add(object, id.into())))
    }
}
