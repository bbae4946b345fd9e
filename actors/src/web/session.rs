//! A session: one per WebSocket. Frames of its tables in, bytes out, never more than its browser takes.
//!
//! The outbox is bounded. While it is full, or too much is not acknowledged, deltas are held back and merged; what
//! was held back goes out as one when there is room. What grows too large is given up for a snapshot.

mod held;
mod messages;

pub use messages::{Acknowledge, End, Fail, Follow, Told, Unfollow};

use super::board::{Board, Join, Leave, Resync};
use super::hub::{Farewell, Hello, Hub};
use super::metrics::Metrics;
use actix::prelude::*;
use held::{Held, HoldBack};
use model::Text;
use model::time::Micros;
use runtime::{Census, Clock, Ref};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use wire::stream::{Bye, Error, Format, Heartbeat, Mark, Message as Wire, Shared, State};

/// Messages that wait for the socket.
pub const OUTBOX: usize = 32;

/// Frames that a browser which acknowledges may be behind.
const UNACKNOWLEDGED_MAX: u64 = 32;

/// Short messages (errors, states) that wait for the outbox; the oldest go first.
const NOTES_MAX: usize = 256;

/// Messages that may wait for a session.
const MAILBOX: usize = 512;

/// How often it is tried to send what was held back.
const RETRY_EVERY: Duration = Duration::from_millis(50);

/// What a session stands on.
#[derive(Clone)]
pub struct SessionParts {
    /// Unique in this process.
    pub session: u64,
    /// Where states come from.
    pub hub: Ref<Hub>,
    /// How messages are written.
    pub format: Format,
    /// The process's clock.
    pub clock: Clock,
    /// Who lives in this process.
    pub census: Census,
    /// What is counted.
    pub metrics: Metrics,
}

/// One table that the browser follows.
struct Table {
    board: Ref<Board>,
    merge: bool,
    hold: HoldBack,
    acknowledged: Option<u64>,
    /// Frames that are on their way: number and when they were handed over.
    sent: VecDeque<(u64, Micros)>,
}

/// Passes frames on.
pub struct Session {
    parts: SessionParts,
    outbox: mpsc::Sender<Vec<u8>>,
    tables: BTreeMap<u32, Table>,
    notes: VecDeque<Wire>,
    states: Arc<Vec<State>>,
    tell_states: bool,
}

impl Session {
    /// A session whose messages leave through `outbox`; it ends when the other side of that is dropped.
    pub fn new(parts: SessionParts, outbox: mpsc::Sender<Vec<u8>>) -> Self {
        let states = Arc::default();
        Self { parts, outbox, tables: BTreeMap::new(), notes: VecDeque::new(), states, tell_states: true }
    }

    fn note(&mut self, message: Wire) {
        if self.notes.len() >= NOTES_MAX {
            self.notes.pop_front();
            self.parts.metrics.refused.inc();
        }
        self.notes.push_back(message);
        self.drain();
    }

    /// Sends what waits, as far as there is room.
    fn drain(&mut self) {
        while let Some(note) = self.notes.front() {
            let Ok(permit) = self.outbox.try_reserve() else { return };
            permit.send(write(self.parts.format, note));
            self.notes.pop_front();
        }
        let mut resync = Vec::new();
        for (id, table) in &mut self.tables {
            if table.hold.is_empty() || !table.has_room() {
                continue;
            }
            let Ok(permit) = self.outbox.try_reserve() else { break };
            match table.hold.release() {
                Held::Frame(shared) => {
                    permit.send(shared.bytes(*id, self.parts.format));
                    table.handed_over(&shared, self.parts.clock.now());
                    self.parts.metrics.frames.inc();
                }
                Held::Resync => resync.push((*id, table.board.clone())),
                Held::Nothing => {}
            }
        }
        for (id, board) in resync {
            self.parts.metrics.resyncs.inc();
            let ask = Resync { session: self.parts.session, id };
            if board.try_send(ask).is_err()
                && let Some(table) = self.tables.get_mut(&id)
            {
                table.hold.resync();
            }
        }
    }

    fn frame(&mut self, id: u32, shared: Shared) {
        // A table that was closed in the meantime.
        let Some(table) = self.tables.get_mut(&id) else { return };
        let room = table.has_room();
        if table.hold.is_empty()
            && room
            && let Ok(permit) = self.outbox.try_reserve()
        {
            permit.send(shared.bytes(id, self.parts.format));
            table.handed_over(&shared, self.parts.clock.now());
            self.parts.metrics.frames.inc();
            return;
        }
        if shared.delta().is_some() {
            self.parts.metrics.merged.inc();
        }
        table.hold.hold(shared, table.merge);
        self.drain();
    }

    fn heartbeat(&mut self) {
        let mut heartbeat = Heartbeat { at: self.parts.clock.now(), sources: Vec::new() };
        if self.tell_states {
            heartbeat.sources = self.states.to_vec();
        }
        // A heartbeat that finds no room is worth nothing later.
        if let Ok(permit) = self.outbox.try_reserve() {
            permit.send(write(self.parts.format, &Wire::Heartbeat(heartbeat)));
            self.tell_states = false;
        }
    }

