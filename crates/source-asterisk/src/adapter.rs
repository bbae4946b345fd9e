//! The protocol around the mapping: greeting, login, start, snapshot, live events, pings, reconciliation.

mod asks;
mod login;
mod phases;

use crate::ledger::Ledger;
use crate::mapping::{Lists, Mapping};
use crate::message::Message;
use crate::options::Options;
use crate::parser::{Limits, Parsed, Parser};
use crate::steps::{Counters, Down, Link, Live, Resume, Step};
use crate::timers::Timer;
use asks::{Ask, Asked, Round};
use model::time::Micros;
use model::{Position, Text};
use std::collections::VecDeque;

/// Most events that are kept while the snapshot is made; more close the session.
const MOST_BUFFERED: usize = 500_000;

/// Where the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Greeting,
    Challenge,
    Login,
    Boot,
    Snapshot,
    Live,
}

/// No manager sends a line that is longer.
const LINE_ENDS_WITHIN: usize = 1 << 20;
/// What may help when nobody greets.
const NO_GREETING: &str = "is this the manager port, and not its TLS port (5039: write asterisks:// for that)? Is the PBX stopped or \
                           overloaded, do its permit lists let us in?";

/// The adapter: a pure state machine for one PBX, over any number of sessions.
///
/// Call [`Self::on_connected`], [`Self::on_bytes`], [`Self::on_timer`] and [`Self::on_closed`] as they happen, and take
/// [`Self::poll`] until it is empty after each. All times are on the caller's `received` clock.
#[derive(Debug)]
pub struct Adapter {
    map: Mapping,
    parser: Parser,
    phase: Phase,
    phase_serial: u64,
    action: u64,
    asked: VecDeque<Asked>,
    to_ask: VecDeque<Ask>,
    round: Round,
    round_began: Micros,
    lists: Lists,
    /// What the PBX said about itself in this session.
    live: Live,
    pbx_start: Text,
    /// Events that came while the snapshot was made.
    buffer: Vec<(Message, Micros)>,
    /// The first moment of this session from which every event is known.
    whole_from: Micros,
    /// The last moment up to which every event is known, and why it ended.
    lost_from: Option<(Micros, String)>,
    /// The last records say that the link is down (or there are none).
    told_down: bool,
    last_bytes: Micros,
    pong_due: Option<u64>,
    /// Explanations that are overdue while the PBX was silent: the line may be stalled, so its silence proves nothing.
    unproven: Vec<Timer>,
}

impl Adapter {
    /// An adapter that has never run.
    pub fn new(options: Options) -> Self {
        let ledger = Ledger::new(Position::default(), Micros::ZERO);
        Self {
            map: Mapping::new(options, ledger),
            parser: Parser::new(Limits::default()),
            phase: Phase::Idle,
            phase_serial: 0,
            action: 0,
            asked: VecDeque::new(),
            to_ask: VecDeque::new(),
            round: Round::Snapshot,
            round_began: Micros::ZERO,
            lists: Lists::default(),
            live: Live::default(),
            pbx_start: Text::default(),
            buffer: Vec::new(),
            whole_from: Micros::ZERO,
            lost_from: None,
            told_down: true,
            last_bytes: Micros::ZERO,
            pong_due: None,
            unproven: Vec::new(),
        }
    }

    /// An adapter that goes on after a restart of ours: the numbering continues in its epoch if the PBX is the same.
    pub fn resume(options: Options, resume: Resume) -> Self {
        let mut adapter = Self::new(options);
        if resume.position != Position::default() {
            adapter.map.ledger = Ledger::new(resume.position, resume.received);
            adapter.pbx_start = resume.pbx_start;
            adapter.lost_from = Some((resume.received, "our own restart".to_owned()));
            adapter.told_down = false;
        }
        adapter
    }

    /// The position of the last record.
    pub fn position(&self) -> Position {
        self.map.ledger.position
    }

