//! What every role tells of itself, whatever it does: restarts of its actors, connections of its pools.

use prometheus::{Registry, Result};
use runtime::Census;
use store_postgres::PostgresStore;
use store_redis::RedisStore;
use telemetry::{Metrics, Readings};

/// Restarts of actors, by kind, as the census counts them.
pub(crate) fn watch_actors(registry: &Registry, census: &Census) -> Result<()> {
    let census = census.clone();
    let read = move || {
        let kinds = census.report();
        kinds.into_iter().map(|(kind, report)| (vec![kind.to_owned()], report.restarts)).collect()
    };
    Metrics::new(registry).counters_read(
        "pulse_actor_restarts_total",
        "Actors of a kind that panicked and were built anew, or put back to their last good state.",
        &["kind"],
        read,
    )
}

/// How a pool stands: connections in use, and how many there may be.
pub(crate) type Pool = Box<dyn Fn() -> (u32, u32) + Send + Sync>;

fn readings(pools: &[(&'static str, Pool)], pick: fn((u32, u32)) -> u32) -> Readings<f64> {
    pools.iter().map(|(store, pool)| (vec![(*store).to_owned()], f64::from(pick(pool())))).collect()
}

/// The pools of a role, by the store to which they lead.
pub(crate) fn watch_pools(registry: &Registry, pools: Vec<(&'static str, Pool)>) -> Result<()> {
    let pools = std::sync::Arc::new(pools);
    let (used, most) = (pools.clone(), pools);
    let metrics = Metrics::new(registry);
    metrics.levels_read(
        "pulse_pool_connections_used",
        "Connections to a store that are in use just now; with all of them in use, questions wait.",
        &["store"],
        move || readings(&used, |(used, _)| used),
    )?;
    metrics.levels_read(
        "pulse_pool_connections_max",
        "Connections to a store that there may be at once (`connections` in the settings).",
        &["store"],
        move || readings(&most, |(_, most)| most),
    )
}

/// The pools of a role that uses both servers.
pub(crate) fn watch_stores(registry: &Registry, redis: &RedisStore, postgres: &PostgresStore) -> Result<()> {
    let (redis, postgres) = (redis.clone(), postgres.clone());
    let pools: Vec<(&'static str, Pool)> = vec![
        ("redis", Box::new(move || redis.pool_use())),
        ("postgres", Box::new(move || postgres.pool_use())),
    ];
    watch_pools(registry, pools)
}

/// For the document.
pub(crate) fn register_metrics(registry: &Registry) -> Result<()> {
    watch_actors(registry, &Census::default())
}

/// For the document.
pub(crate) fn register_pool_metrics(registry: &Registry) -> Result<()> {
    watch_pools(registry, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_pools_are_told_from_their_start() {
        let (registry, census) = (Registry::new(), Census::default());
        watch_actors(&registry, &census).unwrap();
        watch_pools(&registry, vec![("redis", Box::new(|| (3, 8)))]).unwrap();
        census.note("board", |kind| kind.started += 1);
        let text = telemetry::encode(&registry);
        assert!(text.contains("pulse_actor_restarts_total{kind=\"board\"} 0\n"), "{text}");
        census.note("board", |kind| kind.restarts += 1);
        let text = telemetry::encode(&registry);
        assert!(text.contains("pulse_actor_restarts_total{kind=\"board\"} 1\n"), "{text}");
        assert!(text.contains("pulse_pool_connections_used{store=\"redis\"} 3\n"), "{text}");
        assert!(text.contains("pulse_pool_connections_max{store=\"redis\"} 8\n"), "{text}");
    }
}
