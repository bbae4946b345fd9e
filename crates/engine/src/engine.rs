//! The engine: records in, values out, for a whole tenant in one thread.

use crate::asked::{Asked, RefusedRequest};
use crate::study::Studied;
use model::item::Items;
use model::object::ObjectIx;
use model::tenant::Tenant;
use model::{Event, Micros, Object, Record, Text};
use objects::{Directory, Misconfigured, Objects, TenantError};
use stats::{Batch, Definition, Library, Refused, Statistic, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why an engine can't be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The tenant contradicts itself.
    #[error(transparent)]
    Tenant(#[from] TenantError),
}

/// One value as `pulse evaluate` prints it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The request's name.
    pub statistic: Text,
    /// Whose value.
    pub object: Object,
    /// The value; its `at` is the instant asked for.
    pub value: Value,
}

/// A tenant's objects and the statistics that are asked of them.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) objects: Objects,
    pub(crate) statistics: Vec<Statistic>,
    pub(crate) asked: Vec<Asked>,
    /// By request: its place among the statistics, once they are open.
    pub(crate) served_by: Vec<usize>,
    zone: Text,
    /// The first record's `received`.
    pub(crate) begun: Option<Micros>,
    batch: Batch,
    /// Whose value is to be explained.
    pub(crate) studied: Option<Studied>,
}

impl Engine {
    /// The engine of a tenant for the requests of a library; those that it refuses come back with their causes.
    ///
    /// # Errors
    /// A tenant that contradicts itself.
    pub fn new(tenant: &Tenant, library: &Library) -> Result<(Self, Vec<RefusedRequest>), EngineError> {
        let objects = Objects::new(tenant)?;
        let zone = tenant.time_zone.clone();
        let (mut asked, mut refused) = (Vec::new(), Vec::new());
        for request in &library.requests {
            let opens = |requests: Vec<Asked>| {
                // A zone that does not exist shows only here.
                for asked in &requests {
                    Statistic::open(Arc::new(asked.definition.clone()), Micros::ZERO, &zone)?;
                }
                Ok(requests)
            };
            match Asked::new(library, request, objects.directory()).and_then(opens) {
                Ok(requests) => asked.extend(requests),
                Err(Refused { cause }) => {
                    let cause = request.passage.cite(&cause);
                    refused.push(RefusedRequest { name: request.name.clone(), cause });
                }
            }
        }
        let (statistics, served_by, batch) = (Vec::new(), Vec::new(), Batch::default());
        Ok((Self { objects, statistics, asked, served_by, zone, begun: None, batch, studied: None }, refused))
    }

    /// Takes in records, in processing order and in whole instants; all instants up to and including `through` are
    /// complete with them.
    pub fn step(&mut self, records: &[Record], through: Micros) {
        match records.first() {
            Some(first) => self.awake(first),
            None if self.begun.is_none() => return,
            None => {}
        }
        if self.studied.is_none() {
            let items = self.objects.step(records, through);
            return self.take(items);
        }
        // Calls are forgotten some time after their end: their names are noted before that.
        for instant in records.chunk_by(|one, next| one.received == next.received) {
            let items = self.objects.step(instant, instant[0].received);
            self.note_calls(&items);
            self.take(items);
        }
        let items = self.objects.step(&[], through);
        self.take(items);
    }

    /// The value of one object as of `at`, which must not lie before what was taken in; none if the request or the
    /// object is unknown, or `at` lies before the opening.
    pub fn read(&self, statistic: &str, object: &Object, at: Micros) -> Option<Value> {
        let named = |asked: &Asked| asked.name == statistic && asked.asks.at(at);
        let place = self.asked.iter().position(named)?;
        let ix = *self.asked[place].objects.get(object)?;
        self.statistics.get(*self.served_by.get(place)?)?.read(ix, at)
    }

    /// Every value as of `at`, by statistic and object.
    pub fn answers(&self, at: Micros) -> Vec<Answer> {
        self.collect(|statistic, ix| statistic.read(ix, at))
    }

    /// The closing values of the intervals that end at the next reset, by statistic and object (see
    /// [`Statistic::closing`]).
    pub fn closings(&self) -> Vec<Answer> {
        self.collect(Statistic::closing)
    }

    /// Who exists.
    pub fn directory(&self) -> &Directory {
        self.objects.directory()
    }

    /// What was found wrong in the configuration since this was last asked; the rest of it holds.
    pub fn take_complaints(&mut self) -> Vec<Misconfigured> {
        self.objects.floor.take_complaints()
    }

