//! The table.

use crate::party::Party;
use std::fmt;

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Frames of the link protocol over TCP or TLS (docs/protocol.md).
    Link,
    /// Redis's protocol, over TLS.
    Redis,
    /// PostgreSQL's protocol, over TLS.
    Postgres,
    /// HTTP, plain or with TLS.
    Http,
    /// HTTP with TLS.
    Https,
}

impl Protocol {
    /// As the original's table says it: what a network policy must let through is TCP in any case.
    pub const fn layer(self) -> &'static str {
        match self {
            Self::Link | Self::Redis | Self::Postgres => "TCP",
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.layer())
    }
}

/// Whose settings say where the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Ours calls: it is tried.
    Outbound,
    /// Ours is called: its listener tells when that was.
    Inbound,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// From 1 to 27.
    pub number: u8,
    /// Who calls.
    pub from: Party,
    /// Who is called.
    pub to: Party,
    /// What is spoken.
    pub protocol: Protocol,
    /// Where the called one listens unless told otherwise.
    pub port: u16,
    /// Whether ours calls or is called.
    pub direction: Direction,
    /// The key of `settings_of`'s settings that says where.
    pub key: &'static str,
    /// What it is for.
    pub carries: &'static str,
}

impl Connection {
    /// Whose settings say where it is: the caller's where that is ours, else those of who is called. (The ingress has no
    /// settings of ours: its public address is among those of the web.)
    pub const fn settings_of(&self) -> Party {
        match (self.direction, self.to) {
            (Direction::Outbound, Party::Ingress) => Party::Web,
            (Direction::Outbound, _) => self.from,
            (Direction::Inbound, to) => to,
        }
    }
}

/// The row of a number.
pub fn connection(number: u8) -> Option<&'static Connection> {
    TABLE.iter().find(|row| row.number == number)
}

const fn out(
    number: u8,
    ends: (Party, Party),
    spoken: (Protocol, u16),
    key: &'static str,
    carries: &'static str,
) -> Connection {
    let ((from, to), (protocol, port)) = (ends, spoken);
    Connection { number, from, to, protocol, port, direction: Direction::Outbound, key, carries }
}

const fn inbound(
    number: u8,
    ends: (Party, Party),
    spoken: (Protocol, u16),
    key: &'static str,
    carries: &'static str,
) -> Connection {
    Connection { direction: Direction::Inbound, ..out(number, ends, spoken, key, carries) }
}

use Party as P;
const TENANT: (Protocol, u16) = (Protocol::Link, 8888);
const REDIS: (Protocol, u16) = (Protocol::Redis, 6380);
const POSTGRES: (Protocol, u16) = (Protocol::Postgres, 5432);
const EVENTS: (Protocol, u16) = (Protocol::Link, 8000);
const METRICS: (Protocol, u16) = (Protocol::Http, 9091);

/// All of them, in order.
#[rustfmt::skip]
pub const TABLE: [Connection; 27] = [
    out(1, (P::Permissions, P::TenantService), TENANT, "[tenant_service]", "configuration to compute access"),
    out(2, (P::Permissions, P::Redis), REDIS, "[redis]", "each user's access to configuration objects"),
    out(3, (P::Dcu, P::Redis), REDIS, "[redis]", "current and historical values, checkpoints"),
    out(4, (P::Permissions, P::Postgres), POSTGRES, "[postgres]", "metadata to compute access"),
    out(5, (P::Dcu, P::Postgres), POSTGRES, "[postgres]", "boards, which say what to collect; history"),
    out(6, (P::InitTenant, P::Postgres), POSTGRES, "host", "widget templates of a tenant"),
    out(7, (P::Dcu, P::TenantService), TENANT, "[tenant_service]", "configuration"),
    out(8, (P::Dcu, P::Lds), EVENTS, "[[lds]]", "voice events"),
    out(9, (P::Lds, P::TenantService), TENANT, "sources", "configuration"),
    out(10, (P::Lds, P::SipServer), EVENTS, "sources", "voice events"),
    inbound(11, (P::Prometheus, P::Lds), METRICS, "metrics", "metrics"),
    out(12, (P::LdsVq, P::TenantService), TENANT, "sources", "configuration"),
    out(13, (P::LdsVq, P::SipVq), EVENTS, "sources", "virtual-queue events"),
    inbound(14, (P::Prometheus, P::LdsVq), METRICS, "metrics", "metrics"),
    out(15, (P::Dcu, P::LdsVq), EVENTS, "[[lds]]", "virtual-queue events"),
    out(16, (P::Dcu, P::InteractionServerVq), (Protocol::Link, 7122), "[[interaction_server]]", "interaction events of virtual queues"),
    out(17, (P::Dcu, P::InteractionServer), (Protocol::Link, 7120), "[[interaction_server]]", "chat, e-mail and open-media events"),
    inbound(18, (P::InteractionServer, P::Dcu), (Protocol::Link, 2060), "[inbound]", "interaction events; statistics for routers"),
    inbound(19, (P::Prometheus, P::Dcu), METRICS, "metrics", "metrics"),
    inbound(20, (P::Ingress, P::Web), (Protocol::Http, 8080), "listen", "users' traffic"),
    out(21, (P::Web, P::Postgres), POSTGRES, "[postgres]", "dashboards, widgets, templates, users"),
    out(22, (P::Web, P::Redis), REDIS, "[redis]", "values, and users' access rights"),
    out(23, (P::Init, P::Postgres), POSTGRES, "host", "the schema"),
    out(24, (P::Web, P::Authorization), (Protocol::Http, 80), "[identity]", "who a user is, and their privileges"),
    out(25, (P::Web, P::GwsConfiguration), (Protocol::Http, 80), "[configuration]", "configuration: agents, queues ..."),
    inbound(26, (P::Prometheus, P::Web), (Protocol::Http, 8090), "metrics", "metrics"),
    out(27, (P::Internet, P::Ingress), (Protocol::Https, 443), "public_url", "inbound web traffic"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_no_two_rows_say_the_same() {
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(usize::from(row.number), place + 1);
            let same = TABLE.iter().filter(|other| (other.from, other.to) == (row.from, row.to));
            assert_eq!(same.count(), 1, "{row:?}");
        }
        assert_eq!(connection(27).unwrap().to, Party::Ingress);
        assert_eq!(connection(28), None);
    }

    #[test]
    fn every_row_is_in_the_settings_of_a_role() {
        for row in &TABLE {
            assert!(row.settings_of().role().is_some(), "{row:?}");
            let ours_calls = row.from.role().is_some();
            let is_public = row.to == Party::Ingress;
            assert_eq!(row.direction == Direction::Outbound, ours_calls || is_public, "{row:?}");
        }
    }
}
