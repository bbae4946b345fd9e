//! Who exists: objects by number, by name and by DN; sources; members.

use model::Text;
use model::object::{Object, ObjectIx};
use model::snapshot::DnType;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// An event source's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceIx(pub u16);

/// All objects of one engine, numbered densely in the order of appearance; numbers never change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub struct Directory {
    entries: Vec<Entry>,
    switches: Vec<Switch>,
    sources: Vec<Source>,
    /// By object: what records ask of it again and again, apart from the rest, which is large and seldom needed.
    facts: Vec<DnFacts>,
    by_object: FxHashMap<Object, ObjectIx>,
    by_source: FxHashMap<Text, SourceIx>,
}

/// What is known of an object besides its brain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    object: Object,
    name: Text,
    dn: Option<DnType>,
    members: Vec<ObjectIx>,
    sources: Vec<SourceIx>,
}

/// What of an entry is asked for every record.
#[derive(Clone, Copy, Debug, PartialEq)]
struct DnFacts {
    kind: Option<DnType>,
    /// Some source is known to report it.
    has_source: bool,
}

impl DnFacts {
    fn of(entry: &Entry) -> Self {
        Self { kind: entry.dn, has_source: !entry.sources.is_empty() }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Switch {
    name: Text,
    numbers: FxHashMap<Text, ObjectIx>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Source {
    name: Text,
    switch: u16,
    dns: Vec<ObjectIx>,
}

/// The directory without what can be rebuilt.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Saved {
    entries: Vec<Entry>,
    switches: Vec<Text>,
    numbers: Vec<(u16, Text, ObjectIx)>,
    sources: Vec<Source>,
}

impl Directory {
    /// How many objects there are; their numbers lie below.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Type and id of an object.
    pub fn object(&self, ix: ObjectIx) -> Option<&Object> {
        self.entries.get(ix.0 as usize).map(|entry| &entry.object)
    }

    /// All objects, by number.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectIx, &Object)> {
        self.entries.iter().enumerate().map(|(at, entry)| (ObjectIx(at as u32), &entry.object))
    }

    /// The number of an object.
    pub fn find(&self, object: &Object) -> Option<ObjectIx> {
        self.by_object.get(object).copied()
    }

    /// The name for people: the configured one, else the bare number, id or name.
    pub fn name(&self, ix: ObjectIx) -> &str {
        self.entries.get(ix.0 as usize).map_or("", |entry| &entry.name)
    }

    /// The bare number of a DN; the whole id of what is none.
    pub fn number(&self, ix: ObjectIx) -> &str {
        let Some(entry) = self.entries.get(ix.0 as usize) else { return "" };
        match (entry.dn, entry.object.id.rsplit_once('@')) {
            (Some(_), Some((number, _))) => number,
            _ => &entry.object.id,
        }
    }

    /// What kind of DN it is; `None` for what is none.
    pub fn dn_type(&self, ix: ObjectIx) -> Option<DnType> {
        self.facts.get(ix.0 as usize)?.kind
    }

    /// Members of a group, devices of a place: those of the configuration, in its order.
    pub fn members(&self, ix: ObjectIx) -> &[ObjectIx] {
        self.entries.get(ix.0 as usize).map_or(&[], |entry| &entry.members)
    }

    /// The sources that tell about an object: of a DN the one that reports it; of an agent those of the DNs he was
    /// logged in on; of places and groups those of their parts. Ascending.
    pub fn sources(&self, ix: ObjectIx) -> Vec<SourceIx> {
        let mut sources = Vec::new();
        self.gather(ix, &mut sources, 0);
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// Groups hold places hold devices: never deeper.
    fn gather(&self, ix: ObjectIx, into: &mut Vec<SourceIx>, depth: u8) {
        let Some(entry) = self.entries.get(ix.0 as usize) else { return };
        into.extend_from_slice(&entry.sources);
        if depth < 3 {
            for member in &entry.members {
                self.gather(*member, into, depth + 1);
            }
        }
    }

    /// The name of a source.
    pub fn source_name(&self, source: SourceIx) -> &str {
        self.sources.get(source.0 as usize).map_or("", |source| &source.name)
    }

    /// The number of a source.
    pub fn find_source(&self, name: &str) -> Option<SourceIx> {
        self.by_source.get(name).copied()
    }

    /// All sources, by number.
    pub fn all_sources(&self) -> impl Iterator<Item = (SourceIx, &str)> {
        self.sources.iter().enumerate().map(|(at, source)| (SourceIx(at as u16), source.name.as_str()))
    }

    /// The DN of that bare number at the switch of a source.
    pub fn find_dn(&self, source: SourceIx, number: &str) -> Option<ObjectIx> {
        let source = self.sources.get(source.0 as usize)?;
        self.switches[source.switch as usize].numbers.get(number).copied()
    }

    /// The DNs that a source reports.
    pub fn dns_of(&self, source: SourceIx) -> &[ObjectIx] {
        self.sources.get(source.0 as usize).map_or(&[], |source| &source.dns)
    }
}

/// What the floor changes.
impl Directory {
    pub(crate) fn add_source(&mut self, name: &Text, switch: &Text) -> SourceIx {
        let switch = self.add_switch(switch);
        let ix = SourceIx(self.sources.len() as u16);
        self.sources.push(Source { name: name.clone(), switch, dns: Vec::new() });
        self.by_source.insert(name.clone(), ix);
        ix
    }

    fn add_switch(&mut self, name: &Text) -> u16 {
        let known = self.switches.iter().position(|switch| switch.name == *name);
        known.unwrap_or_else(|| {
            self.switches.push(Switch { name: name.clone(), numbers: FxHashMap::default() });
            self.switches.len() - 1
        }) as u16
    }

    /// The switch of that name.
    pub(crate) fn find_switch(&self, name: &str) -> Option<u16> {
        self.switches.iter().position(|switch| switch.name == name).map(|at| at as u16)
    }

    /// The only switch, where there is just one.
    pub(crate) fn only_switch(&self) -> Option<u16> {
        (self.switches.len() == 1).then_some(0)
    }

    pub(crate) fn switch_of(&self, source: SourceIx) -> u16 {
        self.sources.get(source.0 as usize).map_or(0, |source| source.switch)
    }

    /// The only source of a switch; `None` where several share it.
    pub(crate) fn only_source_of(&self, switch: u16) -> Option<SourceIx> {
        let mut of = self.sources.iter().enumerate().filter(|(_, source)| source.switch == switch);
        let first = of.next()?;
        of.next().is_none().then_some(SourceIx(first.0 as u16))
    }

    pub(crate) fn find_number(&self, switch: u16, number: &str) -> Option<ObjectIx> {
        self.switches.get(switch as usize)?.numbers.get(number).copied()
    }

    /// The switches that have a DN of that number.
    pub(crate) fn switches_with(&self, number: &str) -> Vec<u16> {
        let with = |(at, switch): (usize, &Switch)| switch.numbers.contains_key(number).then_some(at as u16);
        self.switches.iter().enumerate().filter_map(with).collect()
    }

    pub(crate) fn add(&mut self, object: Object, name: Text) -> ObjectIx {
        let ix = ObjectIx(self.entries.len() as u32);
        self.by_object.insert(object.clone(), ix);
        self.entries.push(Entry { object, name, dn: None, members: Vec::new(), sources: Vec::new() });
        self.facts.push(DnFacts { kind: None, has_source: false });
        ix
    }

    pub(crate) fn add_dn(
        &mut self,
        switch: u16,
        number: &str,
        kind: DnType,
        name: Option<&Text>,
    ) -> ObjectIx {
        use model::ObjectType as T;
        let object_type = match kind {
            DnType::Queue | DnType::VirtualQueue => T::Queue,
            DnType::RoutePoint => T::RoutePoint,
            DnType::Extension | DnType::Position => T::RegDN,
        };
        let mut id = Text::from(number);
        id.push('@');
        id.push_str(&self.switches[switch as usize].name);
        let ix = self.add(Object::new(object_type, id), name.cloned().unwrap_or_else(|| number.into()));
        self.entries[ix.0 as usize].dn = Some(kind);
        self.facts[ix.0 as usize].kind = Some(kind);
        self.switches[switch as usize].numbers.insert(number.into(), ix);
        ix
    }

    /// The number of a DN's switch; 0 for what is no DN.
    pub(crate) fn switch_of_dn(&self, ix: ObjectIx) -> u16 {
        let object = self.entries.get(ix.0 as usize).map(|entry| &entry.object);
        let switch = object.and_then(|object| object.id.rsplit_once('@'));
        switch.and_then(|(_, name)| self.find_switch(name)).unwrap_or(0)
    }

    /// Another name for people.
    pub(crate) fn set_name(&mut self, ix: ObjectIx, name: Text) {
        if let Some(entry) = self.entries.get_mut(ix.0 as usize) {
            entry.name = name;
        }
    }

    pub(crate) fn set_members(&mut self, ix: ObjectIx, members: Vec<ObjectIx>) {
        self.entries[ix.0 as usize].members = members;
    }

    /// Notes that a source tells about an object; true if that is new.
    pub(crate) fn add_source_of(&mut self, ix: ObjectIx, source: SourceIx) -> bool {
        let entry = &mut self.entries[ix.0 as usize];
        let new = !entry.sources.contains(&source);
        if new {
            entry.sources.push(source);
            self.facts[ix.0 as usize].has_source = true;
            if entry.dn.is_some() {
                self.sources[source.0 as usize].dns.push(ix);
            }
        }
        new
    }

    /// Whether some source is known to report that DN.
    pub(crate) fn has_source(&self, ix: ObjectIx) -> bool {
        self.facts[ix.0 as usize].has_source
    }
}

impl From<Saved> for Directory {
    fn from(saved: Saved) -> Self {
        let switch = |name| Switch { name, numbers: FxHashMap::default() };
        let mut switches: Vec<Switch> = saved.switches.into_iter().map(switch).collect();
        for (at, number, ix) in saved.numbers {
            if let Some(switch) = switches.get_mut(at as usize) {
                switch.numbers.insert(number, ix);
            }
        }
        let objects = saved.entries.iter().enumerate();
        let by_object = objects.map(|(at, entry)| (entry.object.clone(), ObjectIx(at as u32))).collect();
        let sources = saved.sources.iter().enumerate();
        let by_source = sources.map(|(at, source)| (source.name.clone(), SourceIx(at as u16))).collect();
        let facts = saved.entries.iter().map(DnFacts::of).collect();
        Self { entries: saved.entries, facts, switches, sources: saved.sources, by_object, by_source }
    }
}

impl From<Directory> for Saved {
    fn from(directory: Directory) -> Self {
        let mut numbers = Vec::new();
        let mut switches = Vec::new();
        for (at, switch) in directory.switches.into_iter().enumerate() {
            numbers.extend(switch.numbers.into_iter().map(|(number, ix)| (at as u16, number, ix)));
            switches.push(switch.name);
        }
        numbers.sort_unstable();
        Self { entries: directory.entries, switches, numbers, sources: directory.sources }
    }
}
