//! Supervision from outside: an actor that panics is built anew, and its reference stays valid.

use crate::Census;
use actix::dev::ToEnvelope;
use actix::prelude::{Actor, Addr, AsyncContext, Context, Handler, Message, SendError};
use std::any::Any;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tracing::{error, warn};

/// How often, and how soon, an actor is built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestartPolicy {
    /// Restarts in a row before the failure goes up.
    pub restarts_max: u32,
    /// The pause before each of them.
    pub pause: Duration,
    /// An incarnation that lived at least this long wipes out what came before.
    pub forgiven_after: Duration,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        let (pause, forgiven_after) = (Duration::from_millis(100), Duration::from_secs(60));
        Self { restarts_max: 10, pause, forgiven_after }
    }
}

/// The last attempt has failed too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} panicked {panics} times in a row and was given up: {panic}")]
pub struct Failure {
    /// The actor.
    pub name: &'static str,
    /// How often.
    pub panics: u32,
    /// What the last panic said.
    pub panic: String,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The mailbox is full.
    #[error("the mailbox is full")]
    Full,
    /// The actor has ended, or is between two incarnations.
    #[error("nobody is there to take it")]
    Gone,
}

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The actor has ended, or panicked over this very question.
    #[error("nobody is there to answer")]
    Gone,
    /// The answer did not come in time.
    #[error("the answer did not come in time")]
    Late,
}

/// A reference to an actor that outlives its incarnations.
pub struct Ref<A: Actor> {
    name: &'static str,
    current: Arc<RwLock<Addr<A>>>,
    census: Census,
}

impl<A: Actor> Clone for Ref<A> {
    fn clone(&self) -> Self {
        Self { name: self.name, current: self.current.clone(), census: self.census.clone() }
    }
}

impl<A: Actor> fmt::Debug for Ref<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ref").field(&self.name).finish()
    }
}

impl<A: Actor<Context = Context<A>>> Ref<A> {
    /// The present incarnation. For `send` and the like: actix lets each new clone of an address put one message
    /// over the mailbox's bound, so go through [`Ref::try_send`] to hand messages over.
    pub fn addr(&self) -> Addr<A> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hands a message over at once, or not at all; a refusal is counted in the census.
    pub fn try_send<M>(&self, message: M) -> Result<(), Refused>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<M>,
        A::Context: ToEnvelope<A, M>,
    {
        // On the address that is kept, never on a clone: each new clone may send one message over the bound.
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let refused = match current.try_send(message) {
            Ok(()) => return Ok(()),
            Err(SendError::Full(_)) => Refused::Full,
            Err(SendError::Closed(_)) => Refused::Gone,
        };
        self.census.note(self.name, |kind| match refused {
            Refused::Full => kind.refused_full += 1,
            Refused::Gone => kind.refused_gone += 1,
        });
        Err(refused)
    }

    /// Asks, and waits for the answer no longer than `patience`.
    pub async fn ask<M>(&self, message: M, patience: Duration) -> Result<M::Result, AskError>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<M>,
        A::Context: ToEnvelope<A, M>,
    {
        match tokio::time::timeout(patience, self.addr().send(message)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(AskError::Gone),
            Err(_) => Err(AskError::Late),
        }
    }
}

/// Starts an actor that `build` makes, and builds it anew whenever it panics.
///
/// An actor that stops by itself has ended for good. After `restarts_max` restarts in a row `give_up` is told, and
/// the reference refuses everything. Must be called within an actix system or a `LocalSet`.
pub fn supervise<A, B, G>(
    name: &'static str,
    policy: RestartPolicy,
    census: &Census,
    give_up: G,
    build: B,
) -> Ref<A>
where
    A: Actor<Context = Context<A>>,
    B: FnMut() -> A + 'static,
    G: FnOnce(Failure) + 'static,
{
    let context = Context::new();
    let current = Arc::new(RwLock::new(context.address()));
    let reference = Ref { name, current: current.clone(), census: census.clone() };
    census.note(name, |kind| kind.started += 1);
    let watch = Watch { name, policy, census: census.clone(), current };
    actix::spawn(async move {
        if let Err(failure) = watch.over(context, build).await {
            error!(actor = name, panics = failure.panics, "{failure}");
            give_up(failure);
        }
    });
    reference
}

struct Watch<A: Actor> {
    name: &'static str,
    policy: RestartPolicy,
    census: Census,
    current: Arc<RwLock<Addr<A>>>,
}

impl<A: Actor<Context = Context<A>>> Watch<A> {
    async fn over(&self, mut context: Context<A>, mut build: impl FnMut() -> A) -> Result<(), Failure> {
        let mut panics = 0;
        loop {
            let begun = tokio::time::Instant::now();
            self.census.note(self.name, |kind| kind.alive += 1);
            // Building may panic as well; it counts as the actor's own panic.
            let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(&mut build));
            let ended = match built {
                Ok(actor) => actix::spawn(context.into_future(actor)).await.map_err(|error| {
                    error.try_into_panic().map_or_else(|error| error.to_string(), |panic| words(&*panic))
                }),
                Err(panic) => Err(words(&*panic)),
            };
            self.census.note(self.name, |kind| kind.alive -= 1);
            let Err(panic) = ended else { return Ok(()) };
            if begun.elapsed() >= self.policy.forgiven_after {
                panics = 0;
            }
            panics += 1;
            self.census.note(self.name, |kind| kind.last_panic = Some(panic.clone()));
            if panics > self.policy.restarts_max {
                self.census.note(self.name, |kind| kind.failed += 1);
                return Err(Failure { name: self.name, panics, panic });
            }
            warn!(actor = self.name, panics, %panic, "{} panicked and is built anew", self.name);
            tokio::time::sleep(self.policy.pause).await;
            context = Context::new();
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = context.address();
            self.census.note(self.name, |kind| kind.restarts += 1);
        }
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without words").to_owned()
}

#[cfg(test)]
mod tests;