    /// Objects that were asked for by name and that nobody has met so far, each with the request's name.
    pub fn unmet(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.asked.iter().flat_map(|asked| asked.missing().iter().map(|object| (&asked.name, object)))
    }

    /// The open statistics; requests for the same definition share one.
    pub fn statistics(&self) -> &[Statistic] {
        &self.statistics
    }

    fn collect(&self, read: impl Fn(&Statistic, ObjectIx) -> Option<Value>) -> Vec<Answer> {
        let mut answers = Vec::new();
        for (asked, place) in self.asked.iter().zip(&self.served_by) {
            let statistic = &self.statistics[*place];
            for (object, ix) in &asked.objects {
                if let Some(value) = read(statistic, *ix).filter(|value| asked.asks.at(value.at)) {
                    let (statistic, object) = (asked.name.clone(), object.clone());
                    answers.push(Answer { statistic, object, value });
                }
            }
        }
        let key = |answer: &Answer| (answer.statistic.clone(), answer.object.id.clone(), answer.object.kind);
        answers.sort_by_cached_key(key);
        answers
    }

    pub(crate) fn take(&mut self, items: Items) {
        self.meet(&items.appeared);
        self.follow(&items.presence);
        self.objects.reuse(self.batch.refill(items));
        for statistic in &mut self.statistics {
            statistic.apply(&self.batch);
        }
    }

    /// Rows for objects that appear.
    fn meet(&mut self, appeared: &[(ObjectIx, Object)]) {
        for (ix, object) in appeared {
            for (asked, place) in self.asked.iter_mut().zip(&self.served_by) {
                if asked.meets(*ix, object) {
                    if let Some(studied) =
                        self.studied.as_mut().filter(|studied| studied.wants(asked, object))
                    {
                        studied.found = Some((*place, *ix));
                        // What can't be recorded was refused when it was asked for.
                        let _refused = self.statistics[*place].record(*ix);
                    }
                    // Only types that the definition accepts are asked for: nothing can be refused here.
                    let _accepted = self.statistics[*place].add(*ix, object);
                }
            }
        }
    }

    /// `*` selections follow objects that are taken away and come back; what was asked for by name stays.
    fn follow(&mut self, presence: &[(ObjectIx, bool)]) {
        for (ix, is_there) in presence {
            let Some(object) = self.objects.directory().object(*ix).cloned() else { continue };
            match is_there {
                true => self.meet(&[(*ix, object)]),
                false => self.asked.iter_mut().for_each(|asked| asked.part(&object)),
            }
        }
    }

    /// Opens the statistics before the first record, if that has not been done.
    pub(crate) fn awake(&mut self, first: &Record) {
        if self.begun.is_none() {
            self.open(first.received);
            self.begin(first);
        }
    }

    /// The statistic that serves a request, by the request's place.
    pub(crate) fn serving(&self, request: usize) -> &Statistic {
        &self.statistics[self.served_by[request]]
    }

    /// Opens the statistics, once it is known when the stream begins.
    pub(crate) fn open(&mut self, begun: Micros) {
        let mut shared: BTreeMap<(Text, Micros), usize> = BTreeMap::new();
        let mut definitions: Vec<(Definition, Micros)> = Vec::new();
        for asked in &self.asked {
            let creation = asked.opened_at.unwrap_or(begun);
            let place = *shared.entry((asked.definition.key(), creation)).or_insert(definitions.len());
            match definitions.get_mut(place) {
                Some((definition, _)) => definition.widen(&asked.definition.objects),
                None => definitions.push((asked.definition.clone(), creation)),
            }
            self.served_by.push(place);
        }
        for (definition, creation) in definitions {
            self.statistics.extend(Statistic::open(Arc::new(definition), creation, &self.zone));
        }
        self.begun = Some(begun);
    }

    /// Rule Q-6: what holds before the first record has held since a statistic's own opening, if that is earlier. A
    /// record that means nothing lets the world begin at the earliest of them; the others see it begin later.
    fn begin(&mut self, first: &Record) {
        let openings = self.asked.iter().filter_map(|asked| asked.opened_at);
        if let Some(opening) = openings.min().filter(|opening| *opening < first.received) {
            let nothing = Record::new(first.source.clone(), Event::Other("Begin".into()), opening);
            let items = self.objects.step(&[nothing], opening);
            self.meet(&items.appeared);
            for statistic in &mut self.statistics {
                let begun = statistic.creation().min(first.received);
                let mut own = items.clone();
                own.through = begun;
                own.items.iter_mut().for_each(|item| (item.at, item.start) = (begun, begun));
                self.batch.refill(own);
                statistic.apply(&self.batch);
            }
        }
    }
}
