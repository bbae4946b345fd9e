//! The picture: the newest cells of all definitions, all objects and all sources, put together from publications.
//!
//! **Invariant:** nothing here awaits, reads a clock or sends; what changed is returned.

use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::values::{Block, Cell, ObjectInfo, Publication, SourceState, SourceStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// The cells of one definition within one slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Who publishes it.
    pub producer: Text,
    /// The generation of that producer that published it last: an older one than the producer's own means that it
    /// has not come back after a restart.
    pub published: u64,
    /// The block's own generation.
    pub generation: u64,
    /// The last block taken in.
    pub seq: u64,
    /// The cells.
    pub cells: BTreeMap<Object, Cell>,
}

/// A DCU as the web sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Producer {
    /// Changes when it starts anew.
    pub generation: u64,
    /// The event time up to which its values hold.
    pub at: Micros,
    /// When it was last heard, by our clock.
    pub heard: Micros,
    /// It has been silent for too long.
    pub silent: bool,
    /// Its sources.
    pub sources: Vec<SourceState>,
}

/// What a publication changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Update {
    /// Who published.
    pub producer: Text,
    /// How it stands.
    pub state: Producer,
    /// The blocks that were taken in, by definition.
    pub blocks: BTreeMap<Text, Vec<Arc<Block>>>,
    /// Objects that appeared or changed.
    pub objects: Arc<Vec<ObjectInfo>>,
    /// Objects that are no longer there.
    pub gone: Arc<Vec<Object>>,
    /// Its sources stand differently.
    pub sources_changed: bool,
}

/// What became of a publication.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// It is in the picture.
    Taken(Update),
    /// Something is missing before it: the picture must be loaded anew.
    Hole,
    /// It comes from a predecessor of the present producer.
    Late,
}

/// All current values.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    columns: BTreeMap<Text, BTreeMap<u8, Part>>,
    objects: BTreeMap<Object, ObjectInfo>,
    producers: BTreeMap<Text, Producer>,
}

impl Picture {
    /// The picture of what a store keeps.
    pub fn load(current: Vec<Publication>, now: Micros) -> Self {
        let mut picture = Self::default();
        for publication in current {
            // Whole blocks leave no hole, and each producer comes once.
            let producer = publication.producer.clone();
            picture.apply(&Arc::new(publication), now);
            // It was stored earlier; whether its producer still lives shows when it speaks.
            if let Some(producer) = picture.producers.get_mut(&producer) {
                producer.heard = producer.at.min(now);
            }
        }
        picture
    }

    /// Takes a publication in.
    pub fn apply(&mut self, publication: &Arc<Publication>, now: Micros) -> Applied {
        let known = self.producers.entry(publication.producer.clone()).or_default();
        if publication.generation < known.generation {
            return Applied::Late;
        }
        let restarted = publication.generation > known.generation;
        known.generation = publication.generation;
        known.at = if restarted { publication.at } else { known.at.max(publication.at) };
        known.heard = now;
        known.silent = false;
        let sources_changed = !publication.sources.is_empty() && known.sources != publication.sources;
        if sources_changed {
            known.sources.clone_from(&publication.sources);
        }
        let state = known.clone();
        let mut blocks: BTreeMap<Text, Vec<Arc<Block>>> = BTreeMap::new();
        for block in &publication.blocks {
            let part =
                self.columns.entry(block.definition.clone()).or_default().entry(block.slot).or_default();
            match part.take(block, publication) {
                Taken::New => {
                    blocks.entry(block.definition.clone()).or_default().push(Arc::new(block.clone()))
                }
                Taken::Known => {}
                Taken::Hole => return Applied::Hole,
            }
        }
        for info in &publication.objects {
            self.objects.insert(info.object.clone(), info.clone());
        }
        for object in &publication.gone {
            self.objects.remove(object);
        }
        let (producer, objects) = (publication.producer.clone(), Arc::new(publication.objects.clone()));
        let gone = Arc::new(publication.gone.clone());
        Applied::Taken(Update { producer, state, blocks, objects, gone, sources_changed })
    }

    /// Producers that have been silent for `patience` since they were last heard, and were not known to be.
    pub fn fall_silent(&mut self, now: Micros, patience: Duration) -> Vec<Text> {
        let patience = Micros(i64::try_from(patience.as_micros()).unwrap_or(i64::MAX));
        let mut silent = Vec::new();
        for (name, producer) in &mut self.producers {
            if !producer.silent && now - producer.heard > patience {
                producer.silent = true;
                silent.push(name.clone());
            }
        }
        silent
    }

