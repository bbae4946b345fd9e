//! Sessions: a random token in a cookie, its hash in the store. They end by age, by silence, and by signing out.

use crate::auth::passwords::token;
use crate::settings::{kinds, new_document};
use model::Text;
use model::time::Micros;
use ports::StoreError;
use ports::documents::{Document, Documents};
use runtime::Clock;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// A session is written again when it was last heard this long ago, or a quarter of the time after which it ends;
/// more often would only wear the disk.
const TOUCH_AFTER: Micros = Micros::from_secs(300);

/// A stream asks this often whether its session lives; sooner where sessions are short.
const ASK_EVERY: Duration = Duration::from_secs(20);

/// How somebody signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// By the password of a local account.
    #[default]
    Account,
    /// By the authorization service.
    Service,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The account.
    pub(crate) user: Text,
    /// A name for people.
    pub(crate) name: Text,
    /// What it may do.
    pub(crate) roles: Vec<Text>,
    /// How it began.
    #[serde(default)]
    pub(crate) way: Way,
    /// When it began.
    pub(crate) began: Micros,
    /// When it was last heard, within [`TOUCH_AFTER`].
    pub(crate) heard: Micros,
}

/// Where sessions are.
#[derive(Clone)]
pub(crate) struct Sessions {
    documents: Arc<dyn Documents>,
    clock: Clock,
    idle: Micros,
    max: Micros,
    ended: broadcast::Sender<String>,
}

/// The id of a session: who reads the store can't sign in with it.
fn id_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// What a page must send back in `X-CSRF` with every change; another site can't know it.
pub(crate) fn csrf(token: &str) -> String {
    hex::encode(Sha256::new_with_prefix(b"pulse csrf ").chain_update(token.as_bytes()).finalize())
}

