//! What is wrong with a tenant: every name that leads nowhere, every name that is there twice.

mod access;

use crate::{Fault, Kind};
use model::Text;
use model::tenant::{Dn, Tenant};
use std::collections::{BTreeMap, BTreeSet};

/// The tenant with every DN named in full (`number@switch`).
///
/// # Errors
/// Everything that is wrong, each with its object and key.
pub fn check(tenant: &Tenant) -> Result<Tenant, Vec<Fault>> {
    let mut checker = Checker::new(tenant);
    let mut tenant = tenant.clone();
    checker.names(&tenant);
    checker.dns(&tenant.dns);
    for place in &mut tenant.places {
        checker.resolve(Kind::Place, &place.name, "dns", false, &mut place.dns);
    }
    for group in &mut tenant.agent_groups {
        checker.resolve(Kind::AgentGroup, &group.name, "origination_dns", true, &mut group.origination_dns);
        if group.agents.iter().any(|id| id.is_empty()) {
            checker.fault(Kind::AgentGroup, &group.name, "agents", "an agent's id is empty: leave it out");
        }
    }
    let places: BTreeSet<Text> = tenant.places.iter().map(|place| place.name.clone()).collect();
    for group in &mut tenant.place_groups {
        checker.resolve(Kind::PlaceGroup, &group.name, "origination_dns", true, &mut group.origination_dns);
        for place in group.places.iter().filter(|place| !places.contains(*place)) {
            let cause = format!("there is no place {place:?}: add a place of that name, or leave it out");
            checker.fault(Kind::PlaceGroup, &group.name, "places", &cause);
        }
    }
    for group in &mut tenant.queue_groups {
        checker.resolve(Kind::QueueGroup, &group.name, "dns", true, &mut group.dns);
    }
    checker.access(&mut tenant);
    if checker.faults.is_empty() { Ok(tenant) } else { Err(checker.faults) }
}

struct Checker {
    /// The switch of each source.
    sources: BTreeMap<Text, Text>,
    switches: BTreeSet<Text>,
    /// Of each declared number: its switches, and whether it is a mediation DN there.
    declared: BTreeMap<Text, BTreeMap<Text, bool>>,
    faults: Vec<Fault>,
}

