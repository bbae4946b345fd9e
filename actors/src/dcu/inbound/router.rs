//! A router, or another server, that follows statistics.

use super::super::follow::{Follow, Look, Telling, Who};
use super::{Door, refuse};
use model::Text;
use model::object::ObjectType;
use model::time::Micros;
use ports::demand::Wanted;
use stats::{Content, Flags, State, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};
use wire::frame::{
    Ack, Bye, Condition, Failed, Frame, Info, Open, Refuse, Row, Target, VERSION, Validity, Welcome, encode,
};
use wire::link::{Incoming, Outbox, OutboxFull};

/// A router hears something at least so often.
const KEEP_ALIVE: Duration = Duration::from_secs(1);
/// Tellings that may wait for the link.
const TELLINGS: usize = 1024;
/// Rows in one frame at most: a frame stays far below its limit.
const ROWS_AT_ONCE: usize = 500;

/// One statistic that is followed.
struct Followed {
    key: Text,
    who: Who,
    /// Of CurrentTargetState: what was told last, by object.
    targets: BTreeMap<Text, BTreeMap<Text, Target>>,
}

/// Why a router is served no longer.
enum End {
    Gone,
    Slow,
}

/// Serves a router until it ends.
pub(super) async fn serve(door: &Door, client: Incoming) -> Result<(), Refuse> {
    let Incoming { mut frames, outbox, peer, .. } = client;
    let welcome = Frame::Welcome(Welcome { v: VERSION, sources: Vec::new() });
    let frame = encode(&welcome).map_err(|error| refuse("protocol", error.to_string()))?;
    if outbox.try_push(frame).is_err() {
        return Ok(());
    }
    let (to, mut tellings) = mpsc::channel(TELLINGS);
    let slow = Arc::new(AtomicBool::new(false));
    let who = format!("the router at {peer}");
    let mut router = Router { door, outbox, to, slow, followed: BTreeMap::new() };
    let mut beats = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
    let end = loop {
        let done = tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => {
                    door.saw(&who);
                    router.hear(frame).await
                }
                None => Err(End::Gone),
            },
            Some(telling) = tellings.recv() => router.tell(telling),
            _ = beats.tick() => router.send(&Frame::Ack(Ack::default())),
        };
        if let Err(end) = done {
            break end;
        }
        if router.slow.load(Ordering::Relaxed) {
            break End::Slow;
        }
    };
    if let End::Slow = end {
        door.metrics.inbound_slow.inc();
        tracing::warn!(%peer, "cut the router at {peer}: it does not take what it is told; it may connect again");
        let _ = router.send(&Frame::Bye(Bye { reason: "too slow: what you are told is not taken".into() }));
    }
    Ok(())
}

struct Router<'a> {
    door: &'a Door,
    outbox: Outbox,
    to: mpsc::Sender<Telling>,
    slow: Arc<AtomicBool>,
    followed: BTreeMap<u64, Followed>,
}

impl Drop for Router<'_> {
    fn drop(&mut self) {
        self.door.metrics.inbound_statistics.sub(self.followed.len() as i64);
        self.followed.values().for_each(|followed| followed.who.closed.store(true, Ordering::Relaxed));
    }
}

