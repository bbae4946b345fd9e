//! Calls that change their party, their id or their kind while they go on (rules ).

use super::calls::started;
use super::{Call, CallKind, DeviceBrain, DeviceEvent, Parting, Phase};
use crate::out::Out;
use crate::queue::Fate;
use crate::stamp::Stamp;
use model::Action;
use model::item::ConnIx;

impl DeviceBrain {
    /// The other party changed: a transfer or a conference (rules ).
    pub(super) fn change_party(
        &mut self,
        call: &mut Call,
        parting: Parting,
        kind: Option<CallKind>,
        event: &DeviceEvent,
        out: &mut Out,
    ) {
        let stamp = event.stamp;
        let has_new_id = call.conn != event.conn;
        let former = std::mem::replace(&mut call.conn, event.conn);
        self.moment(Action::CallPartyChanged, stamp, call.about(), &call.data, out);
        let kind = kind.unwrap_or(call.kind);
        match call.phase {
            Phase::Ringing => {
                if let Some(run) = call.run.take() {
                    self.end(run, stamp, former, &call.data, out);
                    self.past(
                        Action::CallRingingPartyChanged,
                        &run,
                        stamp,
                        (former, call.kind),
                        &call.data,
                        out,
                    );
                }
                call.kind = kind;
                call.transferred |= parting == Parting::Transferred && has_new_id;
                self.moment(Action::CallRingingStarted, stamp, call.about(), &call.data, out);
                call.run = Some(self.begin(Action::CallRinging, None, stamp, call.about(), &call.data, out));
                self.tell_fate(call, Fate::PartyChanged { to: call.conn }, stamp, out);
                call.visit = call.conn;
                return;
            }
            Phase::Talking => {
                self.change_talk(call, kind, former, stamp, out);
            }
            Phase::Dialing | Phase::Busy => {
                call.kind = kind;
                if let Some(run) = call.run.filter(|_| has_new_id) {
                    self.change(&run, stamp, call.conn, &call.data, out);
                }
            }
        }
        let moment = match (parting, has_new_id) {
            (Parting::Transferred, true) => Action::CallTransferTaken,
            (Parting::Transferred, false) => Action::CallTransferPartyChanged,
            (Parting::Conferenced, true) => Action::CallConferenceJoined,
            _ => return,
        };
        self.moment(moment, stamp, call.about(), &call.data, out);
    }

    fn change_talk(&mut self, call: &mut Call, kind: CallKind, former: ConnIx, stamp: Stamp, out: &mut Out) {
        if let Some(hold) = call.hold.filter(|_| former != call.conn) {
            self.change(&hold, stamp, call.conn, &call.data, out);
        }
        if kind != call.kind {
            let conn = std::mem::replace(&mut call.conn, former);
            if let Some(run) = call.run.take() {
                self.end(run, stamp, call.conn, &call.data, out);
            }
            call.conn = conn;
            self.begin_talk_as(call, kind, stamp, out);
        } else if let Some(run) = call.run.filter(|_| former != call.conn) {
            self.change(&run, stamp, call.conn, &call.data, out);
        }
    }

    /// The call turns out to be of another kind: Started of the new one, no Completed of the old (rule Q-21).
    pub(super) fn change_kind(&mut self, call: &mut Call, kind: CallKind, stamp: Stamp, out: &mut Out) {
        if kind == call.kind {
            return;
        }
        if let Some(run) = call.run.take() {
            self.end(run, stamp, call.conn, &call.data, out);
        }
        self.begin_talk_as(call, kind, stamp, out);
    }

    fn begin_talk_as(&mut self, call: &mut Call, kind: CallKind, stamp: Stamp, out: &mut Out) {
        call.kind = kind;
        let action = call.action();
        self.moment(started(action), stamp, call.about(), &call.data, out);
        call.run = Some(self.begin(action, None, stamp, call.about(), &call.data, out));
    }
}
