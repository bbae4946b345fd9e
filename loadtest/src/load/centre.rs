//! The contact centre of a run: W's names, any number of agents and queues.

use crate::workload_w::records::{SOURCE, SWITCH, agent_id, phone, queue_number};
use model::snapshot::DnType;
use model::tenant::{Agent, AgentGroup, Dn, Source, Tenant};
use model::{Micros, Text};

/// Agent groups at most; group = agent mod 200.
pub(crate) const GROUPS: usize = 200;

/// Its configuration. It lives in a zone in which a day begins at `midnight`, a whole minute.
pub(crate) fn tenant(agents: usize, queues: usize, midnight: Micros) -> Tenant {
    let dn = |number, kind| Dn {
        number,
        switch: SWITCH.into(),
        kind,
        name: None,
        source: None,
        use_alt_enter_time: None,
        vq_stuck_check: None,
    };
    let lines = (0..queues).map(|queue| dn(queue_number(queue), DnType::Queue));
    let phones = (0..agents).map(|agent| dn(phone(agent), DnType::Extension));
    let group = |group: usize| AgentGroup {
        name: group_name(group).into(),
        agents: (group..agents).step_by(GROUPS).map(agent_id).collect(),
        ..AgentGroup::default()
    };
    Tenant {
        tenant: "default".into(),
        time_zone: zone(midnight.secs()).into(),
        sources: vec![Source { name: SOURCE.into(), switch: SWITCH.into() }],
        dns: lines.chain(phones).collect(),
        agents: (0..agents).map(|agent| Agent { id: agent_id(agent), ..Agent::default() }).collect(),
        agent_groups: (0..GROUPS.min(agents)).map(group).collect(),
        ..Tenant::default()
    }
}

/// A zone in which it is midnight at that moment, which is a whole minute.
fn zone(midnight: i64) -> String {
    let minute = (midnight / 60).rem_euclid(24 * 60);
    let east = if minute > 12 * 60 { 24 * 60 - minute } else { -minute };
    let sign = if east < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", east.abs() / 60, east.abs() % 60)
}

/// The name of a group of agents.
pub(crate) fn group_name(group: usize) -> String {
    format!("G{group:03}")
}

/// The id of a queue's row.
pub(crate) fn queue_id(queue: usize) -> String {
    format!("{}@{SWITCH}", queue_number(queue))
}

/// The number in the id of a queue, an agent or a group.
pub(crate) fn number_of(id: &str) -> Option<usize> {
    let bare = id.split('@').next()?;
    bare.get(1..)?.parse().ok()
}

/// Ids of agents.
pub(crate) fn agent_ids(agents: std::ops::Range<usize>) -> Vec<Text> {
    agents.map(agent_id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_ids() {
        let found = [queue_id(7), agent_id(12_345).to_string(), group_name(199)].map(|id| number_of(&id));
        assert_eq!(found, [Some(7), Some(12_345), Some(199)]);
        assert_eq!(number_of("All queues"), None);
    }

    #[test]
    fn a_small_centre_has_whole_groups() {
        let tenant = tenant(500, 20, Micros::ZERO);
        assert_eq!(tenant.dns.len(), 520);
        assert_eq!(tenant.agent_groups.iter().map(|group| group.agents.len()).sum::<usize>(), 500);
    }

    #[test]
    fn it_is_midnight_somewhere_at_every_minute() {
        assert_eq!([zone(0), zone(3_600), zone(23 * 3_600 + 1_800)], ["+00:00", "-01:00", "+00:30"]);
        assert_eq!(zone(12 * 3_600 + 60), "+11:59");
    }
}
