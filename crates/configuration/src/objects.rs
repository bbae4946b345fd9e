//! The configuration as objects: what each key of each object says.

use crate::{Fault, Key, Kind};
use model::Text;
use model::record::Change;
use model::tenant::{Dn, Tenant};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The keys of one object, without those by which it is found.
type Keys = BTreeMap<Text, Value>;

/// The configuration of one tenant. Two that mean the same are equal, in whatever order their tables were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configuration {
    objects: BTreeMap<Key, Keys>,
}

impl Configuration {
    /// The objects of a tenant that [`crate::check`] has found right.
    pub fn of(tenant: &Tenant) -> Self {
        let mut all = Self::default();
        let zone = ("time_zone".into(), Value::from(tenant.time_zone.as_str()));
        let mut keys: Keys = [zone].into();
        if !tenant.capacity.is_empty() {
            let rule = tenant.capacity.iter().map(|(medium, most)| (medium.to_string(), Value::from(*most)));
            keys.insert("capacity".into(), Value::Object(rule.collect()));
        }
        if let Some(seconds) = tenant.max_call_age {
            keys.insert("max_call_age".into(), Value::from(seconds));
        }
        all.objects.insert(Key { kind: Kind::Tenant, id: tenant.tenant.clone() }, keys);
        all.add(Kind::Source, &tenant.sources, |source| source.name.clone());
        all.add(Kind::Dn, &tenant.dns, |dn: &Dn| format!("{}@{}", dn.number, dn.switch).into());
        all.add(Kind::Place, &tenant.places, |place| place.name.clone());
        all.add(Kind::Agent, &tenant.agents, |agent| agent.id.clone());
        all.add(Kind::AgentGroup, &tenant.agent_groups, |group| group.name.clone());
        all.add(Kind::PlaceGroup, &tenant.place_groups, |group| group.name.clone());
        all.add(Kind::QueueGroup, &tenant.queue_groups, |group| group.name.clone());
        all.add(Kind::StagingArea, &tenant.staging_areas, |area| area.name.clone());
        all.add(Kind::Workbin, &tenant.workbins, |workbin| workbin.name.clone());
        all.add(Kind::Campaign, &tenant.campaigns, |campaign| campaign.name.clone());
        all.add(Kind::AccessGroup, &tenant.access_groups, |group| group.name.clone());
        all.add(Kind::Access, &tenant.access, |access| access.name.clone());
        all
    }

    fn add<T: Serialize>(&mut self, kind: Kind, table: &[T], id: impl Fn(&T) -> Text) {
        for object in table {
            let key = Key { kind, id: id(object) };
            // A table of texts, numbers and lists has a JSON form.
            let Ok(Value::Object(mut keys)) = serde_json::to_value(object) else { continue };
            for (name, _) in key.identity() {
                keys.remove(name);
            }
            self.objects.insert(key, keys.into_iter().map(|(name, value)| (name.into(), value)).collect());
        }
    }

    /// The tenant that these objects make.
    ///
    /// # Errors
    /// Not just one tenant; a key or value that its table does not have.
    pub fn tenant(&self) -> Result<Tenant, Fault> {
        let mut names = self.objects.keys().filter(|key| key.kind == Kind::Tenant);
        let (Some(name), None) = (names.next(), names.next()) else {
            return Err(Fault::of("tenant", "", "a configuration is that of one tenant: name it"));
        };
        let mut tenant: Tenant = self.typed(name)?;
        tenant.sources = self.table(Kind::Source)?;
        tenant.dns = self.table(Kind::Dn)?;
        tenant.places = self.table(Kind::Place)?;
        tenant.agents = self.table(Kind::Agent)?;
        tenant.agent_groups = self.table(Kind::AgentGroup)?;
        tenant.place_groups = self.table(Kind::PlaceGroup)?;
        tenant.queue_groups = self.table(Kind::QueueGroup)?;
        tenant.staging_areas = self.table(Kind::StagingArea)?;
        tenant.workbins = self.table(Kind::Workbin)?;
        tenant.campaigns = self.table(Kind::Campaign)?;
        tenant.access_groups = self.table(Kind::AccessGroup)?;
        tenant.access = self.table(Kind::Access)?;
        Ok(tenant)
    }

