//! A board: one table of values for one rights class. Changes in, numbered frames out, each written once for all who
//! follow.

mod key;
mod messages;

pub use key::BoardKey;
pub(crate) use key::narrowed;
pub use messages::{Answered, Changed, Join, Leave, Load, Resync, Silent, Stop};

use super::hub::{Attach, Hub, Idle};
use super::metrics::Metrics;
use super::picture::{Picture, Update};
use super::session::Told;
use super::table::{Resumed, Table};
use actix::prelude::*;
use model::Text;
use model::time::Micros;
use ports::demand::Answer;
use runtime::{Clock, Ref};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use wire::stream::{Error, Mark, Shared};

/// Frames come at most so often.
const COALESCE: Duration = Duration::from_millis(100);

/// Messages that may wait for a board.
const MAILBOX: usize = 256;

/// Who follows; outlives an incarnation of the board.
pub(super) type Followers = Rc<RefCell<BTreeMap<(u64, u32), Follower>>>;

/// One who follows.
pub(super) struct Follower {
    told: Recipient<Told>,
    /// Its mailbox was full: it gets a snapshot instead of the next delta.
    behind: bool,
}

/// What a board stands on.
#[derive(Clone)]
pub(super) struct BoardParts {
    pub(super) key: BoardKey,
    pub(super) hub: Option<Ref<Hub>>,
    pub(super) clock: Clock,
    pub(super) metrics: Metrics,
    pub(super) idle: Duration,
    pub(super) followers: Followers,
}

/// Keeps a table and tells its followers.
pub struct Board {
    parts: BoardParts,
    table: Table,
    loaded: bool,
    flushed: Option<Micros>,
    scheduled: bool,
    idle_since: Option<Micros>,
}

/// Tells everyone that the table has ended.
pub(super) fn end_all(followers: &Followers, code: &str, message: &str) {
    for ((_, id), follower) in std::mem::take(&mut *followers.borrow_mut()) {
        let error = Error { id, code: Text::from(code), message: Text::from(message), column: None };
        // A session that can't hear it ends by itself, or asks again.
        let _ = follower.told.try_send(Told::Error(error));
    }
}

impl Board {
    pub(super) fn new(parts: BoardParts) -> Self {
        let table = parts.key.table(parts.clock.now());
        Self { parts, table, loaded: false, flushed: None, scheduled: false, idle_since: None }
    }

    fn attach(&self) {
        let hub = self.parts.hub.as_ref();
        // If the hub's mailbox is full, the next second brings another attempt.
        let _ = hub.map(|hub| hub.try_send(Attach(self.parts.key.clone())));
    }

    /// Tells changes at once if the last frame is old enough, else when it is.
    fn soon(&mut self, context: &mut Context<Self>) {
        if self.scheduled || !self.loaded {
            return;
        }
        let coalesce = Micros(COALESCE.as_micros() as i64);
        let since = self.flushed.map_or(coalesce, |flushed| self.parts.clock.now() - flushed);
        let Ok(wait) = u64::try_from((coalesce - since).0) else { return self.flush() };
        if wait == 0 {
            return self.flush();
        }
        self.scheduled = true;
        context.run_later(Duration::from_micros(wait), |board, _| {
            board.scheduled = false;
            board.flush();
        });
    }

    fn flush(&mut self) {
        let now = self.parts.clock.now();
        if let Some(frame) = self.table.flush(now) {
            self.flushed = Some(now);
            self.tell(&frame);
        }
    }

    fn tell(&mut self, frame: &Shared) {
        let table = &mut self.table;
        let metrics = &self.parts.metrics;
        self.parts.followers.borrow_mut().retain(|(_, id), follower| {
            let shared = if follower.behind { table.snapshot() } else { frame.clone() };
            match follower.told.try_send(Told::Frame { id: *id, shared }) {
                Ok(()) => follower.behind = false,
                Err(SendError::Full(_)) => {
                    follower.behind = true;
                    metrics.refused.inc();
                }
                Err(SendError::Closed(_)) => return false,
            }
            true
        });
    }