    /// When producers were heard is not in the store: whoever loads a picture anew goes on with what it knew.
    pub fn remember_heard(&mut self, heard: &BTreeMap<Text, Micros>) {
        for (name, producer) in &mut self.producers {
            if let Some(heard) = heard.get(name) {
                producer.heard = producer.heard.max(*heard);
            }
        }
    }

    /// What a table of these definitions and objects needs of it.
    pub fn excerpt<'a>(&self, definitions: impl Iterator<Item = &'a Text>, kind: ObjectType) -> Self {
        let column = |key: &'a Text| Some((key.clone(), self.columns.get(key)?.clone()));
        Self {
            columns: definitions.filter_map(column).collect(),
            objects: self.objects(kind).map(|info| (info.object.clone(), info.clone())).collect(),
            producers: self.producers.clone(),
        }
    }

    /// All producers.
    pub fn producers(&self) -> &BTreeMap<Text, Producer> {
        &self.producers
    }

    /// The parts of a definition by slot.
    pub fn column(&self, definition: &str) -> Option<&BTreeMap<u8, Part>> {
        self.columns.get(definition)
    }

    /// All known objects of a type, by id.
    pub fn objects(&self, kind: ObjectType) -> impl Iterator<Item = &ObjectInfo> {
        let first = Object::new(kind, "");
        self.objects.range(first..).take_while(move |(object, _)| object.kind == kind).map(|(_, info)| info)
    }

    /// What people call an object, if it is known.
    pub fn name(&self, object: &Object) -> Option<Text> {
        self.objects.get(object).map(|info| info.name.clone())
    }

    /// Forgets producers that are silent and of which nothing is shown any more, as others have taken over from them;
    /// unless nobody else is there.
    pub fn forget_idle(&mut self) -> bool {
        if self.producers.values().all(|producer| producer.silent) {
            return false;
        }
        let parts = self.columns.values().flat_map(BTreeMap::values);
        let used: BTreeSet<&Text> = parts.map(|part| &part.producer).collect();
        let before = self.producers.len();
        self.producers.retain(|name, producer| !producer.silent || used.contains(name));
        self.producers.len() != before
    }

    /// How all sources stand: as the worst off of those sees them that are heard. A source that only silent producers
    /// have told of is stalled, whatever it was.
    pub fn sources(&self) -> Vec<SourceState> {
        let mut worst: BTreeMap<&Text, (bool, SourceState)> = BTreeMap::new();
        for (name, producer) in &self.producers {
            for source in &producer.sources {
                let mut state = source.clone();
                if producer.silent && state.status == SourceStatus::Live {
                    state.status = SourceStatus::Stalled;
                    state.since = producer.heard;
                    state.detail = Text::from(format!("{name}, which computes its values, is silent"));
                }
                let rank = |silent: bool, state: &SourceState| (!silent, badness(&state.status));
                match worst.get(&source.source) {
                    Some((silent, known)) if rank(*silent, known) >= rank(producer.silent, &state) => {}
                    _ => drop(worst.insert(&source.source, (producer.silent, state))),
                }
            }
        }
        worst.into_values().map(|(_, state)| state).collect()
    }
}

fn badness(status: &SourceStatus) -> u8 {
    match status {
        SourceStatus::Live => 0,
        SourceStatus::Starting => 1,
        SourceStatus::Stalled => 2,
        SourceStatus::Down => 3,
    }
}

/// What became of a block.
enum Taken {
    New,
    Known,
    Hole,
}

