//! What the hub answers without changing the picture.

use super::*;
use crate::web::table::visible_groups;
use model::ObjectType;

impl Handler<Hello> for Hub {
    type Result = Arc<Vec<State>>;

    fn handle(&mut self, Hello { session, told }: Hello, _: &mut Context<Self>) -> Self::Result {
        self.kept.sessions.borrow_mut().insert(session, told);
        self.states.all()
    }
}

impl Handler<Farewell> for Hub {
    type Result = ();

    fn handle(&mut self, Farewell(session): Farewell, _: &mut Context<Self>) {
        self.kept.sessions.borrow_mut().remove(&session);
    }
}

impl Handler<Wishes> for Hub {
    type Result = Vec<Wanted>;

    fn handle(&mut self, _: Wishes, _: &mut Context<Self>) -> Vec<Wanted> {
        let boards = self.kept.boards.borrow();
        let mut wishes: Vec<Wanted> = boards.keys().flat_map(|key| key.wishes().iter().cloned()).collect();
        wishes.sort();
        wishes.dedup();
        wishes
    }
}

impl Handler<Answers> for Hub {
    type Result = ();

    fn handle(&mut self, Answers(answers): Answers, _: &mut Context<Self>) {
        if *self.answers != answers {
            self.answers = Arc::new(answers);
            self.tell_boards(&board::Answered(self.answers.clone()), |_| true);
        }
    }
}

impl Handler<Look> for Hub {
    type Result = MessageResult<Look>;

    fn handle(&mut self, Look { query, scope, columns }: Look, _: &mut Context<Self>) -> Self::Result {
        let key = BoardKey::new(query, scope, columns);
        let mut table = key.table(self.parts.clock.now());
        table.load(&self.picture);
        table.answered(&self.answers);
        MessageResult(first_frame(table, self.parts.clock.now()))
    }
}

/// The whole table of one that was just made.
fn first_frame(mut table: Table, now: model::time::Micros) -> Shared {
    table.flush(now);
    table.snapshot()
}

impl Handler<Configured> for Hub {
    type Result = ();

    fn handle(&mut self, Configured(objects): Configured, _: &mut Context<Self>) {
        let by_object = objects.into_iter().map(|info| (info.object.clone(), info)).collect();
        *self.kept.configured.borrow_mut() = by_object;
    }
}

impl Handler<FindObjects> for Hub {
    type Result = MessageResult<FindObjects>;

    fn handle(&mut self, ask: FindObjects, _: &mut Context<Self>) -> Self::Result {
        let needle = ask.search.to_lowercase();
        let matches = |text: &str| needle.is_empty() || text.to_lowercase().contains(needle.as_str());
        let configured = self.kept.configured.borrow();
        let mut known: BTreeMap<&Object, &ObjectInfo> = configured
            .range(Object::new(ask.kind, "")..)
            .take_while(|(object, _)| object.kind == ask.kind)
            .collect();
        for info in self.picture.objects(ask.kind) {
            // Who only goes by an id here may have a name there.
            if info.name != info.object.id || !known.contains_key(&info.object) {
                known.insert(&info.object, info);
            }
        }
        let seen = known.into_values().filter(|info| ask.scope.holds(&info.object));
        let found: Vec<_> = seen.filter(|info| matches(&info.object.id) || matches(&info.name)).collect();
        let named =
            |info: &&ObjectInfo| ObjectInfo { groups: visible_groups(&ask.scope, info), ..(*info).clone() };
        let objects = found.iter().take(ask.limit).map(named).collect();
        MessageResult(Found { objects, total: found.len() })
    }
}

impl Handler<Unseen> for Hub {
    type Result = MessageResult<Unseen>;

    fn handle(&mut self, Unseen { words, scope }: Unseen, _: &mut Context<Self>) -> Self::Result {
        let configured = self.kept.configured.borrow();
        let published = ObjectType::ALL.iter().flat_map(|kind| self.picture.objects(*kind));
        let all = published.chain(configured.values());
        let hidden = all.filter(|info| !scope.holds(&info.object));
        let named = hidden.flat_map(|info| [&info.object.id, &info.name]);
        MessageResult(named.filter(|word| words.contains(*word)).cloned().collect())
    }
}

impl Handler<ListSources> for Hub {
    type Result = Arc<Vec<State>>;

    fn handle(&mut self, _: ListSources, _: &mut Context<Self>) -> Self::Result {
        self.states.all()
    }
}
