//! Conformance rows: a story of events, statistics that are asked for, and what they must answer.

pub(crate) mod row;
pub(crate) mod story;
pub(crate) mod when;
