//! The actor of a statistic: batches of facts in, changed values out.

use super::follow::{Follower, Followers, Look};
use super::object::Save;
use super::publication::Changed;
use super::round::Round;
use super::statistics::add_row;
use super::tally::Kind;
use super::trial::{Trial, guarded_large};
use actix::{Actor, Context, Handler, Message};
use model::item::GapSpan;
use model::object::ObjectIx;
use model::time::Micros;
use model::{SlotSet, Text};
use ports::checkpoints::Chunk;
use ports::demand::Wanted;
use stats::{Batch, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A batch of facts, shared by all statistics.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Observe {
    /// The batch.
    pub(super) batch: Arc<Batch>,
    /// Objects of these slots get rows.
    pub(super) owned: SlotSet,
    /// Where to say that it has been taken in.
    pub(super) round: Arc<Round<()>>,
}

/// Time to tell what changed.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Collect {
    /// As of when.
    pub(super) at: Micros,
    /// Where the answer goes.
    pub(super) round: Arc<Round<Changed>>,
}

/// Every value counts as changed.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct MarkAll;

/// Rows of other slots are another's from now on. Answers why they can't be left out.
#[derive(Message)]
#[rtype(result = "Result<(), String>")]
pub(super) struct Keep {
    /// The slots that stay.
    pub(super) owned: SlotSet,
}

/// Rows come that have seen all that has been taken in here. Answers why they can't be taken.
#[derive(Message)]
#[rtype(result = "Result<(), String>")]
pub(super) struct TakeOver {
    /// The rows, with the objects' numbers here.
    pub(super) chunks: Vec<stats::Chunk>,
    /// What they have not seen, because a source was away.
    pub(super) missed: Option<GapSpan>,
}

/// One definition with its rows.
pub(super) struct StatisticActor {
    key: Text,
    wanted: Wanted,
    statistic: Statistic,
    /// The state at the last save, and what came since: what a panic goes back to.
    saved: Statistic,
    since: Vec<(Arc<Batch>, SlotSet)>,
    /// Check sums of the chunks last written: only those that differ are written again.
    sums: BTreeMap<u8, u32>,
    /// Nothing was told yet: the first answer holds every row.
    whole: bool,
    followers: Followers,
    trial: Trial,
}

impl StatisticActor {
    /// A statistic, new or restored.
    pub(super) fn new(key: Text, wanted: Wanted, statistic: Statistic, trial: Trial) -> Self {
        let saved = statistic.clone();
        trial.census.started(Kind::Statistic.name());
        Self {
            key,
            wanted,
            statistic,
            saved,
            since: Vec::new(),
            sums: BTreeMap::new(),
            whole: true,
            followers: Followers::default(),
            trial,
        }
    }

    /// Somebody follows it from now on.
    pub(super) fn follow(&mut self, follower: Follower) {
        self.followers.add(follower);
    }

    fn take_in(statistic: &mut Statistic, wanted: &Wanted, owned: SlotSet, batch: &Batch) {
        for (ix, object) in &batch.items().appeared {
            add_row(statistic, wanted, owned, *ix, object);
        }
        statistic.apply(batch);
    }

    /// Tells followers what there is to tell; answers what changed.
    fn tell(&mut self, at: Micros) -> Vec<ObjectIx> {
        self.statistic.advance(at);
        let touched = self.statistic.touched();
        self.followers.look(&self.statistic, &touched, at);
        let mut changed = self.statistic.changed(at);
        changed.extend(touched);
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// The state before the batch that failed: as saved, and what came since taken in again.
    fn rebuilt(saved: &Statistic, since: &[(Arc<Batch>, SlotSet)], wanted: &Wanted) -> Statistic {
        let mut statistic = saved.clone();
        for (batch, owned) in since {
            Self::take_in(&mut statistic, wanted, *owned, batch);
        }
        statistic
    }

    /// Rows have come or gone: a panic does not go back behind that.
    fn replace(&mut self, statistic: Statistic) {
        self.saved = statistic.clone();
        self.since.clear();
        self.statistic = statistic;
    }
}

impl Actor for StatisticActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(8);
    }
}

impl Drop for StatisticActor {
    fn drop(&mut self) {
        self.trial.census.ended(Kind::Statistic.name());
    }
}

impl Handler<Observe> for StatisticActor {
    type Result = ();

