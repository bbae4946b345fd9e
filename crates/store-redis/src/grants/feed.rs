//! Hints of changed grants: each connection begins with one for everybody, as some may have been missed.

use crate::connect::Connect;
use crate::follow::{Event, PAUSES, hear};
use crate::pack::unpack;
use ports::grants::Announced;
use std::sync::Arc;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

/// Hints that a slow follower may be behind before it is told that it missed some.
const BACKLOG_MAX: usize = 256;

/// Hears them.
pub(super) struct Feed {
    followers: broadcast::Sender<Announced>,
    task: AbortHandle,
}

impl Feed {
    pub(super) fn start(connect: Connect, channel: String) -> Self {
        let followers = broadcast::Sender::new(BACKLOG_MAX);
        let told = followers.clone();
        let task = tokio::spawn(async move {
            let channels = [channel];
            let mut pause = PAUSES.0;
            loop {
                let heard = hear(&connect, &channels, |event| {
                    let announced = match event {
                        Event::Connected => {
                            pause = PAUSES.0;
                            Announced::Everybody
                        }
                        Event::Message(_, []) => Announced::Everybody,
                        Event::Message(_, bytes) => {
                            Announced::These(Arc::new(unpack("a hint of changed grants", bytes)?))
                        }
                    };
                    // Nobody may follow.
                    let _ = told.send(announced);
                    Ok(())
                });
                let cause = heard.await;
                tracing::warn!(%cause, "changes of grants are not heard; trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        });
        Self { followers, task: task.abort_handle() }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Announced> {
        self.followers.subscribe()
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}
