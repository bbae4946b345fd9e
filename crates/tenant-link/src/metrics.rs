//! What the service counts.

use prometheus::{IntCounter, IntCounterVec, IntGauge, Registry};

/// Counters and gauges of the service.
#[derive(Clone)]
pub struct Metrics {
    pub(crate) clients: IntGauge,
    pub(crate) refused: IntCounterVec,
    pub(crate) whole: IntCounter,
    pub(crate) resumed: IntCounter,
    pub(crate) changes: IntCounter,
}

impl Metrics {
    /// Registers them.
    ///
    /// # Errors
    /// A name that is taken.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let make = telemetry::Metrics::new(registry);
        Ok(Self {
            clients: make.gauge("pulse_tenant_clients", "Clients that follow the configuration.")?,
            refused: make.counters("pulse_tenant_refused_total", "Clients that were refused.", &["code"])?,
            whole: make.counter("pulse_tenant_full_reads_total", "Clients that read everything.")?,
            resumed: make.counter(
                "pulse_tenant_resumed_total",
                "Clients that went on from a revision that they had.",
            )?,
            changes: make.counter("pulse_tenant_changes_sent_total", "Changes sent, to each client.")?,
        })
    }
}
