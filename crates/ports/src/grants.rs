//! Grants: who may see which objects.

use crate::Result;
pub use access::{Book, News, Scope, Statement, Subject};
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer {
    /// Whose contact centre it is.
    pub tenant: Text,
    /// Who.
    pub user: Text,
    /// As what: whatever signed the user in says it.
    pub roles: Vec<Text>,
}

/// What is known of a viewer.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// The rules that concern the viewer.
    pub statement: Arc<Statement>,
    /// Of the whole book; rises with every change.
    pub revision: u64,
    /// When the book was told in this revision.
    pub told: Micros,
    /// When whoever computes grants last said that they still hold; zero if nobody ever has.
    pub confirmed: Micros,
}

/// Whose grants changed: a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// Anybody's; some hints may have been missed.
    Everybody,
    /// Theirs.
    These(Arc<BTreeSet<Subject>>),
}

impl Announced {
    /// Whether it concerns this viewer.
    pub fn concerns(&self, viewer: &Viewer) -> bool {
        match self {
            Self::Everybody => true,
            Self::These(subjects) => Book::subjects_of(&viewer.user, &viewer.roles)
                .iter()
                .any(|subject| subjects.contains(subject)),
        }
    }
}

/// Where grants are read.
#[async_trait]
pub trait Grants: Send + Sync {
    /// What is known of this viewer; nobody is granted anything before the first book was told. Whoever asks takes an
    /// error for nothing new, and what is too old for nothing at all.
    async fn granted(&self, viewer: &Viewer) -> Result<Granted>;
    /// Hints that grants changed. They may be lost.
    fn watch(&self) -> broadcast::Receiver<Announced>;
}

/// The book as it was told last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Its revision; 0 before the first.
    pub revision: u64,
    /// The book.
    pub book: Book,
}

/// Where grants are written, by one who computes them. Several may: revisions keep them apart.
#[async_trait]
pub trait GrantBook: Send + Sync {
    /// The book as it was told last.
    async fn told(&self) -> Result<Told>;
    /// Carries `news` out on the book of revision `after`, and announces whom they concern; answers the new revision,
    /// which is above all before. `Conflict` if the book is of another revision: then nothing is changed.
    async fn tell(&self, news: &News, after: u64, now: Micros) -> Result<u64>;
    /// Says that the book of that revision still holds. `Conflict` if there is another one.
    async fn confirm(&self, revision: u64, now: Micros) -> Result<()>;
    /// Forgets the book: nobody is granted anything until the next one is told.
    async fn forget(&self) -> Result<()>;
}

/// Whoever signed in to the tenant sees all of it.
pub struct WholeTenant {
    tenant: Text,
    changes: broadcast::Sender<Announced>,
}

impl WholeTenant {
    /// Grants of that tenant.
    pub fn new(tenant: impl Into<Text>) -> Self {
        Self { tenant: tenant.into(), changes: broadcast::Sender::new(1) }
    }
}

#[async_trait]
impl Grants for WholeTenant {
    async fn granted(&self, viewer: &Viewer) -> Result<Granted> {
        let ours = viewer.tenant == self.tenant && !viewer.user.is_empty();
        let statement = match ours {
            true => Statement::everything("(whole tenant)", "whoever signs in"),
            false => Statement::default(),
        };
        let (statement, told) = (Arc::new(statement), Micros::ZERO);
        Ok(Granted { statement, revision: 1, told, confirmed: Micros::MAX })
    }

    fn watch(&self) -> broadcast::Receiver<Announced> {
        self.changes.subscribe()
    }
}
