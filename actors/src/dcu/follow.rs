//! Who follows a statistic beside the screens: what each is told, and when (statistics 5.4).

use super::statistic::Observe;
use actix::Message;
use model::Text;
use model::object::ObjectIx;
use model::time::Micros;
use ports::demand::Wanted;
use stats::{Mode, News, Notify, Statistic, Told, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// Somebody wants to follow a statistic. Answers why he can't.
#[derive(Message)]
#[rtype(result = "Result<(), Text>")]
pub(super) struct Follow {
    pub(super) wanted: Wanted,
    pub(super) mode: Option<Text>,
    pub(super) frequency: Option<u32>,
    pub(super) insensitivity: Option<u32>,
    pub(super) who: Who,
}

/// Present values of a statistic are wanted at once.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Look {
    pub(super) key: Text,
    pub(super) who: Who,
}

/// Who follows, what of it, and where it is told.
#[derive(Clone, Debug)]
pub(super) struct Who {
    /// The client's number for it.
    pub(super) id: u64,
    /// Ids of objects; all if absent.
    pub(super) objects: Option<Arc<BTreeSet<Text>>>,
    /// He follows no longer.
    pub(super) closed: Arc<AtomicBool>,
    pub(super) to: mpsc::Sender<Telling>,
    /// More came than he takes.
    pub(super) slow: Arc<AtomicBool>,
}

/// What is told.
#[derive(Debug)]
pub(super) enum Telling {
    /// Values.
    Info { id: u64, at: Micros, from: Micros, rows: Vec<(Text, Value)>, peek: bool },
    /// Values can be trusted again, or can't.
    Validity { id: u64, at: Micros, objects: Vec<Text>, valid: bool },
    /// Objects that are not there (yet).
    Unknown { id: u64, objects: Vec<Text> },
}

impl Who {
    fn tell(&self, telling: Telling) {
        // Who takes too little is cut by his link.
        if self.to.try_send(telling).is_err() {
            self.slow.store(true, Ordering::Relaxed);
        }
    }

    fn is_gone(&self) -> bool {
        self.closed.load(Ordering::Relaxed) || self.to.is_closed()
    }

    fn wants(&self, object: &str) -> bool {
        self.objects.as_ref().is_none_or(|objects| objects.contains(object))
    }
}

/// Names of the objects of a statistic.
pub(super) type Names = BTreeMap<ObjectIx, Text>;

/// A follower in the actor of the statistic.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Follower {
    pub(super) who: Who,
    pub(super) notify: Notify,
    pub(super) names: Arc<Names>,
}

/// All followers of one statistic.
#[derive(Default)]
pub(super) struct Followers {
    all: Vec<Following>,
    names: Names,
}

struct Following {
    who: Who,
    notify: Notify,
    /// The next look at all rows; the first one is due at once.
    next: Option<Micros>,
    told: BTreeMap<ObjectIx, Told>,
}

impl Followers {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// One more; he is told first with the next look.
    pub(super) fn add(&mut self, Follower { who, notify, names }: Follower) {
        self.names.extend(names.iter().map(|(ix, name)| (*ix, name.clone())));
        let known: BTreeSet<&Text> = self.names.values().collect();
        let asked = who.objects.iter().flat_map(|objects| objects.iter());
        let objects: Vec<Text> = asked.filter(|object| !known.contains(object)).cloned().collect();
        if !objects.is_empty() {
            who.tell(Telling::Unknown { id: who.id, objects });
        }
        self.all.push(Following { who, notify, next: None, told: BTreeMap::new() });
    }

    /// Objects appear.
    pub(super) fn meet(&mut self, objects: impl Iterator<Item = (ObjectIx, Text)>) {
        self.names.extend(objects);
    }

