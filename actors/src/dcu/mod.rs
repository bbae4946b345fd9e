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
mod inquiries;
mod inspect;
mod keeper;
mod object;
mod ownership;
mod pipeline;
mod publication;
mod restore;
mod round;
mod start;
mod statistic;
mod statistics;
mod tally;
mod trial;

pub use backfill::Replay;
use collector::Collector;
pub use feed::Reached;
pub use inbound::Inbound;
pub use inspect::{Inspected, RowsOf, inspect};
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
    pub(crate) slots: IntGauge,
    pub(crate) slots_free: IntGauge,
    pub(crate) slots_claimed: IntCounter,
    pub(crate) slots_given: IntCounter,
    pub(crate) slots_arriving: IntGauge,
    pub(crate) takeover_seconds: Gauge,
    pub(crate) fenced: IntCounter,
    pub(crate) statistics_refused: IntGauge,
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
            slots: make.gauge("pulse_dcu_slots", "Slots, of 256, that this DCU owns.")?,
            slots_free: make.gauge("pulse_dcu_slots_unowned", "Slots, of 256, that no DCU owns.")?,
            slots_claimed: make
                .counter("pulse_dcu_slots_claimed_total", "Slots that this DCU has taken over.")?,
            slots_given: make
                .counter("pulse_dcu_slots_given_total", "Slots that this DCU has given to another.")?,
            slots_arriving: make.gauge(
                "pulse_dcu_slots_arriving",
                "Slots that this DCU owns and does not publish yet: their state is being made up.",
            )?,
            takeover_seconds: make.level(
                "pulse_dcu_takeover_seconds",
                "How long the last takeover of slots took, from the claim until their values were there.",
            )?,
            fenced: make.counter(
                "pulse_dcu_fenced_total",
                "Times at which this DCU found that others own its slots, and began anew.",
            )?,
            statistics_refused: make.gauge(
                "pulse_dcu_statistics_refused_number",
                "Statistics that boards ask for and that can't be opened: their columns stay empty.",
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
