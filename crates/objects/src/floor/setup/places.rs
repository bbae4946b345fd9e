//! Places and the groups of places and queues change (rules O-4, Q-44).

use super::queues;
use crate::device::{Belonging, DeviceWhat};
use crate::floor::config::resolve;
use crate::floor::{Batch, Floor, post_tie};
use crate::people::Tie;
use crate::queue::{QueueTie, QueueWhat};
use crate::script::Word;
use crate::stamp::{Few, Stamp};
use model::object::{Object, ObjectIx, ObjectType};
use model::snapshot::DnType;
use model::tenant::{Place, PlaceGroup, QueueGroup};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Floor {
    /// `None`: the place is gone.
    pub(super) fn change_place(
        &mut self,
        id: &str,
        table: Option<&Place>,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) -> Result<(), String> {
        let first = self.directory.len();
        let Some(place) = self.object_of(ObjectType::Place, id, table.is_some()) else { return Ok(()) };
        let by = format!("place {id:?}");
        let dns = table.map_or(&[][..], |table| &table.dns);
        let devices: Result<Vec<ObjectIx>, _> =
            dns.iter().map(|dn| resolve(dn, DnType::Extension, &by, &mut self.directory)).collect();
        self.start_from(first, stamp, batch);
        let devices = self.present(devices.map_err(|error| error.to_string())?);
        let former = self.directory.members(place).to_vec();
        self.directory.set_members(place, devices.clone());
        for device in apart(&former, &devices) {
            self.move_device(device, stamp, batch);
        }
        if self.set_gone(place, table.is_none(), batch) {
            let lists = |group: &&PlaceGroup| group.places.iter().any(|name| name == id);
            let groups: Vec<PlaceGroup> =
                self.setup.tenant.place_groups.iter().filter(lists).cloned().collect();
            for group in groups {
                self.change_place_group(&group.name, Some(&group), stamp, batch)?;
            }
        }
        Ok(())
    }

    /// `None`: the group is gone.
    pub(super) fn change_place_group(
        &mut self,
        id: &str,
        table: Option<&PlaceGroup>,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) -> Result<(), String> {
        let first = self.directory.len();
        let names = table.map_or(&[][..], |table| &table.places);
        let mut places = Vec::with_capacity(names.len());
        for name in names {
            let place = self.directory.find(&Object::new(ObjectType::Place, name.clone()));
            places.push(place.ok_or_else(|| format!("place {name:?} is not in the tenant"))?);
        }
        let Some(group) = self.object_of(ObjectType::GroupPlaces, id, table.is_some()) else { return Ok(()) };
        let by = format!("place group {id:?}");
        let origins = table.map_or(&[][..], |table| &table.origination_dns);
        let origins = queues(origins, &by, &mut self.directory);
        self.start_from(first, stamp, batch);
        let origins = origins.map_err(|error| error.to_string())?;
        self.set_gone(group, table.is_none(), batch);
        let places = self.present(places);
        let former = self.directory.members(group).to_vec();
        self.directory.set_members(group, places.clone());
        for place in apart(&former, &places) {
            post_tie(&mut batch.routes.places, place, Tie::Without { group }, stamp);
            if places.contains(&place) {
                post_tie(&mut batch.routes.places, place, Tie::Rule { group, word: Word::Always }, stamp);
            }
        }
        let former_origins = self.setup.place_origins.insert(group, origins.clone()).unwrap_or_default();
        if !(origins.is_empty() && former_origins.is_empty()) {
            let all: BTreeSet<ObjectIx> = former.into_iter().chain(places).collect();
            let devices = all.iter().flat_map(|place| self.directory.members(*place));
            for device in devices.copied().collect::<BTreeSet<_>>() {
                self.move_device(device, stamp, batch);
            }
        }
        Ok(())
    }

    /// `None`: the group is gone.
    pub(super) fn change_queue_group(
        &mut self,
        id: &str,
        table: Option<&QueueGroup>,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) -> Result<(), String> {
        let first = self.directory.len();
        let Some(group) = self.object_of(ObjectType::GroupQueues, id, table.is_some()) else { return Ok(()) };
        let by = format!("queue group {id:?}");
        let members = queues(table.map_or(&[][..], |table| &table.dns), &by, &mut self.directory);
        self.start_from(first, stamp, batch);
        let members = self.present(members.map_err(|error| error.to_string())?);
        self.set_gone(group, table.is_none(), batch);
        let former = self.directory.members(group).to_vec();
        self.directory.set_members(group, members.clone());
        for queue in apart(&former, &members) {
            let on = members.contains(&queue);
            batch.queue(queue, stamp, QueueWhat::Tie(QueueTie::Group { group, on }));
        }
        Ok(())
    }

    /// A device hears where it belongs now.
    fn move_device(&self, device: ObjectIx, stamp: Stamp, batch: &mut Batch<'_>) {
        let mut to = Belonging::default();
        let places = self.directory.objects().filter(|(_, object)| object.kind == ObjectType::Place);
        let holds = |place: &ObjectIx| self.directory.members(*place).contains(&device);
        to.places.extend(places.map(|(place, _)| place).filter(holds));
        for (group, origins) in &self.setup.place_origins {
            if self.directory.members(*group).iter().any(|place| to.places.contains(place)) {
                add(&mut to.origins, origins);
            }
        }
        batch.device(device, stamp, DeviceWhat::Belongs(Arc::new(to)));
    }

    /// Those that were not taken away, each once.
    fn present(&self, mut objects: Vec<ObjectIx>) -> Vec<ObjectIx> {
        let mut seen = BTreeSet::new();
        objects.retain(|ix| !self.setup.gone.contains(ix) && seen.insert(*ix));
        objects
    }
}

fn add(to: &mut Few, more: &[ObjectIx]) {
    for ix in more {
        if !to.contains(ix) {
            to.push(*ix);
        }
    }
}

/// Objects that are in just one of two lists, ascending.
fn apart(one: &[ObjectIx], other: &[ObjectIx]) -> Vec<ObjectIx> {
    let (one, other): (BTreeSet<_>, BTreeSet<_>) = (one.iter().collect(), other.iter().collect());
    one.symmetric_difference(&other).map(|ix| **ix).collect()
}
