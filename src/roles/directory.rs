//! Keeps the web's directory of objects as the configuration service tells it.

use identity::{Directory, DirectoryError};
use prometheus::{IntGauge, Registry};
use runtime::Clock;
use std::time::Duration;
use telemetry::Metrics;
use tracing::{info, warn};

/// What operators see of it.
pub(super) struct Gauges {
    up: IntGauge,
    held: IntGauge,
}

impl Gauges {
    pub(super) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = Metrics::new(registry);
        Ok(Self {
            up: metrics
                .gauge("pulse_configuration_up", "1 while the configuration service answers as it must.")?,
            held: metrics
                .gauge("pulse_configuration_objects", "Objects that the configuration service told of.")?,
        })
    }
}

/// Reads the configuration at once and whenever it changed, for ever. What was read stays while the service is away.
pub(super) async fn follow(
    directory: Directory,
    every: Duration,
    clock: Clock,
    registry: Registry,
    take: impl Fn(Vec<ports::values::ObjectInfo>) -> bool,
) -> prometheus::Result<()> {
    let Gauges { up, held } = Gauges::register(&registry)?;
    let (mut mark, mut told) = (None, None::<String>);
    let mut pause = tokio::time::interval(every);
    pause.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        match directory.read(mark.clone(), clock.now()).await {
            Ok(read) => {
                up.set(1);
                if told.take().is_some() {
                    info!("the configuration service answers again");
                }
                if let Some((of, objects)) = read {
                    held.set(i64::try_from(objects.len()).unwrap_or(i64::MAX));
                    // What was not taken is read again.
                    mark = take(objects).then_some(of);
                }
            }
            Err(error) => {
                up.set(0);
                report(&error, &mut told);
            }
        }
    }
}

/// Says what is wrong once, until it is something else.
fn report(error: &DirectoryError, told: &mut Option<String>) {
    let cause = error.to_string();
    if told.as_ref() != Some(&cause) {
        warn!(%cause, "objects stay as they were; the service is asked again");
        *told = Some(cause);
    }
}