    fn table<T: DeserializeOwned>(&self, kind: Kind) -> Result<Vec<T>, Fault> {
        self.objects.keys().filter(|key| key.kind == kind).map(|key| self.typed(key)).collect()
    }

    fn typed<T: DeserializeOwned>(&self, key: &Key) -> Result<T, Fault> {
        let keys = self.objects.get(key).into_iter().flatten();
        let mut whole: Map<String, Value> =
            keys.map(|(name, value)| (name.to_string(), value.clone())).collect();
        whole.extend(key.identity().into_iter().map(|(name, value)| (name.to_owned(), value)));
        serde_json::from_value(Value::Object(whole)).map_err(|error| key.fault(error.to_string()))
    }

    /// Carries out a change: each key of `set` replaces the former value whole, null takes it away; an object that is
    /// not known is made; one that is gone twice is gone.
    ///
    /// # Errors
    /// A table that does not exist; another id in `set` than the change has. Nothing is changed then.
    pub fn apply(&mut self, change: &Change) -> Result<(), Fault> {
        let key = Key::of_change(&change.object, &change.id)?;
        if change.gone {
            self.objects.remove(&key);
            return Ok(());
        }
        let identity = key.identity();
        let is_identity = |name: &str| identity.iter().find(|(known, _)| *known == name);
        for (name, value) in &change.set {
            if is_identity(name).is_some_and(|(_, id)| id != value) {
                let cause =
                    "it tells which object this is and can't change: take the object away and make another";
                return Err(key.fault(cause).at(name));
            }
        }
        let keys = self.objects.entry(key).or_default();
        for (name, value) in change.set.iter().filter(|(name, _)| is_identity(name).is_none()) {
            match value {
                Value::Null => keys.remove(name),
                value => keys.insert(name.clone(), value.clone()),
            };
        }
        Ok(())
    }

    /// The fewest changes that make `to` of this: first what is new or other, in the order in which objects need each
    /// other, then what is gone, the other way round.
    pub fn difference(&self, to: &Self) -> Vec<Change> {
        let set = |(key, new): (&Key, &Keys)| {
            let former = self.objects.get(key);
            let set = match former {
                Some(former) => changed_keys(former, new),
                None => new.clone(),
            };
            let is_news = former.is_none() || !set.is_empty();
            is_news.then(|| change(key, set, false))
        };
        let gone = self.objects.keys().rev().filter(|key| !to.objects.contains_key(key));
        to.objects.iter().filter_map(set).chain(gone.map(|key| change(key, Keys::new(), true))).collect()
    }

    /// Every object, with all its keys, as the changes that make it of nothing.
    pub fn whole(&self) -> Vec<Change> {
        Self::default().difference(self)
    }

    /// Which objects there are.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.objects.keys()
    }

    /// An object with all its keys, as the change that makes it of nothing.
    pub fn object(&self, key: &Key) -> Option<Change> {
        self.objects.get(key).map(|keys| change(key, keys.clone(), false))
    }

    /// How many objects there are of a table.
    pub fn count(&self, kind: Kind) -> usize {
        self.objects.keys().filter(|key| key.kind == kind).count()
    }
}

fn changed_keys(former: &Keys, new: &Keys) -> Keys {
    let other = new.iter().filter(|(name, value)| former.get(*name) != Some(*value));
    let away = former.keys().filter(|name| !new.contains_key(*name));
    let other = other.map(|(name, value)| (name.clone(), value.clone()));
    other.chain(away.map(|name| (name.clone(), Value::Null))).collect()
}

fn change(key: &Key, set: Keys, gone: bool) -> Change {
    Change { object: key.kind.table().into(), id: key.id.clone(), set, gone }
}
