//! Where records leave the centre: one numbering for each source.

use model::record::{Body, Event, Gap};
use model::snapshot::Snapshot;
use model::{Micros, Position, Record, Text};

/// The numbering of all sources, and the records that were not yet fetched.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    sources: Vec<Numbering>,
    /// In order of emission.
    pub(crate) out: Vec<Record>,
}

#[derive(Clone, Debug)]
struct Numbering {
    name: Text,
    position: Position,
    /// While the source is blind nothing is reported.
    blind_since: Option<Micros>,
}

impl Desk {
    /// Numberings that begin at `start`.
    pub(crate) fn new(names: impl Iterator<Item = Text>, start: Micros) -> Self {
        let position = Position { epoch: start.0.max(1) as u64, seq: 0 };
        let sources = names.map(|name| Numbering { name, position, blind_since: None }).collect();
        Self { sources, out: Vec::new() }
    }

    /// A record of that source, not yet numbered.
    pub(crate) fn record(&self, source: usize, event: Event, at: Micros) -> Record {
        Record::new(self.sources[source].name.clone(), event, at)
    }

    /// Numbers the record and lets it go, unless the source is blind.
    pub(crate) fn send(&mut self, source: usize, mut record: Record) {
        let numbering = &mut self.sources[source];
        if numbering.blind_since.is_some() {
            return;
        }
        numbering.position.seq += 1;
        record.epoch = numbering.position.epoch;
        record.seq = numbering.position.seq;
        self.out.push(record);
    }

    /// The last number that the source gave.
    pub(crate) fn position(&self, source: usize) -> Position {
        self.sources[source].position
    }

    /// The place of a source in the list.
    pub(crate) fn source(&self, name: &str) -> Option<usize> {
        self.sources.iter().position(|source| source.name == name)
    }

    /// The source loses its switch.
    pub(crate) fn lose_link(&mut self, source: usize, at: Micros) {
        let record = self.record(source, Event::LinkDisconnected, at);
        self.send(source, record);
        self.go_blind(source, at);
    }

    /// From now on records of the source are lost.
    pub(crate) fn go_blind(&mut self, source: usize, at: Micros) {
        self.sources[source].blind_since.get_or_insert(at);
    }

    /// The switch is back, and all is as `snapshot` shows.
    pub(crate) fn regain_link(&mut self, source: usize, at: Micros, snapshot: Snapshot) {
        if self.sources[source].blind_since.take().is_some() {
            self.show(source, at, snapshot);
        }
    }

    /// The source begins a new numbering after it has lost records for good.
    pub(crate) fn regain_numbering(&mut self, source: usize, at: Micros, snapshot: Snapshot) {
        let numbering = &mut self.sources[source];
        let Some(from) = numbering.blind_since.take() else { return };
        numbering.position = Position { epoch: at.0.max(1) as u64, seq: 0 };
        let down = self.record(source, Event::LinkDisconnected, at);
        self.send(source, down);
        let mut gap = self.record(source, Event::Gap, at);
        let cause = Text::const_new("the source lost its numbering");
        gap.body = Some(Box::new(Body::Gap(Gap { from, to: at, cause, unsaved: false })));
        self.send(source, gap);
        self.show(source, at, snapshot);
    }

    fn show(&mut self, source: usize, at: Micros, snapshot: Snapshot) {
        let up = self.record(source, Event::LinkConnected, at);
        self.send(source, up);
        let mut picture = self.record(source, Event::Snapshot, at);
        picture.body = Some(Box::new(Body::Snapshot(snapshot)));
        self.send(source, picture);
    }
}
