//! One value under study: what made it, with names.

use crate::asked::Asked;
use crate::engine::Engine;
use model::item::{ConnIx, Items};
use model::object::ObjectIx;
use model::{Micros, Object, Status, Text};
use stats::{Explained, Refused, Statistic};
use std::collections::BTreeMap;

/// What is studied, and the names of the calls that were met.
#[derive(Clone, Debug)]
pub(crate) struct Studied {
    statistic: Text,
    object: Text,
    /// The statistic's place, and the object.
    pub(crate) found: Option<(usize, ObjectIx)>,
    calls: BTreeMap<ConnIx, Text>,
}

impl Studied {
    /// Whether a row of that request is the one.
    pub(crate) fn wants(&self, asked: &Asked, object: &Object) -> bool {
        let is_named = object.id == self.object
            || object.id.rsplit_once('@').is_some_and(|(number, _)| number == self.object);
        self.found.is_none() && asked.name == self.statistic && is_named
    }
}

/// A value with what made it, and for whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Whose value.
    pub object: Object,
    /// The value and its contributions.
    pub explained: Explained,
    /// What the list comes to, with its `empty` flag: the value, exactly. None of a state.
    pub folded: Option<(f64, bool)>,
    /// The status that the list comes to, of a state.
    pub status: Option<Status>,
}

impl Study {
    /// The value of the recorded object as of `at`.
    pub(crate) fn of(statistic: &Statistic, object: Object, ix: ObjectIx, at: Micros) -> Option<Self> {
        let explained = statistic.explain(ix, at)?;
        let definition = statistic.definition();
        let is_state = definition.category.is_state();
        let folded = (!is_state).then(|| stats::fold(definition, explained.interval, &explained.items));
        let status = stats::fold_state(object.kind, &explained.items).filter(|_| is_state);
        Some(Self { object, explained, folded, status })
    }
}

impl Engine {
    /// Keeps what makes the value of one object, to be asked with [`study`](Self::study); before the first record. An
    /// engine that studies nothing pays nothing for it.
    ///
    /// # Errors
    /// A statistic that is not asked for, or whose value nothing adds up to.
    pub fn begin_study(&mut self, statistic: &str, object: &str) -> Result<(), Refused> {
        let asked = self.asked.iter().find(|asked| asked.name == statistic);
        let asked = asked.ok_or_else(|| Refused::new(format!("no statistic `{statistic}` is asked for")))?;
        asked.definition.check_recordable()?;
        let (statistic, object) = (statistic.into(), object.into());
        self.studied = Some(Studied { statistic, object, found: None, calls: BTreeMap::new() });
        self.objects.trace();
        Ok(())
    }

    /// The studied value as of `at`, with what made it; none while the object is unknown, or before the opening.
    pub fn study(&self, at: Micros) -> Option<Study> {
        let (place, ix) = self.studied.as_ref()?.found?;
        let statistic = self.statistics().get(place)?;
        Study::of(statistic, self.directory().object(ix)?.clone(), ix, at)
    }

    /// The id of a call that the studied value met.
    pub fn call_name(&self, conn: ConnIx) -> Option<&str> {
        self.studied.as_ref()?.calls.get(&conn).map(Text::as_str)
    }

    pub(crate) fn note_calls(&mut self, items: &Items) {
        let Some(studied) = &mut self.studied else { return };
        for conn in items.items.iter().map(|item| item.conn).filter(|conn| *conn != ConnIx::NONE) {
            if let Some(name) = self.objects.floor.conn_id(conn) {
                studied.calls.entry(conn).or_insert_with(|| name.into());
            }
        }
    }
}
