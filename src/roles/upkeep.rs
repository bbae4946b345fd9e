//! What a store needs from time to time.

use model::time::Micros;
use ports::history::History;
use runtime::Clock;
use std::sync::Arc;
use std::time::Duration;

/// How often old points are dropped.
const TRIM_EVERY: Duration = Duration::from_secs(3_600);
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Drops what history need not keep any longer, now and every hour, for as long as it is polled.
pub(super) async fn trim(history: Arc<dyn History>, age_max: Duration, clock: Clock) {
    let age_max = Micros(i64::try_from(age_max.as_micros()).unwrap_or(i64::MAX));
    loop {
        let before = Micros(clock.now().0.saturating_sub(age_max.0));
        match tokio::time::timeout(PATIENCE, history.trim(before)).await {
            Ok(Ok(0)) => {}
            Ok(Ok(dropped)) => tracing::info!(dropped, "{dropped} old points of history were dropped"),
            Ok(Err(error)) => tracing::warn!(%error, "old points of history can't be dropped"),
            Err(_) => tracing::warn!("old points of history can't be dropped: the store does not answer"),
        }
        tokio::time::sleep(TRIM_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Object, ObjectType};
    use ports::history::Point;
    use store_memory::MemoryHistory;

    #[tokio::test(start_paused = true)]
    async fn what_is_too_old_goes_within_the_hour() {
        let history = Arc::new(MemoryHistory::default());
        let queue = Object::new(ObjectType::Queue, "9001@sw1");
        let (now, hour) = (Micros::from_secs(1_000_000), Micros::from_secs(3_600));
        let point = |at| Point {
            definition: "entered".into(),
            object: queue.clone(),
            at,
            value: Some(1.0),
            flags: 0,
        };
        history.append(vec![point(now - hour - hour), point(now)]).await.unwrap();
        let clock = Clock::starting_at(now);
        let upkeep = trim(history.clone(), Duration::from_secs(3_600), clock);
        assert!(tokio::time::timeout(Duration::from_secs(30), upkeep).await.is_err());
        let left = history.range("entered", &queue, Micros::ZERO, Micros::MAX, 10).await.unwrap();
        assert_eq!(left.len(), 1);
        let upkeep = trim(history.clone(), Duration::from_secs(3_600), clock);
        assert!(tokio::time::timeout(Duration::from_secs(2 * 3_600), upkeep).await.is_err());
        assert!(history.range("entered", &queue, Micros::ZERO, Micros::MAX, 10).await.unwrap().is_empty());
    }
}
