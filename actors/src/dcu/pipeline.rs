//! A batch on its way through the object actors: routed, delivered stage by stage, made into facts.

use super::object::{Hear, ObjectActor, Post, Save};
use super::round::{Round, RoundDone};
use super::tally::Kind;
use super::trial::Trial;
use actix::{Actor, Addr, Handler, Message, Recipient};
use model::item::Items;
use model::object::{ObjectIx, ObjectType};
use model::{Object, Text};
use objects::{AnyBrain, Floor, Mail, Out, Routes, Stage};
use ports::values::ObjectInfo;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use streams::Batch;

/// An object's actor did not take its post: the DCU starts anew from its checkpoint.
#[derive(Debug, thiserror::Error)]
#[error("the actor of {kind} {id} is gone; starting anew from the checkpoint")]
pub(super) struct ActorGone {
    kind: &'static str,
    id: String,
}

/// The floor, and the actors of all objects.
pub(super) struct Pipeline {
    floor: Floor,
    routes: Routes,
    actors: Vec<Option<(Addr<ObjectActor>, Kind)>>,
    /// Whose state differs from the newest checkpoint.
    touched: BTreeSet<ObjectIx>,
    round: Option<Arc<Round<(ObjectIx, Out)>>>,
    post: Vec<Post>,
    trial: Trial,
}

impl Pipeline {
    /// A pipeline over a floor, new or restored, with the brains that were restored with it.
    pub(super) fn new(floor: Floor, brains: Vec<(ObjectIx, AnyBrain)>, trial: Trial) -> Self {
        let mut pipeline = Self {
            floor,
            routes: Routes::default(),
            actors: Vec::new(),
            touched: BTreeSet::new(),
            round: None,
            post: Vec::new(),
            trial,
        };
        for (ix, brain) in brains {
            if let Some(object) = pipeline.floor.directory().object(ix).cloned() {
                pipeline.spawn(ix, object, brain);
            }
        }
        pipeline
    }

    /// The floor.
    pub(super) fn floor(&self) -> &Floor {
        &self.floor
    }

    /// Routes a batch; actors of new objects start.
    pub(super) fn begin(&mut self, batch: &Batch) {
        self.floor.route(&batch.records, batch.through, &mut self.routes);
        let appeared = self.routes.appeared.clone();
        for (ix, object) in appeared {
            if let Some(brain) = self.floor.newborn(ix) {
                self.spawn(ix, object, brain);
            }
        }
    }

    /// Delivers the post of a stage; `done` is told when all have answered.
    pub(super) fn deliver(
        &mut self,
        stage: Stage,
        id: u64,
        done: Recipient<RoundDone>,
    ) -> Result<(), ActorGone> {
        self.routes.open(stage);
        self.post = match stage {
            Stage::Devices => vec![Post::Devices(Arc::new(std::mem::take(&mut self.routes.devices)))],
            Stage::People => vec![
                Post::Agents(Arc::new(std::mem::take(&mut self.routes.agents))),
                Post::Places(Arc::new(std::mem::take(&mut self.routes.places))),
            ],
            Stage::Queues => vec![Post::Queues(Arc::new(std::mem::take(&mut self.routes.queues)))],
            Stage::Groups => vec![Post::Groups(Arc::new(std::mem::take(&mut self.routes.groups)))],
        };
        let round = Round::new(id, self.post.iter().map(Post::len).sum(), done);
        self.round = Some(Arc::clone(&round));
        for post in &self.post {
            for at in 0..post.len() {
                let ix = post.recipient(at);
                self.touched.insert(ix);
                let hear = Hear { post: post.clone(), at, round: Arc::clone(&round) };
                if !self.send(ix, hear) {
                    return Err(self.lost(ix));
                }
            }
        }
        Ok(())
    }

