//! The configuration as it is now: who may belong to which group, by which rule (statistics 1.3), and what changes of
//! it (`ConfigChanged`) bring.
//!
//! [`super::config::Config`] is what the first record found; brains of objects that appear later are born without
//! configuration and hear of it by events, like all others hear of changes. So nothing depends on where a batch ends.

mod agents;
mod dns;
mod places;
mod take;
mod text;

pub(super) use take::Changes;

use super::config::{Config, TenantError, resolve};
use crate::directory::Directory;
use crate::people::Seat;
use crate::script::{Expr, Rule, Skills, Where, always, everybody, is_always, parse};
use crate::stamp::Few;
use model::Text;
use model::object::{Object, ObjectIx, ObjectType};
use model::snapshot::DnType;
use model::tenant::{AgentGroup, Tenant};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Something in the configuration that can't be taken: the rest of it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{object} {id:?}: {cause}")]
pub struct Misconfigured {
    /// The table of tenant.toml.
    pub object: Text,
    /// Which of them.
    pub id: Text,
    /// What is wrong, and what would be right.
    pub cause: String,
}

/// The configuration as it is now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Setup {
    #[serde(with = "text")]
    pub(super) tenant: Tenant,
    skills: BTreeMap<ObjectIx, Skills>,
    crews: BTreeMap<ObjectIx, Crew>,
    /// Origination DNs of place groups.
    place_origins: BTreeMap<ObjectIx, Vec<ObjectIx>>,
    /// Objects that were taken away.
    gone: BTreeSet<ObjectIx>,
    /// What nobody was told of yet.
    complaints: Vec<Misconfigured>,
}

/// A group of agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Crew {
    members: Members,
    origins: Few,
}

/// How members are found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Members {
    /// By name; ascending.
    Named(Vec<ObjectIx>),
    /// By a script; without one that could be read there are none (rule O-7).
    Script(Option<Expr>),
    /// Everybody: the group is the tenant.
    All,
}

impl Default for Members {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

/// One agent's membership in one group: the rule, and the mediation DNs that come with it.
type Standing = (Rule, Few);

impl Setup {
    /// The configuration at the beginning, whose names are resolved already; completes it by what scripts say.
    pub(super) fn read(tenant: &Tenant, directory: &mut Directory, config: &mut Config) -> Self {
        let mut setup = Self { tenant: tenant.clone(), ..Self::default() };
        for agent in &tenant.agents {
            if let Some(ix) = directory.find(&Object::new(ObjectType::Agent, agent.id.clone())) {
                setup.skills.insert(ix, agent.skills.clone());
            }
        }
        for group in &tenant.agent_groups {
            let Some(ix) = directory.find(&Object::new(ObjectType::GroupAgents, group.name.clone())) else {
                continue;
            };
            match setup.crew(group, directory) {
                Ok(crew) => setup.crews.insert(ix, crew),
                Err(error) => {
                    setup.complain("agent_group", &group.name, error.to_string());
                    None
                }
            };
        }
        for group in &tenant.place_groups {
            let ix = directory.find(&Object::new(ObjectType::GroupPlaces, group.name.clone()));
            let by = format!("place group {:?}", group.name);
            if let (Some(ix), Ok(origins)) = (ix, queues(&group.origination_dns, &by, directory)) {
                setup.place_origins.insert(ix, origins);
            }
        }
        let whole =
            directory.add(Object::new(ObjectType::Tenant, tenant.tenant.clone()), tenant.tenant.clone());
        setup.crews.insert(whole, Crew { members: Members::All, origins: Few::new() });
        setup.seat_all(directory, config);
        let sets = directory
            .objects()
            .filter(|(_, object)| object.kind.is_group() || object.kind == ObjectType::Place);
        config.births = sets.map(|(ix, _)| (ix, directory.members(ix).to_vec())).collect();
        setup
    }

