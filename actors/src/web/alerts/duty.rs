//! A keeper: who evaluates, by a lease.

use super::watchman::{Stop, Watchman, WatchmanParts};
use super::{LEASE, Parts};
use runtime::{Ref, RestartPolicy, supervise};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::{error, info, warn};

/// How long the store of leases is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// One term of duty.
struct Duty {
    fence: u64,
    /// What was written before then is ours to write.
    until: watch::Sender<Instant>,
    watchman: Ref<Watchman>,
    failed: Arc<AtomicBool>,
}

impl Duty {
    fn begin(parts: &Parts, fence: u64, until: Instant) -> Self {
        info!(fence, "this process evaluates the rules");
        let (tell, until) = watch::channel(until);
        let failed = Arc::<AtomicBool>::default();
        let (watchman, lost) = (WatchmanParts { parts: parts.clone(), fence, until }, failed.clone());
        let give_up = move |failure: runtime::Failure| {
            error!(%failure, "rules are not evaluated here any more");
            lost.store(true, Ordering::Relaxed);
        };
        let build = move || Watchman::new(watchman.clone());
        let watchman = supervise("watchman", RestartPolicy::default(), &parts.census, give_up, build);
        Self { fence, until: tell, watchman, failed }
    }
}

impl Drop for Duty {
    fn drop(&mut self) {
        // One with a full mailbox writes nothing any more after `until`, and ends with its keepers.
        let _ = self.watchman.try_send(Stop);
    }
}

/// Holds the lease, and evaluates while it does.
pub(super) async fn run(parts: Parts) {
    let mut duty: Option<Duty> = None;
    loop {
        let asked = parts.clock.instant();
        match timeout(PATIENCE, parts.leases.hold(LEASE, &parts.name, parts.term)).await {
            Ok(Ok(Some(fence))) => {
                let until = asked + parts.term;
                let goes_on = duty
                    .as_ref()
                    .is_some_and(|duty| duty.fence == fence && !duty.failed.load(Ordering::Relaxed));
                match duty.as_ref().filter(|_| goes_on) {
                    Some(duty) => {
                        duty.until.send_replace(until);
                    }
                    None => {
                        drop(duty.take());
                        duty = Some(Duty::begin(&parts, fence, until));
                    }
                }
            }
            Ok(Ok(None)) => {
                if duty.take().is_some() {
                    warn!("another process evaluates the rules now");
                }
            }
            unanswered => {
                let cause = match unanswered {
                    Ok(Err(cause)) => cause.to_string(),
                    _ => "it does not answer".to_owned(),
                };
                warn!(cause, "the lease of alerts can't be renewed; trying again");
                if duty.as_ref().is_some_and(|duty| *duty.until.borrow() <= parts.clock.instant()) {
                    duty = None;
                }
            }
        }
        parts.metrics.evaluating.set(i64::from(duty.is_some()));
        if duty.is_none() {
            for level in [&parts.metrics.rules, &parts.metrics.open, &parts.metrics.unknown] {
                level.set(0);
            }
        }
        sleep(parts.term / 3).await;
    }
}
