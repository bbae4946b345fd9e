//! What the permissions role counts.

use prometheus::{Gauge, Histogram, IntCounter, IntGauge, Registry};

/// Counters and levels of the permissions role.
#[derive(Clone)]
pub struct Metrics {
    /// Since the grants were confirmed last, by this process.
    pub age: Gauge,
    /// Since the Tenant Service was heard last.
    pub configuration_away: Gauge,
    /// Whether this process writes.
    pub writing: IntGauge,
    /// The revision that was written last.
    pub revision: Gauge,
    /// Rules of the book.
    pub rules: IntGauge,
    /// Users and roles that have rules.
    pub subjects: IntGauge,
    /// Times that grants changed.
    pub changes: IntCounter,
    /// Users and roles whose grants changed.
    pub concerned: IntCounter,
    /// Times that a store did not answer.
    pub failed: IntCounter,
    /// Configurations that could not be taken.
    pub refused: IntCounter,
    /// Time to compute a book.
    pub compute: Histogram,
}

impl Metrics {
    /// Registers all of them.
    ///
    /// # Errors
    /// A name that is taken.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = telemetry::Metrics::new(registry);
        Ok(Self {
            age: metrics.level(
                "pulse_permissions_age_seconds",
                "Time since this process last wrote or confirmed the grants; it grows on a standby, and when a store is away.",
            )?,
            configuration_away: metrics.level(
                "pulse_permissions_configuration_away_seconds",
                "Time for which the Tenant Service has not been heard; the configuration that was known holds.",
            )?,
            writing: metrics.gauge("pulse_permissions_writing", "1 where this process writes grants, 0 on a standby.")?,
            revision: metrics.level("pulse_permissions_revision", "The revision of the grants that was written last.")?,
            rules: metrics.gauge("pulse_permissions_rules", "Access rules in force.")?,
            subjects: metrics.gauge("pulse_permissions_subjects", "Users and roles that have access rules.")?,
            changes: metrics.counter("pulse_permissions_changes_total", "Times that changed grants were written.")?,
            concerned: metrics.counter(
                "pulse_permissions_changed_subjects_total",
                "Users and roles whose grants changed, added up over all changes.",
            )?,
            failed: metrics.counter(
                "pulse_permissions_failures_total",
                "Times that a store did not answer; it is tried again.",
            )?,
            refused: metrics.counter(
                "pulse_permissions_refused_total",
                "Configurations from which no grants can be computed; the ones before hold.",
            )?,
            compute: metrics.histogram(
                "pulse_permissions_compute_seconds",
                "Time to compute all grants of the tenant.",
                &[0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0],
            )?,
        })
    }
}
