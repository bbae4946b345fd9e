//! The watchman: the newest values, a desk for each rule, and what is to be written of their turns.

mod evaluation;
mod outbox;

use super::stored::Watched;
use super::{Parts, scribe};
use crate::web::hub::{Loaded, Published, feed};
use crate::web::picture::{Applied, Picture};
use actix::prelude::*;
use alerting::{Alert, AlertKey, Because, Desk};
use model::time::Micros;
use model::{Object, Text};
use outbox::Outbox;
pub(super) use outbox::Write;
use ports::values::Publication;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tracing::warn;

/// Messages that may wait.
const MAILBOX: usize = 1_024;

/// How often silence is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Writes that are handed out at once.
const BATCH: usize = 64;

/// What the watchman stands on.
#[derive(Clone)]
pub(super) struct WatchmanParts {
    pub(super) parts: Parts,
    /// Of the lease under which it evaluates.
    pub(super) fence: u64,
    /// Until when that lease is ours, as far as is known.
    pub(super) until: watch::Receiver<Instant>,
}

/// A rule on watch.
struct Post {
    watched: Watched,
    desk: Desk,
}

/// Evaluates all rules.
pub(super) struct Watchman {
    parts: WatchmanParts,
    picture: Picture,
    loaded: bool,
    posts: BTreeMap<Text, Post>,
    /// Which rules ask for a definition.
    by_key: BTreeMap<Text, Vec<Text>>,
    /// Alerts of an earlier life, until their rules are known.
    restored: BTreeMap<AlertKey, Box<Alert>>,
    outbox: Outbox,
    /// It waits for the store to take what turned; then everything is looked at anew.
    behind: bool,
    holes: Arc<Notify>,
}

/// Alerts that are open, as they are stored.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Restored(pub(super) Vec<Alert>);

/// All rules that are to be evaluated.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Rules(pub(super) BTreeMap<Text, Watched>);

/// What is to be written next.
#[derive(Message)]
#[rtype(result = "Vec<Write>")]
pub(super) struct Take;

/// Nothing has been known of this alert for too long.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Forget(pub(super) AlertKey);

/// Somebody else evaluates, or nobody.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Stop;

impl Watchman {
    pub(super) fn new(parts: WatchmanParts) -> Self {
        Self {
            outbox: Outbox::new(parts.parts.metrics.clone()),
            parts,
            picture: Picture::default(),
            loaded: false,
            posts: BTreeMap::new(),
            by_key: BTreeMap::new(),
            restored: BTreeMap::new(),
            behind: false,
            holes: Arc::default(),
        }
    }

    fn now(&self) -> Micros {
        self.parts.parts.clock.now()
    }

    /// Of a publication, what rules ask for.
    fn needed(&self, publication: &Publication) -> Publication {
        let kinds: BTreeSet<_> = self.posts.values().map(|post| post.watched.rule.object_type).collect();
        let blocks = publication.blocks.iter().filter(|block| self.by_key.contains_key(&block.definition));
        let objects = publication.objects.iter().filter(|info| kinds.contains(&info.object.kind));
        Publication {
            producer: publication.producer.clone(),
            generation: publication.generation,
            at: publication.at,
            blocks: blocks.cloned().collect(),
            objects: objects.cloned().collect(),
            sources: Vec::new(),
            gone: publication.gone.clone(),
        }
    }

    /// Takes the rules on that are new, and off that are gone.
    fn arrange(&mut self, rules: BTreeMap<Text, Watched>) {
        let gone: Vec<Text> = self.posts.keys().filter(|id| !rules.contains_key(*id)).cloned().collect();
        for id in gone {
            self.withdraw_all(&id, Because::RuleChanged);
            self.posts.remove(&id);
        }
        for (id, watched) in rules {
            match self.posts.get_mut(&id) {
                Some(post) if post.watched.rule.asks_as(&watched.rule) => {
                    post.desk.reword(watched.rule.clone());
                    post.watched = watched;
                }
                Some(_) => {
                    self.withdraw_all(&id, Because::RuleChanged);
                    let desk = Desk::new(watched.rule.clone());
                    self.posts.insert(id, Post { watched, desk });
                }
                None => {
                    let desk = Desk::new(watched.rule.clone());
                    self.posts.insert(id, Post { watched, desk });
                }
            }
        }
        self.take_up_restored();
        let before: BTreeSet<Text> = std::mem::take(&mut self.by_key).into_keys().collect();
        for (id, post) in &self.posts {
            self.by_key.entry(post.watched.subject.key.clone()).or_default().push(id.clone());
        }
        self.parts.parts.metrics.rules.set(i64::try_from(self.posts.len()).unwrap_or(i64::MAX));
        if self.by_key.keys().any(|key| !before.contains(key)) {
            // Values that nobody asked for so far were not kept.
            self.loaded = false;
            self.holes.notify_one();
        } else if self.loaded {
            self.look_anew();
        }
    }

