//! The one clock of a process, and what a paused test stops.

use model::time::Micros;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Wall-clock time that moves with tokio's timers: a test that pauses those stops this too.
///
/// It is set once, from the machine's clock, and never goes back; a machine that is set to another time keeps its
/// old one until the process starts again.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// What the clock showed at `since`.
    epoch: Micros,
    since: Instant,
}

impl Clock {
    /// The machine's time from now on.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn of_machine() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::starting_at(Micros(i64::try_from(now.as_micros()).unwrap_or(i64::MAX)))
    }

    /// A clock that shows `epoch` at this moment.
    pub fn starting_at(epoch: Micros) -> Self {
        Self { epoch, since: Instant::now() }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> Micros {
        self.at(self.instant())
    }

    /// The point in tokio's time that is now.
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// What the clock shows at `instant`.
    pub fn at(&self, instant: Instant) -> Micros {
        let elapsed = instant.saturating_duration_since(self.since);
        self.epoch + Micros(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
    }

    /// How long it is until the clock shows `moment`; nothing if it has passed.
    pub fn until(&self, moment: Micros) -> Duration {
        Duration::from_micros(u64::try_from((moment - self.now()).0).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_test_moves_the_clock() {
        let clock = Clock::starting_at(Micros::from_secs(1_000));
        assert_eq!(clock.until(Micros::from_secs(1_090)), Duration::from_secs(90));
        tokio::time::sleep(Duration::from_secs(90)).await;
        assert_eq!(clock.now(), Micros::from_secs(1_090));
        assert_eq!(clock.until(Micros::from_secs(1_000)), Duration::ZERO);
    }
}
