//! What is counted of alerts.

use prometheus::{Histogram, IntCounter, IntGauge, Registry};

/// Levels and counts of rules, alerts and webhooks.
#[derive(Clone)]
pub struct Metrics {
    /// Whether this process evaluates.
    pub evaluating: IntGauge,
    /// Rules that are evaluated here.
    pub rules: IntGauge,
    /// Rules that can't be evaluated.
    pub rules_asleep: IntGauge,
    /// Alerts that are open.
    pub open: IntGauge,
    /// Of those, how many of which nothing is known at present.
    pub unknown: IntGauge,
    /// Alerts that were raised.
    pub raised: IntCounter,
    /// Alerts that were cleared.
    pub cleared: IntCounter,
    /// Alerts for which there was no room.
    pub refused: IntCounter,
    /// Times that an alert could not be stored.
    pub failed: IntCounter,
    /// From the event time of a turn until it was stored.
    pub delay: Histogram,
    /// Messages that other systems have taken.
    pub webhook_sent: IntCounter,
    /// Attempts that failed and are made again.
    pub webhook_retried: IntCounter,
    /// Messages that were given up.
    pub webhook_failed: IntCounter,
    /// Messages that wait.
    pub webhook_waiting: IntGauge,
    /// How long an attempt took.
    pub webhook_seconds: Histogram,
}

impl Metrics {
    /// Registers all of them.
    ///
    /// # Errors
    /// A name that is taken.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = telemetry::Metrics::new(registry);
        let buckets = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
        Ok(Self {
            evaluating: metrics.gauge("pulse_alerts_evaluating", "1 where this process evaluates the rules, 0 on a standby.")?,
            rules: metrics.gauge("pulse_alerts_rules", "Rules that this process evaluates.")?,
            rules_asleep: metrics.gauge(
                "pulse_alerts_rules_asleep",
                "Rules that can't be evaluated: their owner has no account or no role any more, or their statistic is gone.",
            )?,
            open: metrics.gauge("pulse_alerts_open", "Alerts that are raised and not cleared.")?,
            unknown: metrics.gauge(
                "pulse_alerts_unknown",
                "Open alerts of whose value nothing is known at present; they are neither cleared nor raised anew.",
            )?,
            raised: metrics.counter("pulse_alerts_raised_total", "Alerts that were raised.")?,
            cleared: metrics.counter("pulse_alerts_cleared_total", "Alerts that were cleared.")?,
            refused: metrics.counter(
                "pulse_alerts_refused_total",
                "Alerts that were not raised because too many are open; narrow the rules that ring everywhere.",
            )?,
            failed: metrics.counter(
                "pulse_alerts_store_failures_total",
                "Times that an alert could not be stored; it is tried again.",
            )?,
            delay: metrics.histogram(
                "pulse_alerts_delay_seconds",
                "Time from the moment at which a rule was met until the alert was stored.",
                buckets,
            )?,
            webhook_sent: metrics.counter("pulse_webhook_sent_total", "Messages that other systems have taken.")?,
            webhook_retried: metrics.counter(
                "pulse_webhook_retries_total",
                "Attempts that failed and are made again.",
            )?,
            webhook_failed: metrics.counter(
                "pulse_webhook_failed_total",
                "Messages that were given up: refused for good, not allowed, or too old; the alert says why.",
            )?,
            webhook_waiting: metrics.gauge("pulse_webhook_waiting", "Messages that wait to be taken.")?,
            webhook_seconds: metrics.histogram("pulse_webhook_seconds", "Time that an attempt took.", buckets)?,
        })
    }
}
