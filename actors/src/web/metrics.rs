//! What the web role counts. Names of the original are kept where the meaning is the same.

use prometheus::{Gauge, GaugeVec, Histogram, IntCounter, IntGauge, Registry};

/// Counters and levels of hub, boards and sessions.
#[derive(Clone)]
pub struct Metrics {
    /// 0 error, 0.5 warning, 1 well.
    pub health_all: Gauge,
    /// The same scale by connection.
    pub health_connections: GaugeVec,
    /// Publications taken in.
    pub publications: IntCounter,
    /// Publications of predecessors, dropped.
    pub late: IntCounter,
    /// Times that the picture was loaded anew.
    pub reloads: IntCounter,
    /// Age of the values of the slowest producer.
    pub values_age: Gauge,
    /// Boards that live.
    pub boards: IntGauge,
    /// Streams that are open.
    pub streams: IntGauge,
    /// Frames handed to browsers.
    pub frames: IntCounter,
    /// Deltas that were merged into others.
    pub merged: IntCounter,
    /// Snapshots sent because a browser had fallen behind.
    pub resyncs: IntCounter,
    /// Messages that a full mailbox or outbox refused and that were made good later.
    pub refused: IntCounter,
    /// From a frame's sending to the browser's acknowledgement.
    pub ack_seconds: Histogram,
    /// Age of the grants that were confirmed longest ago.
    pub grants_age: Gauge,
    /// Viewers whose grants are known here.
    pub grants_viewers: IntGauge,
    /// Answers about grants.
    pub grants_read: IntCounter,
    /// Questions about grants without an answer.
    pub grants_failed: IntCounter,
    /// From the telling of changed grants until they hold here.
    pub grants_delay: Histogram,
}

impl Metrics {
    /// Registers all of them.
    ///
    /// # Errors
    /// A name that is taken.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = telemetry::Metrics::new(registry);
        Ok(Self {
            health_all: metrics.level("pulse_health_all_Boolean", "Health of the web role: 0 error, 0.5 warning, 1 well.")?,
            health_connections: metrics.levels(
                "pulse_health_connections_Boolean",
                "Health of each producer of values and each source: 0 error, 0.5 warning, 1 well.",
                &["connection"],
            )?,
            publications: metrics
                .counter("pulse_web_publications_total", "Publications of current values that were taken in.")?,
            late: metrics.counter(
                "pulse_web_publications_late_total",
                "Publications dropped because a newer producer of the same name has begun.",
            )?,
            reloads: metrics.counter(
                "pulse_web_picture_reloads_total",
                "Times that all current values were loaded anew, at the start or because something was missing.",
            )?,
            values_age: metrics.level(
                "pulse_web_values_age_seconds",
                "Age of the current values of the producer that is furthest behind.",
            )?,
            boards: metrics.gauge("pulse_web_boards", "Distinct tables (query and rights class) that somebody follows.")?,
            streams: metrics.gauge("pulse_web_streams", "WebSocket streams that are open.")?,
            frames: metrics.counter("pulse_web_frames_total", "Frames handed to browsers.")?,
            merged: metrics.counter(
                "pulse_web_deltas_merged_total",
                "Deltas that were merged with later ones because a browser was slow.",
            )?,
            resyncs: metrics.counter(
                "pulse_web_resyncs_total",
                "Snapshots sent because a browser had fallen behind.",
            )?,
            refused: metrics.counter(
                "pulse_web_messages_refused_total",
                "Messages that found a full mailbox or outbox; each was made good by a snapshot later.",
            )?,
            ack_seconds: metrics.histogram(
                "pulse_web_ack_seconds",
                "Time from handing a frame over until the browser says that it was drawn.",
                &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0],
            )?,
            grants_age: metrics.level(
                "pulse_web_grants_age_seconds",
                "Time since the permissions role last confirmed the grants that are in use; too old, nothing is shown.",
            )?,
            grants_viewers: metrics
                .gauge("pulse_web_grants_viewers", "Viewers whose grants are known in this process.")?,
            grants_read: metrics.counter("pulse_web_grants_read_total", "Times that a viewer's grants were read.")?,
            grants_failed: metrics.counter(
                "pulse_web_grants_failed_total",
                "Times that a viewer's grants could not be read; what was known holds for a while.",
            )?,
            grants_delay: metrics.histogram(
                "pulse_web_grants_delay_seconds",
                "Time from the telling of changed grants until they hold for a viewer.",
                &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0],
            )?,
        })
    }
}
