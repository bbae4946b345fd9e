//! Which pieces count, and with how many seconds (statistics 4.2: P-1 to P-5, TP-5 to TP-8, TP-11).

use crate::interval::Interval;
use crate::items::{Mask, Piece};
use model::time::seconds_between;
use model::{Micros, Text};
use std::collections::BTreeSet;

/// A piece that counts.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) seconds: i64,
    /// A status that still goes on is not.
    pub(crate) ended: bool,
    pub(crate) conn: Option<Text>,
    /// Whole seconds of its beginning and end, clipped.
    pub(crate) span: (i64, i64),
    key: (Micros, usize),
}

/// What of the pieces counts in an interval, in the order in which it does (rule Q-42).
pub(crate) fn counted(
    pieces: &[Piece],
    interval: Interval,
    creation: Micros,
    adjusted: bool,
) -> Vec<Counted> {
    let mut counted: Vec<Counted> =
        pieces.iter().filter_map(|piece| count(piece, interval, creation, adjusted)).collect();
    counted.sort_by_key(|one| one.key);
    counted
}

fn count(piece: &Piece, interval: Interval, creation: Micros, adjusted: bool) -> Option<Counted> {
    let clip = if adjusted { creation } else { interval.from };
    if let Some(at) = piece.at {
        // P-3 and Q-34: whole, wherever its beginning lies.
        let whole = piece.end.unwrap_or(at);
        return interval.has(at).then(|| counts(piece, piece.from, whole, true, at));
    }
    let from = piece.from.max(clip);
    if piece.status.is_none() {
        let released = piece.released.filter(|at| interval.has(*at))?; // P-1, P-4, TP-5, TP-8.
        let end = piece.end?;
        // Rule Q-35: what a filter left counts if it reaches into the interval; adjusted, into the time since the opening.
        let reaches = if adjusted { end >= creation } else { interval.has(end) };
        return reaches.then(|| counts(piece, from, end, true, released));
    }
    // P-5: a status that ends exactly at the beginning belongs to the interval before.
    let ended = piece.end.filter(|end| *end <= interval.to);
    if piece.from > interval.to || (!adjusted && ended.is_some_and(|end| end <= interval.from)) {
        return None;
    }
    if adjusted {
        // With all stretches when the status ends (rule Q-35).
        let released =
            piece.released.filter(|at| *at <= interval.to && *at > interval.from.max(piece.from))?;
        let end = piece.end.filter(|end| *end > creation.max(piece.from))?;
        return Some(counts(piece, from, end, true, released));
    }
    Some(counts(piece, from, ended.unwrap_or(interval.to), ended.is_some(), piece.from))
}

fn counts(piece: &Piece, from: Micros, end: Micros, ended: bool, when: Micros) -> Counted {
    Counted {
        seconds: seconds_between(from, end),
        ended,
        conn: piece.conn.clone(),
        span: (from.secs(), end.secs()),
        key: (when, piece.order),
    }
}

/// The last `n` finished pieces of either mask since the creation (rules TP-11, Q-36).
///
/// True with it where no rule tells which they are.
pub(crate) fn last(pieces: &[Piece], masks: &[&Mask], n: usize, interval: Interval) -> (Vec<Piece>, bool) {
    let finished = |piece: &&Piece| {
        let when = piece.at.or(piece.released);
        let counts = match piece.status {
            None => when.is_some_and(|when| interval.has(when)),
            Some(_) => when.is_some_and(|when| when <= interval.to && when > interval.from),
        };
        counts && masks.iter().any(|mask| mask.has(piece))
    };
    let mut finished: Vec<Piece> = pieces.iter().filter(finished).cloned().collect();
    finished.sort_by_key(|piece| {
        let start = if piece.status.is_some() { piece.from } else { Micros::ZERO };
        (piece.at.or(piece.released), start, piece.order, piece.whose.clone())
    });
    let begin = finished.len().saturating_sub(n);
    let last = finished.split_off(begin);
    let when = |piece: &Piece| piece.at.or(piece.released);
    let tie = |one: &Piece, other: &Piece| when(one) == when(other) && one.cut && other.cut;
    let is_open = finished.last().zip(last.first()).is_some_and(|(one, other)| tie(one, other));
    (last, is_open)
}

/// The first of each call, and those without a call (rule Q-41).
pub(crate) fn firsts(counted: &[Counted], distinct: bool) -> Vec<Counted> {
    let mut seen = BTreeSet::new();
    let first = |one: &&Counted| !distinct || one.conn.as_ref().is_none_or(|conn| seen.insert(conn.clone()));
    counted.iter().filter(first).cloned().collect()
}

/// How many go on at an instant (rule Q-3), and their seconds by then.
pub(crate) fn going_on(pieces: &[Piece], mask: &Mask, at: Micros) -> Vec<Counted> {
    let on = |piece: &&Piece| {
        mask.has(piece) && piece.at.is_none() && piece.from <= at && piece.end.is_none_or(|end| end > at)
    };
    pieces.iter().filter(on).map(|piece| counts(piece, piece.since, at, false, piece.from)).collect()
}

/// Seconds in which at least one of them went on.
pub(crate) fn union(counted: &[Counted]) -> i64 {
    let mut spans: Vec<(i64, i64)> = counted.iter().map(|one| one.span).collect();
    spans.sort_unstable();
    let (mut total, mut covered) = (0, i64::MIN);
    for (from, end) in spans {
        let from = from.max(covered);
        if end > from {
            total += end - from;
            covered = end;
        }
    }
    total
}
