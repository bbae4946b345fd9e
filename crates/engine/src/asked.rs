//! What is asked for: requests with their definitions, and which objects they mean.

use model::object::ObjectIx;
use model::{Micros, Object, ObjectType, Text};
use objects::Directory;
use serde::{Deserialize, Serialize};
use stats::{Definition, Library, Notify, Refused, Request};
use std::collections::BTreeMap;

/// A request that can't be served, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRequest {
    /// The request's name.
    pub name: Text,
    /// In words.
    pub cause: String,
}

/// When somebody asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asks {
    pub(crate) from: Micros,
    until: Micros,
}

impl Asks {
    /// Whether that instant is among them.
    pub(crate) fn at(self, at: Micros) -> bool {
        self.from <= at && at < self.until
    }
}

/// How long a statistic that nobody asks for is kept (rule X-12).
const UNUSED: Micros = Micros::from_secs(3600);

/// A request that is served.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: Text,
    pub(crate) definition: Definition,
    /// None: the first record's `received`.
    pub(crate) opened_at: Option<Micros>,
    /// While somebody asks: nothing is answered before the one, nor from the other on.
    pub(crate) asks: Asks,
    /// When its values are told.
    pub(crate) notify: Notify,
    /// Which types the names may be of.
    kinds: Vec<ObjectType>,
    /// All objects of these types.
    all: bool,
    /// Names that have not been met yet.
    missing: Vec<Text>,
    /// Objects with a row, by what they are.
    pub(crate) objects: BTreeMap<Object, ObjectIx>,
}

impl Asked {
    /// Resolves one request of a library. Objects that nobody knows yet are waited for. One that is closed and opened
    /// again is two: the second joins the first where that is kept (rule X-12).
    pub(crate) fn new(library: &Library, request: &Request, known: &Directory) -> Result<Vec<Self>, Refused> {
        let definition = library.define(request)?;
        let kinds = definition.types_of(request)?;
        let instant =
            |text: &Option<Text>| text.as_deref().map(stats::parse_instant).transpose().map_err(Refused::new);
        let opened_at = instant(&request.opened_at)?;
        let (closed, reopened) = (instant(&request.closed_at)?, instant(&request.reopened_at)?);
        let ordered = [opened_at, closed, reopened].into_iter().flatten().is_sorted();
        if !ordered || (reopened.is_some() && closed.is_none()) {
            return Err(Refused::new("opened_at, closed_at and reopened_at must follow each other"));
        }
        let notify = Notify::new(request, &definition)?;
        let all = request.objects.iter().any(|name| name == "*");
        let asked = Self {
            name: request.name.clone(),
            definition,
            opened_at,
            asks: Asks { from: Micros(i64::MIN), until: closed.unwrap_or(Micros::MAX) },
            notify,
            kinds,
            all,
            missing: if all { Vec::new() } else { request.objects.clone() },
            objects: BTreeMap::new(),
        };
        for name in &asked.missing {
            let mut meant =
                known.objects().map(|(_, object)| object).filter(|object| asked.means(name, object));
            if let (Some(first), Some(second)) = (meant.next(), meant.next()) {
                return Err(Refused::new(ambiguous(name, first, second)));
            }
        }
        let again = closed.zip(reopened).map(|(closed, reopened)| {
            let is_kept = reopened - closed < UNUSED;
            let opened_at = if is_kept { asked.opened_at } else { Some(reopened) };
            Self { opened_at, asks: Asks { from: reopened, until: Micros::MAX }, ..asked.clone() }
        });
        Ok(std::iter::once(asked).chain(again).collect())
    }

    /// Whether an object that appears is asked for; it is remembered then.
    pub(crate) fn meets(&mut self, ix: ObjectIx, object: &Object) -> bool {
        let wanted = if self.all {
            self.kinds.contains(&object.kind)
        } else {
            let found = self.missing.iter().position(|name| self.means(name, object));
            found.map(|place| self.missing.remove(place)).is_some()
        };
        if wanted {
            self.objects.insert(object.clone(), ix);
        }
        wanted
    }

    /// Names that have not been met yet.
    pub(crate) fn missing(&self) -> &[Text] {
        &self.missing
    }

    /// An object was taken away.
    pub(crate) fn part(&mut self, object: &Object) {
        if self.all {
            self.objects.remove(object);
        }
    }

    /// DNs may be named without their switch (contracts, part 1).
    fn means(&self, name: &str, object: &Object) -> bool {
        use ObjectType as T;
        self.kinds.contains(&object.kind)
            && (object.id == name
                || (matches!(object.kind, T::Queue | T::RoutePoint | T::RegDN)
                    && object.id.rsplit_once('@').is_some_and(|(number, _)| number == name)))
    }
}

fn ambiguous(name: &str, first: &Object, second: &Object) -> String {
    if first.kind == second.kind {
        return format!("object `{name}` is ambiguous: `{}` and `{}`; name its switch", first.id, second.id);
    }
    let (first, second) = (first.kind.name(), second.kind.name());
    format!("object `{name}` is ambiguous: a {first} and a {second}; give object_type")
}
