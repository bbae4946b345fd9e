//! What the configuration says, with names resolved.

use super::campaigns::{is_campaign, joint};
use crate::area::AreaBrain;
use crate::brain::AnyBrain;
use crate::campaign::CampaignBrain;
use crate::device::DeviceBrain;
use crate::directory::{Directory, SourceIx};
use crate::group::GroupBrain;
use crate::people::{AgentBrain, PlaceBrain, Seat};
use crate::queue::{QueueBrain, QueueConfig};
use crate::script::always;
use model::Text;
use model::object::{Object, ObjectIx, ObjectType};
use model::snapshot::DnType;
use model::tenant::{Dn, Tenant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a tenant can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenantError {
    /// A DN's switch is not that of any source.
    #[error("DN {dn:?} is at switch {switch:?}, which no [[source]] reports: add a source with that switch")]
    UnknownSwitch {
        /// The number.
        dn: Text,
        /// The switch.
        switch: Text,
    },
    /// A bare number, and several switches could have it.
    #[error("DN {dn:?}, named by {by}, may be at several switches: write number@switch")]
    AmbiguousDn {
        /// The number.
        dn: Text,
        /// Where it is named.
        by: String,
    },
    /// A source that does not exist.
    #[error(
        "DN {dn:?} names source {source_name:?}, which is not in the tenant: add a [[source]] of that name"
    )]
    UnknownSource {
        /// The number.
        dn: Text,
        /// The source.
        source_name: Text,
    },
    /// A place group names a place that does not exist.
    #[error(
        "place group {group:?} names place {place:?}, which is not in the tenant: add a [[place]] of that name"
    )]
    UnknownPlace {
        /// The group.
        group: Text,
        /// The place.
        place: Text,
    },
    /// A DN is named where the other kind of DN is needed.
    #[error("{by} names {dn:?} as a {wanted}, but it is declared as {is:?}")]
    WrongKind {
        /// The DN.
        dn: Text,
        /// Where it is named.
        by: String,
        /// What it should be.
        wanted: &'static str,
        /// What it is.
        is: DnType,
    },
}

/// The configured relations between objects, by number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Config {
    /// Groups that hold a place.
    groups: BTreeMap<ObjectIx, Vec<ObjectIx>>,
    /// Groups that an agent may belong to.
    pub(super) seats: BTreeMap<ObjectIx, Vec<Seat>>,
    /// Members of groups and devices of places, as the first record finds them.
    pub(super) births: BTreeMap<ObjectIx, Vec<ObjectIx>>,
    /// Places that hold a device.
    places: BTreeMap<ObjectIx, Vec<ObjectIx>>,
    /// Mediation DNs that a device is associated with by the origination DNs of groups.
    origins: BTreeMap<ObjectIx, Vec<ObjectIx>>,
    pub(super) queues: BTreeMap<ObjectIx, QueueConfig>,
    /// Rule Q-46, in seconds; 0 switches checks off.
    pub(super) stuck_checks: BTreeMap<ObjectIx, u32>,
}

impl Config {
    /// Resolves a tenant, adds its objects to the directory.
    pub(super) fn read(tenant: &Tenant, directory: &mut Directory) -> Result<Self, TenantError> {
        let mut config = Self::default();
        for source in &tenant.sources {
            directory.add_source(&source.name, &source.switch);
        }
        config.read_dns(tenant, directory)?;
        config.read_places(tenant, directory)?;
        for agent in &tenant.agents {
            let name = agent.name.as_ref().unwrap_or(&agent.id);
            directory.add(Object::new(ObjectType::Agent, agent.id.clone()), name.clone());
        }
        config.read_agent_groups(tenant, directory)?;
        config.read_place_groups(tenant, directory)?;
        config.read_queue_groups(tenant, directory)?;
        for (kind, areas) in
            [(ObjectType::StagingArea, &tenant.staging_areas), (ObjectType::Workbin, &tenant.workbins)]
        {
            for area in areas {
                directory.add(Object::new(kind, area.name.clone()), area.name.clone());
            }
        }
        read_campaigns(tenant, directory);
        Ok(config)
    }

