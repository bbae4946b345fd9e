//! Who wants to know of changes is told. A notification only wakes: what changed is read from the audit trail, from
//! the number seen last, also after a connection was lost, and now and then although nothing was announced.

use crate::failure::{Failure, explain};
use crate::pool::speak_for;
use crate::server::Server;
use crate::store::Options;
use model::Text;
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client};

/// How many announcements a slow subscriber may be behind before it is told that it missed some.
const BACKLOG_MAX: usize = 256;
/// The pauses before a lost connection is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// Of these, old entries of the audit trail are not kept: whoever was away is told to look.
const FORGOTTEN: &str = "session";

/// Those who want to know of a tenant's changes.
pub(crate) struct Follower {
    told: broadcast::Sender<Text>,
    /// The newest change of which all below are told.
    seen: Mutex<u64>,
}

impl Follower {
    /// A new subscription.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Text> {
        self.told.subscribe()
    }

    /// A change that was made through this store is told at once.
    pub(crate) fn changed_here(&self, kind: Text, number: u64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if number <= *seen {
            // The audit trail was quicker.
            return;
        }
        if number == *seen + 1 {
            *seen = number;
        }
        // Nobody listening is fine.
        let _ = self.told.send(kind);
    }

    fn seen(&self) -> u64 {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kinds with the newest change of each, all that there are after what was seen.
    fn tell(&self, kinds: &[(Text, u64)]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *seen;
        for (kind, number) in kinds.iter().filter(|(_, number)| *number > before) {
            *seen = (*seen).max(*number);
            let _ = self.told.send(kind.clone());
        }
    }

    /// Tells that there may be changes of this kind.
    fn hint(&self, kind: &'static str) {
        let _ = self.told.send(Text::const_new(kind));
    }
}

/// By tenant.
type Followers = Arc<Mutex<BTreeMap<Text, Arc<Follower>>>>;

/// The task that listens. It ends when this is dropped.
pub(crate) struct Feed {
    followers: Followers,
    task: JoinHandle<()>,
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Feed {
    /// Starts it; must be called on a tokio runtime.
    pub(crate) fn start(server: Server, options: &Options) -> Self {
        let followers = Followers::default();
        let listener = Listener {
            deadline: options.deadline,
            look_every: options.look_every,
            followers: followers.clone(),
            server,
        };
        Self { followers, task: tokio::spawn(listener.run()) }
    }

    /// From now on the changes of this tenant after `seen` are told.
    pub(crate) fn follow(&self, tenant: &Text, seen: u64) -> Arc<Follower> {
        let mut followers = self.followers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Follower { told: broadcast::Sender::new(BACKLOG_MAX), seen: Mutex::new(seen) });
        followers.entry(tenant.clone()).or_insert_with(new).clone()
    }
}

/// What the driver of the connection tells the listener.
#[derive(Default)]
struct Bell {
    rung: Notify,
    is_over: AtomicBool,
}

struct Listener {
    server: Server,
    deadline: Duration,
    look_every: Duration,
    followers: Followers,
}

impl Listener {
    async fn run(self) {
        let mut pause = PAUSES.0;
        let mut was_connected = false;
        loop {
            match self.connect().await {
                Ok((mut client, bell, driver)) => {
                    let failure = self.listen(&mut client, &bell, was_connected, &mut pause).await;
                    was_connected = true;
                    driver.abort();
                    tracing::warn!(error = %failure.explain(&self.server.name()), "the connection that listens for changes was lost");
                }
                Err(error) => {
                    tracing::warn!(error = %error.explain(&self.server.name()), "changes of others can't be listened for");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn connect(&self) -> std::result::Result<(Client, Arc<Bell>, JoinHandle<()>), Failure> {
        let (config, connector) = (self.server.config(self.deadline)?, self.server.connector()?);
        let (client, mut connection) = self.timely(config.connect(connector)).await?;
        let bell = Arc::new(Bell::default());
        let ringer = bell.clone();
        let driver = tokio::spawn(async move {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(_))) => ringer.rung.notify_one(),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => break,
                }
            }
            ringer.is_over.store(true, Ordering::Release);
            ringer.rung.notify_one();
        });
        match self.timely(client.batch_execute("LISTEN pulse_documents")).await {
            Ok(()) => Ok((client, bell, driver)),
            Err(error) => {
                driver.abort();
                Err(error)
            }
        }
    }

    /// Tells what changes, until the connection fails. The pause before the next is short again if this one worked.
    async fn listen(
        &self,
        client: &mut Client,
        bell: &Bell,
        was_away: bool,
        pause: &mut Duration,
    ) -> Failure {
        let mut was_away = was_away;
        loop {
            let followers = self.followers.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for (tenant, follower) in followers {
                if let Err(failure) = self.catch_up(client, &tenant, &follower, was_away).await {
                    return failure;
                }
            }
            was_away = false;
            *pause = PAUSES.0;
            if bell.is_over.load(Ordering::Acquire) {
                return ports::StoreError::Unreachable(format!(
                    "{}: closed by the server",
                    self.server.name()
                ))
                .into();
            }
            // Whichever comes first; a question is asked in both cases, which also shows whether anybody answers.
            let _ = tokio::time::timeout(self.look_every, bell.rung.notified()).await;
        }
    }

    async fn catch_up(
        &self,
        client: &mut Client,
        tenant: &Text,
        follower: &Follower,
        was_away: bool,
    ) -> std::result::Result<(), Failure> {
        let seen = follower.seen().cast_signed();
        let rows = self
            .timely(async {
                let transaction = client.transaction().await?;
                speak_for(&transaction, tenant).await?;
                let sql = "SELECT kind, max(change) FROM pulse.audit
                           WHERE tenant = (SELECT pulse.tenant()) AND change > $1 GROUP BY kind";
                let rows = transaction.query_typed(sql, &[(&seen, Type::INT8)]).await?;
                transaction.commit().await?;
                Ok(rows)
            })
            .await?;
        let mut kinds = Vec::with_capacity(rows.len());
        for row in rows {
            let number = row.try_get::<_, i64>(1)?.cast_unsigned();
            kinds.push((Text::from(row.try_get::<_, &str>(0)?), number));
        }
        follower.tell(&kinds);
        if was_away {
            follower.hint(FORGOTTEN);
        }
        Ok(())
    }

    async fn timely<T>(
        &self,
        answer: impl Future<Output = std::result::Result<T, tokio_postgres::Error>>,
    ) -> std::result::Result<T, Failure> {
        match tokio::time::timeout(self.deadline, answer).await {
            Ok(answer) => answer.map_err(|error| explain(&self.server.name(), &error).into()),
            Err(_) => Err(ports::StoreError::Unreachable(format!(
                "{}: no answer within {:?}; try again, or check the server",
                self.server.name(),
                self.deadline
            ))
            .into()),
        }
    }
}