    /// Takes in what the stage put out.
    pub(super) fn absorb(&mut self) {
        let answers = self.round.take().map(|round| round.take()).unwrap_or_default();
        let directory = self.floor.directory();
        let second = |ix: &ObjectIx| {
            let kind = directory.object(*ix).map(|object| object.kind);
            kind.is_some_and(|kind| kind == ObjectType::Place || kind.is_group())
        };
        let (later, first): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(ix, _)| second(ix));
        self.routes.absorb_all(first);
        self.routes.absorb_all(later);
        for post in self.post.drain(..) {
            post.give_back(&mut self.routes);
        }
    }

    /// Everything that the batch made.
    pub(super) fn finish(&mut self) -> Items {
        self.floor.count(self.routes.counters());
        for complaint in self.floor.take_complaints() {
            tracing::warn!(%complaint, "the configuration can't be taken as it is");
        }
        self.routes.finish()
    }

    /// Hands a message to an object's actor; whether it was taken.
    fn send<M>(&self, ix: ObjectIx, message: M) -> bool
    where
        M: Message<Result = ()> + Send + 'static,
        ObjectActor: Handler<M>,
    {
        let Some(Some((actor, kind))) = self.actors.get(ix.0 as usize) else { return false };
        let is_taken = actor.try_send(message).is_ok();
        if is_taken {
            self.trial.tally.sent(*kind);
        }
        is_taken
    }

    /// Objects whose state has changed since this was last asked.
    pub(super) fn take_touched(&mut self) -> Vec<ObjectIx> {
        let mut touched = std::mem::take(&mut self.touched);
        touched.retain(|ix| self.actors.get(ix.0 as usize).is_some_and(Option::is_some));
        touched.into_iter().collect()
    }

    /// Lets these objects write down their state.
    pub(super) fn save(&self, objects: &[ObjectIx], save: &Save) -> Result<(), ActorGone> {
        let lost = objects.iter().find(|ix| !self.send(**ix, save.clone()));
        lost.map_or(Ok(()), |ix| Err(self.lost(*ix)))
    }

    /// All of them count as touched.
    pub(super) fn touch_all(&mut self) {
        self.touched = self.floor.directory().objects().map(|(ix, _)| ix).collect();
    }

    /// All objects that are there, as screens name them.
    pub(super) fn all_infos(&self) -> Vec<ObjectInfo> {
        let there = self.floor.directory().objects().map(|(ix, _)| ix).filter(|ix| !self.floor.is_gone(*ix));
        self.infos(&there.collect::<Vec<_>>())
    }

    /// The mediation DNs and staging areas that are this object or its members, with their actors.
    pub(super) fn waiting_rooms(&self, object: &Object) -> Vec<(Object, Addr<ObjectActor>)> {
        let directory = self.floor.directory();
        let Some(ix) = directory.find(object).filter(|ix| !self.floor.is_gone(*ix)) else {
            return Vec::new();
        };
        let own = std::iter::once(ix).filter(|_| !object.kind.is_group());
        let members = directory.members(ix).iter().copied().filter(|_| object.kind.is_group());
        let room = |ix: ObjectIx| {
            let object = directory.object(ix)?;
            let has_room = matches!(
                object.kind,
                ObjectType::Queue | ObjectType::RoutePoint | ObjectType::StagingArea | ObjectType::Workbin
            );
            let (actor, _) = self.actors.get(ix.0 as usize)?.clone()?;
            (has_room && !self.floor.is_gone(ix)).then(|| (object.clone(), actor))
        };
        own.chain(members).filter_map(room).collect()
    }

    /// Objects that the configuration took away.
    pub(super) fn gone(&self) -> Vec<ObjectIx> {
        let all = self.floor.directory().objects().map(|(ix, _)| ix);
        all.filter(|ix| self.floor.is_gone(*ix)).collect()
    }

    /// Objects as screens name them.
    pub(super) fn infos(&self, objects: &[ObjectIx]) -> Vec<ObjectInfo> {
        let directory = self.floor.directory();
        let mut groups: BTreeMap<ObjectIx, Vec<Text>> = objects.iter().map(|ix| (*ix, Vec::new())).collect();
        let is_shown = |group: &ObjectIx| !self.floor.is_gone(*group);
        // Everybody belongs to the tenant: that need not be said.
        let says = |kind: ObjectType| kind.is_group() && kind != ObjectType::Tenant;
        let shown = directory.objects().filter(|(ix, object)| says(object.kind) && is_shown(ix));
        for (group, _) in shown {
            for member in directory.members(group) {
                if let Some(names) = groups.get_mut(member) {
                    names.push(directory.name(group).into());
                }
            }
        }
        let info = |(ix, groups)| {
            let object = directory.object(ix)?.clone();
            Some(ObjectInfo { name: directory.name(ix).into(), object, groups })
        };
        groups.into_iter().filter_map(info).collect()
    }

    fn spawn(&mut self, ix: ObjectIx, object: Object, brain: AnyBrain) {
        let at = ix.0 as usize;
        if at >= self.actors.len() {
            self.actors.resize(at + 1, None);
        }
        self.touched.insert(ix);
        let kind = Kind::Object(object.kind);
        self.actors[at] = Some((ObjectActor::new(ix, object, brain, self.trial.clone()).start(), kind));
    }

    fn lost(&self, ix: ObjectIx) -> ActorGone {
        let object = self.floor.directory().object(ix);
        ActorGone {
            kind: object.map_or("object", |object| object.kind.name()),
            id: object.map_or_else(|| ix.0.to_string(), |object| object.id.to_string()),
        }
    }
}

impl Post {
    /// How many slices.
    fn len(&self) -> usize {
        match self {
            Self::Devices(mail) => mail.len(),
            Self::Agents(mail) | Self::Places(mail) => mail.len(),
            Self::Queues(mail) => mail.len(),
            Self::Groups(mail) => mail.len(),
        }
    }

    /// Whose slice it is.
    fn recipient(&self, at: usize) -> ObjectIx {
        match self {
            Self::Devices(mail) => mail.recipient(at),
            Self::Agents(mail) | Self::Places(mail) => mail.recipient(at),
            Self::Queues(mail) => mail.recipient(at),
            Self::Groups(mail) => mail.recipient(at),
        }
    }

    /// The buffers serve the next batch.
    fn give_back(self, routes: &mut Routes) {
        fn back<E: objects::Dated>(shared: Arc<Mail<E>>, to: &mut Mail<E>) {
            if let Some(mut mail) = Arc::into_inner(shared)
                && to.is_empty()
            {
                mail.clear();
                *to = mail;
            }
        }
        match self {
            Self::Devices(mail) => back(mail, &mut routes.devices),
            Self::Agents(mail) => back(mail, &mut routes.agents),
            Self::Places(mail) => back(mail, &mut routes.places),
            Self::Queues(mail) => back(mail, &mut routes.queues),
            Self::Groups(mail) => back(mail, &mut routes.groups),
        }
    }
}
