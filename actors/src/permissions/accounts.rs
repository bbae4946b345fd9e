//! A keeper: the accounts, now and whenever one changes.

use super::desk::{Accounts, Desk};
use access::Account;
use actix::Addr;
use ports::documents::Documents;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};
use tracing::warn;

/// The kind of the documents of accounts.
const USER: &str = "user";
/// A hint may be lost: accounts are read anew after this.
const AGAIN: Duration = Duration::from_secs(30);
/// The pause after the store did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Reads accounts until the desk's incarnation ends.
pub(super) async fn follow(documents: Arc<dyn Documents>, desk: Addr<Desk>) {
    loop {
        // Followed first and read then: what comes in between is seen twice, not never.
        let mut changes = documents.watch();
        match documents.list(USER).await {
            Ok(found) => {
                let read = |document: ports::documents::Document| {
                    let id = document.id;
                    serde_json::from_value::<Account>(document.body)
                        .map_err(|cause| warn!(user.id = %id, %cause, "an account can't be read and is given nothing"))
                        .ok()
                };
                let accounts = found.into_iter().filter_map(read).collect();
                if desk.send(Accounts(accounts)).await.is_err() {
                    return;
                }
            }
            Err(cause) => {
                warn!(%cause, "accounts cannot be read; will try again");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        }
        let until = Instant::now() + AGAIN;
        loop {
            match timeout_at(until, changes.recv()).await {
                Ok(Ok(kind)) if kind != USER => {}
                Ok(Err(RecvError::Closed)) => {
                    tokio::time::sleep(RETRY).await;
                    break;
                }
                _ => break,
            }
        }
        if !desk.connected() {
            return;
        }
    }
}
