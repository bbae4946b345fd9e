//! What an LDS tells Prometheus: the original's names where the meaning is the same, and ours.

use prometheus::core::Collector;
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, Result,
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
    pub(super) write_seconds: Histogram,
    pub(super) write_failures: IntCounterVec,
    pub(super) cuts: IntCounter,
    pub(super) lost_receivers: IntCounter,
    pub(super) mailbox_full: IntCounter,
    pub(super) refused: IntCounterVec,
}

/// Registers with the labels of one LDS.
struct Making<'a> {
    registry: &'a Registry,
    tenant: &'a str,
    service: &'a str,
}

impl Making<'_> {
    fn opts(&self, name: &str, help: &str) -> Opts {
        Opts::new(name, help).const_label("tenant", self.tenant).const_label("service", self.service)
    }

    fn registered<C: Collector + Clone + 'static>(&self, metric: Result<C>) -> Result<C> {
        let metric = metric?;
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    fn gauge(&self, name: &str, help: &str) -> Result<Gauge> {
        self.registered(Gauge::with_opts(self.opts(name, help)))
    }

    fn number(&self, name: &str, help: &str) -> Result<IntGauge> {
        self.registered(IntGauge::with_opts(self.opts(name, help)))
    }

    fn seconds_by(&self, label: &str, name: &str, help: &str) -> Result<GaugeVec> {
        self.registered(GaugeVec::new(self.opts(name, help), &[label]))
    }

    fn number_by(&self, label: &str, name: &str, help: &str) -> Result<IntGaugeVec> {
        self.registered(IntGaugeVec::new(self.opts(name, help), &[label]))
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter> {
        self.registered(IntCounter::with_opts(self.opts(name, help)))
    }

    fn counter_by(&self, label: &str, name: &str, help: &str) -> Result<IntCounterVec> {
        self.registered(IntCounterVec::new(self.opts(name, help), &[label]))
    }

    fn timing(&self, name: &str, help: &str) -> Result<Histogram> {
        let opts = HistogramOpts::from(self.opts(name, help));
        let buckets = vec![0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];
        self.registered(Histogram::with_opts(opts.buckets(buckets)))
    }
}

impl Metrics {
    /// Registers all of them. Fails if another LDS of the same tenant and service is registered there.
    pub(super) fn register(registry: &Registry, tenant: &str, service: &str) -> Result<Self> {
        let m = Making { registry, tenant, service };
        Ok(Self {
            uptime: m.gauge("pulse_lds_uptime_seconds", "How long this LDS has been running.")?,
            senders: m.number("pulse_lds_senders_number", "Sources that are in touch with their switch.")?,
            sender_connected: m.seconds_by(
                "sender",
                "pulse_lds_sender_connected_seconds",
                "How long the source has been in touch with its switch; 0 while it is not.",
            )?,
            sender_disconnected: m.seconds_by(
                "sender",
                "pulse_lds_sender_disconnected_seconds",
                "How long the source has been out of touch with its switch; 0 while it is in touch.",
            )?,
            sender_dns: m.number_by(
                "sender",
                "pulse_lds_sender_registered_dns_number",
                "DNs that the source watches.",
            )?,
            sender_errors: m.number_by(
                "sender",
                "pulse_lds_sender_registration_errors_number",
                "DNs that the source was asked for and can't watch.",
            )?,
            sender_queue: m.number_by(
                "sender",
                "pulse_lds_sender_request_queue_length",
                "Batches of the source that wait to be written.",
            )?,
            receivers: m.number("pulse_lds_receivers_number", "Clients that are connected.")?,
            receiver_dns: m.number_by(
                "receiver",
                "pulse_lds_receiver_registered_dns_number",
                "DNs that the clients of this role subscribe to; 0 if they take everything.",
            )?,
            receiver_errors: m.number_by(
                "receiver",
                "pulse_lds_receiver_registration_errors_number",
                "Sources that clients of this role asked for and that are not served here.",
            )?,
            records: m.counter_by("sender", "pulse_lds_records_total", "Records written and told.")?,
            duplicates: m.counter_by(
                "sender",
                "pulse_lds_duplicates_total",
                "Records that were here already.",
            )?,
            holes: m.counter_by(
                "sender",
                "pulse_lds_holes_total",
                "Records refused because one before them was missing.",
            )?,
            foreign: m.counter_by(
                "sender",
                "pulse_lds_foreign_total",
                "Records refused because they belong to another source or lack a number.",
            )?,
            clamped: m.counter_by(
                "sender",
                "pulse_lds_clamped_total",
                "Records whose time of arrival was moved up so that it does not go back.",
            )?,
            stripped: m.counter_by(
                "sender",
                "pulse_lds_stripped_total",
                "Records that lost their attached data because they were too long for a frame.",
            )?,
            gaps: m.counter_by(
                "sender",
                "pulse_lds_gaps_total",
                "Spans of records that are lost for good.",
            )?,
            write_seconds: m.timing("pulse_lds_write_seconds", "From a batch to its safety on disk.")?,
            write_failures: m.counter_by(
                "sender",
                "pulse_lds_write_failures_total",
                "Writes that failed and were tried again; while they fail the source waits.",
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
            refused: m.counter_by(
                "code",
                "pulse_lds_receivers_refused_total",
                "Clients refused, by reason.",
            )?,
        })
    }
}