    fn leave(&self, id: u32, table: &Table) {
        // A board that can't hear it finds the session's mailbox closed, or its frames are dropped here.
        let _ = table.board.try_send(Leave { session: self.parts.session, id });
    }
}

impl Table {
    fn handed_over(&mut self, frame: &Shared, now: Micros) {
        if frame.snapshot().is_some() {
            // Numbers before it belong to what the browser has dropped.
            self.sent.clear();
            self.acknowledged = self.acknowledged.map(|_| frame.seq());
        }
        self.sent.push_back((frame.seq(), now));
        if self.sent.len() > 2 * UNACKNOWLEDGED_MAX as usize {
            self.sent.pop_front();
        }
    }

    /// Whether the browser keeps up, as far as it says.
    fn has_room(&self) -> bool {
        let newest = self.sent.back().map(|(seq, _)| *seq);
        match (self.acknowledged, newest) {
            (Some(acknowledged), Some(newest)) => newest.saturating_sub(acknowledged) < UNACKNOWLEDGED_MAX,
            _ => true,
        }
    }
}

fn write(format: Format, message: &Wire) -> Vec<u8> {
    // Everything in a message can be written (golden tests of the stream).
    format.write(message).unwrap_or_default()
}

impl Actor for Session {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        self.parts.metrics.streams.inc();
        self.parts.census.note("session", |kind| {
            kind.alive += 1;
            kind.started += 1;
        });
        let hello = Hello { session: self.parts.session, told: context.address().recipient() };
        let hub = self.parts.hub.clone();
        let asked = async move { hub.ask(hello, Duration::from_secs(5)).await };
        context.spawn(asked.into_actor(self).map(|states, session, _| {
            let Ok(states) = states else { return };
            session.states = states.clone();
            for state in states.iter() {
                session.note(Wire::State(state.clone()));
            }
        }));
        context.run_interval(Duration::from_secs(1), |session, _| session.heartbeat());
        context.run_interval(RETRY_EVERY, |session, context| {
            session.drain();
            if session.outbox.is_closed() {
                context.stop();
            }
        });
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        for (id, table) in &self.tables {
            self.leave(*id, table);
        }
        // If the hub can't hear it, it finds the mailbox closed.
        let _ = self.parts.hub.try_send(Farewell(self.parts.session));
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.parts.metrics.streams.dec();
        self.parts.census.note("session", |kind| kind.alive = kind.alive.saturating_sub(1));
    }
}

impl Handler<Told> for Session {
    type Result = ();

    fn handle(&mut self, told: Told, _: &mut Context<Self>) {
        match told {
            Told::Frame { id, shared } => self.frame(id, shared),
            Told::Error(error) => {
                if error.column.is_none() {
                    self.tables.remove(&error.id);
                }
                self.note(Wire::Error(error));
            }
            Told::State(state) => self.note(Wire::State(state)),
            Told::States(states) => {
                self.states = states;
                self.tell_states = true;
            }
        }
    }
}

impl Handler<Follow> for Session {
    type Result = ();

    fn handle(&mut self, Follow { id, board, from, merge }: Follow, context: &mut Context<Self>) {
        if let Some(former) = self.tables.remove(&id) {
            self.leave(id, &former);
        }
        let join = Join { session: self.parts.session, id, from, told: context.address().recipient() };
        if board.try_send(join).is_err() {
            let message = Text::const_new("too busy to open this table; try again in a moment");
            self.note(Wire::Error(Error { id, code: Text::const_new("unavailable"), message, column: None }));
            return;
        }
        let table =
            Table { board, merge, hold: HoldBack::default(), acknowledged: None, sent: VecDeque::new() };
        self.tables.insert(id, table);
    }
}

impl Handler<Unfollow> for Session {
    type Result = ();

    fn handle(&mut self, Unfollow(id): Unfollow, _: &mut Context<Self>) {
        if let Some(table) = self.tables.remove(&id) {
            self.leave(id, &table);
        }
    }
}

impl Handler<Acknowledge> for Session {
    type Result = ();

    fn handle(&mut self, Acknowledge { id, seq }: Acknowledge, _: &mut Context<Self>) {
        let now = self.parts.clock.now();
        let Some(table) = self.tables.get_mut(&id) else { return };
        table.acknowledged = Some(seq);
        while let Some((sent, handed)) = table.sent.front().copied() {
            if sent > seq {
                break;
            }
            if sent == seq {
                self.parts.metrics.ack_seconds.observe((now - handed).0 as f64 / 1e6);
            }
            if table.sent.len() == 1 {
                break;
            }
            table.sent.pop_front();
        }
        self.drain();
    }
}

impl Handler<Fail> for Session {
    type Result = ();

    fn handle(&mut self, Fail(error): Fail, _: &mut Context<Self>) {
        self.note(Wire::Error(error));
    }
}

impl Handler<End> for Session {
    type Result = ();

    fn handle(&mut self, End(bye): End, context: &mut Context<Self>) {
        // Without room for it the socket closes without a word; the browser then tries to come back.
        if let Ok(permit) = self.outbox.try_reserve() {
            permit.send(write(self.parts.format, &Wire::Bye(bye)));
        }
        context.stop();
    }
}
