//! Network policies: what of the 27 connections starts or ends at a pod, and nothing else.

use connections::{Connection, Party, TABLE};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The namespaces of those who come from outside of ours. A site that calls them otherwise patches the policies.
const PROMETHEUS_NAMESPACE: &str = "monitoring";
const INGRESS_NAMESPACE: &str = "ingress-nginx";

/// A set of policies that lies in a file of its own.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// The file, seen from k8s/.
    pub file: &'static str,
    /// Who has a policy there: the name of the pods, and whom of the table they play.
    pub pods: &'static [(&'static str, &'static [Party])],
}

/// All of them.
pub const SETS: [Set; 4] = [
    Set {
        file: "base/network/policies.yaml",
        pods: &[
            ("dcu", &[Party::Dcu]),
            ("init", &[Party::Init]),
            ("init-tenant", &[Party::InitTenant]),
            ("lds", &[Party::Lds]),
            ("lds-vq", &[Party::LdsVq]),
            ("permissions", &[Party::Permissions]),
            ("web", &[Party::Web]),
        ],
    },
    Set {
        file: "components/stores/policies.yaml",
        pods: &[("postgres", &[Party::Postgres]), ("redis", &[Party::Redis])],
    },
    Set { file: "components/tenant/policies.yaml", pods: &[("tenant", &[Party::TenantService])] },
    Set { file: "overlays/demo/policies.yaml", pods: &[("simulator", &[Party::SipServer, Party::SipVq])] },
];

/// The pods that play a party in every deployment; none where it may be anywhere.
fn pods_of(party: Party) -> Option<&'static str> {
    match party {
        Party::Dcu => Some("dcu"),
        Party::Init => Some("init"),
        Party::InitTenant => Some("init-tenant"),
        Party::Lds => Some("lds"),
        Party::LdsVq => Some("lds-vq"),
        Party::Permissions => Some("permissions"),
        Party::Web => Some("web"),
        _ => None,
    }
}

/// Who it is, as a peer of a policy; `None`: anybody, for instance a server outside of the cluster.
fn peer(party: Party) -> Option<Value> {
    let namespace =
        |name: &str| json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}});
    match party {
        Party::Prometheus => Some(namespace(PROMETHEUS_NAMESPACE)),
        Party::Ingress => Some(namespace(INGRESS_NAMESPACE)),
        party => pods_of(party)
            .map(|name| json!({"podSelector": {"matchLabels": {"app.kubernetes.io/name": name}}})),
    }
}

/// Rules of one direction: for each port, with whom. Who may be anywhere makes the port open to all, so the others of that port
/// need not be named.
fn rules(rows: &[&Connection], other: impl Fn(&Connection) -> Party, key: &str) -> Vec<Value> {
    let mut ports: BTreeMap<u16, Vec<Option<Value>>> = BTreeMap::new();
    for row in rows {
        ports.entry(row.port).or_default().push(peer(other(row)));
    }
    let rule = |(port, peers): (u16, Vec<Option<Value>>)| {
        let ports = json!([{"protocol": "TCP", "port": port}]);
        match peers.into_iter().collect::<Option<Vec<Value>>>() {
            Some(peers) => json!({key: peers, "ports": ports}),
            None => json!({"ports": ports}),
        }
    };
    ports.into_iter().map(rule).collect()
}

/// The policy of the pods that play these parties.
pub fn policy(pods: &str, parties: &[Party]) -> Value {
    let of = |end: fn(&Connection) -> Party| -> Vec<&'static Connection> {
        TABLE.iter().filter(|row| parties.contains(&end(row))).collect()
    };
    let (called, calls) = (of(|row| row.to), of(|row| row.from));
    let numbers =
        |rows: &[&Connection]| rows.iter().map(|row| row.number.to_string()).collect::<Vec<_>>().join(" ");
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": pods,
            "annotations": {
                "pulse.connections/in": numbers(&called),
                "pulse.connections/out": numbers(&calls),
            },
        },
        "spec": {
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": pods}},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": rules(&called, |row| row.from, "from"),
            "egress": rules(&calls, |row| row.to, "to"),
        },
    })
}

/// The text of a set's file.
pub fn text(set: &Set) -> String {
    let policies: Vec<Value> = set.pods.iter().map(|(pods, parties)| policy(pods, parties)).collect();
    crate::documents(&policies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dcu_may_be_called_by_prometheus_and_interaction_servers_and_call_seven_ports() {
        let policy = policy("dcu", &[Party::Dcu]);
        let ports = |direction: &str| -> Vec<u64> {
            let rules = policy["spec"][direction].as_array().unwrap();
            rules.iter().map(|rule| rule["ports"][0]["port"].as_u64().unwrap()).collect()
        };
        assert_eq!(ports("ingress"), [2060, 9091]);
        assert_eq!(ports("egress"), [5432, 6380, 7120, 7122, 8000, 8888]);
        assert_eq!(policy["metadata"]["annotations"]["pulse.connections/in"], "18 19");
        // Events come from our own LDS only.
        let events = &policy["spec"]["egress"][4]["to"];
        assert_eq!(events.as_array().unwrap().len(), 2, "{events}");
    }

    #[test]
    fn every_row_that_touches_a_pod_is_in_a_policy() {
        let ours: Vec<Party> =
            SETS.iter().flat_map(|set| set.pods).flat_map(|(_, parties)| parties.iter().copied()).collect();
        for row in &TABLE {
            let is_public = row.to == Party::Ingress;
            assert!(is_public || ours.contains(&row.from) || ours.contains(&row.to), "{row:?}");
        }
    }
}
