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

/// A request that is served.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: Text,
    pub(crate) definition: Definition,
    /// None: the first record's `received`.
    pub(crate) opened_at: Option<Micros>,
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
    /// Resolves one request of a library. Objects that nobody knows yet are waited for.
    pub(crate) fn new(library: &Library, request: &Request, known: &Directory) -> Result<Self, Refused> {
        let definition = library.define(request)?;
        let kinds = definition.types_of(request)?;
        let opened_at = match &request.opened_at {
            Some(text) => Some(stats::parse_instant(text).map_err(Refused::new)?),
            None => None,
        };
        let notify = Notify::new(request, &definition)?;
        let all = request.objects.iter().any(|name| name == "*");
        let asked = Self {
            name: request.name.clone(),
            definition,
            opened_at,
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
        Ok(asked)
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
