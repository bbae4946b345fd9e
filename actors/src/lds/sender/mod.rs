//! The sender of one source: items of the source in, records on disk and news to the audience out.
//!
//! It numbers (or checks numbers), writes to the log, and only then applies to the state book and tells.

mod batch;
mod supply;

pub(super) use supply::Supply;

use super::LdsLimits;
use super::audience::{Audience, Beat, Kept, News};
use super::feed::Resume;
use super::intake::Intake;
use super::metrics::Metrics;
use actix::prelude::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Message, WrapFuture,
};
use model::Text;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::StoreError;
use ports::record_log::{Appended, Found, RecordLog};
use runtime::{Clock, Trouble};
use statebook::StateBook;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use supply::Write;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tracing::{error, info, warn};
use wire::frame::{Frame, Heartbeat, decode_record, encode};

/// The state of the source after the last record that was told.
#[derive(Debug, Message)]
#[rtype(result = "Picture")]
pub(super) struct Describe;

/// Nothing more is taken from the source; what was taken is still written.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Drain;

/// Whether all that was taken from the source is on disk.
#[derive(Debug, Message)]
#[rtype(result = "bool")]
pub(super) struct IsQuiet;

/// The LDS has ended; so does the sender, and lets go of the log.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Stop;

/// A state and the position that it follows.
#[derive(Clone, Debug, actix::dev::MessageResponse)]
pub(super) struct Picture {
    pub(super) position: Position,
    pub(super) snapshot: Snapshot,
}

/// What a sender is made of; each incarnation is made of the same.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) name: Text,
    pub(super) supply: Rc<RefCell<Supply>>,
    pub(super) requests: Option<mpsc::Sender<Resume>>,
    pub(super) audience: Arc<Audience>,
    pub(super) log: Arc<dyn RecordLog>,
    pub(super) clock: Clock,
    pub(super) limits: LdsLimits,
    pub(super) metrics: Metrics,
}

/// The actor.
pub(super) struct Sender {
    parts: Parts,
    intake: Intake,
    book: StateBook,
    /// The log asks for the state with the next write; so does the first write of all.
    wants_state: bool,
    drained: bool,
    /// Whether the source is in touch with its switch, and since when.
    in_touch: bool,
    touch_since: Instant,
    /// When the last write began.
    write_begun: Instant,
    /// Why writes fail, as it was told.
    trouble: Trouble,
    /// When news were last told, and whether records were told since the last heartbeat.
    told: Instant,
    beat_due: bool,
    hole_asked: Option<Instant>,
    /// When the agents in the book were counted.
    counted: Option<Instant>,
}

/// The pause before a failed write is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// How often the agents of the state book are counted.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// How much is read at once to rebuild the state.
const REBUILD_BYTES: usize = 1 << 20;

/// What the log knows of a source.
struct Known {
    book: StateBook,
    last: Option<(Position, Micros)>,
}

impl Sender {
    pub(super) fn new(parts: Parts, intake: Intake) -> Self {
        let now = Instant::now();
        Self {
            parts,
            intake,
            book: StateBook::default(),
            wants_state: true,
            drained: false,
            in_touch: true,
            touch_since: now,
            write_begun: now,
            trouble: Trouble::default(),
            told: now,
            beat_due: false,
            hole_asked: None,
            counted: None,
        }
    }

    /// Reads the state from the log; tries again while the log can't be read.
    fn rebuild(&mut self, context: &mut Context<Self>) {
        let (log, name) = (self.parts.log.clone(), self.parts.name.clone());
        let rebuild = async move {
            loop {
                match rebuild(log.as_ref(), &name).await {
                    Ok(known) => return known,
                    Err(cause) => {
                        error!(sender = %name, %cause, "the state of {name} can't be read from the log; trying again");
                        tokio::time::sleep(RETRY * 2).await;
                    }
                }
            }
        };
        context.wait(rebuild.into_actor(self).map(|known, sender, context| sender.begin(known, context)));
    }

    fn begin(&mut self, known: Known, context: &mut Context<Self>) {
        self.book = known.book;
        if let Some((last, received)) = known.last {
            self.intake.resume(last, received);
            info!(sender = %self.parts.name, epoch = last.epoch, seq = last.seq, "goes on after what the log holds");
        }
        self.recover();
        context.run_interval(self.parts.limits.heartbeat_after, |sender, _| sender.beat());
        self.next(context);
    }

