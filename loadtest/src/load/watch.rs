//! A page that is looked at by somebody who knows the truth: its tables are followed by their ledgers.

use super::ledger::Ledger;
use super::spans::Spans;
use super::table::{Frame, Table};
use super::viewer::{Door, Viewer};
use anyhow::{Result, bail};
use model::Micros;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Wrong values that are kept in words.
const EXAMPLES: usize = 10;

/// A table that is watched.
pub(crate) struct Watching {
    pub(crate) query: Value,
    pub(crate) table: Table,
    pub(crate) ledger: Ledger,
}

/// What one or many pages have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) spans: Spans,
    /// How old frames were when they came: the moment against `at`, by moment.
    pub(crate) ages: Spans,
    pub(crate) compared: u64,
    pub(crate) wrong: u64,
    pub(crate) examples: Vec<String>,
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
    /// Frames that did not follow the one before, and streams that ended by themselves.
    pub(crate) gaps: u64,
    pub(crate) ended: u64,
    /// Counts may begin anew now, with what is due from then on; and when tables did.
    pub(crate) expects_reset: Option<Micros>,
    pub(crate) resets: Vec<Micros>,
}

impl Seen {
    pub(crate) fn blame(&mut self, what: String) {
        self.wrong += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(what);
        }
    }
}

/// What pages share.
pub(crate) type Shared = Rc<RefCell<Seen>>;

/// The moment at which a run begins; not known at first.
pub(crate) type Begin = Rc<Cell<Micros>>;

/// A page that is being watched.
pub(crate) struct Watch {
    tables: Rc<RefCell<Vec<Watching>>>,
    task: tokio::task::JoinHandle<()>,
    seen: Shared,
    /// After each message it looks away for so long.
    pub(crate) pause: Rc<Cell<Duration>>,
}

impl Watch {
    /// Opens the tables.
    pub(crate) async fn open(
        door: &Door,
        tables: Vec<Watching>,
        begin: &Begin,
        seen: &Shared,
    ) -> Result<Self> {
        let mut viewer = door.connect().await?;
        for (id, watching) in (1..).zip(&tables) {
            viewer.open(id, &watching.query, None).await?;
        }
        let tables = Rc::new(RefCell::new(tables));
        let pause = Rc::new(Cell::new(Duration::ZERO));
        let page = Page {
            viewer,
            tables: Rc::clone(&tables),
            begin: Rc::clone(begin),
            seen: Rc::clone(seen),
            pause: Rc::clone(&pause),
        };
        let task = actix::spawn(page.look());
        Ok(Self { tables, task, seen: Rc::clone(seen), pause })
    }

    /// Waits until every table is open with all its rows.
    pub(crate) async fn ready(&self, within: Duration) -> Result<()> {
        let rows = |watching: &Watching| watching.query["objects"].as_array().map_or(0, Vec::len);
        self.until(within, "its tables are not open", |watching| {
            watching.table.open && watching.table.len() >= rows(watching)
        })
        .await
    }

    /// Waits until every event that was told has been seen.
    pub(crate) async fn settled(&self, within: Duration) -> Result<()> {
        self.until(within, "events are missing on the screen", |watching| {
            watching.ledger.next_due().is_none()
        })
        .await
    }

    async fn until(&self, within: Duration, what: &str, so: impl Fn(&mut Watching) -> bool) -> Result<()> {
        let pause = Duration::from_millis(20);
        for _ in 0..within.as_millis() / pause.as_millis() {
            if self.tables.borrow_mut().iter_mut().all(&so) {
                return Ok(());
            }
            if self.task.is_finished() {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        let seen = self.seen.borrow();
        bail!("{what} after {within:?}; {} frames; {}", seen.frames, seen.examples.join("; "))
    }

    /// Nothing later was played.
    pub(crate) fn cut(&self, last: Micros) {
        self.tables.borrow_mut().iter_mut().for_each(|watching| watching.ledger.cut(last));
    }

    /// When the first event that has not been seen was due.
    pub(crate) fn behind(&self) -> Option<Micros> {
        self.tables.borrow_mut().iter_mut().filter_map(|watching| watching.ledger.next_due()).min()
    }

    /// Events that have been seen, over all tables.
    pub(crate) fn counted(&self) -> f64 {
        self.tables.borrow().iter().map(|watching| watching.ledger.counted()).sum()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Page {
    viewer: Viewer,
    tables: Rc<RefCell<Vec<Watching>>>,
    begin: Begin,
    seen: Shared,
    pause: Rc<Cell<Duration>>,
}

impl Page {
    async fn look(mut self) {
        while let Some((now, text)) = self.viewer.next().await {
            let Some((id, seq)) = self.take(now, &text) else { continue };
            if !self.pause.get().is_zero() {
                tokio::time::sleep(self.pause.get()).await;
            }
            if self.viewer.acknowledge(id, seq).await.is_err() {
                break;
            }
        }
        self.seen.borrow_mut().ended += 1;
    }

    /// Takes a message in; answers what is to be acknowledged.
    fn take(&mut self, now: Micros, text: &[u8]) -> Option<(u32, u64)> {
        let mut seen = self.seen.borrow_mut();
        seen.frames += 1;
        seen.bytes += text.len() as u64;
        let frame: Frame<'_> = match serde_json::from_slice(text) {
            Ok(frame) => frame,
            Err(error) => {
                seen.blame(format!("a frame can't be read: {error}"));
                return None;
            }
        };
        if frame.kind == "error" {
            seen.blame(frame.message.as_deref().unwrap_or("an error").to_owned());
        }
        let (id, seq) = (frame.id, frame.seq);
        let mut tables = self.tables.borrow_mut();
        let watching = tables.get_mut((id as usize).checked_sub(1)?)?;
        let begin = self.begin.get();
        let gaps = watching.table.gaps;
        if watching.table.take(frame) {
            let new_day = seen.expects_reset.filter(|_| watching.ledger.sees_reset(&watching.table));
            if let Some(until) = new_day {
                watching.ledger.reset(until);
                seen.resets.push(now);
            }
            let (compared, wrong) = watching.ledger.follow(&watching.table, |due| {
                seen.spans.add(due, now - (begin + due));
            });
            seen.compared += compared;
            wrong.into_iter().for_each(|wrong| seen.blame(wrong));
        }
        seen.gaps += watching.table.gaps - gaps;
        seen.ages.add(now - begin, now - Micros(watching.table.at));
        Some((id, seq))
    }
}
