//! The objects of a tenant, and what holds what.

use crate::scope::group_of as kind_of_groups;
use model::tenant::{Pattern, Tenant};
use model::{Object, ObjectType, Text};
use objects::{Floor, TenantError};
use std::collections::{BTreeMap, BTreeSet};

/// The objects that a configuration names, with their members as the collector sees them: also those of groups that
/// are made by skills.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    objects: BTreeSet<Object>,
    held: BTreeMap<Object, Vec<Object>>,
}

/// An object that somebody sees live, and the names of the groups that hold it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Discovered {
    /// Which.
    pub object: Object,
    /// Its groups.
    pub groups: Vec<Text>,
}

impl Known {
    /// What this tenant consists of, with what was discovered besides.
    ///
    /// # Errors
    /// The collector could not begin with it either.
    pub fn of(tenant: &Tenant, discovered: &[Discovered]) -> Result<Self, TenantError> {
        let floor = Floor::new(tenant)?;
        let directory = floor.directory();
        let mut known = Self::default();
        for (ix, object) in directory.objects() {
            let members = directory.members(ix).iter().filter_map(|member| directory.object(*member));
            known.held.entry(object.clone()).or_default().extend(members.cloned());
            known.objects.insert(object.clone());
        }
        for Discovered { object, groups } in discovered {
            known.objects.insert(object.clone());
            for group in groups
                .iter()
                .filter_map(|group| Some(Object::new(kind_of_groups(object.kind)?, group.clone())))
            {
                let held = known.held.entry(group).or_default();
                if !held.contains(object) {
                    held.push(object.clone());
                }
            }
        }
        let is_dn = |object: &&Object| {
            matches!(object.kind, ObjectType::Queue | ObjectType::RoutePoint | ObjectType::RegDN)
        };
        for dn in known.objects.iter().filter(is_dn).cloned().collect::<Vec<_>>() {
            let Some((_, switch)) = dn.id.rsplit_once('@') else { continue };
            let switch = Object::new(ObjectType::Switch, switch);
            known.objects.insert(switch.clone());
            known.held.entry(switch).or_default().push(dn);
        }
        let whole = Object::new(ObjectType::Tenant, tenant.tenant.clone());
        known.held.insert(whole.clone(), known.objects.iter().cloned().collect());
        known.objects.insert(whole);
        Ok(known)
    }

    /// The objects that a pattern means; with `members` also what those hold, and what that holds.
    pub fn meant(&self, pattern: &Pattern, members: bool) -> BTreeSet<Object> {
        let mut meant = BTreeSet::new();
        // One that is named is meant also before it is known.
        let mut next: Vec<Object> = pattern.exact().into_iter().collect();
        next.extend(self.objects.iter().filter(|object| pattern.means(object)).cloned());
        while let Some(object) = next.pop() {
            if members && !meant.contains(&object) {
                next.extend(self.held.get(&object).into_iter().flatten().cloned());
            }
            meant.insert(object);
        }
        meant
    }

    /// All objects.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter()
    }
}
