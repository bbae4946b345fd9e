//! The streams of several sources as one: in processing order, one whole instant at a time.
//!
//! A source's clock is the highest `received` seen from it, moved on by its heartbeats. An instant is whole when the
//! clocks of all live sources have passed it. A source that is silent too long holds nobody back.
//!
//! **Invariant:** what comes out, and in which order, depends only on what came in from each source, never on how
//! the sources' records interleaved (as long as no source was declared stalled in between).

use model::Text;
use model::record::{Event, Record};
use model::time::{Micros, Position};
use std::collections::{BTreeMap, VecDeque};

/// One source as the merge sees it.
#[derive(Clone, Debug)]
struct Stream {
    waiting: VecDeque<Record>,
    /// No record before this can come any more.
    clock: Micros,
    /// When anything was last heard, by the caller's clock.
    heard: Micros,
    /// The last record taken in.
    position: Position,
    /// The last record handed out.
    released: Position,
    live: bool,
}

/// How many records went astray, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// At or below the position: dropped.
    pub duplicates: u64,
    /// Came after their instant had been processed: processed all the same, at the present instant.
    pub late: u64,
}

/// A record is missing before the one that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The last record that is there.
    pub after: Position,
    /// The one that came.
    pub came: Position,
}

/// Records that may be processed now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// In processing order (contracts, part 2).
    pub records: Vec<Record>,
    /// Every instant up to and including this one is whole.
    pub through: Micros,
}

/// Merges sources.
#[derive(Clone, Debug)]
pub struct Merge {
    streams: BTreeMap<Text, Stream>,
    /// The `through` of the last batch.
    through: Micros,
    silence_max: Micros,
    /// A source has been heard of that was not, or no longer.
    revived: bool,
    /// What went astray so far.
    pub counts: Counts,
}

impl Merge {
    /// A merge of no sources yet; one that is silent for longer than `silence_max` is stalled.
    pub fn new(silence_max: Micros) -> Self {
        let (streams, counts) = (BTreeMap::new(), Counts::default());
        Self { streams, through: Micros::ZERO, silence_max, revived: false, counts }
    }

    /// Goes on after a restart: everything through `through` and `positions` has been processed.
    pub fn resume(&mut self, positions: &BTreeMap<Text, Position>, through: Micros) {
        self.through = through;
        for (source, position) in positions {
            let stream = self.stream(source, Micros::ZERO);
            stream.position = *position;
            stream.released = *position;
        }
    }

    /// Declares that a source is about to be heard of, for the first time or again: nothing is whole until it has told
    /// its clock, or has been silent too long since `now`.
    pub fn expect(&mut self, source: &Text, now: Micros) {
        let stream = self.stream(source, now);
        let was_live = std::mem::replace(&mut stream.live, true);
        stream.heard = stream.heard.max(now);
        self.revived |= !was_live;
    }

    /// A source is not waited for until it is heard of again, as if it had been silent too long.
    pub fn excuse(&mut self, source: &Text) {
        if let Some(stream) = self.streams.get_mut(source) {
            stream.live = false;
        }
    }

    /// Takes in a record. A [`Hole`] refuses it: the caller resumes or takes a snapshot.
    pub fn push(&mut self, record: Record, now: Micros) -> Result<(), Hole> {
        let through = self.through;
        let position = record.position();
        let source = record.source.clone();
        let stream = self.stream(&source, now);
        if position.seq != 0 {
            if position <= stream.position {
                self.counts.duplicates += 1;
                return Ok(());
            }
            // A gap or a snapshot stands for whatever is missing before it.
            let stands_alone = matches!(record.event, Event::Gap | Event::Snapshot);
            let begins = position.epoch > stream.position.epoch;
            let follows = begins || stands_alone || position.seq == stream.position.seq + 1;
            if !follows && stream.position.seq != 0 {
                return Err(Hole { after: stream.position, came: position });
            }
            stream.position = position;
        }
        let was_live = std::mem::replace(&mut stream.live, true);
        stream.heard = now;
        stream.clock = stream.clock.max(record.received);
        let late = record.received <= through;
        stream.waiting.push_back(record);
        self.revived |= !was_live;
        self.counts.late += u64::from(late);
        Ok(())
    }

    /// Goes on from `position` without the records before it: a snapshot or a gap stands for them.
    pub fn jump(&mut self, source: &Text, position: Position, now: Micros) {
        let stream = self.stream(source, now);
        stream.position = stream.position.max(position);
    }

