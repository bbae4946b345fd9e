//! A real Prometheus.

use super::{missed, works};
use crate::process::wait_for;
use crate::world::{PATIENCE, World, shared};
use serde_json::Value;
use test_servers::{Prometheus, skipped};

/// The value of a query with one answer.
fn value(prometheus: &Prometheus, query: &str) -> Option<f64> {
    let answer: Value = serde_json::from_str(&prometheus.query(query).ok()?).ok()?;
    answer["data"]["result"].as_array()?.first()?["value"][1].as_str()?.parse().ok()
}

/// Prometheus reads the metric of a role as the role tells it, misses the role, and has it back.
fn scrape(world: &World, row: u8, port: u16, metric: &str, stop: impl FnOnce(), start: impl FnOnce()) {
    let prometheus = match Prometheus::start(&[("role", port)]) {
        Ok(prometheus) => prometheus,
        Err(why) => return skipped(&why),
    };
    world.tell_peer(row, port, None);
    println!("connection {row}: Prometheus is process {} on 127.0.0.1:{}", prometheus.pid, prometheus.port);
    let up = |wanted: f64| {
        wait_for("what Prometheus thinks of the role", PATIENCE, || {
            value(&prometheus, "up{job=\"role\"}").filter(|up| (up - wanted).abs() < f64::EPSILON)
        });
    };
    up(1.0);
    let query = format!("sum({metric})");
    let before =
        wait_for("the role's own count", PATIENCE, || world.metric(port, metric).filter(|own| *own > 0.0));
    // Counts grow: what was scraped lies between what the role said before and says after.
    wait_for("the metric at Prometheus", PATIENCE, || {
        let scraped = value(&prometheus, &query).filter(|scraped| *scraped >= before)?;
        assert!(scraped <= world.metric(port, metric)?, "{metric}: {scraped}");
        Some(())
    });
    // The test itself has read them, too.
    wait_for("Prometheus is seen", PATIENCE, || {
        let said = works(world, row);
        said["tries"][0]["by"].as_str()?.contains("Prometheus/").then_some(())
    });
    stop();
    up(0.0);
    missed(world, row, "unreachable", "our own listener");
    start();
    up(1.0);
    works(world, row);
}

#[test]
fn connection_11_prometheus_to_lds_reads_metrics() {
    let Some(world) = shared() else { return };
    let stop = || drop(world.lds.take());
    scrape(&world, 11, world.ports.lds_metrics, "pulse_lds_records_total", stop, || world.start_lds());
}

#[test]
fn connection_14_prometheus_to_lds_vq_reads_metrics() {
    let Some(world) = shared() else { return };
    world.start_lds_vq();
    let stop = || drop(world.lds_vq.take());
    scrape(&world, 14, world.ports.lds_vq_metrics, "pulse_lds_records_total", stop, || world.start_lds_vq());
    drop(world.lds_vq.take());
    std::fs::remove_file(world.path("lds-vq.toml")).unwrap();
}

#[test]
fn connection_19_prometheus_to_dcu_reads_metrics() {
    let Some(world) = shared() else { return };
    let stop = || drop(world.dcu.take());
    scrape(&world, 19, world.ports.dcu_metrics, "pulse_dcu_records_total", stop, || world.start_dcu());
}

#[test]
fn connection_26_prometheus_to_web_reads_metrics() {
    let Some(world) = shared() else { return };
    world.sign_in();
    let stop = || drop(world.web.take());
    scrape(&world, 26, world.ports.web_metrics, "pulse_web_publications_total", stop, || world.start_web());
}
