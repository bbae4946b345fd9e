//! What operators see of the door.

use prometheus::{Histogram, IntCounter, IntCounterVec, IntGaugeVec, Registry, Result};
use telemetry::Metrics as Make;

#[derive(Clone)]
pub(crate) struct Metrics {
    pub(crate) accepted: IntCounterVec,
    pub(crate) duplicates: IntCounterVec,
    pub(crate) lost: IntCounterVec,
    pub(crate) conflicts: IntCounter,
    pub(crate) refused: IntCounterVec,
    pub(crate) overload: IntCounterVec,
    pub(crate) dry_runs: IntCounter,
    pub(crate) waiting: IntGaugeVec,
    pub(crate) ids: IntGaugeVec,
    pub(crate) answer_seconds: Histogram,
}

impl Metrics {
    pub(crate) fn register(registry: &Registry) -> Result<Self> {
        let make = Make::new(registry);
        Ok(Self {
            accepted: make.counters(
                "pulse_events_accepted_total",
                "Events that were written to the journal.",
                &["source"],
            )?,
            duplicates: make.counters(
                "pulse_events_duplicates_total",
                "Events that had come before and were answered as if they were new.",
                &["source"],
            )?,
            lost: make.counters(
                "pulse_events_lost_total",
                "Events that were handed over and did not get into the journal; nobody was told that they did.",
                &["source"],
            )?,
            conflicts: make.counter(
                "pulse_events_conflicts_total",
                "Events whose id had come before with another body.",
            )?,
            refused: make.counters(
                "pulse_events_refused_total",
                "Requests that were refused for what they are, by reason.",
                &["reason"],
            )?,
            overload: make.counters(
                "pulse_events_overload_total",
                "Requests that were asked to come again later: busy, stalled (the journal can't write), unsure (not seen on \
                 disk in time).",
                &["reason"],
            )?,
            dry_runs: make.counter("pulse_events_dry_runs_total", "Dry runs that were answered.")?,
            waiting: make.gauges("pulse_events_waiting", "Events that wait for the journal.", &["source"])?,
            ids: make.gauges(
                "pulse_events_ids",
                "Ids by which repeated events are known.",
                &["source"],
            )?,
            answer_seconds: make.histogram(
                "pulse_events_answer_seconds",
                "From a whole body to its answer 202.",
                &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0],
            )?,
        })
    }
}
