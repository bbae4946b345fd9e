//! Filters (statistics 5.3, rules F-0 to F-8, Q-35): what of the pieces is left by one.

use crate::carried::Carried;
use crate::items::Piece;
use model::Micros;
use model::record::{KeyValue, KeyValues};
use model::time::seconds_between;
use std::fmt;

/// A condition. It prints as the language of filters has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// `PairExists("key", "value")`.
    Pair(&'static str, &'static str),
    /// `DNIS = number`.
    Dnis(&'static str),
    /// `ThisQueue = number`.
    Queue(&'static str),
    /// `Duration > seconds`.
    Longer(i64),
    /// `~`.
    Not(Box<Filter>),
    /// `&`.
    Both(Box<Filter>, Box<Filter>),
    /// `|`.
    Either(Box<Filter>, Box<Filter>),
}

/// What a category does with a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Each true stretch counts as it goes on (rules F-1, F-5).
    Stretches,
    /// True stretches count when the whole is over (rules F-8, Q-35).
    AtTheEnd,
    /// What goes on counts if it is true at the question: it may be a matter of time.
    AtTheQuestion,
}

impl Filter {
    /// Whether it compares `Duration`.
    pub fn has_duration(&self) -> bool {
        match self {
            Self::Longer(_) => true,
            Self::Not(one) => one.has_duration(),
            Self::Both(one, other) | Self::Either(one, other) => one.has_duration() || other.has_duration(),
            _ => false,
        }
    }

    fn holds(&self, carried: &Carried, seconds: i64) -> bool {
        match self {
            Self::Pair(key, value) => [&carried.user_data, &carried.reasons]
                .into_iter()
                .flatten()
                .any(|list| has_pair(list, key, value)),
            Self::Dnis(number) => carried.dnis.as_deref() == Some(number),
            Self::Queue(number) => carried.this_queue.as_deref() == Some(number),
            Self::Longer(than) => seconds > *than,
            Self::Not(one) => !one.holds(carried, seconds),
            Self::Both(one, other) => one.holds(carried, seconds) && other.holds(carried, seconds),
            Self::Either(one, other) => one.holds(carried, seconds) || other.holds(carried, seconds),
        }
    }

    /// What of a piece is left, as of `now`.
    pub(crate) fn leaves(&self, piece: &Piece, way: Way, now: Micros) -> Vec<Piece> {
        let last = piece.history.last().map(|(_, carried)| carried.clone()).unwrap_or_default();
        if let Some(at) = piece.at {
            let seconds = seconds_between(piece.from, piece.end.unwrap_or(at)); // Rule F-2.
            return if self.holds(&last, seconds) { vec![piece.clone()] } else { Vec::new() };
        }
        match way {
            Way::AtTheQuestion => {
                let holds = self.holds(&last, seconds_between(piece.since, now));
                let goes_on = piece.end.is_none();
                if holds && goes_on { vec![piece.clone()] } else { Vec::new() }
            }
            Way::Stretches => {
                let stretch = |(from, end)| Piece { from, end, released: end, ..piece.clone() };
                self.stretches(piece).into_iter().map(stretch).collect()
            }
            Way::AtTheEnd => {
                let Some(over) = piece.end else { return Vec::new() };
                let stretch = |(from, end): (Micros, Option<Micros>)| Piece {
                    from,
                    end: Some(end.unwrap_or(over)),
                    released: Some(over),
                    ..piece.clone()
                };
                self.stretches(piece).into_iter().map(stretch).collect()
            }
        }
    }

    /// Where it was true, as long as the piece lasted; without an end where that still is so.
    fn stretches(&self, piece: &Piece) -> Vec<(Micros, Option<Micros>)> {
        let mut truth: Vec<(Micros, bool)> = Vec::new();
        for (nth, (at, carried)) in piece.history.iter().enumerate() {
            // What it began with it had from its beginning on, also where that is the opening.
            let at = if nth == 0 { &piece.from } else { at };
            if piece.end.is_some_and(|end| *at > end) {
                break;
            }
            let at = (*at).max(piece.from);
            let holds = self.holds(carried, 0);
            match truth.last_mut() {
                // What was so within one instant only was not so (rule Q-3).
                Some(last) if last.0 == at => last.1 = holds,
                _ => truth.push((at, holds)),
            }
        }
        let mut stretches: Vec<(Micros, Option<Micros>)> = Vec::new();
        for (place, (from, holds)) in truth.iter().enumerate() {
            if !holds {
                continue;
            }
            let end = truth.get(place + 1).map(|next| next.0).or(piece.end);
            match stretches.last_mut() {
                Some(last) if last.1 == Some(*from) => last.1 = end,
                _ => stretches.push((*from, end)),
            }
        }
        // One that began in the instant of the end is none, unless the whole is as short.
        stretches.retain(|(from, end)| end.is_none_or(|end| end > *from || piece.from == end));
        stretches
    }
}

fn has_pair(list: &KeyValues, key: &str, value: &str) -> bool {
    let Some(KeyValue::Text(found)) = list.get(key) else { return false };
    match value.strip_suffix('*') {
        Some(start) => found.starts_with(start),
        None => found == value,
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(key, value) => write!(f, "PairExists(\"{key}\",\"{value}\")"),
            Self::Dnis(number) => write!(f, "DNIS=\"{number}\""),
            Self::Queue(number) => write!(f, "ThisQueue=\"{number}\""),
            Self::Longer(than) => write!(f, "Duration>{than}"),
            Self::Not(one) => write!(f, "~({one})"),
            Self::Both(one, other) => write!(f, "({one}) & ({other})"),
            Self::Either(one, other) => write!(f, "({one}) | ({other})"),
        }
    }
}
