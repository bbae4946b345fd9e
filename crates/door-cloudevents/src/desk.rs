//! What the door knows of its sources: the ids of the last day, what waits for the journal, and the state.
//!
//! **Invariant:** ids stand in the window in the order in which records go to the journal, so that the window that
//! is read back from the journal equals the one that was lost.

use crate::digest::Digest;
use crate::refusal::{Fault, Refusal};
use crate::settings::Limits;
use crate::window::{Seen, Window};
use model::Text;
use model::record::Record;
use model::snapshot::Snapshot;
use model::time::Micros;
use statebook::StateBook;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use tokio::sync::watch;

/// One event of a request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Which of the request.
    pub(crate) index: usize,
    /// The source, by its name here.
    pub(crate) source: Text,
    pub(crate) key: Digest,
    pub(crate) body: Digest,
    pub(crate) bytes: usize,
    pub(crate) record: Record,
}

/// What becomes of records that were handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Not known yet.
    Waiting,
    /// They are on disk.
    Kept,
    /// They did not get into the journal.
    Lost,
}

/// What an event is beside those that came before.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// New.
    New,
    /// It came before; the fate where that is not known yet.
    Again(Option<watch::Receiver<Fate>>),
    /// Its id came before with another body.
    Conflict,
}

/// All sources of a door.
#[derive(Debug)]
pub(crate) struct Desk {
    limits: Limits,
    shelves: BTreeMap<Text, Shelf>,
}

/// One source.
#[derive(Debug)]
pub(crate) struct Shelf {
    window: Window,
    book: StateBook,
    waiting: VecDeque<Waiting>,
    waiting_events: usize,
    waiting_bytes: usize,
}

/// Records that were handed over together.
#[derive(Debug)]
struct Waiting {
    numbers: Range<u64>,
    records: Vec<Record>,
    bytes: usize,
    since: Micros,
    fate: watch::Sender<Fate>,
}

impl Shelf {
    /// A source as its journal shows it.
    pub(crate) fn new(window: Window, book: StateBook) -> Self {
        Self { window, book, waiting: VecDeque::new(), waiting_events: 0, waiting_bytes: 0 }
    }

    fn judge(&mut self, key: Digest, body: Digest, now: Micros) -> Verdict {
        match self.window.look(key, body, now) {
            Seen::Never => Verdict::New,
            Seen::Other => Verdict::Conflict,
            Seen::Same(number) => {
                let at = self.waiting.partition_point(|waiting| waiting.numbers.end <= number);
                let waiting = self.waiting.get(at).filter(|waiting| waiting.numbers.contains(&number));
                Verdict::Again(waiting.map(|waiting| waiting.fate.subscribe()))
            }
        }
    }
}

impl Desk {
    pub(crate) fn new(limits: Limits, shelves: BTreeMap<Text, Shelf>) -> Self {
        Self { limits, shelves }
    }

    /// Judges the events of a request, in order; of several with one id the first is new.
    pub(crate) fn judge(&mut self, asked: &[Asked], now: Micros) -> Vec<Verdict> {
        let mut earlier: BTreeMap<(&str, u128), Digest> = BTreeMap::new();
        let mut verdicts = Vec::with_capacity(asked.len());
        for event in asked {
            let judged = match self.shelves.get_mut(&event.source) {
                Some(shelf) => shelf.judge(event.key, event.body, now),
                None => Verdict::New,
            };
            let verdict = match (judged, earlier.get(&(event.source.as_str(), event.key.0))) {
                (Verdict::New, Some(body)) if *body == event.body => Verdict::Again(None),
                (Verdict::New, Some(_)) => Verdict::Conflict,
                (judged, _) => judged,
            };
            if matches!(verdict, Verdict::New) {
                earlier.insert((event.source.as_str(), event.key.0), event.body);
            }
            verdicts.push(verdict);
        }
        verdicts
    }