impl Part {
    fn take(&mut self, block: &Block, publication: &Publication) -> Taken {
        let same = block.generation == self.generation && self.producer == publication.producer;
        if same && block.seq <= self.seq && publication.generation == self.published {
            return Taken::Known;
        }
        if block.generation < self.generation {
            // Of a former owner of the slot.
            return Taken::Known;
        }
        // The first block of a generation holds all there is of it.
        let begins = block.whole || (block.seq == 1 && !same);
        let follows = same && block.seq == self.seq + 1;
        if !begins && !follows {
            return Taken::Hole;
        }
        if begins {
            self.cells.clear();
        }
        self.producer.clone_from(&publication.producer);
        self.published = publication.generation;
        (self.generation, self.seq) = (block.generation, block.seq);
        for (object, cell) in &block.rows {
            self.cells.insert(object.clone(), cell.clone());
        }
        for object in &block.gone {
            self.cells.remove(object);
        }
        Taken::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::trial::{block, publication};

    fn second(seconds: i64) -> Micros {
        Micros::from_secs(seconds)
    }

    fn value(picture: &Picture, id: &str) -> Option<f64> {
        let object = Object::new(ObjectType::Queue, id);
        let part = picture.column("d")?.get(&object.slot())?;
        match part.cells.get(&object)?.content {
            ports::values::Content::Number(number) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn changes_follow_each_other_without_a_hole() {
        let mut picture = Picture::default();
        let first = publication(1, 1, vec![block("d", 1, true, "q1", 1.0)]);
        assert!(matches!(picture.apply(&first, second(1)), Applied::Taken(_)));
        let second_ = publication(1, 2, vec![block("d", 2, false, "q1", 2.0)]);
        assert!(matches!(picture.apply(&second_, second(2)), Applied::Taken(_)));
        assert_eq!(value(&picture, "q1"), Some(2.0));
        let Applied::Taken(again) = picture.apply(&second_, second(2)) else { panic!("no hole") };
        assert!(again.blocks.is_empty(), "what is known already is no change");
        let fourth = publication(1, 4, vec![block("d", 4, false, "q1", 4.0)]);
        assert_eq!(picture.apply(&fourth, second(4)), Applied::Hole);
    }

    #[test]
    fn a_predecessor_is_not_listened_to() {
        let mut picture = Picture::default();
        picture.apply(&publication(2, 1, vec![block("d", 1, true, "q1", 1.0)]), second(1));
        let late = publication(1, 9, vec![block("d", 9, true, "q1", 9.0)]);
        assert_eq!(picture.apply(&late, second(2)), Applied::Late);
        assert_eq!(value(&picture, "q1"), Some(1.0));
    }

    #[test]
    fn a_producer_that_says_nothing_falls_silent_once() {
        let mut picture = Picture::default();
        picture.apply(&publication(1, 1, vec![]), second(10));
        let patience = Duration::from_secs(3);
        assert!(picture.fall_silent(second(13), patience).is_empty());
        assert_eq!(picture.fall_silent(second(14), patience), ["dcu-0"]);
        assert!(picture.fall_silent(second(15), patience).is_empty());
        picture.apply(&publication(1, 2, vec![]), second(16));
        assert!(!picture.producers()["dcu-0"].silent);
    }

    #[test]
    fn whoever_was_relieved_of_its_slots_and_is_silent_is_forgotten() {
        let mut picture = Picture::default();
        picture.apply(&publication(1, 1, vec![block("d", 1, true, "q1", 1.0)]), second(10));
        picture.fall_silent(second(20), Duration::from_secs(3));
        assert!(!picture.forget_idle(), "nobody else is there: it is missed");
        let mut other = ports::values::Publication::clone(&publication(1, 2, vec![]));
        other.producer = "dcu-1".into();
        picture.apply(&Arc::new(other.clone()), second(20));
        assert!(!picture.forget_idle(), "its values are shown");
        other.blocks = vec![Block { generation: 2, ..block("d", 1, false, "q1", 2.0) }];
        picture.apply(&Arc::new(other.clone()), second(20));
        assert!(picture.forget_idle());
        assert_eq!(picture.producers().keys().collect::<Vec<_>>(), ["dcu-1"]);
        let late = publication(1, 3, vec![block("d", 2, false, "q1", 9.0)]);
        assert!(matches!(picture.apply(&late, second(21)), Applied::Taken(_)));
        assert_eq!(value(&picture, "q1"), Some(2.0), "a former owner of the slot is not listened to");
    }

    #[test]
    fn a_source_stands_as_the_worst_off_sees_it_who_is_heard() {
        let told = |name: &str, status| {
            let source = SourceState { source: "pbx1".into(), status, since: second(1), detail: name.into() };
            let empty = ports::values::Publication::clone(&publication(1, 1, vec![]));
            let producer = Text::from(name);
            Arc::new(ports::values::Publication { producer, sources: vec![source], ..empty })
        };
        let mut picture = Picture::default();
        picture.apply(&told("dcu-0", SourceStatus::Live), second(10));
        picture.apply(&told("dcu-1", SourceStatus::Down), second(15));
        let state = |picture: &Picture| {
            let sources = picture.sources();
            assert_eq!(sources.len(), 1, "{sources:?}");
            sources[0].status.clone()
        };
        assert_eq!(state(&picture), SourceStatus::Down);
        picture.apply(&told("dcu-1", SourceStatus::Live), second(16));
        assert_eq!(picture.fall_silent(second(16), Duration::from_secs(3)), ["dcu-0"]);
        assert_eq!(
            state(&picture),
            SourceStatus::Live,
            "who is silent does not count while others are heard"
        );
    }
}
