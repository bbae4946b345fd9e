//! From changed values to what is published: blocks by definition and slot, numbered; points of history.

use model::Text;
use model::object::{Object, ObjectIx, ObjectType};
use model::record::KeyValue;
use model::time::Micros;
use objects::{Directory, Floor, SourceIx};
use ports::history::{Point, awake};
use ports::slots::Fences;
use ports::values::{Block, Cell, Content, Flags, ObjectInfo, Publication, SourceState, State};
use stats::Value;
use std::collections::{BTreeMap, BTreeSet};

/// History keeps steps of this length.
const STEP: Micros = Micros::from_secs(10);
/// The same where a backlog is worked off.
const STEP_BEHIND: Micros = Micros::from_secs(60);

/// The next instant at which values are kept for lines, after `at`: a multiple of the step since the epoch (UTC).
pub(super) fn next_step(at: Micros, behind: bool) -> Micros {
    let step = if behind { STEP_BEHIND } else { STEP };
    Micros((at.0.div_euclid(step.0) + 1) * step.0)
}

/// Whether values are kept as of this instant.
pub(super) fn is_step(at: Micros) -> bool {
    at.0.rem_euclid(STEP.0) == 0
}

/// The point of a cell, if lines are drawn of it: of queues, staging areas and groups they are, of single agents and of
/// states they are not.
pub(super) fn point(definition: &Text, object: &Object, value: &Value, at: Micros) -> Option<Point> {
    use ObjectType as T;
    let drawn = object.kind.is_group()
        || matches!(object.kind, T::Queue | T::RoutePoint | T::StagingArea | T::Workbin)
        || matches!(object.kind, T::Campaign | T::CampaignGroup | T::CallingList | T::CampaignCallingList);
    let stats::Content::Number(number) = value.content else { return None };
    drawn.then(|| Point {
        definition: definition.clone(),
        object: object.clone(),
        at,
        value: Some(number),
        flags: value.flags.0,
    })
}

/// What one statistic has to tell.
#[derive(Debug)]
pub(super) struct Changed {
    /// The definition's key.
    pub(super) definition: Text,
    /// All rows, not only those that changed.
    pub(super) whole: bool,
    /// The values.
    pub(super) rows: Vec<(ObjectIx, Value)>,
}

/// Makes publications.
pub(super) struct Press {
    name: Text,
    generation: u64,
    has_history: bool,
    /// What is published, and under which fences.
    fences: Fences,
    seqs: BTreeMap<(Text, u8), u64>,
    /// Objects that appeared since the last publication.
    pub(super) appeared: Vec<ObjectInfo>,
    /// All sources, if one changed since the last publication.
    pub(super) sources: Vec<SourceState>,
    /// Objects that the configuration took away since the last publication.
    gone: BTreeSet<ObjectIx>,
    /// The newest value of each cell since the last step of history.
    recent: BTreeMap<(Text, ObjectIx), Point>,
}

impl Press {
    /// A press of one generation.
    pub(super) fn new(name: Text, generation: u64, has_history: bool) -> Self {
        Self {
            name,
            generation,
            has_history,
            fences: Fences::new(),
            seqs: BTreeMap::new(),
            appeared: Vec::new(),
            sources: Vec::new(),
            gone: BTreeSet::new(),
            recent: BTreeMap::new(),
        }
    }

    /// From now on slots are published under these fences, others not at all.
    pub(super) fn own(&mut self, fences: Fences) {
        self.seqs.retain(|(_, slot), _| fences.get(slot) == self.fences.get(slot));
        self.fences = fences;
    }

    /// Whether there is news besides values.
    pub(super) fn has_news(&self) -> bool {
        !self.appeared.is_empty() || !self.sources.is_empty() || !self.gone.is_empty()
    }

    /// Objects that are no longer there, or are there again: the last word on each counts.
    pub(super) fn follow(&mut self, presence: &[(ObjectIx, bool)]) {
        for (ix, is_there) in presence {
            match is_there {
                true => self.gone.remove(ix),
                false => self.gone.insert(*ix),
            };
        }
    }