    /// Hands new events of one source over by `offer`, which may be full; answers where their fate will be told.
    pub(crate) fn take<Given>(
        &mut self,
        source: &Text,
        fresh: Vec<Asked>,
        now: Micros,
        offer: impl FnOnce(Vec<Record>) -> Option<Given>,
    ) -> Result<(watch::Receiver<Fate>, Given), Refusal> {
        let limits = self.limits;
        let Some(shelf) = self.shelves.get_mut(source) else { return Err(Refusal::Stalled) };
        if shelf.waiting.front().is_some_and(|oldest| now - oldest.since >= limits.stalled_after) {
            return Err(Refusal::Stalled);
        }
        let bytes: usize = fresh.iter().map(|event| event.bytes).sum();
        let is_full = shelf.waiting_events + fresh.len() > limits.waiting_events_max
            || shelf.waiting_bytes + bytes > limits.waiting_bytes_max;
        if is_full {
            return Err(Refusal::Busy);
        }
        let records: Vec<Record> = fresh.iter().map(|event| event.record.clone()).collect();
        let Some(given) = offer(records) else { return Err(Refusal::Busy) };
        let mut numbers: Option<Range<u64>> = None;
        for event in &fresh {
            let number = shelf.window.note(event.key, event.body, now);
            numbers = Some(numbers.map_or(number..number + 1, |numbers| numbers.start..number + 1));
        }
        let (fate, told) = watch::channel(Fate::Waiting);
        shelf.waiting_events += fresh.len();
        shelf.waiting_bytes += bytes;
        shelf.waiting.push_back(Waiting {
            numbers: numbers.unwrap_or_default(),
            records: fresh.into_iter().map(|event| event.record).collect(),
            bytes,
            since: now,
            fate,
        });
        Ok((told, given))
    }

    /// Tells the fate of what a source has waited for the longest; answers how many events that are.
    pub(crate) fn settle(&mut self, source: &Text, fate: Fate) -> usize {
        let Some(shelf) = self.shelves.get_mut(source) else { return 0 };
        let Some(settled) = shelf.waiting.pop_front() else { return 0 };
        shelf.waiting_events -= settled.records.len();
        shelf.waiting_bytes -= settled.bytes;
        match fate {
            Fate::Kept => settled.records.iter().for_each(|record| shelf.book.apply(record)),
            _ => shelf.window.forget(settled.numbers),
        }
        // Whoever waited may have gone.
        let _ = settled.fate.send(fate);
        settled.records.len()
    }

    /// How many ids of a source are known, and how many of its events wait.
    pub(crate) fn figures(&self, source: &str) -> (usize, usize) {
        self.shelves.get(source).map_or((0, 0), |shelf| (shelf.window.len(), shelf.waiting_events))
    }

    /// The states of all sources, unless they are of more than `dns_max` DNs together.
    pub(crate) fn pictures(&self, dns_max: usize) -> Option<Vec<(Text, Snapshot)>> {
        let dns: usize = self.shelves.values().map(|shelf| shelf.book.dn_count()).sum();
        (dns <= dns_max)
            .then(|| self.shelves.iter().map(|(name, shelf)| (name.clone(), shelf.book.snapshot())).collect())
    }
}

/// Refuses a request in which ids came before with other bodies.
pub(crate) fn refuse_conflicts(asked: &[Asked], verdicts: &[Verdict]) -> Result<(), Refusal> {
    let conflicts = asked.iter().zip(verdicts).filter(|(_, verdict)| matches!(verdict, Verdict::Conflict));
    let faults: Vec<Fault> = conflicts
        .map(|(event, _)| {
            Fault::new("id", "it came before with another body", "give a new event an id of its own")
                .at(event.index)
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Conflict(faults)) }
}

#[cfg(test)]
mod stories {
    use super::*;
    use model::record::Event;

    const NOON: Micros = Micros::from_secs(43_200);
    const DAY: Micros = Micros::from_secs(86_400);

    fn desk(limits: Limits) -> Desk {
        let shelf = Shelf::new(Window::new(limits.ids_age_max, limits.ids_max), StateBook::default());
        Desk::new(limits, [("chat1".into(), shelf)].into())
    }

    fn event(id: &str, body: u128) -> Asked {
        let record =
            Record { this_dn: Some("9001".into()), ..Record::new("chat1", Event::DNOutOfService, NOON) };
        let key = Digest::of_id("chat1", id);
        Asked { index: 0, source: "chat1".into(), key, body: Digest(body), bytes: 100, record }
    }

