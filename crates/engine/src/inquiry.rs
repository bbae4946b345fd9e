//! One value asked about: records are read again for it alone, until it can be told what made it.

use crate::engine::EngineError;
use crate::study::Study;
use model::item::{Cause, ConnIx, Items};
use model::object::ObjectIx;
use model::record::{Event, Record};
use model::tenant::Tenant;
use model::{Micros, Object, Text};
use objects::{Directory, Objects};
use stats::{Batch, Definition, Refused, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why an inquiry can't begin.
#[derive(Debug, thiserror::Error)]
pub enum InquiryError {
    /// Nothing adds up to values of this definition.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The tenant contradicts itself.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What is known of a record that caused something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The source's own time.
    pub time: Micros,
    /// When the first of our processes had it.
    pub received: Micros,
    /// What it tells.
    pub event: Event,
}

/// A centre's objects with one statistic of one object, which keeps all that reaches it.
#[derive(Clone, Debug)]
pub struct Inquiry {
    objects: Objects,
    statistic: Statistic,
    definition: Arc<Definition>,
    zone: Text,
    object: Object,
    opened_at: Option<Micros>,
    ix: Option<ObjectIx>,
    begun: Option<Micros>,
    batch: Batch,
    calls: BTreeMap<ConnIx, Text>,
    witnesses: BTreeMap<Cause, Witness>,
}

impl Inquiry {
    /// Asks about the value that `object` has by `definition`, opened at that moment; with the first record if absent.
    ///
    /// # Errors
    /// A tenant that contradicts itself, or a value that nothing adds up to.
    pub fn new(
        tenant: &Tenant,
        definition: Arc<Definition>,
        object: Object,
        opened_at: Option<Micros>,
    ) -> Result<Self, InquiryError> {
        definition.check_recordable()?;
        let zone = tenant.time_zone.clone();
        let statistic = Statistic::open(Arc::clone(&definition), opened_at.unwrap_or(Micros::ZERO), &zone)?;
        let mut objects = Objects::new(tenant).map_err(EngineError::from)?;
        objects.trace();
        let (calls, witnesses, batch) = (BTreeMap::new(), BTreeMap::new(), Batch::default());
        let (ix, begun) = (None, None);
        Ok(Self {
            objects,
            statistic,
            definition,
            zone,
            object,
            opened_at,
            ix,
            begun,
            batch,
            calls,
            witnesses,
        })
    }

    /// Takes in records as [`Engine::step`](crate::Engine::step) does.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn step(&mut self, records: &[Record], through: Micros) -> Result<(), InquiryError> {
        match records.first() {
            Some(first) => self.begin(first)?,
            None if self.begun.is_none() => return Ok(()),
            None => {}
        }
        // Calls are forgotten some time after their end: their names are noted before that.
        for instant in records.chunk_by(|one, next| one.received == next.received) {
            let items = self.objects.step(instant, instant[0].received);
            self.take(instant, items)?;
        }
        let items = self.objects.step(&[], through);
        self.take(&[], items)
    }

    /// The value as of `at` with what made it; none while the object is unknown, or before the opening.
    pub fn study(&self, at: Micros) -> Option<Study> {
        Study::of(&self.statistic, self.object.clone(), self.ix?, at)
    }

    /// When the first record came.
    pub fn begun(&self) -> Option<Micros> {
        self.begun
    }

    /// How much is kept for the answer.
    pub fn recorded(&self) -> usize {
        self.statistic.recorded() + self.witnesses.len()
    }

    /// The definition of the value.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// Who exists.
    pub fn directory(&self) -> &Directory {
        self.objects.directory()
    }

    /// The id of a call that the value met.
    pub fn call_name(&self, conn: ConnIx) -> Option<&Text> {
        self.calls.get(&conn)
    }

    /// What a record told that caused something.
    pub fn witness(&self, cause: &Cause) -> Option<&Witness> {
        self.witnesses.get(cause)
    }

    fn begin(&mut self, first: &Record) -> Result<(), InquiryError> {
        if self.begun.is_some() {
            return Ok(());
        }
        self.begun = Some(first.received);
        let opening = self.opened_at.unwrap_or(first.received);
        self.statistic = Statistic::open(Arc::clone(&self.definition), opening, &self.zone)?;
        // The world begins when the statistic shall (rule Q-6).
        if opening < first.received {
            let nothing = Record::new(first.source.clone(), Event::Other("Begin".into()), opening);
            let items = self.objects.step(&[nothing], opening);
            self.take(&[], items)?;
        }
        Ok(())
    }

    fn take(&mut self, records: &[Record], items: Items) -> Result<(), InquiryError> {
        for (ix, object) in &items.appeared {
            if *object == self.object && self.ix.is_none() {
                self.ix = Some(*ix);
                self.statistic.record(*ix)?;
                self.statistic.add(*ix, object)?;
            }
        }
        self.objects.reuse(self.batch.refill(items));
        self.statistic.apply(&self.batch);
        let causes = self.statistic.take_causes();
        if causes.is_empty() {
            return Ok(());
        }
        for record in records {
            let of = Cause { source: record.source.clone(), epoch: record.epoch, seq: record.seq };
            if causes.contains(&of) {
                let Record { time, received, event, .. } = record.clone();
                self.witnesses.insert(of, Witness { time, received, event });
            }
        }
        let met = self.batch.items().items.iter().map(|item| item.conn);
        for conn in met.filter(|conn| *conn != ConnIx::NONE) {
            if let Some(name) = self.objects.floor.conn_id(conn) {
                self.calls.entry(conn).or_insert_with(|| name.into());
            }
        }
        Ok(())
    }
}
