//! Connections that come in: our listener is asked when it was used last.

use super::attempt::{Attempt, Limits, Outcome};
use super::http::Target;
use connections::{Fault, FaultKind};
use std::net::SocketAddr;
use telemetry::Sights;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Metrics that Prometheus reads.
pub(super) fn metrics(row: u8, metrics: SocketAddr, limits: Limits) -> Attempt {
    Attempt::new(row, metrics.to_string(), limits, async move { seen(row, metrics, limits).await })
}

/// A listener of its own, whose uses the metrics port tells.
pub(super) fn listener(row: u8, listen: SocketAddr, metrics: SocketAddr, limits: Limits) -> Attempt {
    Attempt::new(row, listen.to_string(), limits, async move {
        let addr = here(listen);
        match timeout(limits.within, TcpStream::connect(addr)).await {
            Ok(Ok(_)) => seen(row, metrics, limits).await,
            Ok(Err(error)) => Err(away(addr, &error.to_string())),
            Err(_) => Err(away(addr, "no connection in time")),
        }
    })
}

async fn seen(row: u8, metrics: SocketAddr, limits: Limits) -> Result<Outcome, Fault> {
    let addr = here(metrics);
    let answer = Target::plain(addr).get("/seen", limits.within).await;
    let answer = answer.map_err(|fault| match fault.kind {
        FaultKind::Unreachable => away(addr, "nobody listens"),
        _ => fault,
    })?;
    let sights: Sights = serde_json::from_str(&answer.body).map_err(|_| {
        let cause = format!(
            "{addr}/seen answers {}: it is not the metrics port of a role of this release",
            answer.status
        );
        Fault::new(FaultKind::Garbage, cause)
    })?;
    let sight = sights.seen.into_iter().find(|sight| sight.connection == row);
    Ok(Outcome::Listens { sight, now: sights.now })
}

fn away(addr: SocketAddr, cause: &str) -> Fault {
    let cause = format!(
        "our own listener {addr} can't be reached ({cause}): check that the role runs, and on this machine"
    );
    Fault::new(FaultKind::Unreachable, cause)
}

/// Where a listener is reached from this machine.
pub(crate) fn here(listen: SocketAddr) -> SocketAddr {
    let mut addr = listen;
    if addr.ip().is_unspecified() {
        addr.set_ip(match listen {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    addr
}
