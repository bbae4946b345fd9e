//! Calls that belong together: a consult and the call it was made for, a call and what it was transferred into.

use model::Text;
use model::record::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Which call names which other.
#[derive(Debug, Default)]
pub(super) struct Links {
    known: BTreeSet<Text>,
    linked: BTreeMap<Text, BTreeSet<Text>>,
}

impl Links {
    /// Takes in what a record says of its call.
    pub(super) fn note(&mut self, record: &Record) {
        let Some(conn) = &record.conn_id else { return };
        if !self.known.contains(conn) {
            self.known.insert(conn.clone());
        }
        let rare = record.rare.as_ref().and_then(|rare| rare.transfer_conn_id.as_ref());
        for other in record.prev_conn_id.iter().chain(rare) {
            self.linked.entry(conn.clone()).or_default().insert(other.clone());
            self.linked.entry(other.clone()).or_default().insert(conn.clone());
        }
    }

    /// All calls that hang together with this one; nothing if nobody has heard of it.
    pub(super) fn family(&self, conn: &str) -> Option<BTreeSet<Text>> {
        let mut rest = vec![self.known.get(conn)?.clone()];
        let mut family = BTreeSet::new();
        while let Some(conn) = rest.pop() {
            if family.insert(conn.clone()) {
                rest.extend(self.linked.get(&conn).into_iter().flatten().cloned());
            }
        }
        Some(family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::record::Event;
    use model::time::Micros;

    fn record(conn: &str, prev: Option<&str>) -> Record {
        let mut record = Record::new("pbx1", Event::Ringing, Micros(1));
        (record.conn_id, record.prev_conn_id) = (Some(conn.into()), prev.map(Into::into));
        record
    }

    #[test]
    fn a_consult_of_a_transferred_call_belongs_to_it() {
        let mut links = Links::default();
        for (conn, prev) in [("1", None), ("2", Some("1")), ("1", Some("2")), ("3", None), ("4", Some("2"))] {
            links.note(&record(conn, prev));
        }
        let family = |conn| links.family(conn).map(|family| family.into_iter().collect::<Vec<_>>().join(" "));
        assert_eq!(family("4").as_deref(), Some("1 2 4"));
        assert_eq!(family("3").as_deref(), Some("3"));
        assert_eq!(family("5"), None);
    }
}