    /// Agents who are there from the beginning on, with their seats.
    fn seat_all(&mut self, directory: &mut Directory, config: &mut Config) {
        let agents: Vec<ObjectIx> = agents(directory);
        for (group, crew) in &self.crews {
            let mut members = Vec::new();
            for agent in &agents {
                let (rule, origins) = self.standing(*agent, *group);
                if rule.is_empty() {
                    continue;
                }
                if is_always(&rule) {
                    members.push(*agent);
                    for queue in &origins {
                        let of_queue = &mut config.queues.entry(*queue).or_default().agents;
                        if let Err(place) = of_queue.binary_search(agent) {
                            of_queue.insert(place, *agent);
                        }
                    }
                }
                config.seats.entry(*agent).or_default().push(Seat::new(*group, rule, &origins));
            }
            if matches!(crew.members, Members::Script(_) | Members::All) {
                directory.set_members(*group, members);
            }
        }
    }

    /// An agent's membership in a group.
    fn standing(&self, agent: ObjectIx, group: ObjectIx) -> Standing {
        let Some(crew) = self.crews.get(&group).filter(|_| !self.gone.contains(&agent)) else {
            return Standing::default();
        };
        let rule = match &crew.members {
            Members::Named(members) => match members.binary_search(&agent) {
                Ok(_) => always(),
                Err(_) => Rule::new(),
            },
            Members::Script(Some(expr)) => match self.skills.get(&agent) {
                Some(skills) => expr.rule(skills),
                None => expr.rule(&Skills::new()),
            },
            Members::Script(None) => Rule::new(),
            Members::All => everybody(),
        };
        let origins = if rule.is_empty() { Few::new() } else { crew.origins.clone() };
        (rule, origins)
    }

    /// Reads a group's table; names that nobody knows yet get their objects. A wrong script is told.
    fn crew(&mut self, group: &AgentGroup, directory: &mut Directory) -> Result<Crew, TenantError> {
        let by = format!("agent group {:?}", group.name);
        let origins = queues(&group.origination_dns, &by, directory)?.into();
        let members = match &group.script {
            Some(script) => Members::Script(self.expr(script, &group.name, directory)),
            None => {
                let agent = |id: &Text| {
                    let agent = Object::new(ObjectType::Agent, id.clone());
                    directory.find(&agent).unwrap_or_else(|| directory.add(agent, id.clone()))
                };
                let mut members: Vec<ObjectIx> = group.agents.iter().map(agent).collect();
                members.sort_unstable();
                members.dedup();
                Members::Named(members)
            }
        };
        Ok(Crew { members, origins })
    }

    fn expr(&mut self, script: &str, group: &Text, directory: &mut Directory) -> Option<Expr> {
        match parse(script, &mut |name| place_of_login(name, directory)) {
            Ok(expr) => Some(expr),
            Err(error) => {
                self.complain("agent_group", group, format!("script: {error}; the group is empty"));
                None
            }
        }
    }

    fn complain(&mut self, object: &str, id: &str, cause: String) {
        self.complaints.push(Misconfigured { object: object.into(), id: id.into(), cause });
    }

    /// What was found wrong since this was last asked.
    fn take_complaints(&mut self) -> Vec<Misconfigured> {
        std::mem::take(&mut self.complaints)
    }

    /// How many things were found wrong and not told yet.
    pub(super) fn complaints(&self) -> usize {
        self.complaints.len()
    }
}

fn agents(directory: &Directory) -> Vec<ObjectIx> {
    directory.objects().filter(|(_, object)| object.kind == ObjectType::Agent).map(|(ix, _)| ix).collect()
}

/// What the text of `LoggedIn` names: a switch, else queue@switch (statistics 1.3); a queue without switch only where
/// it is known.
fn place_of_login(name: &str, directory: &mut Directory) -> Result<Where, String> {
    if let Some(switch) = directory.find_switch(name) {
        return Ok(Where::Switch(switch));
    }
    let is_full = name.rsplit_once('@').is_some_and(|(_, switch)| directory.find_switch(switch).is_some());
    if !is_full && directory.switches_with(name).is_empty() {
        return Err("LoggedIn needs the name of a switch or queue@switch".into());
    }
    let queue = resolve(&name.into(), DnType::Queue, "LoggedIn", directory);
    queue.map(Where::Queue).map_err(|error| error.to_string())
}

/// Resolves a list of mediation DNs.
fn queues(dns: &[Text], by: &str, directory: &mut Directory) -> Result<Vec<ObjectIx>, TenantError> {
    let mut queues = Vec::new();
    for dn in dns {
        let queue = resolve(dn, DnType::Queue, by, directory)?;
        if !queues.contains(&queue) {
            queues.push(queue);
        }
    }
    Ok(queues)
}