    fn each_second(&mut self) {
        if !self.loaded {
            self.attach();
            return;
        }
        self.flush();
        if let Some(frame) = self.table.progress() {
            self.tell(&frame);
        }
        let now = self.parts.clock.now();
        if !self.parts.followers.borrow().is_empty() {
            self.idle_since = None;
            return;
        }
        let since = *self.idle_since.get_or_insert(now);
        let idle = Micros(i64::try_from(self.parts.idle.as_micros()).unwrap_or(i64::MAX));
        if now - since >= idle
            && let Some(hub) = &self.parts.hub
        {
            let _ = hub.try_send(Idle(self.parts.key.clone()));
        }
    }

    fn tell_refusals(&self, refusals: &[(u16, Text)]) {
        for ((_, id), follower) in self.parts.followers.borrow().iter() {
            for (column, cause) in refusals {
                self.tell_refusal(*id, &follower.told, *column, cause);
            }
        }
    }

    fn tell_refusal(&self, id: u32, told: &Recipient<Told>, column: u16, cause: &Text) {
        let error =
            Error { id, code: Text::const_new("refused"), message: cause.clone(), column: Some(column) };
        if told.try_send(Told::Error(error)).is_err() {
            self.parts.metrics.refused.inc();
        }
    }
}

impl Actor for Board {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        context.run_interval(Duration::from_secs(1), |board, _| board.each_second());
        self.attach();
    }
}

impl Handler<Load> for Board {
    type Result = ();

    fn handle(&mut self, Load { picture, answers }: Load, _: &mut Context<Self>) {
        self.table.load(&picture);
        let mut refusals = self.table.answered(&answers);
        if !self.loaded {
            // Who joined before has heard of none.
            refusals = self.table.refusals().map(|(column, cause)| (column, cause.clone())).collect();
        }
        self.loaded = true;
        self.flush();
        self.tell_refusals(&refusals);
    }
}

impl Handler<Changed> for Board {
    type Result = ();

    fn handle(&mut self, Changed(update): Changed, context: &mut Context<Self>) {
        if self.loaded {
            self.table.update(&update);
            self.soon(context);
        }
    }
}

impl Handler<Silent> for Board {
    type Result = ();

    fn handle(&mut self, Silent(producer): Silent, context: &mut Context<Self>) {
        self.table.silence(&producer);
        self.soon(context);
    }
}

impl Handler<Answered> for Board {
    type Result = ();

    fn handle(&mut self, Answered(answers): Answered, context: &mut Context<Self>) {
        let refusals = self.table.answered(&answers);
        self.tell_refusals(&refusals);
        self.soon(context);
    }
}

impl Handler<Join> for Board {
    type Result = ();

    fn handle(&mut self, Join { session, id, from, told }: Join, _: &mut Context<Self>) {
        // What is pending belongs to a frame that the newcomer's snapshot must not hold yet.
        if self.loaded {
            self.flush();
            let frames = match self.table.resume(from) {
                Resumed::Frames(frames) => frames,
                Resumed::Snapshot(frame) => vec![frame],
            };
            let sent = frames.into_iter().all(|shared| told.try_send(Told::Frame { id, shared }).is_ok());
            for (column, cause) in self.table.refusals() {
                self.tell_refusal(id, &told, column, cause);
            }
            self.parts.followers.borrow_mut().insert((session, id), Follower { told, behind: !sent });
        } else {
            self.parts.followers.borrow_mut().insert((session, id), Follower { told, behind: false });
        }
    }
}

impl Handler<Leave> for Board {
    type Result = ();

    fn handle(&mut self, Leave { session, id }: Leave, _: &mut Context<Self>) {
        self.parts.followers.borrow_mut().remove(&(session, id));
    }
}

impl Handler<Resync> for Board {
    type Result = ();

    fn handle(&mut self, Resync { session, id }: Resync, _: &mut Context<Self>) {
        self.flush();
        let shared = self.table.snapshot();
        if let Some(follower) = self.parts.followers.borrow_mut().get_mut(&(session, id)) {
            follower.behind = follower.told.try_send(Told::Frame { id, shared }).is_err();
        }
    }
}

impl Handler<Stop> for Board {
    type Result = ();

    fn handle(&mut self, _: Stop, context: &mut Context<Self>) {
        end_all(&self.parts.followers, "unavailable", "this table has just ended; open it again");
        context.stop();
    }
}
