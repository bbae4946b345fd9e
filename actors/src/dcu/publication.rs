//! From changed values to what is published: blocks by definition and slot, numbered; points of history.

use model::Text;
use model::object::{Object, ObjectIx, ObjectType};
use model::record::KeyValue;
use model::time::Micros;
use objects::{Directory, SourceIx};
use ports::history::Point;
use ports::values::{Block, Cell, Content, Flags, ObjectInfo, Publication, SourceState, State};
use stats::Value;
use std::collections::BTreeMap;

/// History keeps steps of this length: 10 s.
const STEP: i64 = 10;

/// What one statistic has to tell.
#[derive(Debug)]
pub struct Changed {
    /// The definition's key.
    pub definition: Text,
    /// All rows, not only those that changed.
    pub whole: bool,
    /// The values.
    pub rows: Vec<(ObjectIx, Value)>,
}

/// Makes publications.
pub(super) struct Press {
    name: Text,
    generation: u64,
    has_history: bool,
    seqs: BTreeMap<(Text, u8), u64>,
    /// Objects that appeared since the last publication.
    pub appeared: Vec<ObjectInfo>,
    /// All sources, if one changed since the last publication.
    pub sources: Vec<SourceState>,
    /// The newest value of each cell since the last step of history.
    recent: BTreeMap<(Text, Object), Cell>,
    step: i64,
}

impl Press {
    /// A press of one generation.
    pub(super) fn new(name: Text, generation: u64, has_history: bool) -> Self {
        Self {
            name,
            generation,
            has_history,
            seqs: BTreeMap::new(),
            appeared: Vec::new(),
            sources: Vec::new(),
            recent: BTreeMap::new(),
            step: 0,
        }
    }

    /// Whether there is news besides values.
    pub(super) fn has_news(&self) -> bool {
        !self.appeared.is_empty() || !self.sources.is_empty()
    }

    /// One publication: what changed, as of `at`. Objects that `silent` sources tell about are invalid.
    pub(super) fn print(
        &mut self,
        at: Micros,
        changed: Vec<Changed>,
        directory: &Directory,
        silent: &[SourceIx],
    ) -> (Publication, Vec<Point>) {
        let mut blocks = Vec::new();
        for Changed { definition, whole, rows } in changed {
            let mut slots: BTreeMap<u8, Vec<(Object, Cell)>> = BTreeMap::new();
            for (ix, value) in rows {
                let Some(object) = directory.object(ix) else { continue };
                let cell = cell(value, !silent.is_empty() && is_silent(directory, ix, silent));
                self.remember(&definition, object, &cell);
                slots.entry(object.slot()).or_default().push((object.clone(), cell));
            }
            for (slot, rows) in slots {
                let seq = self.seqs.entry((definition.clone(), slot)).or_default();
                *seq += 1;
                let (definition, generation, seq) = (definition.clone(), self.generation, *seq);
                blocks.push(Block { definition, slot, generation, seq, at, whole, rows, gone: Vec::new() });
            }
        }
        let publication = Publication {
            producer: self.name.clone(),
            generation: self.generation,
            at,
            blocks,
            objects: std::mem::take(&mut self.appeared),
            sources: std::mem::take(&mut self.sources),
        };
        (publication, self.points(at))
    }

    /// Queues and groups are drawn as lines; single agents and states are not.
    fn remember(&mut self, definition: &Text, object: &Object, cell: &Cell) {
        let drawn =
            object.kind.is_group() || matches!(object.kind, ObjectType::Queue | ObjectType::RoutePoint);
        if self.has_history && drawn && matches!(cell.content, Content::Number(_)) {
            self.recent.insert((definition.clone(), object.clone()), cell.clone());
        }
    }

    /// The points of a step that has just ended.
    fn points(&mut self, at: Micros) -> Vec<Point> {
        let step = at.secs().div_euclid(STEP);
        if step <= self.step {
            return Vec::new();
        }
        self.step = step;
        let point = |((definition, object), cell): ((Text, Object), Cell)| {
            let Content::Number(value) = cell.content else { return None };
            let at = Micros::from_secs(step * STEP);
            Some(Point { definition, object, at, value: Some(value), flags: cell.flags.0 })
        };
        std::mem::take(&mut self.recent).into_iter().filter_map(point).collect()
    }
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
