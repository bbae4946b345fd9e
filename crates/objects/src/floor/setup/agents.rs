//! Agents and their groups change (statistics 1.3, rules O-4, O-6 to O-8).

use super::{Crew, Members, Setup, Standing, agents};
use crate::floor::{Batch, Floor, post_tie};
use crate::people::Tie;
use crate::script::is_always;
use crate::stamp::Stamp;
use model::object::{ObjectIx, ObjectType};
use model::tenant::{Agent, AgentGroup};

impl Floor {
    /// `None`: the agent is gone.
    pub(super) fn change_agent(
        &mut self,
        id: &str,
        table: Option<&Agent>,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) {
        let first = self.directory.len();
        let Some(agent) = self.object_of(ObjectType::Agent, id, table.is_some()) else { return };
        self.start_from(first, stamp, batch);
        let former = self.setup.standings_of(agent);
        self.set_gone(agent, table.is_none(), batch);
        match table {
            Some(table) => {
                self.setup.skills.insert(agent, table.skills.clone());
                self.directory.set_name(agent, table.name.clone().unwrap_or_else(|| id.into()));
            }
            None => {
                self.setup.skills.remove(&agent);
            }
        }
        self.stand_everywhere(agent, &former, stamp, batch);
    }

    /// `None`: the group is gone.
    pub(super) fn change_crew(
        &mut self,
        id: &str,
        table: Option<&AgentGroup>,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) -> Result<(), String> {
        let first = self.directory.len();
        let Some(group) = self.object_of(ObjectType::GroupAgents, id, table.is_some()) else { return Ok(()) };
        let crew = match table {
            Some(table) => self.setup.crew(table, &mut self.directory).map_err(|error| error.to_string()),
            None => Ok(Crew::default()),
        };
        self.start_from(first, stamp, batch);
        let crew = crew?;
        let agents = agents(&self.directory);
        let former: Vec<Standing> = agents.iter().map(|agent| self.setup.standing(*agent, group)).collect();
        self.setup.crews.insert(group, crew);
        self.set_gone(group, table.is_none(), batch);
        let mut members = Vec::new();
        for (agent, former) in agents.into_iter().zip(former) {
            let now = self.setup.standing(agent, group);
            if is_always(&now.0) {
                members.push(agent);
            }
            stand(agent, group, (&former, &now), stamp, batch);
        }
        self.directory.set_members(group, members);
        Ok(())
    }

    /// An agent who was not known before learns which groups he may belong to that do not name their members.
    pub(in crate::floor) fn enroll(&mut self, agent: ObjectIx, stamp: Stamp, batch: &mut Batch<'_>) {
        if self.setup.crews.values().any(|crew| matches!(crew.members, Members::Script(_) | Members::All)) {
            let nowhere: Vec<_> =
                self.setup.crews.keys().map(|group| (*group, Standing::default())).collect();
            self.stand_everywhere(agent, &nowhere, stamp, batch);
        }
    }

    fn stand_everywhere(
        &mut self,
        agent: ObjectIx,
        former: &[(ObjectIx, Standing)],
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) {
        for (group, former) in former {
            let now = self.setup.standing(agent, *group);
            stand(agent, *group, (former, &now), stamp, batch);
            if is_always(&former.0) != is_always(&now.0) {
                let mut members = self.directory.members(*group).to_vec();
                members.retain(|member| *member != agent);
                if is_always(&now.0) {
                    members.push(agent);
                }
                self.directory.set_members(*group, members);
            }
        }
    }
}

impl Setup {
    /// An agent's membership in every group.
    fn standings_of(&self, agent: ObjectIx) -> Vec<(ObjectIx, Standing)> {
        self.crews.keys().map(|group| (*group, self.standing(agent, *group))).collect()
    }
}

/// An agent hears of his membership in a group where it is another one than before.
fn stand(
    agent: ObjectIx,
    group: ObjectIx,
    (former, now): (&Standing, &Standing),
    stamp: Stamp,
    batch: &mut Batch<'_>,
) {
    if former == now {
        return;
    }
    let (rule, origins) = now;
    let ties = std::iter::once(Tie::Without { group })
        .chain(rule.iter().map(|word| Tie::Rule { group, word: *word }))
        .chain(origins.iter().map(|queue| Tie::Origin { group, queue: *queue }));
    for tie in ties {
        post_tie(&mut batch.routes.agents, agent, tie, stamp);
    }
}