    /// Alerts of an earlier life go on where their rules ask the same, and end where they do not.
    fn take_up_restored(&mut self) {
        let now = self.now();
        for (key, alert) in std::mem::take(&mut self.restored) {
            let goes_on = self.posts.get(&key.rule).is_some_and(|post| {
                let Watched { rule, subject, .. } = &post.watched;
                rule.condition == alert.condition
                    && subject.key == alert.definition
                    && rule.means(&key.object)
            });
            match self.posts.get_mut(&key.rule).filter(|_| goes_on) {
                Some(post) => post.desk.restore(key.object, key.raised_at, alert.unknown_since.is_some()),
                None => self.outbox.clear(key, now, Because::RuleChanged, None),
            }
        }
    }

    fn withdraw_all(&mut self, rule: &Text, because: Because) {
        let Some(post) = self.posts.get_mut(rule) else { return };
        let objects: Vec<Object> = post.desk.rows().map(|(object, _)| object.clone()).collect();
        for object in objects {
            self.withdraw(rule, &object, because);
        }
    }

    /// Forgets an object of a rule, and ends its alert.
    fn withdraw(&mut self, rule: &Text, object: &Object, because: Because) {
        let now = self.now();
        let Some(post) = self.posts.get_mut(rule) else { return };
        if let Some(raised_at) = post.desk.withdraw(object) {
            let key = AlertKey { rule: rule.clone(), object: object.clone(), raised_at };
            self.outbox.clear(key, now, because, None);
        }
    }

    fn take(&mut self, publication: &Publication) {
        let producer = publication.producer.clone();
        let state = |picture: &Picture| picture.producers().get(&producer).map(|p| (p.generation, p.silent));
        let (before, now) = (state(&self.picture), self.now());
        let needed = Arc::new(self.needed(publication));
        match self.picture.apply(&needed, now) {
            Applied::Taken(update) => {
                for object in update.gone.iter() {
                    for rule in self.posts.keys().cloned().collect::<Vec<_>>() {
                        self.withdraw(&rule, object, Because::ObjectGone);
                    }
                }
                if before == state(&self.picture) {
                    self.look_at(&update);
                } else {
                    self.look_anew();
                }
                self.go_on();
            }
            Applied::Late => {}
            Applied::Hole => {
                self.loaded = false;
                self.holes.notify_one();
            }
        }
    }

    fn look(&mut self) {
        let now = self.now();
        if !self.picture.fall_silent(now, self.parts.parts.stale_after).is_empty() {
            self.look_anew();
        }
        if self.behind && !self.outbox.is_full() {
            self.behind = false;
            self.loaded = false;
            self.holes.notify_one();
        }
    }
}

impl Actor for Watchman {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX);
        let (parts, own) = (self.parts.clone(), context.address());
        actix::spawn(scribe::run(parts, own.clone(), self.outbox.wake()));
        actix::spawn(feed::values(self.parts.parts.values.clone(), own, self.holes.clone()));
        context.run_interval(LOOK_EVERY, |watchman, _| watchman.look());
    }
}

impl Handler<Restored> for Watchman {
    type Result = ();

    fn handle(&mut self, Restored(alerts): Restored, _: &mut Context<Self>) {
        for alert in alerts {
            let key = alert.key();
            self.outbox.remember(&key, alert.unknown_since.is_some());
            self.restored.insert(key, Box::new(alert));
        }
    }
}

impl Handler<Rules> for Watchman {
    type Result = ();

    fn handle(&mut self, Rules(rules): Rules, _: &mut Context<Self>) {
        self.arrange(rules);
    }
}

impl Handler<Loaded> for Watchman {
    type Result = ();

    fn handle(&mut self, Loaded(current): Loaded, _: &mut Context<Self>) {
        let now = self.now();
        let heard: BTreeMap<Text, Micros> =
            self.picture.producers().iter().map(|(name, producer)| (name.clone(), producer.heard)).collect();
        let needed = current.iter().map(|publication| self.needed(publication)).collect();
        self.picture = Picture::load(needed, now);
        self.picture.remember_heard(&heard);
        // What has been silent since before is not believed until it speaks.
        self.picture.fall_silent(now, self.parts.parts.stale_after);
        self.loaded = true;
        self.look_anew();
        self.go_on();
    }
}

impl Handler<Published> for Watchman {
    type Result = ();

    fn handle(&mut self, Published(publication): Published, _: &mut Context<Self>) {
        if self.outbox.is_full() {
            if !self.behind {
                warn!("alerts can't be stored as fast as they turn: evaluation waits");
            }
            self.behind = true;
        }
        // Between a hole and the next loading, changes would be applied to what is not there.
        if self.loaded && !self.behind {
            self.take(&publication);
        }
    }
}

impl Handler<Take> for Watchman {
    type Result = MessageResult<Take>;

    fn handle(&mut self, _: Take, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.outbox.take(BATCH))
    }
}

impl Handler<Forget> for Watchman {
    type Result = ();

    fn handle(&mut self, Forget(key): Forget, _: &mut Context<Self>) {
        let rows = |post: &Post| {
            post.desk.rows().any(|(object, row)| {
                *object == key.object && row.raised_at() == Some(key.raised_at) && row.is_unknown()
            })
        };
        if self.posts.get(&key.rule).is_some_and(rows) {
            self.withdraw(&key.rule, &key.object, Because::Forgotten);
        }
    }
}

impl Handler<Stop> for Watchman {
    type Result = ();

    fn handle(&mut self, _: Stop, context: &mut Context<Self>) {
        context.stop();
    }
}