    /// A source tells its clock: nothing that it sends from now on was received before `clock`.
    pub fn heartbeat(&mut self, source: &Text, clock: Micros, now: Micros) {
        let stream = self.stream(source, now);
        let was_live = std::mem::replace(&mut stream.live, true);
        stream.heard = now;
        stream.clock = stream.clock.max(clock);
        self.revived |= !was_live;
    }

    /// Whether a source has become live since the last question.
    pub fn take_revived(&mut self) -> bool {
        std::mem::take(&mut self.revived)
    }

    /// Looks for sources that have been silent too long; answers those that stalled just now.
    pub fn stalled(&mut self, now: Micros) -> Vec<Text> {
        let limit = self.silence_max;
        let silent = self.streams.iter_mut().filter(|(_, s)| s.live && now - s.heard > limit);
        silent
            .map(|(source, stream)| {
                stream.live = false;
                source.clone()
            })
            .collect()
    }

    /// Whether a source is heard of.
    pub fn is_live(&self, source: &str) -> bool {
        self.streams.get(source).is_some_and(|stream| stream.live)
    }

    /// The last record taken in from each source: where a link goes on.
    pub fn positions(&self) -> BTreeMap<Text, Position> {
        self.streams.iter().map(|(source, stream)| (source.clone(), stream.position)).collect()
    }

    /// The last record handed out of each source: what a checkpoint has seen.
    pub fn released(&self) -> BTreeMap<Text, Position> {
        let with_number = self.streams.iter().filter(|(_, stream)| stream.released.seq != 0);
        with_number.map(|(source, stream)| (source.clone(), stream.released)).collect()
    }

    /// How many records wait for their instant to become whole.
    pub fn waiting(&self) -> usize {
        self.streams.values().map(|stream| stream.waiting.len()).sum()
    }

    /// The clock of the slowest live source: how far everything could be processed. `None` before the first.
    pub fn clock(&self) -> Option<Micros> {
        self.streams.values().filter(|stream| stream.live).map(|stream| stream.clock).min()
    }

    /// When the oldest record that waits was received.
    pub fn oldest(&self) -> Option<Micros> {
        self.streams.values().filter_map(|stream| stream.waiting.front()).map(|record| record.received).min()
    }

    /// The last whole instant.
    pub fn through(&self) -> Micros {
        self.through
    }

    /// Takes what is whole, at most about `records_max` records but always whole instants. Nothing if time
    /// has not moved.
    pub fn take(&mut self, records_max: usize) -> Option<Batch> {
        self.take_until(records_max, Micros::MAX)
    }

    /// [`Merge::take`], but nothing later than `limit`.
    pub fn take_until(&mut self, records_max: usize, limit: Micros) -> Option<Batch> {
        let clock = self.clock()?;
        // A clock at t may still be followed by a record of t.
        let whole = Micros(clock.0 - 1).min(limit);
        if whole <= self.through {
            return None;
        }
        let mut records = Vec::new();
        let mut through = whole;
        while let Some((source, received)) = self.next_source(whole) {
            if records.len() >= records_max && received > self.last_instant(&records) {
                through = self.last_instant(&records);
                break;
            }
            let stream = self.streams.get_mut(&source)?;
            let record = stream.waiting.pop_front()?;
            if record.seq != 0 {
                stream.released = record.position();
            }
            records.push(record);
        }
        self.through = through;
        Some(Batch { records, through })
    }

    /// The instant of the last record; late records count as of the present.
    fn last_instant(&self, records: &[Record]) -> Micros {
        records.last().map_or(self.through, |record| record.received).max(self.through)
    }

    /// The source whose first waiting record is next, if its instant is whole.
    fn next_source(&self, whole: Micros) -> Option<(Text, Micros)> {
        let heads = self.streams.values().filter_map(|stream| stream.waiting.front());
        let next = heads.min_by(|a, b| a.order().cmp(&b.order()))?;
        (next.received <= whole).then(|| (next.source.clone(), next.received))
    }

    fn stream(&mut self, source: &Text, now: Micros) -> &mut Stream {
        self.streams.entry(source.clone()).or_insert_with(|| Stream {
            waiting: VecDeque::new(),
            clock: Micros::ZERO,
            heard: now,
            position: Position::default(),
            released: Position::default(),
            live: true,
        })
    }
}

#[cfg(test)]
mod tests;
