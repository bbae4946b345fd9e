//! Which records concern the objects of a narrower subscription.
//!
//! **Invariant:** a record whose DN, queue or call touched an object of interest is never left out.

use model::Text;
use model::record::Record;
use model::snapshot::DnPicture;
use std::collections::BTreeSet;

/// The interest of one client in one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Interest {
    /// Bare numbers.
    dns: BTreeSet<Text>,
    /// Calls that touched one of them and may go on elsewhere.
    calls: BTreeSet<Text>,
    /// The same in the order in which they were last seen first: the oldest are forgotten beyond the bound.
    order: std::collections::VecDeque<Text>,
}

/// Calls remembered for one client; far more than a switch carries at the same time.
const CALLS_MAX: usize = 200_000;

impl Interest {
    /// Interest in `dns`, of which those with another switch than `switch` do not matter here.
    pub(super) fn new(dns: &[Text], switch: &str) -> Self {
        let bare = dns.iter().map(|dn| match dn.rsplit_once('@') {
            Some((number, of)) if of == switch => Text::from(number),
            // What stands behind the last @ is a switch only if there is such a one; we know ours only.
            _ => dn.clone(),
        });
        Self { dns: bare.collect(), ..Self::default() }
    }

    /// Whether the record concerns the client; its calls are remembered.
    pub(super) fn concerns(&mut self, record: &Record) -> bool {
        let Record { this_dn, this_queue, other_dn, third_party_dn, conn_id, prev_conn_id, .. } = record;
        let rare = record.rare.as_deref();
        let dns = [this_dn, this_queue, other_dn, third_party_dn];
        let other_queue = rare.and_then(|rare| rare.other_queue.as_ref());
        let old_queue = rare.and_then(|rare| rare.old_queue.as_ref());
        let transfer = rare.and_then(|rare| rare.transfer_conn_id.as_ref());
        // What names no object concerns the whole source: its link, a gap, a snapshot, configuration.
        let about_source = this_dn.is_none() && conn_id.is_none();
        let mut named = dns.into_iter().flatten().chain(other_queue).chain(old_queue);
        let calls = || [conn_id.as_ref(), prev_conn_id.as_ref(), transfer].into_iter().flatten();
        let concerned = about_source
            || named.any(|dn| self.dns.contains(dn))
            || calls().any(|call| self.calls.contains(call));
        if concerned {
            calls().for_each(|call| self.remember(call));
        }
        concerned
    }

    /// Remembers the calls of a snapshot that touch the interest.
    pub(super) fn observe(&mut self, dns: &[DnPicture]) {
        for dn in dns {
            let here = self.dns.contains(&dn.dn);
            for call in &dn.calls {
                let through = call.this_queue.as_ref().is_some_and(|queue| self.dns.contains(queue));
                if here || through {
                    self.remember(&call.conn_id);
                }
            }
        }
    }

    fn remember(&mut self, call: &Text) {
        if !self.calls.insert(call.clone()) {
            return;
        }
        self.order.push_back(call.clone());
        if self.order.len() > CALLS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.calls.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::record::Event;
    use model::time::Micros;

    fn record(dn: &str, queue: Option<&str>, call: &str) -> Record {
        Record {
            this_dn: Some(dn.into()),
            this_queue: queue.map(Into::into),
            conn_id: Some(call.into()),
            ..Record::new("pbx1", Event::Ringing, Micros::ZERO)
        }
    }

    #[test]
    fn a_queue_of_interest_brings_its_agents_and_the_further_way_of_its_calls() {
        let mut interest = Interest::new(&["9001@sw1".into()], "sw1");
        assert!(!interest.concerns(&record("2001", Some("9002"), "c0")), "another queue");
        assert!(interest.concerns(&record("2001", Some("9001"), "c1")), "by its queue");
        let mut consult = record("2002", None, "c2");
        assert!(!interest.concerns(&consult), "no word of the call yet");
        consult.prev_conn_id = Some("c1".into());
        assert!(interest.concerns(&consult), "by the former call");
        assert!(interest.concerns(&record("2003", None, "c2")), "by the call that it became");
        assert!(!interest.concerns(&record("9001x", None, "c9")));
    }

    #[test]
    fn what_concerns_a_whole_source_always_comes() {
        let mut interest = Interest::new(&["9001@sw1".into()], "sw1");
        assert!(interest.concerns(&Record::new("pbx1", Event::LinkDisconnected, Micros::ZERO)));
    }

    #[test]
    fn a_number_may_hold_an_at_sign_and_may_come_without_its_switch() {
        let mut interest = Interest::new(&["Local/2001@from-queue/n".into(), "7".into()], "sw1");
        assert!(interest.concerns(&record("Local/2001@from-queue/n", None, "c1")));
        assert!(interest.concerns(&record("7", None, "c2")));
    }
}