impl Checker {
    fn new(tenant: &Tenant) -> Self {
        let mut declared: BTreeMap<Text, BTreeMap<Text, bool>> = BTreeMap::new();
        for dn in &tenant.dns {
            let switches = declared.entry(dn.number.clone()).or_default();
            switches.insert(dn.switch.clone(), dn.kind.is_mediation());
        }
        Self {
            sources: tenant
                .sources
                .iter()
                .map(|source| (source.name.clone(), source.switch.clone()))
                .collect(),
            switches: tenant.sources.iter().map(|source| source.switch.clone()).collect(),
            declared,
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, kind: Kind, id: &str, key: &str, cause: &str) {
        self.faults.push(Fault::of(kind.table(), id, cause).at(key));
    }

    /// Names are there, and there once.
    fn names(&mut self, tenant: &Tenant) {
        let name = |key: &'static str, names: Vec<Text>| (key, names);
        let tables = [
            (Kind::Tenant, name("tenant", vec![tenant.tenant.clone()])),
            (Kind::Source, name("name", tenant.sources.iter().map(|source| source.name.clone()).collect())),
            (Kind::Place, name("name", tenant.places.iter().map(|place| place.name.clone()).collect())),
            (Kind::Agent, name("id", tenant.agents.iter().map(|agent| agent.id.clone()).collect())),
            (
                Kind::AgentGroup,
                name("name", tenant.agent_groups.iter().map(|group| group.name.clone()).collect()),
            ),
            (
                Kind::PlaceGroup,
                name("name", tenant.place_groups.iter().map(|group| group.name.clone()).collect()),
            ),
            (
                Kind::QueueGroup,
                name("name", tenant.queue_groups.iter().map(|group| group.name.clone()).collect()),
            ),
            (
                Kind::StagingArea,
                name("name", tenant.staging_areas.iter().map(|area| area.name.clone()).collect()),
            ),
            (Kind::Workbin, name("name", tenant.workbins.iter().map(|bin| bin.name.clone()).collect())),
            (
                Kind::Campaign,
                name("name", tenant.campaigns.iter().map(|campaign| campaign.name.clone()).collect()),
            ),
            (
                Kind::AccessGroup,
                name("name", tenant.access_groups.iter().map(|group| group.name.clone()).collect()),
            ),
            (Kind::Access, name("name", tenant.access.iter().map(|access| access.name.clone()).collect())),
        ];
        for (kind, (key, names)) in tables {
            let mut seen = BTreeSet::new();
            for name in names {
                if name.is_empty() {
                    self.fault(kind, "", key, "it is empty: give it a value");
                } else if !seen.insert(name.clone()) {
                    self.fault(kind, &name, key, "it is there twice: leave one of them out, or rename it");
                }
            }
        }
        for source in tenant.sources.iter().filter(|source| source.switch.is_empty()) {
            self.fault(Kind::Source, &source.name, "switch", "it is empty: give it a value");
        }
    }

    fn dns(&mut self, dns: &[Dn]) {
        let mut seen = BTreeSet::new();
        for dn in dns {
            let id = format!("{}@{}", dn.number, dn.switch);
            if dn.number.is_empty() {
                self.fault(Kind::Dn, &id, "number", "it is empty: give it a value");
            }
            if !seen.insert(id.clone()) {
                self.fault(Kind::Dn, &id, "number", "it is there twice: leave one of them out");
            }
            if !self.switches.contains(&dn.switch) {
                self.fault(
                    Kind::Dn,
                    &id,
                    "switch",
                    "no source reports this switch: add a source with it, or correct it",
                );
            }
            let Some(source) = &dn.source else { continue };
            match self.sources.get(source) {
                None => {
                    let cause = format!("there is no source {source:?}: add a source of that name");
                    self.fault(Kind::Dn, &id, "source", &cause);
                }
                Some(switch) if *switch != dn.switch => {
                    let cause = format!("source {source:?} reports switch {switch:?}, not this DN's");
                    self.fault(Kind::Dn, &id, "source", &cause);
                }
                Some(_) => {}
            }
        }
    }

    /// Names DNs in full; each must be one, and of the kind that is needed.
    fn resolve(&mut self, kind: Kind, id: &str, key: &str, mediation: bool, dns: &mut [Text]) {
        for dn in dns {
            match self.in_full(dn) {
                Ok((number, switch)) => {
                    let is = self.declared.get(&number).and_then(|switches| switches.get(&switch));
                    if is.is_some_and(|is| *is != mediation) {
                        let (wanted, is) = match mediation {
                            true => ("queues and route points", "an extension or position"),
                            false => ("extensions and positions", "a queue or route point"),
                        };
                        self.fault(kind, id, key, &format!("{dn} is {is}: only {wanted} belong here"));
                    }
                    *dn = format!("{number}@{switch}").into();
                }
                Err(cause) => self.fault(kind, id, key, &cause),
            }
        }
    }

    /// Number and switch (contracts part 1).
    fn in_full(&self, dn: &Text) -> Result<(Text, Text), String> {
        if let Some((number, switch)) =
            dn.rsplit_once('@').filter(|(_, switch)| self.switches.contains(*switch))
        {
            return Ok((number.into(), switch.into()));
        }
        let of_number = self.declared.get(dn).into_iter().flat_map(BTreeMap::keys);
        let declared: Vec<&Text> = of_number.filter(|switch| self.switches.contains(*switch)).collect();
        let switches: Vec<&Text> = self.switches.iter().collect();
        match (&declared[..], &switches[..]) {
            ([one], _) | ([], [one]) => Ok((dn.clone(), (*one).clone())),
            ([], []) => Err(format!("{dn} is at no switch: add a source with its switch")),
            _ => Err(format!("{dn} may be at several switches: write number@switch")),
        }
    }
}
