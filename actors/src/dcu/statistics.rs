//! All statistics of a DCU: one actor for each definition, opened when it is wanted.

use super::follow::{Follow, Follower, Look, Names};
use super::object::Save;
use super::publication::Changed;
use super::round::{Round, RoundDone};
use super::statistic::{Collect, Keep, Observe, StatisticActor, TakeOver};
use super::tally::Kind;
use super::trial::Trial;
use actix::{Actor, Addr, Handler, Message, Recipient};
use futures_util::future::LocalBoxFuture;
use model::item::{GapSpan, Items};
use model::object::{Object, ObjectIx, ObjectType};
use model::time::Micros;
use model::{SlotSet, Text};
use ports::demand::{Answer, Wanted};
use serde::{Deserialize, Serialize};
use stats::{Batch, Chunk, Definition, Library, Notify, Refused, Request, Statistic};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One opened statistic, as checkpoints remember it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Opened {
    /// What was wanted.
    pub(super) wanted: Wanted,
    /// What that meant when it was opened.
    pub(super) definition: Definition,
    /// When.
    pub(super) creation: Micros,
}

/// What a statistic says to something that it must do; an error means that its rows can't be relied on.
pub(super) type Done = LocalBoxFuture<'static, Result<(), String>>;

fn done<M>(asked: actix::dev::Request<StatisticActor, M>) -> Done
where
    M: Message<Result = Result<(), String>> + Send + Unpin + 'static,
    StatisticActor: Handler<M>,
{
    Box::pin(async { asked.await.unwrap_or_else(|gone| Err(format!("a statistic is gone: {gone}"))) })
}

struct Entry {
    opened: Opened,
    actor: Addr<StatisticActor>,
}

/// The statistics.
pub(super) struct Statistics {
    library: Library,
    zone: Text,
    entries: BTreeMap<Text, Entry>,
    /// Wanted, to be opened with the first record.
    waiting: BTreeMap<Text, (Wanted, Arc<Definition>)>,
    /// Who follows what is still to be opened.
    followers: BTreeMap<Text, Vec<Follower>>,
    /// All objects so far, for statistics that are opened later.
    objects: Vec<(ObjectIx, Object)>,
    /// Objects of these slots have rows.
    owned: SlotSet,
    trial: Trial,
}

impl Statistics {
    /// No statistics yet; definitions come from `library`, days begin in `zone`.
    pub(super) fn new(library: Library, zone: Text, trial: Trial) -> Self {
        Self {
            library,
            zone,
            entries: BTreeMap::new(),
            waiting: BTreeMap::new(),
            followers: BTreeMap::new(),
            objects: Vec::new(),
            owned: SlotSet::NONE,
            trial,
        }
    }

    /// What a wish means.
    pub(super) fn define(&self, wanted: &Wanted) -> Result<Definition, Refused> {
        let request = Self::request(wanted);
        let definition = self.library.define(&request)?;
        if !definition.accepts(wanted.object_type) {
            let (stat_type, kind) = (&wanted.stat_type, wanted.object_type.name());
            return Err(Refused::new(format!("stat type `{stat_type}` is not for objects of type {kind}")));
        }
        Ok(definition)
    }

    fn request(wanted: &Wanted) -> Request {
        Request {
            object_type: Some(wanted.object_type),
            time_profile: wanted.time_profile.clone(),
            time_range: wanted.time_range.clone(),
            time_range2: wanted.time_range2.clone(),
            filter: wanted.filter.clone(),
            ..Request::named(&wanted.key(), &wanted.stat_type, "*")
        }
    }

    /// Takes in wishes: they are opened with the next record. Answers what becomes of each.
    pub(super) fn want(&mut self, wanted: Vec<Wanted>) -> Vec<(Text, Answer)> {
        wanted
            .into_iter()
            .map(|wanted| {
                let key = wanted.key();
                if self.entries.contains_key(&key) || self.waiting.contains_key(&key) {
                    return (key, Answer::Opened);
                }
                match self.define(&wanted) {
                    Ok(definition) => {
                        self.waiting.insert(key.clone(), (wanted, Arc::new(definition)));
                        (key, Answer::Opened)
                    }
                    Err(refused) => (key, Answer::Refused(refused.to_string().into())),
                }
            })
            .collect()
    }

