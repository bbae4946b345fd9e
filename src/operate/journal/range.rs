//! From one record to another.

use jiff::Timestamp;
use model::time::{Micros, Position};
use ports::record_log::Entry;
use std::str::FromStr;

/// Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    from: Option<End>,
    to: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// In any epoch.
    Number(u64),
    Position(Position),
    Received(Micros),
}

impl End {
    fn parse(text: &str) -> Result<Option<Self>, String> {
        let unknown = || {
            format!("`{text}` is neither a number, nor EPOCH/NUMBER, nor a time such as 2026-11-23T12:00:00Z")
        };
        if text.is_empty() {
            return Ok(None);
        }
        if let Ok(number) = text.parse() {
            return Ok(Some(Self::Number(number)));
        }
        if let Some((epoch, seq)) = text.split_once('/') {
            let (epoch, seq) = (epoch.parse().map_err(|_| unknown())?, seq.parse().map_err(|_| unknown())?);
            return Ok(Some(Self::Position(Position { epoch, seq })));
        }
        let at: Timestamp = text.parse().map_err(|_| unknown())?;
        Ok(Some(Self::Received(Micros(at.as_microsecond()))))
    }

    fn compare(self, entry: &Entry) -> std::cmp::Ordering {
        match self {
            Self::Number(number) => entry.position.seq.cmp(&number),
            Self::Position(position) => entry.position.cmp(&position),
            Self::Received(at) => entry.received.cmp(&at),
        }
    }
}

impl Range {
    /// Whether the record is one of them.
    pub(super) fn holds(&self, entry: &Entry) -> bool {
        self.from.is_none_or(|from| from.compare(entry).is_ge())
            && self.to.is_none_or(|to| to.compare(entry).is_le())
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once("..").ok_or("write FROM..TO, for instance 4711..4720")?;
        Ok(Self { from: End::parse(from)?, to: End::parse(to)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(epoch: u64, seq: u64, received: i64) -> Entry {
        let position = Position { epoch, seq };
        Entry {
            position,
            received: Micros::from_secs(received),
            is_snapshot: false,
            bytes: Vec::new().into(),
        }
    }

    #[test]
    fn both_ends_belong_to_a_range_and_either_may_be_open() {
        let holds = |text: &str, epoch, seq, at| text.parse::<Range>().unwrap().holds(&entry(epoch, seq, at));
        assert!(holds("3..5", 1, 3, 0) && holds("3..5", 2, 5, 0) && !holds("3..5", 1, 6, 0));
        assert!(holds("1/9..2/1", 2, 1, 0) && !holds("1/9..2/1", 2, 2, 0));
        assert!(holds("..", 1, 1, 0) && holds("4..", 1, 9, 0) && !holds("..4", 1, 9, 0));
        assert!(holds("1970-01-01T00:00:10Z..", 1, 1, 10) && !holds("1970-01-01T00:00:10Z..", 1, 1, 9));
    }

    #[test]
    fn what_is_no_range_is_told_with_an_example() {
        assert!("7".parse::<Range>().unwrap_err().contains("4711..4720"));
        assert!("noon..".parse::<Range>().unwrap_err().contains("`noon`"));
    }
}
