//! The receiver of one client: news of the sources in, frames to the client out.
//!
//! It follows the live stream while the client keeps up. When the client's outbox is full, the live stream passes
//! by, and the receiver goes on from the log, at the client's pace, until it has caught up.

mod cursor;

pub(super) use cursor::Cursor;

use super::audience::{Audience, News};
use super::metrics::Metrics;
use actix::prelude::{
    Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Message, Running, StreamHandler,
    WrapFuture,
};
use model::Text;
use model::time::Position;
use ports::StoreError;
use ports::record_log::{Found, RecordLog};
use runtime::Ref;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::{info, warn};
use wire::frame::{Ack, Bye, Frame, encode};
use wire::link::{Incoming, Outbox, OutboxFull};

/// The LDS is going away.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Dismiss(pub(super) Text);

/// What a receiver is made of.
pub(super) struct Parts {
    pub(super) number: u64,
    pub(super) link: Incoming,
    pub(super) cursors: BTreeMap<Text, Cursor>,
    pub(super) audiences: BTreeMap<Text, Arc<Audience>>,
    pub(super) log: Arc<dyn RecordLog>,
    pub(super) read_bytes_max: usize,
    pub(super) metrics: Metrics,
    /// Where the receiver is known by its number, until it ends.
    pub(super) receivers: Rc<RefCell<BTreeMap<u64, Ref<Receiver>>>>,
}

/// The actor.
pub(super) struct Receiver {
    number: u64,
    name: String,
    link: Option<Incoming>,
    outbox: Outbox,
    cursors: BTreeMap<Text, Cursor>,
    audiences: BTreeMap<Text, Arc<Audience>>,
    log: Arc<dyn RecordLog>,
    read_bytes_max: usize,
    metrics: Metrics,
    receivers: Rc<RefCell<BTreeMap<u64, Ref<Receiver>>>>,
    waits_for_room: bool,
    sent: Instant,
}

/// News that may wait; more are noticed by their positions.
const MAILBOX: usize = 256;

/// A client hears something at least so often, also when no source has a heartbeat for it.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

impl Receiver {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { number, link, cursors, audiences, log, read_bytes_max, metrics, receivers } = parts;
        Self {
            number,
            name: format!("{} at {}", link.hello.role, link.peer),
            outbox: link.outbox.clone(),
            link: Some(link),
            cursors,
            audiences,
            log,
            read_bytes_max,
            metrics,
            receivers,
            waits_for_room: false,
            sent: Instant::now(),
        }
    }

    fn pump_all(&mut self, context: &mut Context<Self>) {
        let sources: Vec<Text> = self.cursors.keys().cloned().collect();
        sources.iter().for_each(|source| self.pump(source, context));
    }

    /// Sends what is ready; then reads on if the source is ahead.
    fn pump(&mut self, source: &Text, context: &mut Context<Self>) {
        let Some(cursor) = self.cursors.get_mut(source) else { return };
        while let Some(frame) = cursor.ready.front() {
            match self.outbox.try_push(frame.clone()) {
                Ok(()) => drop(cursor.ready.pop_front()),
                Err(OutboxFull::Closed) => return context.stop(),
                Err(OutboxFull::Full) => return self.wait_for_room(context),
            }
            self.sent = Instant::now();
        }
        if cursor.is_behind() && !cursor.reading {
            cursor.reading = true;
            self.read(source.clone(), context);
        } else if !cursor.reading {
            cursor.cut = false;
        }
    }

    fn wait_for_room(&mut self, context: &mut Context<Self>) {
        if std::mem::replace(&mut self.waits_for_room, true) {
            return;
        }
        let outbox = self.outbox.clone();
        let room = async move { outbox.room().await };
        context.spawn(room.into_actor(self).map(|room, receiver, context| {
            receiver.waits_for_room = false;
            match room {
                Ok(()) => receiver.pump_all(context),
                Err(_) => context.stop(),
            }
        }));
    }

    fn read(&mut self, source: Text, context: &mut Context<Self>) {
        let Some(cursor) = self.cursors.get(&source) else { return };
        let (log, after, bytes_max) = (self.log.clone(), cursor.position, self.read_bytes_max);
        let of = source.clone();
        let read = async move { log.read(&of, after, bytes_max).await };
        context.spawn(read.into_actor(self).map(move |found, receiver, context| {
            receiver.was_read(&source, found, context);
        }));
    }

    fn was_read(&mut self, source: &Text, found: Result<Found, StoreError>, context: &mut Context<Self>) {
        let Some(cursor) = self.cursors.get_mut(source) else { return };
        cursor.reading = false;
        let problem = match found {
            Ok(Found::Entries(entries)) => match cursor.catch_up(source, &entries) {
                Ok(()) => return self.pump(source, context),
                Err(error) => format!("records of {source} in the log can't be sent: {error}"),
            },
            Ok(Found::Gone) => {
                self.metrics.lost_receivers.inc();
                format!("too far behind: what follows in {source} is no longer in the log; connect again")
            }
            Err(error) => format!("the log of {source} can't be read: {error}; connect again"),
        };
        self.dismiss(&problem, context);
    }

    /// Says good-bye and ends; the outbox is dropped, what is in it is still sent.
    fn dismiss(&mut self, reason: &str, context: &mut Context<Self>) {
        warn!(receiver = %self.name, reason, "dismissed {}: {reason}", self.name);
        if let Ok(frame) = encode(&Frame::Bye(Bye { reason: reason.into() })) {
            // A client that is too slow even for this sees the link end.
            let _ = self.outbox.try_push(frame);
        }
        context.stop();
    }

    fn keep_alive(&mut self) {
        if self.sent.elapsed() < KEEP_ALIVE {
            return;
        }
        if let Ok(frame) = encode(&Frame::Ack(Ack::default())) {
            // Full means that something else is on its way.
            let _ = self.outbox.try_push(frame);
            self.sent = Instant::now();
        }
    }
}