    fn read_dns(&mut self, tenant: &Tenant, directory: &mut Directory) -> Result<(), TenantError> {
        for dn in &tenant.dns {
            let unknown = || TenantError::UnknownSwitch { dn: dn.number.clone(), switch: dn.switch.clone() };
            let switch = directory.find_switch(&dn.switch).ok_or_else(unknown)?;
            let ix = directory.add_dn(switch, &dn.number, dn.kind, dn.name.as_ref());
            if let Some(source) = dn_source(dn, switch, directory)? {
                directory.add_source_of(ix, source);
            }
            if dn.kind.is_mediation() {
                self.queues.entry(ix).or_default().keeps_enter_time = dn.use_alt_enter_time == Some(true);
            }
            if let Some(seconds) = dn.vq_stuck_check {
                self.stuck_checks.insert(ix, seconds);
            }
        }
        Ok(())
    }

    fn read_places(&mut self, tenant: &Tenant, directory: &mut Directory) -> Result<(), TenantError> {
        for place in &tenant.places {
            let ix = directory.add(Object::new(ObjectType::Place, place.name.clone()), place.name.clone());
            let by = format!("place {:?}", place.name);
            let mut devices = Vec::new();
            for dn in &place.dns {
                let device = resolve(dn, DnType::Extension, &by, directory)?;
                if !devices.contains(&device) {
                    devices.push(device);
                    self.places.entry(device).or_default().push(ix);
                }
            }
            directory.set_members(ix, devices);
        }
        Ok(())
    }

    fn read_agent_groups(&mut self, tenant: &Tenant, directory: &mut Directory) -> Result<(), TenantError> {
        for group in &tenant.agent_groups {
            let ix =
                directory.add(Object::new(ObjectType::GroupAgents, group.name.clone()), group.name.clone());
            let by = format!("agent group {:?}", group.name);
            self.origins(&group.origination_dns, &by, directory)?;
            // Members of virtual groups are found once all agents are known.
            let ids = if group.script.is_some() { &[][..] } else { &group.agents[..] };
            let mut members = Vec::new();
            for id in ids {
                let agent = Object::new(ObjectType::Agent, id.clone());
                let agent = directory.find(&agent).unwrap_or_else(|| directory.add(agent, id.clone()));
                if !members.contains(&agent) {
                    members.push(agent);
                }
            }
            directory.set_members(ix, members);
        }
        Ok(())
    }

    fn read_place_groups(&mut self, tenant: &Tenant, directory: &mut Directory) -> Result<(), TenantError> {
        for group in &tenant.place_groups {
            let ix =
                directory.add(Object::new(ObjectType::GroupPlaces, group.name.clone()), group.name.clone());
            let by = format!("place group {:?}", group.name);
            let origins = self.origins(&group.origination_dns, &by, directory)?;
            let mut members = Vec::new();
            for name in &group.places {
                let place = directory.find(&Object::new(ObjectType::Place, name.clone()));
                let unknown = || TenantError::UnknownPlace { group: group.name.clone(), place: name.clone() };
                let place = place.ok_or_else(unknown)?;
                if members.contains(&place) {
                    continue;
                }
                members.push(place);
                self.groups.entry(place).or_default().push(ix);
                for queue in &origins {
                    for device in directory.members(place) {
                        let of_device = self.origins.entry(*device).or_default();
                        if !of_device.contains(queue) {
                            of_device.push(*queue);
                        }
                    }
                }
            }
            directory.set_members(ix, members);
        }
        Ok(())
    }

    fn read_queue_groups(&mut self, tenant: &Tenant, directory: &mut Directory) -> Result<(), TenantError> {
        for group in &tenant.queue_groups {
            let ix =
                directory.add(Object::new(ObjectType::GroupQueues, group.name.clone()), group.name.clone());
            let by = format!("queue group {:?}", group.name);
            let members = self.origins(&group.dns, &by, directory)?;
            for queue in &members {
                self.queues.entry(*queue).or_default().groups.push(ix);
            }
            directory.set_members(ix, members);
        }
        Ok(())
    }

    /// Resolves a list of mediation DNs.
    fn origins(
        &self,
        dns: &[Text],
        by: &str,
        directory: &mut Directory,
    ) -> Result<Vec<ObjectIx>, TenantError> {
        let mut queues = Vec::new();
        for dn in dns {
            let queue = resolve(dn, DnType::Queue, by, directory)?;
            if !queues.contains(&queue) {
                queues.push(queue);
            }
        }
        Ok(queues)
    }