impl Router<'_> {
    async fn hear(&mut self, frame: Frame) -> Result<(), End> {
        match frame {
            Frame::Open(open) => match self.open(open).await {
                Ok(()) => Ok(()),
                Err(failed) => {
                    self.door.metrics.inbound_refused.with_label_values(&[&failed.code]).inc();
                    self.send(&Frame::Error(failed))
                }
            },
            Frame::Peek(peek) => match self.followed.get(&peek.id) {
                Some(followed) => {
                    let look = Look { key: followed.key.clone(), who: followed.who.clone() };
                    // A collector that is gone ends the process.
                    let _ = self.door.collector.send(look).await;
                    Ok(())
                }
                None => self.send(&Frame::Error(unknown(peek.id))),
            },
            Frame::Close(close) => match self.followed.remove(&close.id) {
                Some(followed) => {
                    followed.who.closed.store(true, Ordering::Relaxed);
                    self.door.metrics.inbound_statistics.dec();
                    Ok(())
                }
                None => self.send(&Frame::Error(unknown(close.id))),
            },
            Frame::Bye(_) => Err(End::Gone),
            _ => Ok(()),
        }
    }

    async fn open(&mut self, open: Open) -> Result<(), Failed> {
        let id = open.id;
        let failed = |code: &str, text: String| Failed { id, code: code.into(), text: text.into() };
        if self.followed.contains_key(&id) {
            return Err(failed("id", format!("{id} is open already: close it, or take another number")));
        }
        let most = self.door.settings.statistics_max;
        if self.followed.len() >= most {
            return Err(failed(
                "full",
                format!("{most} statistics are open: close one, or raise statistics_max"),
            ));
        }
        let definition = open.definition;
        let Some(object_type) = ObjectType::parse(&definition.object_type) else {
            let text = format!(
                "object type {} is not known: write Agent, GroupAgents, Queue ...",
                definition.object_type
            );
            return Err(failed("definition", text));
        };
        let wanted = Wanted {
            stat_type: definition.stat_type,
            object_type,
            time_profile: definition.time_profile,
            time_range: definition.time_range,
            time_range2: definition.time_range2,
            filter: definition.filter,
            opened_at: None,
        };
        if open.objects.is_empty() {
            return Err(failed("object", "no objects are named: name some, or * for all".to_owned()));
        }
        let all = open.objects.iter().any(|object| object == "*");
        let objects: BTreeSet<Text> = open.objects.into_iter().collect();
        let who = Who {
            id,
            objects: (!all).then(|| Arc::new(objects)),
            closed: Arc::default(),
            to: self.to.clone(),
            slow: self.slow.clone(),
        };
        let key = wanted.key();
        let (mode, frequency, insensitivity) = (open.mode, open.frequency, open.insensitivity);
        let follow = Follow { wanted, mode, frequency, insensitivity, who: who.clone() };
        match self.door.collector.send(follow).await {
            Ok(Ok(())) => {}
            Ok(Err(cause)) => return Err(failed("definition", cause.to_string())),
            Err(_) => return Err(failed("unavailable", "the DCU is stopping: connect again".to_owned())),
        }
        self.followed.insert(id, Followed { key, who, targets: BTreeMap::new() });
        self.door.metrics.inbound_statistics.inc();
        Ok(())
    }

    fn tell(&mut self, telling: Telling) -> Result<(), End> {
        match telling {
            Telling::Info { id, at, from, rows, peek } => self.tell_values(id, (at, from), rows, peek),
            Telling::Validity { id, at, objects, valid } if self.followed.contains_key(&id) => {
                let told = Validity { id, at, objects };
                self.send(&if valid { Frame::Valid(told) } else { Frame::Invalid(told) })
            }
            Telling::Unknown { id, objects } => {
                let text = format!("not known yet: {}; values come when they are", objects.join(", "));
                self.send(&Frame::Error(Failed { id, code: "object".into(), text: text.into() }))
            }
            Telling::Validity { .. } => Ok(()),
        }
    }

    fn tell_values(
        &mut self,
        id: u64,
        (at, from): (Micros, Micros),
        rows: Vec<(Text, Value)>,
        peek: bool,
    ) -> Result<(), End> {
        // What was closed meanwhile is of no interest.
        let Some(followed) = self.followed.get_mut(&id) else { return Ok(()) };
        let rows: Vec<Row> =
            rows.into_iter().map(|(object, value)| row(object, value, peek, &mut followed.targets)).collect();
        self.door.metrics.inbound_told.inc_by(rows.len() as u64);
        let mut rest = rows;
        loop {
            let later = rest.split_off(rest.len().min(ROWS_AT_ONCE));
            self.send(&Frame::Info(Info { id, at, from, rows: rest, peek }))?;
            rest = later;
            if rest.is_empty() {
                return Ok(());
            }
        }
    }

    fn send(&self, frame: &Frame) -> Result<(), End> {
        let Ok(bytes) = encode(frame) else {
            tracing::error!("a frame of the statistics interface is too large");
            return Ok(());
        };
        self.outbox.try_push(bytes).map_err(|full| match full {
            OutboxFull::Full => End::Slow,
            OutboxFull::Closed => End::Gone,
        })
    }
}

fn unknown(id: u64) -> Failed {
    Failed { id, code: "id".into(), text: format!("{id} is not open").into() }
}

/// A value as it travels.
fn row(object: Text, value: Value, peek: bool, targets: &mut BTreeMap<Text, BTreeMap<Text, Target>>) -> Row {
    let flags = value.flags;
    let mut row = Row {
        empty: flags.has(Flags::EMPTY),
        invalid: flags.has(Flags::INVALID),
        partial: flags.has(Flags::PARTIAL),
        ..Row::default()
    };
    match value.content {
        Content::Number(number) => row.value = Some(number),
        Content::State(state) => row.state = Some(condition(&object, state, peek, targets)),
    }
    row.object = object;
    row
}

fn condition(
    object: &Text,
    state: State,
    peek: bool,
    known: &mut BTreeMap<Text, BTreeMap<Text, Target>>,
) -> Condition {
    let State { status, since, reasons, members, targets } = state;
    let members =
        members.map(|members| members.into_iter().map(|(id, status)| (id, status.name().into())).collect());
    let mut condition = Condition {
        status: status.name().into(),
        since,
        reasons: reasons.map(|reasons| (*reasons).clone()),
        members,
        ..Condition::default()
    };
    let Some(targets) = targets else { return condition };
    let now: BTreeMap<Text, Target> =
        targets.into_iter().map(|(id, target)| (id, target_of(target))).collect();
    match known.get(object).filter(|_| !peek) {
        // Later only what was added, updated or removed.
        Some(before) => {
            let changed = now.iter().filter(|(id, target)| before.get(*id) != Some(*target));
            condition.targets = Some(changed.map(|(id, target)| (id.clone(), target.clone())).collect());
            condition.removed = before.keys().filter(|id| !now.contains_key(*id)).cloned().collect();
        }
        None => {
            condition.targets = Some(now.clone());
            condition.snapshot = true;
        }
    }
    if !peek {
        known.insert(object.clone(), now);
    }
    condition
}

fn target_of(target: stats::Target) -> Target {
    let media = target.media.into_iter();
    let media = media.map(|(medium, room)| (medium, (room.channels, room.routable, room.busy))).collect();
    Target { status: target.status.name().into(), since: target.since, media }
}
