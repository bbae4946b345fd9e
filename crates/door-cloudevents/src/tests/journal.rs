//! A journal in memory, with the outlet that leads to it.

use crate::{Full, Outlet};
use async_trait::async_trait;
use bytes::Bytes;
use model::record::Record;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::Result;
use ports::record_log::{Appended, Entry, Found, Origin, RecordLog, Span};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;
use wire::frame::encode_record;

/// What the journal does with what it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mood {
    /// Writes it at once.
    #[default]
    Well,
    /// Keeps it waiting until it is well again.
    Stuck,
    /// Has no room for it.
    Full,
    /// Loses it.
    Broken,
}

#[derive(Default)]
struct State {
    mood: Mood,
    records: Vec<Record>,
    stuck: Vec<(Vec<Record>, oneshot::Sender<()>)>,
}

/// One source's journal.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<State>>);

impl Memory {
    /// Changes the mood; what was stuck is written when the journal is well again.
    pub(super) fn be(&self, mood: Mood) {
        let mut state = self.0.lock().unwrap();
        state.mood = mood;
        if mood == Mood::Well {
            for (records, kept) in std::mem::take(&mut state.stuck) {
                keep(&mut state.records, records);
                let _ = kept.send(());
            }
        }
    }

    /// Leaves the first `count` records.
    pub(super) fn tear_off(&self, count: usize) {
        self.0.lock().unwrap().records.truncate(count);
    }

    pub(super) fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap().records.clone()
    }
}

fn keep(journal: &mut Vec<Record>, records: Vec<Record>) {
    for record in records {
        let seq = journal.len() as u64 + 1;
        journal.push(Record { epoch: 1, seq, ..record });
    }
}

impl Outlet for Memory {
    fn offer(&self, _: &str, records: Vec<Record>) -> std::result::Result<oneshot::Receiver<()>, Full> {
        let (told, kept) = oneshot::channel();
        let mut state = self.0.lock().unwrap();
        match state.mood {
            Mood::Well => {
                keep(&mut state.records, records);
                let _ = told.send(());
            }
            Mood::Stuck => state.stuck.push((records, told)),
            Mood::Full => return Err(Full),
            Mood::Broken => drop(told),
        }
        Ok(kept)
    }
}

#[async_trait]
impl RecordLog for Memory {
    async fn span(&self, _: &str) -> Result<Option<Span>> {
        let span =
            |last: &Record| Span { newest: last.position(), received: last.received, ..Span::default() };
        Ok(self.records().last().map(span))
    }

    async fn append(&self, _: &str, _: Option<Snapshot>, _: Vec<Entry>) -> Result<Appended> {
        Ok(Appended::default())
    }

    async fn read(&self, _: &str, after: Position, _: usize) -> Result<Found> {
        let entry = |record: &Record| {
            let mut bytes = Vec::new();
            encode_record(record, &mut bytes);
            Entry {
                position: record.position(),
                received: record.received,
                is_snapshot: false,
                bytes: Bytes::from(bytes),
            }
        };
        // Three at a time, so that a reader has to come again.
        let records = self.records();
        Ok(Found::Entries(
            records.iter().filter(|record| record.position() > after).take(3).map(entry).collect(),
        ))
    }

    async fn origin(&self, _: &str, _: Position) -> Result<Option<Origin>> {
        Ok(None)
    }

    async fn seek(&self, _: &str, received: Micros) -> Result<Option<Position>> {
        let records = self.records();
        let before = records.iter().take_while(|record| record.received < received).last();
        Ok(Some(before.map_or(Position::default(), Record::position)))
    }
}