    /// Closing values of an interval that ends within the batch, before anything of its end's instant (rules N-5, TP-13).
    pub(super) fn close(&self, statistic: &Statistic, observe: &Observe) {
        let closes = self.all.iter().any(|one| one.notify.mode == Mode::ResetBased);
        let Some(end) = statistic.next_reset().filter(|end| closes && *end <= observe.batch.items().through)
        else {
            return;
        };
        // What the batch tells from the end on belongs to the next interval.
        let mut items = observe.batch.items().clone();
        items.items.retain(|item| item.at < end);
        items.causes.clear();
        items.gaps.clear();
        items.through = Micros(end.0 - 1);
        let mut closing = statistic.clone();
        closing.apply(&stats::Batch::index(items));
        let from = closing.interval_at(Micros(end.0 - 1));
        for one in self.all.iter().filter(|one| one.notify.mode == Mode::ResetBased && !one.who.is_gone()) {
            let rows = self.rows(one, closing.objects(), |ix| closing.closing(ix));
            one.who.tell(Telling::Info { id: one.who.id, at: end, from, rows, peek: false });
        }
    }

    /// Tells each what the instant `at` gives reason to tell; `touched`: what events have reached since the last look.
    pub(super) fn look(&mut self, statistic: &Statistic, touched: &[ObjectIx], at: Micros) {
        self.all.retain(|one| !one.who.is_gone());
        let mut all = std::mem::take(&mut self.all);
        for one in all.iter_mut().filter(|one| one.notify.mode != Mode::NoNotification) {
            let is_due = one.next.is_none_or(|next| next <= at);
            if is_due {
                let mut next = one.next.unwrap_or(at) + one.notify.frequency;
                while next <= at {
                    next = next + one.notify.frequency;
                }
                one.next = Some(next);
            }
            let rows: Vec<ObjectIx> = if is_due { statistic.objects().collect() } else { touched.to_vec() };
            self.hear(one, statistic, &rows, is_due, at);
        }
        self.all = all;
    }

    fn hear(&self, one: &mut Following, statistic: &Statistic, rows: &[ObjectIx], is_due: bool, at: Micros) {
        let (mut infos, mut valid, mut invalid) = (Vec::new(), Vec::new(), Vec::new());
        for ix in rows {
            let Some(name) = self.names.get(ix).filter(|name| one.who.wants(name)) else { continue };
            let Some(value) = statistic.read(*ix, at) else { continue };
            let mut told = one.told.remove(ix);
            for news in one.notify.hear(&mut told, &value, is_due) {
                match news {
                    News::Info => infos.push((name.clone(), value.clone())),
                    News::Valid => valid.push(name.clone()),
                    News::Invalid => invalid.push(name.clone()),
                }
            }
            one.told.extend(told.map(|told| (*ix, told)));
        }
        let id = one.who.id;
        for (objects, valid) in [(valid, true), (invalid, false)] {
            if !objects.is_empty() {
                one.who.tell(Telling::Validity { id, at, objects, valid });
            }
        }
        if !infos.is_empty() {
            let from = statistic.interval_at(at);
            one.who.tell(Telling::Info { id, at, from, rows: infos, peek: false });
        }
    }

    /// Present values, for who asks.
    pub(super) fn peek(&self, who: &Who, statistic: &Statistic) {
        let at = statistic.through();
        let Some(one) = self.all.iter().find(|one| one.who.id == who.id && one.who.to.same_channel(&who.to))
        else {
            return;
        };
        let rows = self.rows(one, statistic.objects(), |ix| statistic.read(ix, at));
        let from = statistic.interval_at(at);
        who.tell(Telling::Info { id: who.id, at, from, rows, peek: true });
    }

    fn rows(
        &self,
        one: &Following,
        objects: impl Iterator<Item = ObjectIx>,
        value: impl Fn(ObjectIx) -> Option<Value>,
    ) -> Vec<(Text, Value)> {
        let named = objects.filter_map(|ix| Some((ix, self.names.get(&ix)?)));
        let wanted = named.filter(|(_, name)| one.who.wants(name));
        wanted.filter_map(|(ix, name)| Some((name.clone(), value(ix)?))).collect()
    }
}