    /// Running totals.
    pub fn counters(&self) -> Counters {
        let garbage = self.parser.garbage();
        let counters = self.map.ledger.counters;
        Counters { garbage_lines: garbage.lines, garbage_messages: garbage.messages, ..counters }
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<Step> {
        self.map.ledger.pop()
    }

    /// When [`Self::on_timer`] has something to do.
    pub fn next_deadline(&self) -> Option<Micros> {
        self.map.timers.next()
    }

    /// Runs what is due up to `now`, each at its own time.
    pub fn on_timer(&mut self, now: Micros) {
        while let Some((due, timer)) = self.map.timers.pop(now) {
            if !self.map.is_open(&timer) {
                continue;
            }
            if self.phase == Phase::Live && self.last_bytes < due && timer.needs_proof() {
                self.ask_for_proof(timer, due);
                continue;
            }
            let due = due.max(self.map.ledger.now());
            self.map.ledger.clock(due);
            match timer {
                Timer::Phase(serial) => self.phase_too_long(serial, due),
                Timer::Ping => self.ping(due),
                Timer::Pong(action) => self.pong_missed(action, due),
                Timer::Reconcile => self.reconcile(due),
                Timer::Proven(proven) => self.map.due(*proven, due),
                other => self.map.due(other, due),
            }
        }
    }

    /// A connection stands.
    pub fn on_connected(&mut self, now: Micros) {
        self.on_timer(now);
        let now = self.map.ledger.clock(now);
        self.parser.restart();
        self.asked.clear();
        self.to_ask.clear();
        self.buffer.clear();
        self.pong_due = None;
        self.live = Live::default();
        self.map.ledger.counters.sessions += 1;
        self.last_bytes = now;
        self.enter(Phase::Greeting, now);
    }

    /// Bytes came.
    pub fn on_bytes(&mut self, bytes: &[u8], received: Micros) {
        self.on_timer(received);
        if bytes.is_empty() {
            return;
        }
        let received = self.map.ledger.clock(received);
        self.last_bytes = received;
        let mut parser = std::mem::take(&mut self.parser);
        parser.push(bytes, |parsed| match parsed {
            Parsed::Banner(line) => self.on_banner(&line, received),
            Parsed::Message(message) => self.on_message(message, received),
        });
        let unended = parser.unended();
        self.parser = parser;
        if unended > LINE_ENDS_WITHIN && self.phase != Phase::Idle {
            let cause = format!("a line goes on for more than {LINE_ENDS_WITHIN} bytes");
            let cure = "check host and port, and whether anything on the way changes bytes: a manager ends its lines";
            self.down(Down::stubborn(cause, cure), received);
        }
        for timer in std::mem::take(&mut self.unproven) {
            let grace = self.map.options.timings.grace;
            self.map.timers.set(received + grace, Timer::Proven(Box::new(timer)));
        }
    }

    /// A message came.
    pub fn on_message(&mut self, message: Message, received: Micros) {
        self.map.ledger.counters.messages += 1;
        if self.phase == Phase::Idle {
            return;
        }
        if message.response().is_some() {
            self.on_response(message, received);
            return;
        }
        if message.get("ActionID").is_some() && message.get("Privilege").is_none() {
            self.on_list_item(message, received);
            return;
        }
        match message.event() {
            Some("FullyBooted") => self.on_booted(received),
            Some("Shutdown") => {
                self.down(
                    Down::new(
                        "the PBX announced its shutdown",
                        "it reconnects by itself once the PBX is back",
                    ),
                    received,
                );
            }
            _ => match self.phase {
                Phase::Live => self.map.event(&message, received),
                Phase::Snapshot => self.keep_for_later(message, received),
                _ => {}
            },
        }
    }

    fn keep_for_later(&mut self, message: Message, received: Micros) {
        if self.buffer.len() < MOST_BUFFERED {
            self.buffer.push((message, received));
            return;
        }
        self.map.ledger.counters.buffered_dropped += self.buffer.len() as u64;
        self.down(
            Down::new(
                "too many events came before the snapshot was answered",
                "give the PBX's manager more time, or filter events",
            ),
            received,
        );
    }

    /// The connection is gone; `cause` in words for people.
    pub fn on_closed(&mut self, cause: &str, received: Micros) {
        self.on_timer(received);
        let received = self.map.ledger.clock(received);
        if self.phase == Phase::Idle {
            return;
        }
        let amid = if self.parser.is_amid() { " in the middle of a message" } else { "" };
        let cause = format!("{cause}{amid}");
        let cure = match self.phase {
            Phase::Greeting => NO_GREETING,
            Phase::Challenge | Phase::Login => {
                "check the manager user's permit/deny lists and authlimit in manager.conf"
            }
            _ if !amid.is_empty() => {
                "it reconnects by itself; if this repeats, look whether the PBX crashes, and for proxies or firewalls that cut \
                 connections"
            }
            _ => {
                "it reconnects by itself; if this repeats, look at the PBX's log and at writetimeout in manager.conf"
            }
        };
        self.lose(Down::new(cause, cure), received);
    }

    /// The connection takes nothing any more: as [`Self::on_closed`], and asks to drop it.
    pub fn on_broken(&mut self, cause: &str, received: Micros) {
        self.on_closed(cause, received);
        self.map.ledger.push(Step::Close);
    }

    /// A connection could not be made at all.
    pub fn on_refused(&mut self, cause: &str, cure: &str, received: Micros) {
        self.on_timer(received);
        self.map.ledger.clock(received);
        self.map.ledger.push(Step::Link(Link::Down(Down::new(cause, cure))));
    }
}
