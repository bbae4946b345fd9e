//! The other side of a call changes (rules ).

use crate::acts::of_type;
use crate::world::World;
use model::record::CallState;
use model::{Action, Record};

impl World<'_> {
    pub(crate) fn party_changed(&mut self, dn: &str, record: &Record) {
        let Some(conn) = record.conn_id.clone() else { return };
        let former = record.prev_conn_id.clone().unwrap_or_else(|| conn.clone());
        let renamed = former != conn;
        let Some(leg) = self.dn(dn).legs.iter_mut().find(|leg| leg.conn == former) else { return };
        let kind = record.call_type.clone().unwrap_or_else(|| leg.kind.clone());
        leg.conn = conn.clone();
        let old_kind = std::mem::replace(&mut leg.kind, kind.clone());
        let before = leg.clone();
        self.kinds.insert((dn.into(), conn.clone()), kind.clone());
        if let Some(queue) = &before.queue {
            self.brought_by.insert((dn.into(), conn.clone()), queue.clone());
        }
        let transferred = record.call_state == Some(CallState::Transferred);
        if let Some(ringing) = before.ringing {
            // Rule Q-20.
            self.stop(ringing);
            self.report(ringing, Action::CallRingingPartyChanged);
            self.ringing_changed(dn, &before, &former, &conn);
        }
        self.happen(dn, Action::CallPartyChanged, Some(&conn));
        if transferred && !renamed {
            self.happen(dn, Action::CallTransferPartyChanged, Some(&conn));
        }
        if before.ringing.is_some() {
            self.happen(dn, Action::CallRingingStarted, Some(&conn));
            let ringing = self.start(dn, Action::CallRinging, Some(&conn), self.now);
            let leg = self.leg(dn, record).expect("it is there");
            leg.ringing = Some(ringing);
            leg.transferred |= transferred && renamed;
        }
        if let Some(talk) = before.talk {
            if transferred && renamed {
                self.happen(dn, Action::CallTransferTaken, Some(&conn));
            }
            if record.call_state == Some(CallState::Conferenced) && renamed {
                self.happen(dn, Action::CallConferenceJoined, Some(&conn)); // Rule Q-47.
            }
            if old_kind != kind {
                // Rule Q-21.
                self.stop(talk);
                let (action, started, _) = of_type(&kind);
                self.happen(dn, started, Some(&conn));
                let talk = self.start(dn, action, Some(&conn), self.now);
                self.leg(dn, record).expect("it is there").talk = Some(talk);
            } else {
                self.facts.stretches[talk].conn = Some(conn.clone());
            }
        }
        for stretch in [before.hold, before.dialing].into_iter().flatten() {
            self.facts.stretches[stretch].conn = Some(conn.clone());
        }
    }
}
