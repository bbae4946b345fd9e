//! Whether a condition holds for what an action carries.

use super::{Atom, Attribute, Compare, Filter, Node, Pattern, number};
use model::item::Attached;
use model::record::{KeyValue, KeyValues};

impl Filter {
    /// Whether it holds for an action of so many seconds that carries this.
    pub(crate) fn holds(&self, data: &Attached, seconds: i64) -> bool {
        walk(&self.root, &|place| self.atoms[place].holds(data, seconds))
    }

    /// Which atoms hold, one bit each, for [`decide`](Self::decide) later; those about `Duration` are left open.
    pub(crate) fn facts(&self, data: &Attached) -> u64 {
        let bit = |(place, atom): (usize, &Atom)| match atom {
            Atom::Duration { .. } => 0,
            _ => u64::from(atom.holds(data, 0)) << place,
        };
        self.atoms.iter().enumerate().map(bit).fold(0, |facts, bit| facts | bit)
    }

    /// Whether it holds by these facts after so many seconds.
    pub(crate) fn decide(&self, facts: u64, seconds: i64) -> bool {
        walk(&self.root, &|place| match &self.atoms[place] {
            Atom::Duration { compare, literal } => duration(*compare, literal, seconds),
            _ => facts >> place & 1 == 1,
        })
    }
}

/// The depth is bounded by the grammar.
fn walk(node: &Node, atom: &impl Fn(usize) -> bool) -> bool {
    match node {
        Node::Atom(place) => atom(*place),
        Node::Not(inner) => !walk(inner, atom),
        Node::All(nodes) => nodes.iter().all(|node| walk(node, atom)),
        Node::Any(nodes) => nodes.iter().any(|node| walk(node, atom)),
    }
}

fn duration(compare: Compare, literal: &str, seconds: i64) -> bool {
    number(literal).is_some_and(|literal| compare.holds(seconds as f64, literal))
}

impl Atom {
    fn holds(&self, data: &Attached, seconds: i64) -> bool {
        match self {
            Self::Pair { key, value } => {
                lists(data).any(|list| find(list, key).is_some_and(|found| value.holds(found)))
            }
            Self::Text { attribute, compare, literal } => {
                // What is not carried makes every comparison false, also `!=` (rules F-4, Q-35).
                attribute.of(data).is_some_and(|text| texts(*compare, text, literal))
            }
            Self::Duration { compare, literal } => duration(*compare, literal, seconds),
        }
    }
}

/// `=` and `!=` compare text, the others numbers (rule Q-35).
fn texts(compare: Compare, left: &str, right: &str) -> bool {
    match compare {
        Compare::Equal => left == right,
        Compare::Unequal => left != right,
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => compare.holds(left, right),
            _ => false,
        },
    }
}

impl Pattern {
    fn holds(&self, found: Found<'_>) -> bool {
        match (self, found) {
            (Self::Any, _) => true,
            (_, Found::List) => false,
            (Self::Prefix(start), Found::Text(text)) => text.starts_with(start.as_str()),
            (Self::Exact(whole), Found::Text(text)) => text == whole,
        }
    }
}

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found<'a> {
    Text(&'a str),
    List,
}

/// The lists in which pairs are looked for, in order (rule F-3).
pub(crate) fn lists(data: &Attached) -> impl Iterator<Item = &KeyValues> {
    [&data.user_data, &data.reasons, &data.extensions].into_iter().filter_map(|list| list.as_deref())
}

/// What stands under a key, or under `outer.inner` (rule F-3).
pub(crate) fn find<'a>(list: &'a KeyValues, key: &str) -> Option<Found<'a>> {
    match list.get(key) {
        Some(KeyValue::Text(text)) => Some(Found::Text(text)),
        Some(KeyValue::List(_)) => Some(Found::List),
        None => {
            let inner = |dot: usize| match list.get(&key[..dot]) {
                Some(KeyValue::List(inner)) => inner.get(&key[dot + 1..]),
                _ => None,
            };
            key.match_indices('.').find_map(|(dot, _)| inner(dot)).map(|text| Found::Text(text))
        }
    }
}

impl Attribute {
    fn of(self, data: &Attached) -> Option<&str> {
        match self {
            Self::Ani => data.ani.as_deref(),
            Self::Dnis => data.dnis.as_deref(),
            Self::CustomerId => data.customer_id.as_deref(),
            Self::MediaType => data.media_type.as_deref(),
            Self::ThisQueue => data.this_queue.as_deref(),
            Self::TreatmentType => data.treatment_type.as_deref(),
            Self::ExtensionReasonCode => reason_code(data),
        }
    }
}

/// The switch puts the code into the extensions; sources that have no extensions tell it as a reason.
fn reason_code(data: &Attached) -> Option<&str> {
    [&data.extensions, &data.reasons].into_iter().find_map(|list| {
        match find(list.as_deref()?, "ReasonCode") {
            Some(Found::Text(text)) => Some(text),
            _ => None,
        }
    })
}