    /// One publication: what changed, as of `at`. Objects that `silent` sources tell about are invalid; those that the
    /// configuration took away have no values, and are taken out of each of the `opened` definitions of their type.
    pub(super) fn print<'a>(
        &mut self,
        at: Micros,
        changed: Vec<Changed>,
        floor: &Floor,
        silent: &[SourceIx],
        opened: impl Iterator<Item = (&'a Text, ObjectType)>,
    ) -> (Publication, Vec<Point>) {
        let directory = floor.directory();
        let mut blocks = Vec::new();
        let gone: Vec<Object> = std::mem::take(&mut self.gone)
            .into_iter()
            .filter_map(|ix| directory.object(ix).cloned())
            .filter(|object| self.fences.contains_key(&object.slot()))
            .collect();
        let mut parting = parting(&gone, opened);
        for Changed { definition, whole, rows } in changed {
            let mut slots: BTreeMap<u8, Rows> = BTreeMap::new();
            for (slot, gone) in parting.remove(&definition).unwrap_or_default() {
                slots.entry(slot).or_default().gone = gone;
            }
            for (ix, value) in rows.into_iter().filter(|(ix, _)| !floor.is_gone(*ix)) {
                let Some(object) = directory.object(ix) else { continue };
                if self.has_history
                    && let Some(point) = point(&definition, object, &value, at)
                {
                    self.recent.insert((definition.clone(), ix), point);
                }
                let cell = cell(value, !silent.is_empty() && is_silent(directory, ix, silent));
                slots.entry(object.slot()).or_default().shown.push((object.clone(), cell));
            }
            for (slot, rows) in slots {
                blocks.extend(self.block(&definition, slot, at, whole, rows));
            }
        }
        for (definition, slots) in parting {
            for (slot, gone) in slots {
                blocks.extend(self.block(&definition, slot, at, false, Rows { shown: Vec::new(), gone }));
            }
        }
        let mut objects = std::mem::take(&mut self.appeared);
        objects.retain(|info| self.fences.contains_key(&info.object.slot()));
        let publication = Publication {
            producer: self.name.clone(),
            generation: self.generation,
            at,
            blocks,
            objects,
            sources: std::mem::take(&mut self.sources),
            gone,
        };
        (publication, self.points(at))
    }

    /// The next block of a definition and slot; none of a slot that is another's.
    fn block(&mut self, definition: &Text, slot: u8, at: Micros, whole: bool, rows: Rows) -> Option<Block> {
        let generation = *self.fences.get(&slot)?;
        let seq = self.seqs.entry((definition.clone(), slot)).or_default();
        *seq += 1;
        let (definition, seq) = (definition.clone(), *seq);
        Some(Block { definition, slot, generation, seq, at, whole, rows: rows.shown, gone: rows.gone })
    }

    /// The points of a step, if one has just ended.
    fn points(&mut self, at: Micros) -> Vec<Point> {
        if !is_step(at) {
            return Vec::new();
        }
        let recent = std::mem::take(&mut self.recent).into_values();
        let mut points: Vec<_> = recent.map(|point| Point { at, ..point }).collect();
        if at.0.rem_euclid(STEP_BEHIND.0) == 0 {
            let (definition, object) = awake();
            points.push(Point { definition, object, at, value: Some(1.0), flags: 0 });
        }
        points
    }
}

/// What a block tells of its rows.
#[derive(Default)]
struct Rows {
    shown: Vec<(Object, Cell)>,
    gone: Vec<Object>,
}

/// Which objects each definition parts with, by slot.
fn parting<'a>(
    gone: &[Object],
    opened: impl Iterator<Item = (&'a Text, ObjectType)>,
) -> BTreeMap<Text, BTreeMap<u8, Vec<Object>>> {
    let mut parting: BTreeMap<Text, BTreeMap<u8, Vec<Object>>> = BTreeMap::new();
    if gone.is_empty() {
        return parting;
    }
    for (definition, kind) in opened {
        for object in gone.iter().filter(|object| object.kind == kind) {
            let slots = parting.entry(definition.clone()).or_default();
            slots.entry(object.slot()).or_default().push(object.clone());
        }
    }
    parting
}

/// Whether a source that tells about the object is silent.
fn is_silent(directory: &Directory, ix: ObjectIx, silent: &[SourceIx]) -> bool {
    let sources = directory.sources(ix);
    !sources.is_empty() && sources.iter().any(|source| silent.contains(source))
}

fn cell(value: Value, silent: bool) -> Cell {
    let content = match value.content {
        stats::Content::Number(number) => Content::Number(number),
        stats::Content::State(state) => Content::State(State {
            status: state.status.name().into(),
            since: state.since,
            reasons: state
                .reasons
                .iter()
                .flat_map(|reasons| reasons.iter())
                .map(|(key, value)| (key.clone(), flat(value)))
                .collect(),
            members: state
                .members
                .into_iter()
                .flatten()
                .map(|(id, status)| (id, status.name().into()))
                .collect(),
        }),
    };
    let flags = Flags(value.flags.0);
    Cell { content, flags: if silent { flags.with(Flags::INVALID) } else { flags }, at: value.at }
}

fn flat(value: &KeyValue) -> Text {
    match value {
        KeyValue::Text(text) => text.clone(),
        KeyValue::List(list) => {
            let pairs: Vec<String> = list.iter().map(|(key, value)| format!("{key}={value}")).collect();
            pairs.join(", ").into()
        }
    }
}
