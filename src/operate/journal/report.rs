//! A segment in one line.

use crate::operate::words;
use journal::{FlawKind, Piece};
use model::time::Micros;
use serde::Serialize;

/// What is told of a segment.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    source: String,
    file: String,
    /// Epoch and number of the first and the last record.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<(u64, u64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<(u64, u64)>,
    /// When they were received, in µs.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Micros>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Micros>,
    records: u64,
    snapshots: u64,
    /// Numbers that were never here.
    missing: u64,
    bytes: u64,
    /// `whole`, `torn`, `damaged`.
    state: &'static str,
    /// The first byte that belongs to no whole record.
    #[serde(skip_serializing_if = "Option::is_none")]
    whole_until: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    verified: bool,
}

impl Line {
    /// `verified`: every record was read, and what was wrong with the first bad one.
    pub(super) fn new(piece: &Piece, verified: Option<Option<String>>) -> Self {
        let end = |(position, _): (model::time::Position, Micros)| (position.epoch, position.seq);
        let flaw = piece.flaw.as_ref();
        let unread = verified.clone().flatten();
        let state = match (flaw.map(|flaw| flaw.kind), &unread) {
            (Some(FlawKind::Damaged), _) | (_, Some(_)) => "damaged",
            (Some(FlawKind::Torn), None) => "torn",
            (None, None) => "whole",
        };
        Self {
            source: piece.source.clone(),
            file: piece.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            first: piece.span.map(|(first, _)| end(first)),
            last: piece.span.map(|(_, last)| end(last)),
            from: piece.span.map(|((_, from), _)| from),
            to: piece.span.map(|(_, (_, to))| to),
            records: piece.records,
            snapshots: piece.snapshots,
            missing: piece.holes,
            bytes: piece.bytes,
            state,
            whole_until: flaw.map(|flaw| flaw.offset),
            cause: flaw.map(|flaw| flaw.what.clone()).or(unread),
            verified: verified.is_some(),
        }
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.state == "damaged"
    }

    /// What is wrong, where it begins, and what follows from it.
    pub(super) fn flaw_text(&self) -> Option<String> {
        let cause = self.cause.as_ref()?;
        let place = self.whole_until.map_or_else(String::new, |at| {
            format!(" from byte {at} on ({})", words::bytes(self.bytes.saturating_sub(at)))
        });
        let meaning = match self.state {
            "torn" => "an append that is being written, or that a crash tore off; nobody was told of it",
            _ => "restore the file from a backup, or move it away: receivers that need it are told of a gap",
        };
        Some(format!("{}{place}: {cause}; {meaning}", self.state))
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{}  {}  ", self.source, self.file);
        if let (Some((epoch, seq)), Some((last_epoch, last_seq)), Some(from), Some(to)) =
            (self.first, self.last, self.from, self.to)
        {
            let last =
                if epoch == last_epoch { last_seq.to_string() } else { format!("{last_epoch}/{last_seq}") };
            text += &format!("{epoch}/{seq}..{last}  {}..{}  ", words::time(from), words::time(to));
        }
        text +=
            &format!("{} records, {} snapshots, {}", self.records, self.snapshots, words::bytes(self.bytes));
        if self.missing > 0 {
            text += &format!(", {} numbers that were never here", self.missing);
        }
        match self.flaw_text() {
            Some(flaw) => text += &format!("  {flaw}"),
            None if self.verified => text += "  whole",
            None => {}
        }
        text
    }
}
