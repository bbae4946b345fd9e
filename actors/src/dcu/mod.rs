//! The data collection unit: links, the collector, an actor for every object and every statistic, the keeper of
//! state and the publisher.
//!
//! ```text
//! link ▶ collector ▶ devices ▶ agents, places ▶ queues, groups ▶ statistics ▶ publisher
//!            └────────────────────── state ──────────────────────────▶ keeper
//! ```

mod backfill;
mod collector;
mod feed;
mod follow;
mod inbound;
mod keeper;
mod object;
mod pipeline;
mod publication;
mod round;
mod start;
mod statistic;
mod statistics;
mod trial;

pub use backfill::Replay;
pub use collector::Collector;
pub use feed::Reached;
pub use inbound::Inbound;
pub use start::{Dcu, Outside, Settings, StartError, start};
pub use trial::Failures;

use prometheus::{Gauge, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry};
use telemetry::Metrics as Make;

/// What a DCU counts.
#[derive(Clone)]
pub struct Metrics {
    pub(crate) records: IntCounter,
    pub(crate) facts: IntCounter,
    pub(crate) cells: IntCounter,
    pub(crate) checkpoints: IntCounter,
    pub(crate) checkpoint_failures: IntCounter,
    pub(crate) at_seconds: Gauge,
    pub(crate) link_up: IntGaugeVec,
    pub(crate) inbound_clients: IntGaugeVec,
    pub(crate) inbound_statistics: IntGauge,
    pub(crate) inbound_refused: IntCounterVec,
    pub(crate) inbound_slow: IntCounter,
    pub(crate) inbound_told: IntCounter,
}

impl Metrics {
    /// Registers them.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let make = Make::new(registry);
        Ok(Self {
            records: make.counter("pulse_dcu_records_total", "Event records that were processed.")?,
            facts: make
                .counter("pulse_dcu_facts_total", "Actions, statuses and memberships made from records.")?,
            cells: make.counter(
                "pulse_dcu_cells_published_total",
                "Cells that were published because they changed.",
            )?,
            checkpoints: make.counter("pulse_dcu_checkpoints_total", "Checkpoints that were written.")?,
            checkpoint_failures: make
                .counter("pulse_dcu_checkpoint_failures_total", "Checkpoints that could not be written.")?,
            at_seconds: make
                .level("pulse_dcu_event_time_seconds", "The event time up to which values are published.")?,
            link_up: make.gauges(
                "pulse_dcu_link_up",
                "Whether a link that brings events is up (1) or not (0).",
                &["link"],
            )?,
            inbound_clients: make.gauges(
                "pulse_dcu_inbound_clients",
                "Clients of the inbound port: sources that bring events, routers that follow statistics.",
                &["role"],
            )?,
            inbound_statistics: make
                .gauge("pulse_dcu_inbound_statistics", "Statistics that routers follow.")?,
            inbound_refused: make.counters(
                "pulse_dcu_inbound_refused_total",
                "Clients and questions of the inbound port that were refused, by cause.",
                &["code"],
            )?,
            inbound_slow: make.counter(
                "pulse_dcu_inbound_slow_total",
                "Routers that were cut because they did not take what they are told.",
            )?,
            inbound_told: make.counter("pulse_dcu_inbound_values_total", "Values that routers were told.")?,
        })
    }
}