    /// The brain of an object.
    pub(super) fn newborn(&self, ix: ObjectIx, directory: &Directory) -> Option<AnyBrain> {
        let of = |map: &BTreeMap<ObjectIx, Vec<ObjectIx>>| map.get(&ix).cloned().unwrap_or_default();
        Some(match directory.object(ix)?.kind {
            ObjectType::RegDN => {
                let switch = directory.switch_of_dn(ix);
                AnyBrain::Device(DeviceBrain::new(ix, switch, of(&self.places), of(&self.origins)))
            }
            ObjectType::Agent => {
                AnyBrain::Agent(AgentBrain::new(ix, self.seats.get(&ix).cloned().unwrap_or_default()))
            }
            ObjectType::Place => {
                let seats = of(&self.groups).into_iter().map(|group| Seat::new(group, always(), &[]));
                AnyBrain::Place(PlaceBrain::new(ix, of(&self.births), seats.collect()))
            }
            ObjectType::Queue | ObjectType::RoutePoint => {
                let config = self.queues.get(&ix).cloned().unwrap_or_default();
                AnyBrain::Queue(QueueBrain::new(ix, config))
            }
            kind if kind.is_group() => AnyBrain::Group(GroupBrain::new(ix, kind, of(&self.births))),
            ObjectType::StagingArea | ObjectType::Workbin => AnyBrain::Area(AreaBrain::new(ix)),
            kind if is_campaign(kind) => AnyBrain::Campaign(CampaignBrain::new(ix, kind)),
            _ => return None,
        })
    }
}

fn read_campaigns(tenant: &Tenant, directory: &mut Directory) {
    use ObjectType as T;
    let mut add = |kind, name: Text| {
        let object = Object::new(kind, name.clone());
        directory.find(&object).unwrap_or_else(|| directory.add(object, name));
    };
    for campaign in &tenant.campaigns {
        add(T::Campaign, campaign.name.clone());
        campaign.groups.iter().for_each(|group| add(T::CampaignGroup, joint(&campaign.name, group)));
        for list in &campaign.calling_lists {
            add(T::CallingList, list.clone());
            add(T::CampaignCallingList, joint(&campaign.name, list));
        }
    }
}

/// The source that reports a DN, where the configuration tells.
pub(super) fn dn_source(
    dn: &Dn,
    switch: u16,
    directory: &Directory,
) -> Result<Option<SourceIx>, TenantError> {
    let Some(name) = &dn.source else { return Ok(directory.only_source_of(switch)) };
    let unknown = || TenantError::UnknownSource { dn: dn.number.clone(), source_name: name.clone() };
    directory.find_source(name).map(Some).ok_or_else(unknown)
}

/// The DN that the configuration names (contracts part 1); added where no table declares it.
pub(super) fn resolve(
    dn: &Text,
    kind: DnType,
    by: &str,
    directory: &mut Directory,
) -> Result<ObjectIx, TenantError> {
    let full = dn.rsplit_once('@').and_then(|(number, at)| Some((number, directory.find_switch(at)?)));
    let (number, switch) = match full {
        Some(full) => full,
        None => {
            let with = directory.switches_with(dn);
            let switch = match with[..] {
                [one] => Some(one),
                _ => directory.only_switch(),
            };
            let ambiguous = || TenantError::AmbiguousDn { dn: dn.clone(), by: by.to_owned() };
            (dn.as_str(), switch.ok_or_else(ambiguous)?)
        }
    };
    let Some(known) = directory.find_number(switch, number) else {
        let ix = directory.add_dn(switch, number, kind, None);
        if let Some(source) = directory.only_source_of(switch) {
            directory.add_source_of(ix, source);
        }
        return Ok(ix);
    };
    match directory.dn_type(known) {
        Some(is) if is.is_mediation() != kind.is_mediation() => {
            let wanted = if kind.is_mediation() { "mediation DN" } else { "regular DN" };
            Err(TenantError::WrongKind { dn: dn.clone(), by: by.to_owned(), wanted, is })
        }
        _ => Ok(known),
    }
}