    /// What waits to be opened, for a back-fill.
    pub(super) fn take_waiting(&mut self) -> Vec<(Text, Wanted, Arc<Definition>)> {
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().map(|(key, (wanted, definition))| (key, wanted, definition)).collect()
    }

    /// Puts back what a back-fill could not open.
    pub(super) fn wait_again(&mut self, waiting: Vec<(Text, Wanted, Arc<Definition>)>) {
        self.waiting.extend(waiting.into_iter().map(|(key, wanted, definition)| (key, (wanted, definition))));
    }

    /// What a statistic that is open was opened as.
    pub(super) fn opened_as(&self, key: &str) -> Option<&Opened> {
        self.entries.get(key).map(|entry| &entry.opened)
    }

    /// Whether something waits to be opened.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The zone in which days begin.
    pub(super) fn zone(&self) -> &Text {
        &self.zone
    }

    /// The earliest instant since which something that waits shall be computed, where a wish says it.
    pub(super) fn earliest(&self) -> Option<Micros> {
        self.waiting.values().filter_map(|(wanted, _)| wanted.opened_at).min()
    }

    /// Opens what waits: as of its wish, else of the first record.
    pub(super) fn open_waiting(&mut self, first: Micros) {
        for (key, (wanted, definition)) in std::mem::take(&mut self.waiting) {
            let creation = wanted.opened_at.unwrap_or(first);
            match Statistic::open(Arc::clone(&definition), creation, &self.zone) {
                Ok(statistic) => {
                    let opened = Opened { wanted, definition: Definition::clone(&definition), creation };
                    self.adopt(key, opened, statistic, None);
                }
                Err(refused) => tracing::error!(%key, %refused, "statistic {key} can't be opened"),
            }
        }
    }

    /// Starts the actor of a statistic, new or restored; it gets a row for every object of its type. It has not seen what
    /// was told in a span that is `missed`.
    pub(super) fn adopt(
        &mut self,
        key: Text,
        opened: Opened,
        mut statistic: Statistic,
        missed: Option<&GapSpan>,
    ) {
        for (ix, object) in &self.objects {
            add_row(&mut statistic, &opened.wanted, self.owned, *ix, object);
        }
        missed.iter().for_each(|gap| statistic.miss(gap));
        let mut actor =
            StatisticActor::new(key.clone(), opened.wanted.clone(), statistic, self.trial.clone());
        self.followers.remove(&key).into_iter().flatten().for_each(|follower| actor.follow(follower));
        self.entries.insert(key, Entry { opened, actor: actor.start() });
    }

    /// Lets somebody follow a statistic, which is opened if it is not yet. Answers why he can't.
    pub(super) fn follow(&mut self, follow: Follow, names: Names) -> Result<(), Text> {
        let Follow { wanted, mode, frequency, insensitivity, who } = follow;
        let key = wanted.key();
        let definition = self.define(&wanted).map_err(|refused| Text::from(refused.to_string()))?;
        let request = Request { notification: mode, frequency, insensitivity, ..Self::request(&wanted) };
        let notify = Notify::new(&request, &definition).map_err(|refused| Text::from(refused.to_string()))?;
        if let Some((_, Answer::Refused(cause))) = self.want(vec![wanted]).pop() {
            return Err(cause);
        }
        let follower = Follower { who, notify, names: Arc::new(names) };
        match self.entries.get(&key) {
            Some(entry) => entry
                .actor
                .try_send(follower)
                .map_err(|_| Text::const_new("the statistic is busy: open it again in a moment")),
            None => {
                self.followers.entry(key).or_default().push(follower);
                Ok(())
            }
        }
    }

    /// Present values are wanted by who follows already.
    pub(super) fn look(&self, look: Look) {
        if let Some(entry) = self.entries.get(&look.key) {
            // A full mailbox: the client asks again.
            let _ = entry.actor.try_send(look);
        }
    }

    /// Objects that exist already, when statistics are restored.
    pub(super) fn know(&mut self, objects: impl IntoIterator<Item = (ObjectIx, Object)>) {
        self.objects.extend(objects);
    }

