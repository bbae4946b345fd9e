//! From cells to readings, from turns to what is written.

use super::{Outbox, Post, Watchman};
use crate::web::picture::{Part, Picture, Update};
use alerting::{Alert, AlertKey, Because, Reading, Told, Turn};
use model::time::Micros;
use model::{Object, Text};
use ports::values::{Cell, Content, Flags};
use std::collections::BTreeSet;

impl Watchman {
    /// Looks at everything as it stands now.
    pub(super) fn look_anew(&mut self) {
        for rule in self.posts.keys().cloned().collect::<Vec<_>>() {
            self.look_at_rule(&rule);
        }
    }

    fn look_at_rule(&mut self, rule: &Text) {
        let mut hidden = Vec::new();
        let Some(post) = self.posts.get_mut(rule) else { return };
        let (key, picture) = (post.watched.subject.key.clone(), &self.picture);
        let mut looked: BTreeSet<&Object> = BTreeSet::new();
        let mut told = Teller { rule, picture, outbox: &mut self.outbox, hidden: &mut hidden };
        let mut reached = Micros::ZERO;
        for part in picture.column(&key).into_iter().flat_map(|slots| slots.values()) {
            let (at, is_fresh) = standing(picture, part);
            reached = reached.max(at);
            for (object, cell) in &part.cells {
                looked.insert(object);
                // A cell has held since its own time; after time in which nothing was known, it holds from now on.
                let known = is_fresh && !post.desk.is_unknown(object);
                told.feed(post, object, if known { cell.at } else { at }, cell, is_fresh);
            }
        }
        let missing: Vec<Object> = post
            .desk
            .rows()
            .map(|(object, _)| object)
            .filter(|object| !looked.contains(object))
            .cloned()
            .collect();
        for object in missing {
            told.miss(post, &object, reached);
        }
        for object in hidden {
            self.withdraw(rule, &object, Because::NotPermitted);
        }
    }

    /// Looks at what changed.
    pub(super) fn look_at(&mut self, update: &Update) {
        for (definition, blocks) in &update.blocks {
            for rule in self.by_key.get(definition).cloned().unwrap_or_default() {
                if blocks.iter().any(|block| block.whole || block.seq == 1) {
                    self.look_at_rule(&rule);
                    continue;
                }
                let mut hidden = Vec::new();
                let Some(post) = self.posts.get_mut(&rule) else { continue };
                let mut told = Teller {
                    rule: &rule,
                    picture: &self.picture,
                    outbox: &mut self.outbox,
                    hidden: &mut hidden,
                };
                for block in blocks {
                    for (object, cell) in &block.rows {
                        told.feed(post, object, cell.at, cell, true);
                    }
                    for object in &block.gone {
                        told.miss(post, object, block.at);
                    }
                }
                for object in hidden {
                    self.withdraw(&rule, &object, Because::NotPermitted);
                }
            }
        }
    }

    /// Time goes on: what has held so far holds until what its producer has reached.
    pub(super) fn go_on(&mut self) {
        for (rule, post) in &mut self.posts {
            if post.watched.scope.is_none() {
                continue;
            }
            let (column, picture) = (self.picture.column(&post.watched.subject.key), &self.picture);
            let reached = |object: &Object| {
                let (at, is_fresh) = standing(picture, column?.get(&object.slot())?);
                is_fresh.then_some(at)
            };
            let mut turns = Vec::new();
            post.desk.advance(reached, &mut turns);
            for (object, turn) in turns {
                let mut hidden = Vec::new();
                let mut told = Teller { rule, picture, outbox: &mut self.outbox, hidden: &mut hidden };
                told.write(post, &object, turn);
            }
        }
    }
}

/// How far the values of a part have come, and whether they may be believed.
fn standing(picture: &Picture, part: &Part) -> (Micros, bool) {
    let Some(producer) = picture.producers().get(&part.producer) else { return (Micros::ZERO, false) };
    (producer.at, !producer.silent && part.published >= producer.generation)
}

/// What a cell says: nothing, where it is not to be trusted, or where there was nothing to compute it from.
fn reading(cell: &Cell) -> Reading {
    if [Flags::EMPTY, Flags::INVALID, Flags::STALE].into_iter().any(|flag| cell.flags.has(flag)) {
        return Reading::Unknown;
    }
    match &cell.content {
        Content::Number(number) => Reading::Number(*number),
        Content::State(state) => Reading::State { status: state.status.clone(), since: state.since },
        Content::Missing(_) => Reading::Unknown,
    }
}

fn told(reading: &Reading) -> Option<Told> {
    match reading {
        Reading::Number(number) => Some(Told::Number(*number)),
        Reading::State { status, .. } => Some(Told::Word(status.clone())),
        Reading::Unknown => None,
    }
}

/// Tells the desk of one rule, and writes what it answers.
struct Teller<'a> {
    rule: &'a Text,
    picture: &'a Picture,
    outbox: &'a mut Outbox,
    /// Objects of which the owner may not know any more.
    hidden: &'a mut Vec<Object>,
}

impl Teller<'_> {
    fn feed(&mut self, post: &mut Post, object: &Object, at: Micros, cell: &Cell, is_fresh: bool) {
        if !post.watched.rule.means(object) {
            return;
        }
        let reading = match &post.watched.scope {
            Some(scope) if !scope.holds(object) => {
                self.hidden.push(object.clone());
                return;
            }
            Some(_) if is_fresh => reading(cell),
            _ => Reading::Unknown,
        };
        self.tell(post, object, at, &reading);
    }

    fn miss(&mut self, post: &mut Post, object: &Object, at: Micros) {
        match &post.watched.scope {
            Some(scope) if !scope.holds(object) => self.hidden.push(object.clone()),
            _ => self.tell(post, object, at, &Reading::Unknown),
        }
    }

    fn tell(&mut self, post: &mut Post, object: &Object, at: Micros, reading: &Reading) {
        let mut turns = Vec::new();
        post.desk.feed(object, at, reading, &mut turns);
        for turn in turns {
            self.write(post, object, turn);
        }
    }

    fn write(&mut self, post: &Post, object: &Object, turn: Turn) {
        let key = |raised_at| AlertKey { rule: self.rule.clone(), object: object.clone(), raised_at };
        match turn {
            Turn::Raised { at, reading } => {
                let alert = self.alert(post, object, at, &reading);
                self.outbox.raise(alert);
            }
            Turn::Cleared { raised_at, at, reading } => {
                self.outbox.clear(key(raised_at), at, Because::Well, told(&reading));
            }
            Turn::Unknown { raised_at, at } => self.outbox.unknown(key(raised_at), Some(at)),
            Turn::Known { raised_at } => self.outbox.unknown(key(raised_at), None),
        }
    }

    fn alert(&self, post: &Post, object: &Object, raised_at: Micros, reading: &Reading) -> Alert {
        let (rule, subject) = (&post.watched.rule, &post.watched.subject);
        let name = self.picture.name(object).unwrap_or_else(|| object.id.clone());
        Alert {
            rule: self.rule.clone(),
            only_for: rule.private.then(|| post.watched.owner.clone()),
            title: rule.title.clone(),
            text: rule.text.clone(),
            severity: rule.severity,
            object: object.clone(),
            name,
            definition: subject.key.clone(),
            statistic: subject.title.clone(),
            unit: subject.unit.clone(),
            condition: rule.condition.clone(),
            raised_at,
            value: told(reading),
            unknown_since: None,
            cleared: None,
            acknowledged: None,
            snoozed: None,
            webhook: rule.webhook.clone(),
            deliveries: Vec::new(),
            fence: 0,
        }
    }
}
