//! What an LDS tells Prometheus: the original's names where the meaning is the same, and ours.

use prometheus::{
    Gauge, GaugeVec, Histogram, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry, Result,
};

/// All metrics of one LDS. Clones share the values.
#[derive(Clone, Debug)]
pub(super) struct Metrics {
    pub(super) uptime: Gauge,
    pub(super) senders: IntGauge,
    pub(super) sender_connected: GaugeVec,
    pub(super) sender_disconnected: GaugeVec,
    pub(super) sender_dns: IntGaugeVec,
    pub(super) sender_errors: IntGaugeVec,
    pub(super) sender_queue: IntGaugeVec,
    pub(super) sender_agents: IntGaugeVec,
    pub(super) receivers: IntGauge,
    pub(super) receiver_dns: IntGaugeVec,
    pub(super) receiver_errors: IntGaugeVec,
    pub(super) records: IntCounterVec,
    pub(super) duplicates: IntCounterVec,
    pub(super) holes: IntCounterVec,
    pub(super) foreign: IntCounterVec,
    pub(super) clamped: IntCounterVec,
    pub(super) stripped: IntCounterVec,
    pub(super) gaps: IntCounterVec,
    pub(super) corrections: IntCounterVec,
    pub(super) write_seconds: Histogram,
    pub(super) write_failures: IntCounterVec,
    pub(super) cuts: IntCounter,
    pub(super) lost_receivers: IntCounter,
    pub(super) mailbox_full: IntCounter,
    pub(super) refused: IntCounterVec,
}

/// Registers with the labels of one LDS.
/// From a write's beginning to its end.
const WRITE_SECONDS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

impl Metrics {
    /// Registers all of them. Fails if another LDS of the same tenant and service is registered there.
    pub(super) fn register(registry: &Registry, tenant: &str, service: &str) -> Result<Self> {
        let labels = [("tenant", tenant), ("service", service)];
        let m = telemetry::Metrics::labelled(registry, &labels);
        Ok(Self {
            uptime: m.level("pulse_lds_uptime_seconds", "How long this LDS has been running.")?,
            senders: m.gauge("pulse_lds_senders_number", "Sources that are in touch with their switch.")?,
            sender_connected: m.levels(
                "pulse_lds_sender_connected_seconds",
                "How long the source has been in touch with its switch; 0 while it is not.",
                &["sender"],
            )?,
            sender_disconnected: m.levels(
                "pulse_lds_sender_disconnected_seconds",
                "How long the source has been out of touch with its switch; 0 while it is in touch.",
                &["sender"],
            )?,
            sender_dns: m.gauges(
                "pulse_lds_sender_registered_dns_number",
                "DNs that the source watches.",
                &["sender"],
            )?,
            sender_errors: m.gauges(
                "pulse_lds_sender_registration_errors_number",
                "DNs that the source was asked for and can't watch.",
                &["sender"],
            )?,
            sender_queue: m.gauges(
                "pulse_lds_sender_request_queue_length",
                "Batches of the source that wait to be written.",
                &["sender"],
            )?,
            sender_agents: m.gauges(
                "pulse_lds_sender_agents_number",
                "Agents that are logged in at the source, as far as its records tell.",
                &["sender"],
            )?,
            receivers: m.gauge("pulse_lds_receivers_number", "Clients that are connected.")?,
            receiver_dns: m.gauges(
                "pulse_lds_receiver_registered_dns_number",
                "DNs that the clients of this role subscribe to; 0 if they take everything.",
                &["receiver"],
            )?,
            receiver_errors: m.gauges(
                "pulse_lds_receiver_registration_errors_number",
                "Sources that clients of this role asked for and that are not served here.",
                &["receiver"],
            )?,
            records: m.counters("pulse_lds_records_total", "Records written and told.", &["sender"])?,
            duplicates: m.counters(
                "pulse_lds_duplicates_total",
                "Records that were here already.",
                &["sender"],
            )?,
            holes: m.counters(
                "pulse_lds_holes_total",
                "Records refused because one before them was missing.",
                &["sender"],
            )?,
            foreign: m.counters(
                "pulse_lds_foreign_total",
                "Records refused because they belong to another source or lack a number.",
                &["sender"],
            )?,
            clamped: m.counters(
                "pulse_lds_clamped_total",
                "Records whose time of arrival was moved up so that it does not go back.",
                &["sender"],
            )?,
            stripped: m.counters(
                "pulse_lds_stripped_total",
                "Records that lost their attached data because they were too long for a frame.",
                &["sender"],
            )?,
            gaps: m.counters(
                "pulse_lds_gaps_total",
                "Spans of records that are lost for good.",
                &["sender"],
            )?,
            corrections: m.counters(
                "pulse_lds_corrections_total",
                "Logins, calls and queue entries that a source's switch had not told of, or not the end of: found in its lists and corrected.",
                &["sender"],
            )?,
            write_seconds: m.histogram(
                "pulse_lds_write_seconds",
                "From a batch to its safety on disk.",
                &WRITE_SECONDS,
            )?,
            write_failures: m.counters(
                "pulse_lds_write_failures_total",
                "Writes that failed and were tried again; while they fail the source waits.",
                &["sender"],
            )?,
            cuts: m.counter(
                "pulse_lds_receiver_cuts_total",
                "Times that a client was too slow for the live stream and went on from the log.",
            )?,
            lost_receivers: m.counter(
                "pulse_lds_receivers_too_far_behind_total",
                "Clients dismissed because the log no longer held what they had to read next.",
            )?,
            mailbox_full: m.counter(
                "pulse_lds_receiver_mailbox_full_total",
                "News that found a client's mailbox full; the client goes on from the log.",
            )?,
            refused: m.counters(
                "pulse_lds_receivers_refused_total",
                "Clients refused, by reason.",
                &["code"],
            )?,
        })
    }

    /// Begins what is counted for a source: a count that is not there before it first rises can't be seen to rise.
    pub(super) fn begin(&self, sender: &str) {
        let Self { records, duplicates, holes, foreign, clamped, stripped, gaps, corrections, .. } = self;
        let write_failures = &self.write_failures;
        for counter in
            [records, duplicates, holes, foreign, clamped, stripped, gaps, corrections, write_failures]
        {
            counter.with_label_values(&[sender]);
        }
    }
}