    /// Lets all take in a batch of facts.
    pub(super) fn observe(
        &mut self,
        items: Items,
        id: u64,
        done: Recipient<RoundDone>,
    ) -> Result<(), String> {
        self.objects.extend(items.appeared.iter().cloned());
        let batch = Arc::new(Batch::index(items));
        let round = Round::new(id, self.entries.len(), done);
        let owned = self.owned;
        self.tell(|| Observe { batch: Arc::clone(&batch), owned, round: Arc::clone(&round) })
    }

    /// Asks all for what changed by `at`.
    pub(super) fn collect(
        &mut self,
        at: Micros,
        id: u64,
        done: Recipient<RoundDone>,
    ) -> Result<Arc<Round<Changed>>, String> {
        let round = Round::new(id, self.entries.len(), done);
        self.tell(|| Collect { at, round: Arc::clone(&round) })?;
        Ok(round)
    }

    /// All values will be told again with the next collection.
    pub(super) fn mark_all(&mut self) {
        for entry in self.entries.values() {
            // A full mailbox holds a batch or a collection; marking comes with the next stall or source change.
            let _ = entry.actor.try_send(super::statistic::MarkAll);
        }
    }

    /// From now on objects of these slots have rows when they appear.
    pub(super) fn own(&mut self, owned: SlotSet) {
        self.owned = owned;
    }

    /// Rows of slots that are not among these go. Answers what each statistic will say.
    pub(super) fn give(&mut self, owned: SlotSet) -> Vec<Done> {
        self.owned = owned;
        self.entries.values().map(|entry| done(entry.actor.send(Keep { owned }))).collect()
    }

    /// Rows come to a statistic that is open, with all that it has missed but for `missed`. Answers what it will say.
    pub(super) fn take_over(&self, key: &str, chunks: Vec<Chunk>, missed: Option<GapSpan>) -> Option<Done> {
        self.entries.get(key).map(|entry| done(entry.actor.send(TakeOver { chunks, missed })))
    }

    /// Whether a statistic is open.
    pub(super) fn is_open(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The keys of what is open.
    pub(super) fn keys(&self) -> impl Iterator<Item = &Text> {
        self.entries.keys()
    }

    /// What is open, or those of it that are named.
    pub(super) fn open(&self, keys: Option<&BTreeSet<Text>>) -> Vec<(Text, Wanted, Arc<Definition>)> {
        let named = self.entries.iter().filter(|(key, _)| keys.is_none_or(|keys| keys.contains(*key)));
        named
            .map(|(key, Entry { opened, .. })| {
                (key.clone(), opened.wanted.clone(), Arc::new(opened.definition.clone()))
            })
            .collect()
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Lets all write down their state.
    pub(super) fn save(&self, save: &Save) -> Result<(), String> {
        self.tell(|| save.clone())
    }

    /// The definitions that are open, and the type of their objects.
    pub(super) fn open_types(&self) -> impl Iterator<Item = (&Text, ObjectType)> {
        self.entries.iter().map(|(key, entry)| (key, entry.opened.wanted.object_type))
    }

    /// What is open.
    pub(super) fn opened(&self) -> Vec<Opened> {
        self.entries.values().map(|entry| entry.opened.clone()).collect()
    }

    fn tell<M>(&self, message: impl Fn() -> M) -> Result<(), String>
    where
        M: actix::Message<Result = ()> + Send + 'static,
        StatisticActor: actix::Handler<M>,
    {
        for (key, entry) in &self.entries {
            entry
                .actor
                .try_send(message())
                .map_err(|refused| format!("statistic {key} is gone: {refused}"))?;
            self.trial.tally.sent(Kind::Statistic);
        }
        Ok(())
    }
}

/// A row, if the object is of the type that was wanted and lies in one of the slots.
pub(super) fn add_row(
    statistic: &mut Statistic,
    wanted: &Wanted,
    slots: SlotSet,
    ix: ObjectIx,
    object: &Object,
) {
    if object.kind == wanted.object_type
        && slots.has(object.slot())
        && let Err(refused) = statistic.add(ix, object)
    {
        tracing::error!(%refused, "a row can't be added");
    }
}