    /// Puts right what a former incarnation left half done.
    fn recover(&mut self) {
        let supply = self.parts.supply.clone();
        let mut supply = supply.borrow_mut();
        if let Some(mut write) = supply.write.take() {
            if write.last <= self.intake.last() {
                tell_safe(&mut write);
            } else {
                self.intake
                    .resume(write.last, write.entries.last().map_or(Micros::ZERO, |entry| entry.received));
                supply.write = Some(write);
            }
        }
        if std::mem::take(&mut supply.judging) {
            let cause = "records could not be taken in: the sender panicked over them";
            warn!(sender = %self.parts.name, "{cause}");
            self.metric(&self.parts.metrics.gaps).inc();
            if let Some(gap) = self.intake.own_gap(cause, self.parts.clock.now())
                && supply.write.is_none()
            {
                supply.write = self.write_of(vec![gap], Vec::new(), Position::default());
            }
        }
    }

    /// Goes on with whatever is next: the write that is under way, or the next items.
    fn next(&mut self, context: &mut Context<Self>) {
        if self.parts.supply.borrow().write.is_some() {
            return self.start_write(context);
        }
        if self.drained {
            return;
        }
        let since = self.write_begun.elapsed();
        if since < self.parts.limits.write_every {
            context.run_later(self.parts.limits.write_every - since, |sender, context| sender.fetch(context));
        } else {
            self.fetch(context);
        }
    }

    fn fetch(&mut self, context: &mut Context<Self>) {
        let supply = self.parts.supply.clone();
        let filled = std::future::poll_fn(move |cx| supply.borrow_mut().poll_fill(cx));
        context.spawn(filled.into_actor(self).map(|(), sender, context| sender.judge(context)));
    }

    fn judge(&mut self, context: &mut Context<Self>) {
        if self.drained {
            return;
        }
        self.judge_waiting();
        let supply = self.parts.supply.borrow();
        let (is_over, writes) = (supply.ended && supply.waiting.is_empty(), supply.write.is_some());
        drop(supply);
        if is_over && !writes {
            info!(sender = %self.parts.name, "the source {} has ended", self.parts.name);
            return self.touch(false);
        }
        self.next(context);
    }

    fn start_write(&mut self, context: &mut Context<Self>) {
        let supply = self.parts.supply.borrow();
        let Some(Write { source, state, entries, .. }) = &supply.write else { return };
        let (source, state, entries) = (source.clone(), state.clone(), entries.clone());
        self.write_begun = Instant::now();
        let log = self.parts.log.clone();
        let append = async move { log.append(&source, state, entries).await };
        drop(supply);
        context.spawn(append.into_actor(self).map(|result, sender, context| sender.written(result, context)));
    }

    fn written(&mut self, result: Result<Appended, StoreError>, context: &mut Context<Self>) {
        let appended = match result {
            Ok(appended) => appended,
            Err(cause) => {
                self.metric(&self.parts.metrics.write_failures).inc();
                if self.trouble.is_news(&cause.to_string()) {
                    error!(sender = %self.parts.name, %cause, "records of {} can't be written; the source waits: {cause}", self.parts.name);
                }
                context.run_later(RETRY, |sender, context| sender.start_write(context));
                return;
            }
        };
        if self.trouble.is_over() {
            info!(sender = %self.parts.name, "records of {} are written again", self.parts.name);
        }
        self.parts.metrics.write_seconds.observe(self.write_begun.elapsed().as_secs_f64());
        self.wants_state = appended.wants_state;
        let Some(mut write) = self.parts.supply.borrow_mut().write.take() else { return };
        tell_safe(&mut write);
        self.tell(write);
        self.next(context);
    }

    /// The records are safe: they enter the state book and are told.
    fn tell(&mut self, write: Write) {
        write.records.iter().for_each(|record| self.book.apply(record));
        self.metric(&self.parts.metrics.records).inc_by(write.records.len() as u64);
        self.told = Instant::now();
        self.beat_due = true;
        let Write { source, before, last, frames, records, .. } = write;
        self.spread(News::Kept(Arc::new(Kept { source, before, last, frames, records })));
    }

    fn spread(&self, news: News) {
        self.parts.metrics.mailbox_full.inc_by(self.parts.audience.tell(&news));
    }