    /// `new`, `again`, `again (waiting)` or `conflict`.
    fn judged(desk: &mut Desk, asked: &Asked, now: Micros) -> &'static str {
        match desk.judge(std::slice::from_ref(asked), now).remove(0) {
            Verdict::New => "new",
            Verdict::Again(None) => "again",
            Verdict::Again(Some(fate)) if *fate.borrow() == Fate::Waiting => "again (waiting)",
            Verdict::Again(Some(_)) => "again (settled)",
            Verdict::Conflict => "conflict",
        }
    }

    fn hand_over(desk: &mut Desk, asked: Asked, now: Micros) -> Result<watch::Receiver<Fate>, Refusal> {
        desk.take(&"chat1".into(), vec![asked], now, |_| Some(())).map(|(fate, ())| fate)
    }

    #[test]
    fn an_event_is_new_then_waits_then_is_known_for_a_day() {
        let mut desk = desk(Limits::default());
        let asked = event("1", 7);
        assert_eq!(judged(&mut desk, &asked, NOON), "new");
        let fate = hand_over(&mut desk, asked.clone(), NOON).unwrap();
        assert_eq!(judged(&mut desk, &asked, NOON), "again (waiting)");
        assert_eq!(judged(&mut desk, &event("1", 8), NOON), "conflict");
        assert_eq!(desk.settle(&"chat1".into(), Fate::Kept), 1);
        assert_eq!(*fate.borrow(), Fate::Kept);
        assert_eq!(judged(&mut desk, &asked, NOON + DAY - Micros(1)), "again");
        assert_eq!(judged(&mut desk, &asked, NOON + DAY), "new");
    }

    #[test]
    fn what_the_journal_did_not_take_is_new_when_it_is_repeated() {
        let mut desk = desk(Limits::default());
        let fate = hand_over(&mut desk, event("1", 7), NOON).unwrap();
        hand_over(&mut desk, event("2", 7), NOON).unwrap();
        desk.settle(&"chat1".into(), Fate::Lost);
        assert_eq!(*fate.borrow(), Fate::Lost);
        assert_eq!(judged(&mut desk, &event("1", 7), NOON), "new");
        assert_eq!(judged(&mut desk, &event("2", 7), NOON), "again (waiting)");
        assert!(desk.pictures(10).unwrap()[0].1.dns.is_empty(), "the state knows nothing of it");
    }

    #[test]
    fn within_one_batch_the_first_of_an_id_counts() {
        let mut desk = desk(Limits::default());
        let verdicts = desk.judge(&[event("1", 7), event("1", 7), event("1", 8), event("2", 8)], NOON);
        let words: Vec<bool> = verdicts.iter().map(|verdict| matches!(verdict, Verdict::New)).collect();
        assert_eq!(words, [true, false, false, true]);
        assert!(matches!(verdicts[2], Verdict::Conflict));
    }

    #[test]
    fn more_than_can_wait_is_busy_and_what_waits_too_long_is_stalled() {
        let mut desk = desk(Limits { waiting_events_max: 2, ..Limits::default() });
        hand_over(&mut desk, event("1", 7), NOON).unwrap();
        hand_over(&mut desk, event("2", 7), NOON).unwrap();
        assert_eq!(hand_over(&mut desk, event("3", 7), NOON).unwrap_err(), Refusal::Busy);
        let later = NOON + Limits::default().stalled_after;
        assert_eq!(hand_over(&mut desk, event("3", 7), later).unwrap_err(), Refusal::Stalled);
        assert_eq!(judged(&mut desk, &event("3", 7), later), "new", "what is refused leaves nothing behind");
        desk.settle(&"chat1".into(), Fate::Kept);
        desk.settle(&"chat1".into(), Fate::Kept);
        assert!(hand_over(&mut desk, event("3", 7), later).is_ok());
    }

    #[test]
    fn a_full_feed_is_busy_and_leaves_nothing_behind() {
        let mut desk = desk(Limits::default());
        let refused = desk.take(&"chat1".into(), vec![event("1", 7)], NOON, |_| None::<()>);
        assert_eq!(refused.unwrap_err(), Refusal::Busy);
        assert_eq!((judged(&mut desk, &event("1", 7), NOON), desk.figures("chat1")), ("new", (0, 0)));
    }

    #[test]
    fn the_state_follows_what_is_kept() {
        let mut desk = desk(Limits::default());
        hand_over(&mut desk, event("1", 7), NOON).unwrap();
        assert!(desk.pictures(10).unwrap()[0].1.dns.is_empty());
        desk.settle(&"chat1".into(), Fate::Kept);
        assert_eq!(desk.pictures(10).unwrap()[0].1.dns[0].dn, "9001");
        assert_eq!(desk.pictures(0), None);
    }
}
