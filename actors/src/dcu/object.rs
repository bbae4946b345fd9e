//! The actor of a device, agent, place, queue or group: a slice of the batch in, facts and post for others out.

use super::round::Round;
use super::tally::Kind;
use super::trial::{Trial, guarded};
use actix::{Actor, Context, Handler, Message, MessageResult};
use model::object::ObjectIx;
use model::{Object, Text};
use objects::{AnyBrain, Brain, DeviceEvent, Fact, GroupEvent, Mail, Out, QueueEvent, Waiter};
use ports::checkpoints::Chunk;
use std::sync::Arc;

/// Post of one kind, shared by the actors of a stage.
#[derive(Clone)]
pub(super) enum Post {
    /// For devices.
    Devices(Arc<Mail<DeviceEvent>>),
    /// For agents.
    Agents(Arc<Mail<Fact>>),
    /// For places.
    Places(Arc<Mail<Fact>>),
    /// For mediation DNs and staging areas.
    Queues(Arc<Mail<QueueEvent>>),
    /// For groups.
    Groups(Arc<Mail<GroupEvent>>),
}

/// The actor's slice of a stage: number `at` of its post.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Hear {
    /// The post.
    pub(super) post: Post,
    /// Which slice of it.
    pub(super) at: usize,
    /// Where the answer goes.
    pub(super) round: Arc<Round<(ObjectIx, Out)>>,
}

/// Time to write down the state.
#[derive(Clone, Message)]
#[rtype(result = "()")]
pub(super) struct Save {
    /// Where the chunk goes.
    pub(super) round: Arc<Round<Chunk>>,
    /// Also what has not changed since the last time.
    pub(super) whole: bool,
}

/// Who waits there?
#[derive(Message)]
#[rtype(result = "Vec<Waiter>")]
pub(super) struct WhoWaits;

/// One object.
pub(super) struct ObjectActor {
    ix: ObjectIx,
    object: Object,
    brain: AnyBrain,
    trial: Trial,
}

impl ObjectActor {
    /// An object with its brain, new or restored.
    pub(super) fn new(ix: ObjectIx, object: Object, brain: AnyBrain, trial: Trial) -> Self {
        trial.census.started(object.kind.name());
        Self { ix, object, brain, trial }
    }

    fn kind(&self) -> Kind {
        Kind::Object(self.object.kind)
    }

    /// The name of the chunk that holds an object's state.
    pub(super) fn chunk_name(ix: ObjectIx) -> Text {
        Text::from(format!("object/{}", ix.0))
    }

    fn hear(brain: &mut AnyBrain, post: &Post, at: usize, out: &mut Out) {
        match (brain, post) {
            (AnyBrain::Device(brain), Post::Devices(mail)) => brain.apply(mail.slice(at), out),
            (AnyBrain::Agent(brain), Post::Agents(mail)) => brain.apply(mail.slice(at), out),
            (AnyBrain::Place(brain), Post::Places(mail)) => brain.apply(mail.slice(at), out),
            (AnyBrain::Queue(brain), Post::Queues(mail)) => brain.apply(mail.slice(at), out),
            (AnyBrain::Area(brain), Post::Queues(mail)) => brain.apply(mail.slice(at), out),
            (AnyBrain::Campaign(brain), Post::Queues(mail)) => brain.apply(mail.slice(at), out),
            (AnyBrain::Group(brain), Post::Groups(mail)) => brain.apply(mail.slice(at), out),
            (brain, _) => tracing::error!(?brain, "post of another kind came to this object"),
        }
    }
}

impl Actor for ObjectActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        // A batch at a time, a save between batches, and a question, of which there is one at a time.
        context.set_mailbox_capacity(4);
    }
}

impl Drop for ObjectActor {
    fn drop(&mut self) {
        self.trial.census.ended(self.kind().name());
    }
}

impl Handler<Hear> for ObjectActor {
    type Result = ();

    fn handle(&mut self, Hear { post, at, round }: Hear, _: &mut Self::Context) {
        self.trial.tally.taken(self.kind());
        // The state before the batch is what a panic goes back to: the step is pure, so nothing else has changed.
        let out = guarded(&self.trial, self.kind().name(), &self.object.id, &mut self.brain, |brain| {
            let mut out = Out::default();
            Self::hear(brain, &post, at, &mut out);
            out
        });
        drop(post);
        round.answer(out.map(|out| (self.ix, out)));
    }
}

impl Handler<Save> for ObjectActor {
    type Result = ();

    fn handle(&mut self, Save { round, .. }: Save, _: &mut Self::Context) {
        self.trial.tally.taken(self.kind());
        let bytes = rmp_serde::to_vec(&self.brain);
        if let Err(error) = &bytes {
            tracing::error!(object = %self.object.id, %error, "state can't be written");
        }
        let name = Self::chunk_name(self.ix);
        round.answer(bytes.ok().map(|bytes| Chunk { slot: self.object.slot(), name, bytes }));
    }
}

impl Handler<WhoWaits> for ObjectActor {
    type Result = MessageResult<WhoWaits>;

    fn handle(&mut self, _: WhoWaits, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.brain.waiting())
    }
}
