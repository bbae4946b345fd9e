//! People whom the authorization service knows, as it told when they last signed in: their links go on without them.
//!
//! **Invariant:** whoever has no role any more, was forgotten, or has not signed in for too long, is nobody.

use crate::settings::{kinds, new_document};
use model::Text;
use model::time::Micros;
use ports::StoreError;
use ports::documents::{Document, Documents};
use runtime::Clock;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// As rights know them.
    pub(crate) user: Text,
    /// A name for people.
    pub(crate) name: Text,
    /// What they may do; nothing where the service gave them no role any more.
    pub(crate) roles: Vec<Text>,
    /// When the service told that.
    pub(crate) told_at: Micros,
}

/// Where people are.
#[derive(Clone)]
pub(crate) struct People {
    documents: Arc<dyn Documents>,
    clock: Clock,
    age_max: Micros,
}

impl People {
    /// What was told holds for so long.
    pub(crate) fn new(documents: Arc<dyn Documents>, clock: Clock, age_max: Duration) -> Self {
        let age_max = Micros(i64::try_from(age_max.as_micros()).unwrap_or(i64::MAX));
        Self { documents, clock, age_max }
    }

    /// Keeps what the service told, unless something newer is known.
    pub(crate) async fn remember(&self, person: &Known) -> Result<(), StoreError> {
        let id = access::user_name(&person.user);
        // Two browsers of one person may come at once.
        for _ in 0..3 {
            let stored = self.documents.get(kinds::PERSON, &id).await?;
            let known = stored.as_ref().and_then(read);
            if known.is_some_and(|known| known.told_at > person.told_at) {
                return Ok(());
            }
            let revision = stored.map_or(0, |document| document.revision);
            let body = serde_json::json!(person);
            let document = new_document(kinds::PERSON, &id, body, &person.user, &self.clock);
            match self.documents.put(Document { revision, ..document }).await {
                Err(StoreError::Conflict { .. }) => {}
                done => return done.map(drop),
            }
        }
        Ok(())
    }

    /// Whoever is known by that name, and may do anything.
    pub(crate) async fn find(&self, user: &str) -> Result<Option<Known>, StoreError> {
        let document = self.documents.get(kinds::PERSON, &access::user_name(user)).await?;
        let known = document.as_ref().and_then(read);
        Ok(known.filter(|known| self.holds(known) && !known.roles.is_empty()))
    }

    /// All who are known, by name.
    pub(crate) async fn all(&self) -> Result<Vec<Known>, StoreError> {
        let documents = self.documents.list(kinds::PERSON).await?;
        Ok(documents.iter().filter_map(read).filter(|known| self.holds(known)).collect())
    }

    /// Forgets somebody; whether they were known.
    pub(crate) async fn forget(&self, user: &str, by: &str) -> Result<bool, StoreError> {
        let id = access::user_name(user);
        let Some(document) = self.documents.get(kinds::PERSON, &id).await? else { return Ok(false) };
        self.documents.delete(kinds::PERSON, &id, document.revision, by, self.clock.now()).await?;
        Ok(true)
    }

    /// Removes those who have not signed in for too long.
    pub(crate) async fn sweep(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        for document in self.documents.list(kinds::PERSON).await? {
            if !read(&document).is_some_and(|known| self.holds(&known)) {
                // One who signs in just now lives on.
                let _ =
                    self.documents.delete(kinds::PERSON, &document.id, document.revision, "pulse", now).await;
            }
        }
        Ok(())
    }

    fn holds(&self, known: &Known) -> bool {
        self.clock.now() - known.told_at < self.age_max
    }
}

fn read(document: &Document) -> Option<Known> {
    serde_json::from_value(document.body.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use store_memory::MemoryDocuments;

    fn people() -> People {
        let age_max = Duration::from_secs(100);
        People::new(Arc::new(MemoryDocuments::default()), Clock::of_machine(), age_max)
    }

    fn ann(people: &People, roles: &[&str]) -> Known {
        let roles = roles.iter().map(|role| Text::from(*role)).collect();
        Known { user: "Ann".into(), name: "Ann".into(), roles, told_at: people.clock.now() }
    }

    #[tokio::test(start_paused = true)]
    async fn the_newest_word_of_the_service_holds_for_a_while() {
        let people = people();
        let first = ann(&people, &["admin"]);
        people.remember(&first).await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        let second = ann(&people, &["viewer"]);
        people.remember(&second).await.unwrap();
        people.remember(&first).await.unwrap();
        assert_eq!(people.find("ann").await.unwrap(), Some(second), "an older word changes nothing");
        tokio::time::sleep(Duration::from_secs(99)).await;
        assert!(people.find("ann").await.unwrap().is_some());
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(people.find("ann").await.unwrap().is_none());
        people.sweep().await.unwrap();
        assert!(people.documents.list(kinds::PERSON).await.unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_role_or_when_forgotten_one_is_nobody() {
        let people = people();
        people.remember(&ann(&people, &["viewer"])).await.unwrap();
        people.remember(&ann(&people, &[])).await.unwrap();
        assert!(people.find("ann").await.unwrap().is_none());
        people.remember(&ann(&people, &["viewer"])).await.unwrap();
        assert!(people.forget("ANN", "admin").await.unwrap());
        assert!(people.find("ann").await.unwrap().is_none());
        assert!(!people.forget("ann", "admin").await.unwrap());
    }
}