    fn handle(&mut self, observe: Observe, _: &mut Self::Context) {
        self.trial.tally.taken(Kind::Statistic);
        if !self.followers.is_empty() {
            let appeared = observe.batch.items().appeared.iter();
            let own = appeared.filter(|(_, object)| object.kind == self.wanted.object_type);
            self.followers.meet(own.map(|(ix, object)| (*ix, object.id.clone())));
            self.followers.close(&self.statistic, &observe);
        }
        let Observe { batch, owned, round } = observe;
        let (saved, since, wanted) = (&self.saved, &self.since, &self.wanted);
        let rebuilt = guarded_large(
            &self.trial,
            Kind::Statistic.name(),
            &self.key,
            &mut self.statistic,
            || Self::rebuilt(saved, since, wanted),
            |statistic| Self::take_in(statistic, wanted, owned, &batch),
        );
        // After that, nobody knows any more what was told.
        self.whole |= rebuilt;
        self.since.push((batch, owned));
        round.answer(None);
    }
}

impl Handler<Collect> for StatisticActor {
    type Result = ();

    fn handle(&mut self, Collect { at, round }: Collect, _: &mut Self::Context) {
        self.trial.tally.taken(Kind::Statistic);
        let changed = if self.followers.is_empty() { self.statistic.changed(at) } else { self.tell(at) };
        let whole = std::mem::take(&mut self.whole);
        let objects = if whole { self.statistic.objects().collect() } else { changed };
        let values =
            objects.into_iter().filter_map(|ix| self.statistic.read(ix, at).map(|value| (ix, value)));
        let rows: Vec<_> = values.collect();
        let nothing = rows.is_empty() && !whole;
        round.answer((!nothing).then(|| Changed { definition: self.key.clone(), whole, rows }));
    }
}

impl Handler<Keep> for StatisticActor {
    type Result = Result<(), String>;

    fn handle(&mut self, Keep { owned }: Keep, _: &mut Self::Context) -> Self::Result {
        let kept = self.statistic.only(owned).map_err(|error| format!("statistic {}: {error}", self.key))?;
        self.replace(kept);
        Ok(())
    }
}

impl Handler<TakeOver> for StatisticActor {
    type Result = Result<(), String>;

    fn handle(&mut self, TakeOver { chunks, missed }: TakeOver, _: &mut Self::Context) -> Self::Result {
        let mut statistic = self.statistic.clone();
        statistic.take_over(chunks).map_err(|error| format!("statistic {}: {error}", self.key))?;
        missed.iter().for_each(|gap| statistic.miss(gap));
        self.replace(statistic);
        Ok(())
    }
}

impl Handler<Follower> for StatisticActor {
    type Result = ();

    fn handle(&mut self, follower: Follower, _: &mut Self::Context) {
        self.follow(follower);
    }
}

impl Handler<Look> for StatisticActor {
    type Result = ();

    fn handle(&mut self, Look { who, .. }: Look, _: &mut Self::Context) {
        self.followers.peek(&who, &self.statistic);
    }
}

impl Handler<MarkAll> for StatisticActor {
    type Result = ();

    fn handle(&mut self, _: MarkAll, _: &mut Self::Context) {
        self.whole = true;
    }
}

impl Handler<Save> for StatisticActor {
    type Result = ();

    fn handle(&mut self, Save { round, whole }: Save, _: &mut Self::Context) {
        self.trial.tally.taken(Kind::Statistic);
        self.saved = self.statistic.clone();
        self.since.clear();
        let mut chunks = Vec::new();
        for slot in self.statistic.slots() {
            // With names, since absent fields are left out.
            let bytes = match rmp_serde::to_vec_named(&self.statistic.save(slot)) {
                Ok(bytes) => bytes,
                Err(error) => {
                    tracing::error!(key = %self.key, %error, "rows can't be written");
                    continue;
                }
            };
            let sum = crc32fast::hash(&bytes);
            if self.sums.insert(slot, sum) != Some(sum) || whole {
                chunks.push(Chunk { slot, name: chunk_name(&self.key, slot), bytes });
            }
        }
        round.answer_all(chunks);
    }
}

/// The name of the chunk that holds a statistic's rows of a slot.
pub(super) fn chunk_name(key: &str, slot: u8) -> Text {
    Text::from(format!("statistic/{slot}/{key}"))
}

/// The slot and the key of such a name.
pub(super) fn parse_chunk_name(name: &str) -> Option<(u8, &str)> {
    let (slot, key) = name.strip_prefix("statistic/")?.split_once('/')?;
    Some((slot.parse().ok()?, key))
}
