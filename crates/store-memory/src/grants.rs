//! Grants in memory.

use crate::{BACKLOG_MAX, lock};
use async_trait::async_trait;
use model::time::Micros;
use ports::grants::{Announced, GrantBook, Granted, Grants, News, Told, Viewer};
use ports::{Result, StoreError};
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

#[derive(Default)]
struct State {
    kept: Told,
    told: Micros,
    confirmed: Micros,
}

/// Grants that live as long as the process.
pub struct MemoryGrants {
    state: Mutex<State>,
    followers: broadcast::Sender<Announced>,
}

impl Default for MemoryGrants {
    fn default() -> Self {
        Self { state: Mutex::default(), followers: broadcast::Sender::new(BACKLOG_MAX) }
    }
}

#[async_trait]
impl Grants for MemoryGrants {
    async fn granted(&self, viewer: &Viewer) -> Result<Granted> {
        let state = lock(&self.state);
        let statement = Arc::new(state.kept.book.statement(&viewer.user, &viewer.roles));
        let State { kept, told, confirmed } = &*state;
        Ok(Granted { statement, revision: kept.revision, told: *told, confirmed: *confirmed })
    }

    fn watch(&self) -> broadcast::Receiver<Announced> {
        self.followers.subscribe()
    }
}

#[async_trait]
impl GrantBook for MemoryGrants {
    async fn told(&self) -> Result<Told> {
        Ok(lock(&self.state).kept.clone())
    }

    async fn tell(&self, news: &News, after: u64, now: Micros) -> Result<u64> {
        let mut state = lock(&self.state);
        check(&state, after)?;
        state.kept.book.apply(news);
        state.kept.revision = now.0.cast_unsigned().max(after + 1);
        (state.told, state.confirmed) = (now, now);
        // Nobody may follow.
        let _ = self.followers.send(Announced::These(Arc::new(news.concerned.clone())));
        Ok(state.kept.revision)
    }

    async fn confirm(&self, revision: u64, now: Micros) -> Result<()> {
        let mut state = lock(&self.state);
        check(&state, revision)?;
        state.confirmed = now;
        Ok(())
    }

    async fn forget(&self) -> Result<()> {
        *lock(&self.state) = State::default();
        let _ = self.followers.send(Announced::Everybody);
        Ok(())
    }
}

fn check(state: &State, expected: u64) -> Result<()> {
    let found = state.kept.revision;
    if found == expected { Ok(()) } else { Err(StoreError::Conflict { expected, found }) }
}