impl Actor for Receiver {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Context<Self>) {
        context.set_mailbox_capacity(MAILBOX);
        self.metrics.receivers.inc();
        info!(receiver = %self.name, "{} is connected", self.name);
        if let Some(Incoming { mut frames, .. }) = self.link.take() {
            context.add_stream(futures_util::stream::poll_fn(move |cx| frames.poll_recv(cx)));
        }
        for (source, audience) in &self.audiences {
            audience.join(self.number, context.address().recipient());
            // What was written between the welcome and now is told by nobody any more.
            let (log, of) = (self.log.clone(), source.clone());
            let span = async move { log.span(&of).await };
            let source = source.clone();
            context.spawn(span.into_actor(self).map(move |span, receiver, context| {
                let newest = span.ok().flatten().map_or_else(Position::default, |span| span.newest);
                if let Some(cursor) = receiver.cursors.get_mut(&source) {
                    cursor.newest = cursor.newest.max(newest);
                }
                receiver.pump(&source, context);
            }));
        }
        let outbox = self.outbox.clone();
        let closed = async move { outbox.closed().await };
        context.spawn(closed.into_actor(self).map(|(), _, context| context.stop()));
        context.run_interval(KEEP_ALIVE / 2, |receiver, _| receiver.keep_alive());
        self.pump_all(context);
    }

    fn stopping(&mut self, _: &mut Context<Self>) -> Running {
        info!(receiver = %self.name, "{} is gone", self.name);
        Running::Stop
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Here rather than in `stopped`, which a panic does not reach.
        self.audiences.values().for_each(|audience| audience.leave(self.number));
        self.receivers.borrow_mut().remove(&self.number);
        if self.link.is_none() {
            self.metrics.receivers.dec();
        }
    }
}

impl Handler<News> for Receiver {
    type Result = ();

    fn handle(&mut self, news: News, context: &mut Context<Self>) {
        match news {
            News::Kept(kept) => {
                let Some(cursor) = self.cursors.get_mut(&kept.source) else { return };
                if let Err(error) = cursor.follow(&kept) {
                    let reason = format!("records of {} can't be sent: {error}", kept.source);
                    return self.dismiss(&reason, context);
                }
                if cursor.is_behind() && !std::mem::replace(&mut cursor.cut, true) {
                    self.metrics.cuts.inc();
                }
                self.pump(&kept.source, context);
            }
            News::Beat(beat) => {
                let Some(cursor) = self.cursors.get_mut(&beat.source) else { return };
                cursor.newest = cursor.newest.max(beat.position);
                let is_live = !cursor.reading && cursor.ready.is_empty() && cursor.position == beat.position;
                if is_live && self.outbox.try_push(beat.frame.clone()).is_ok() {
                    self.sent = Instant::now();
                }
                self.pump(&beat.source, context);
            }
        }
    }
}

impl Handler<Dismiss> for Receiver {
    type Result = ();

    fn handle(&mut self, Dismiss(reason): Dismiss, context: &mut Context<Self>) {
        self.dismiss(&reason, context);
    }
}

impl StreamHandler<Frame> for Receiver {
    fn handle(&mut self, frame: Frame, context: &mut Context<Self>) {
        if let Frame::Bye(bye) = frame {
            info!(receiver = %self.name, reason = %bye.reason, "{} says good-bye", self.name);
            context.stop();
        }
    }

    fn finished(&mut self, context: &mut Context<Self>) {
        context.stop();
    }
}
