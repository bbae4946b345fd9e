//! Threads for roles that share a process: each has its own arbiter, so that none waits for another's handlers.

use actix::Arbiter;
use anyhow::{Result, anyhow};
use std::future::Future;
use tokio::sync::oneshot;

/// Runs a birth on an arbiter of its own and answers what it gives back. What it spawned lives on there.
pub(super) async fn born_on<T, F>(arbiter: &Arbiter, birth: impl FnOnce() -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + 'static,
{
    let (born, outcome) = oneshot::channel();
    let told = arbiter.spawn_fn(move || {
        actix::spawn(async move {
            // Whoever waited may have given up.
            let _ = born.send(birth().await);
        });
    });
    if !told {
        return Err(anyhow!("the role's thread has ended"));
    }
    outcome.await.map_err(|_| anyhow!("the role's thread has ended before the role began"))?
}