    /// Time to look whether a heartbeat is due: soon after a burst, and regularly while it is quiet.
    fn beat(&mut self) {
        self.measure();
        self.count_agents();
        let LdsLimits { heartbeat_every, heartbeat_after, .. } = self.parts.limits;
        let quiet = self.told.elapsed();
        let due = if self.beat_due { heartbeat_after } else { heartbeat_every };
        // What is under way was received before now, so that now can't be promised yet.
        let busy = self.parts.supply.borrow().is_busy();
        if quiet < due || busy || !self.in_touch {
            return;
        }
        let now = self.intake.promise(self.parts.clock.now());
        let position = self.intake.last();
        let source = self.parts.name.clone();
        let heartbeat = Heartbeat { source: source.clone(), epoch: position.epoch, seq: position.seq, now };
        let Ok(frame) = encode(&Frame::Heartbeat(heartbeat)) else { return };
        self.told = Instant::now();
        self.beat_due = false;
        self.spread(News::Beat(Arc::new(Beat { source, position, frame })));
    }

    fn touch(&mut self, in_touch: bool) {
        if self.in_touch == in_touch {
            return;
        }
        self.in_touch = in_touch;
        self.touch_since = Instant::now();
        let word = if in_touch { "is in touch" } else { "is out of touch" };
        info!(sender = %self.parts.name, "{} {word}", self.parts.name);
    }

    /// Now and then: a book may be long.
    fn count_agents(&mut self) {
        if self.counted.is_some_and(|at| at.elapsed() < COUNT_EVERY) {
            return;
        }
        self.counted = Some(Instant::now());
        let agents = self.book.agent_count();
        self.parts.metrics.sender_agents.with_label_values(&[&self.parts.name]).set(agents as i64);
    }

    fn measure(&self) {
        let seconds = self.touch_since.elapsed().as_secs_f64();
        let (connected, disconnected) = if self.in_touch { (seconds, 0.0) } else { (0.0, seconds) };
        let Metrics { sender_connected, sender_disconnected, sender_queue, .. } = &self.parts.metrics;
        sender_connected.with_label_values(&[&self.parts.name]).set(connected);
        sender_disconnected.with_label_values(&[&self.parts.name]).set(disconnected);
        let waiting = self.parts.supply.borrow().waiting.len();
        sender_queue.with_label_values(&[&self.parts.name]).set(waiting as i64);
    }

    fn metric(&self, metric: &prometheus::IntCounterVec) -> prometheus::IntCounter {
        metric.with_label_values(&[&self.parts.name])
    }
}

fn tell_safe(write: &mut Write) {
    for kept in write.kept.drain(..) {
        // Whoever waited may have gone: the records are safe all the same.
        let _ = kept.send(());
    }
}

async fn rebuild(log: &dyn RecordLog, name: &str) -> Result<Known, StoreError> {
    let Some(span) = log.span(name).await? else {
        return Ok(Known { book: StateBook::default(), last: None });
    };
    let origin = log.origin(name, span.newest).await?.unwrap_or_default();
    let mut book = StateBook::of(&origin.state);
    let mut position = origin.position;
    while let Found::Entries(entries) = log.read(name, position, REBUILD_BYTES).await? {
        let Some(last) = entries.last() else { break };
        position = last.position;
        for entry in &entries {
            let record =
                decode_record(&entry.bytes).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            book.apply(&record);
        }
    }
    let last = (span.newest != Position::default()).then_some((span.newest, span.received));
    Ok(Known { book, last })
}

impl Actor for Sender {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        self.rebuild(context);
    }
}

impl Handler<Describe> for Sender {
    type Result = Picture;

    fn handle(&mut self, _: Describe, _: &mut Context<Self>) -> Picture {
        // What is under way has a number already, but is neither safe nor in the book.
        let position = match &self.parts.supply.borrow().write {
            Some(write) => write.before,
            None => self.intake.last(),
        };
        Picture { position, snapshot: self.book.snapshot() }
    }
}

impl Handler<Drain> for Sender {
    type Result = ();

    fn handle(&mut self, _: Drain, _: &mut Context<Self>) {
        self.drained = true;
    }
}

impl Handler<IsQuiet> for Sender {
    type Result = bool;

    fn handle(&mut self, _: IsQuiet, _: &mut Context<Self>) -> bool {
        let supply = self.parts.supply.borrow();
        supply.write.is_none() && (self.drained || supply.is_quiet())
    }
}

impl Handler<Stop> for Sender {
    type Result = ();

    fn handle(&mut self, _: Stop, context: &mut Context<Self>) {
        context.stop();
    }
}

/// Panics, to see what happens then.
#[cfg(test)]
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Panic;

#[cfg(test)]
impl Handler<Panic> for Sender {
    type Result = ();

    fn handle(&mut self, _: Panic, _: &mut Context<Self>) {
        panic!("injected");
    }
}
