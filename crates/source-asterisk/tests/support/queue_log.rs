//! The PBX's own log, read by itself: no code of the adapter has a part in it.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::collections::BTreeMap;

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) at: i64,
    pub(crate) uid: String,
    pub(crate) queue: String,
    pub(crate) agent: String,
    pub(crate) event: String,
    pub(crate) data: Vec<String>,
}

impl Row {
    pub(crate) fn number(&self, n: usize) -> i64 {
        self.data.get(n).and_then(|d| d.parse().ok()).unwrap_or_else(|| panic!("no number {n} in {self:?}"))
    }
}

/// Reads the log.
pub(crate) fn read(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut parts = line.split('|').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        let (at, uid, queue, agent, event) = (next(), next(), next(), next(), next());
        Row { at: at.parse().unwrap_or(0), uid, queue, agent, event, data: parts.collect() }
    };
    text.lines().filter(|l| !l.is_empty()).map(row).collect()
}

/// How often each event happened, by whatever `key` says.
pub(crate) fn count(rows: &[Row], key: impl Fn(&Row) -> Option<String>) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for key in rows.iter().filter_map(key) {
        *found.entry(key).or_default() += 1;
    }
    found
}