fn micros(duration: Duration) -> Micros {
    Micros(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}

impl Sessions {
    pub(crate) fn new(documents: Arc<dyn Documents>, clock: Clock, idle: Duration, max: Duration) -> Self {
        let ended = broadcast::Sender::new(256);
        Self { documents, clock, idle: micros(idle), max: micros(max), ended }
    }

    /// How often a stream asks whether its session lives.
    pub(crate) fn ask_every(&self) -> Duration {
        let quarter = Duration::from_micros(self.idle.min(self.max).0.unsigned_abs() / 4);
        quarter.clamp(Duration::from_millis(100), ASK_EVERY)
    }

    /// A new session; answers its token.
    pub(crate) async fn begin(
        &self,
        user: Text,
        name: Text,
        roles: Vec<Text>,
        way: Way,
    ) -> Result<String, StoreError> {
        let (token, now) = (token(), self.clock.now());
        let session = Session { user: user.clone(), name, roles, way, began: now, heard: now };
        let body = serde_json::json!(session);
        self.documents.put(new_document(kinds::SESSION, &id_of(&token), body, &user, &self.clock)).await?;
        Ok(token)
    }

    fn lives(&self, session: &Session, now: Micros) -> bool {
        now - session.heard < self.idle && now - session.began < self.max
    }

    /// The session of that token, if it still lives; it has been heard.
    pub(crate) async fn find(&self, token: &str) -> Result<Option<Session>, StoreError> {
        // Anything else is no token of ours.
        if token.len() != 64 {
            return Ok(None);
        }
        let Some(document) = self.documents.get(kinds::SESSION, &id_of(token)).await? else {
            return Ok(None);
        };
        let Ok(mut session) = serde_json::from_value::<Session>(document.body.clone()) else {
            return Ok(None);
        };
        let now = self.clock.now();
        if !self.lives(&session, now) {
            return Ok(None);
        }
        if now - session.heard >= TOUCH_AFTER.min(Micros(self.idle.0 / 4)) {
            session.heard = now;
            let touched = Document { body: serde_json::json!(session), changed_at: now, ..document };
            // Another request may have touched it first, or the disk may be full: neither ends the session.
            let _ = self.documents.put(touched).await;
        }
        Ok(Some(session))
    }

    /// Ends the session; its streams hear of it.
    pub(crate) async fn end(&self, token: &str) -> Result<(), StoreError> {
        self.end_id(&id_of(token)).await
    }

    async fn end_id(&self, id: &str) -> Result<(), StoreError> {
        // Touched in between: once more.
        for _ in 0..3 {
            let Some(document) = self.documents.get(kinds::SESSION, id).await? else { break };
            let by = document.changed_by.clone();
            match self.documents.delete(kinds::SESSION, id, document.revision, &by, self.clock.now()).await {
                Err(StoreError::Conflict { .. }) => {}
                done => {
                    done?;
                    break;
                }
            }
        }
        let _ = self.ended.send(id.to_owned());
        Ok(())
    }

    /// Ends all sessions of a user who signed in that way; their streams hear of it.
    pub(crate) async fn end_all_of(&self, user: &str, way: Way) -> Result<(), StoreError> {
        for document in self.documents.list(kinds::SESSION).await? {
            let session = serde_json::from_value::<Session>(document.body.clone());
            if session.is_ok_and(|session| session.user == user && session.way == way) {
                self.end_id(&document.id).await?;
            }
        }
        Ok(())
    }

    /// All sessions that live.
    pub(crate) async fn all(&self) -> Result<Vec<Session>, StoreError> {
        let now = self.clock.now();
        let documents = self.documents.list(kinds::SESSION).await?.into_iter();
        let sessions = documents.filter_map(|document| serde_json::from_value::<Session>(document.body).ok());
        Ok(sessions.filter(|session| self.lives(session, now)).collect())
    }

    /// Tells which sessions end: see [`Self::is`].
    pub(crate) fn watch(&self) -> broadcast::Receiver<String> {
        self.ended.subscribe()
    }

    /// Whether the one that ended is that of `token`.
    pub(crate) fn is(ended: &str, token: &str) -> bool {
        ended == id_of(token)
    }

    /// Removes sessions that no longer live; answers how many.
    pub(crate) async fn sweep(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let mut swept = 0;
        for document in self.documents.list(kinds::SESSION).await? {
            let session = serde_json::from_value::<Session>(document.body.clone());
            if session.is_ok_and(|session| self.lives(&session, now)) {
                continue;
            }
            // One that was touched just now lives on.
            let deleted =
                self.documents.delete(kinds::SESSION, &document.id, document.revision, "pulse", now).await;
            swept += usize::from(deleted.is_ok());
        }
        Ok(swept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store_memory::MemoryDocuments;

    fn sessions() -> Sessions {
        let (idle, max) = (Duration::from_secs(3_600), Duration::from_secs(7_200));
        Sessions::new(Arc::new(MemoryDocuments::default()), Clock::of_machine(), idle, max)
    }

    async fn pass(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_by_silence_and_by_age() {
        let sessions = sessions();
        let begin = || sessions.begin("ann".into(), "Ann".into(), vec![], Way::Account);
        let (quiet, busy) = (begin().await.unwrap(), begin().await.unwrap());
        pass(2_000).await;
        assert!(sessions.find(&busy).await.unwrap().is_some());
        pass(2_000).await;
        assert!(sessions.find(&quiet).await.unwrap().is_none(), "silent for longer than an hour");
        assert!(sessions.find(&busy).await.unwrap().is_some());
        pass(3_300).await;
        assert!(sessions.find(&busy).await.unwrap().is_none(), "older than two hours");
        assert_eq!(sessions.sweep().await.unwrap(), 2);
        assert_eq!(sessions.sweep().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn who_signs_out_is_out_and_streams_hear_of_it() {
        let sessions = sessions();
        let begun = sessions.begin("ann".into(), "Ann".into(), vec![], Way::Account).await;
        let token = begun.unwrap();
        let mut ended = sessions.watch();
        sessions.end(&token).await.unwrap();
        assert!(sessions.find(&token).await.unwrap().is_none());
        assert!(Sessions::is(&ended.recv().await.unwrap(), &token));
        assert!(sessions.find("").await.unwrap().is_none());
    }
}
