//! Legs of calls at a device (rules 2.3, 2.4, A-6 to ).

use super::{Call, CallKind, DeviceBrain, DeviceEvent, DeviceWhat, Leg, Parting, Phase};
use crate::out::Out;
use crate::queue::{Fate, QueueEvent, QueueWhat};
use crate::stamp::{Running, Stamp, same_data};
use model::Action;
use model::item::ConnIx;
use model::time::Micros;
use smallvec::SmallVec;

impl DeviceBrain {
    /// An event that is about a call.
    pub(super) fn hear_call(&mut self, event: &DeviceEvent, out: &mut Out) {
        let at = self.find_call(event);
        match (&event.what, at) {
            (DeviceWhat::Ringing(leg), None) => self.start_leg(Phase::Ringing, leg, event, out),
            (DeviceWhat::Dialing(leg), None) => self.start_leg(Phase::Dialing, leg, event, out),
            (DeviceWhat::Established(leg), None) => self.start_leg(Phase::Talking, leg, event, out),
            (DeviceWhat::NewData, None) => {}
            (_, None) => {
                self.rebuilding = false;
                out.counters.refused += 1;
            }
            (_, Some(at)) => {
                let mut call = self.calls.remove(at);
                let lives = self.go_on(&mut call, event, out);
                if lives {
                    self.calls.insert(at, call);
                } else {
                    if call.phase == Phase::Talking {
                        self.remember_call(&call, event.stamp, out);
                    }
                    self.begin_pressed_work(event.stamp, out);
                }
            }
        }
    }

    /// Which of the calls the event is about: a change of party names the dying id, too.
    fn find_call(&self, event: &DeviceEvent) -> Option<usize> {
        let of = |conn: ConnIx| self.calls.iter().position(|call| call.conn == conn);
        match event.what {
            DeviceWhat::PartyChanged { prev, .. } if prev != ConnIx::NONE => {
                of(prev).or_else(|| of(event.conn))
            }
            _ => of(event.conn),
        }
    }

    /// The first record of a leg.
    fn start_leg(&mut self, phase: Phase, leg: &Leg, event: &DeviceEvent, out: &mut Out) {
        let is_rebuilt = self.rebuilding && leg.synthetic;
        self.rebuilding &= leg.synthetic;
        let mut call = self.new_leg(phase, leg, event.conn, event, out);
        let stamp = event.stamp;
        let action = call.action();
        let run = self.begin(action, None, stamp, call.about(), &call.data, out);
        call.run = Some(run);
        call.answered = (stamp.at, stamp.time);
        if !is_rebuilt {
            self.moment(started(action), stamp, call.about(), &call.data, out);
        }
        if phase == Phase::Talking && !is_rebuilt && call.queue.is_some() {
            // The ringing was not seen: the mediation DN still learns of the answer.
            self.tell_fate(&call, Fate::Answered, stamp, out);
        }
        self.calls.push(call);
    }

    /// A leg that has no action yet; the next call begins with it.
    pub(super) fn new_leg(
        &mut self,
        phase: Phase,
        leg: &Leg,
        conn: ConnIx,
        event: &DeviceEvent,
        out: &mut Out,
    ) -> Call {
        self.forget_last_call(event.stamp, out);
        Call {
            conn,
            visit: conn,
            kind: leg.kind.unwrap_or(CallKind::Unknown),
            originated: leg.originated.unwrap_or(phase == Phase::Dialing),
            transferred: leg.transferred,
            rang: phase == Phase::Ringing || event.queue.is_some(),
            phase,
            run: None,
            hold: None,
            answered: (event.stamp.at, event.stamp.time),
            queue: event.queue,
            queues: event.queues.clone(),
            data: event.data.clone(),
        }
    }

    /// A leg that is known goes on, or ends (false). It stands beside the others meanwhile.
    fn go_on(&mut self, call: &mut Call, event: &DeviceEvent, out: &mut Out) -> bool {
        let stamp = event.stamp;
        if !matches!(event.what, DeviceWhat::NewData) {
            call.queue = event.queue.or(call.queue);
            call.queues.clone_from(&event.queues);
            self.rebuilding = false;
        }
        self.renew_data(call, event, out);
        match &event.what {
            DeviceWhat::Established(leg) => self.answer(call, leg, stamp, out),
            DeviceWhat::Held => self.hold(call, stamp, out),
            DeviceWhat::Retrieved => self.retrieve(call, stamp, out),
            DeviceWhat::DestinationBusy if call.phase == Phase::Dialing => {
                self.end_dialing(call, Action::CallAbandonedFromDialing, stamp, out);
                call.phase = Phase::Busy;
            }
            DeviceWhat::Abandoned => return self.part(call, Parting::HungUp, stamp, out),
            DeviceWhat::Released(parting) => return self.part(call, *parting, stamp, out),
            DeviceWhat::PartyChanged { parting, kind, .. } => {
                self.change_party(call, *parting, *kind, event, out);
            }
            DeviceWhat::PartyAdded { by_me } => {
                let made = [Action::CallConferencePartyAdded, Action::CallConferenceMade];
                self.moment(made[usize::from(*by_me)], stamp, call.about(), &call.data, out);
            }
            DeviceWhat::PartyDeleted => {
                self.moment(Action::CallConferencePartyDeleted, stamp, call.about(), &call.data, out);
            }
            // Told again: nothing new.
            _ => {}
        }
        true
    }

    /// What is attached to the call may have changed; actions that go on take it over.
    fn renew_data(&mut self, call: &mut Call, event: &DeviceEvent, out: &mut Out) {
        if same_data(&call.data, &event.data) {
            return;
        }
        call.data = event.data.clone();
        for run in [&call.run, &call.hold].into_iter().flatten() {
            self.change(run, event.stamp, call.conn, &call.data, out);
        }
    }

    /// The other side, or this one, has answered.
    pub(super) fn answer(&mut self, call: &mut Call, leg: &Leg, stamp: Stamp, out: &mut Out) {
        let kind = leg.kind.unwrap_or(call.kind);
        if call.phase == Phase::Talking {
            return self.change_kind(call, kind, stamp, out);
        }
        if let Some(run) = call.run.take() {
            self.end(run, stamp, call.conn, &call.data, out);
            let outcome =
                if call.phase == Phase::Ringing { Action::CallAnswered } else { Action::CallDialed };
            // The answer may be what tells the type.
            self.past(outcome, &run, stamp, (call.conn, kind), &call.data, out);
        }
        if std::mem::take(&mut call.transferred) {
            self.moment(Action::CallTransferTaken, stamp, call.about(), &call.data, out);
        }
        call.kind = kind;
        call.phase = Phase::Talking;
        call.answered = (stamp.at, stamp.time);
        let action = call.action();
        self.moment(started(action), stamp, call.about(), &call.data, out);
        call.run = Some(self.begin(action, None, stamp, call.about(), &call.data, out));
        if call.rang {
            self.tell_fate(call, Fate::Answered, stamp, out);
        }
    }

    pub(super) fn hold(&mut self, call: &mut Call, stamp: Stamp, out: &mut Out) {
        if call.phase != Phase::Talking || call.hold.is_some() {
            out.counters.refused += 1;
            return;
        }
        self.moment(Action::CallHeld, stamp, call.about(), &call.data, out);
        call.hold = Some(self.begin(Action::CallOnHold, None, stamp, call.about(), &call.data, out));
    }

    pub(super) fn retrieve(&mut self, call: &mut Call, stamp: Stamp, out: &mut Out) {
        let Some(hold) = call.hold.take() else {
            out.counters.refused += 1;
            return;
        };
        self.end(hold, stamp, call.conn, &call.data, out);
        self.past(Action::CallRetrievedFromHold, &hold, stamp, call.about(), &call.data, out);
    }

    /// The leg ends, with its outcomes.
    fn part(&mut self, call: &mut Call, parting: Parting, stamp: Stamp, out: &mut Out) -> bool {
        match call.phase {
            Phase::Busy => {}
            Phase::Dialing => {
                let outcome = match parting {
                    Parting::Transferred => Action::CallDialTransferred,
                    Parting::Conferenced => Action::CallDialConferenced,
                    _ => Action::CallAbandonedFromDialing,
                };
                self.end_dialing(call, outcome, stamp, out);
            }
            Phase::Ringing => self.end_ringing(call, parting, stamp, out),
            Phase::Talking => self.end_talk(call, parting, stamp, out),
        }
        false
    }

    /// Ends what has lasted since before then: the source has forgotten to tell its end (rule X-7).
    pub(super) fn clean(&mut self, before: Micros, stamp: Stamp, out: &mut Out) {
        let is_stuck = |call: &Call| call.run.is_some_and(|run| run.since < before);
        if !self.calls.iter().any(is_stuck) {
            return;
        }
        let (stuck, rest): (SmallVec<[Call; 1]>, SmallVec<[Call; 1]>) =
            std::mem::take(&mut self.calls).into_iter().partition(is_stuck);
        self.calls = rest;
        for call in stuck {
            for run in call.runs() {
                self.end(run, stamp, call.conn, &call.data, out);
            }
            let rings = call.phase == Phase::Ringing;
            if let Some(run) = &call.run {
                let what =
                    if rings { Action::StuckCallCleanedWhileRinging } else { Action::StuckCallCleaned };
                self.past(what, run, stamp, call.about(), &call.data, out);
            }
            if call.rang {
                self.tell_fate(&call, Fate::Stuck, stamp, out);
            }
        }
        self.begin_pressed_work(stamp, out);
    }

    fn end_dialing(&mut self, call: &mut Call, outcome: Action, stamp: Stamp, out: &mut Out) {
        if let Some(run) = call.run.take() {
            self.end(run, stamp, call.conn, &call.data, out);
            self.past(outcome, &run, stamp, call.about(), &call.data, out);
        }
    }

    /// Ringing that ends without an answer (rule Q-19).
    fn end_ringing(&mut self, call: &mut Call, parting: Parting, stamp: Stamp, out: &mut Out) {
        let Some(run) = call.run.take() else { return };
        self.end(run, stamp, call.conn, &call.data, out);
        let (outcome, fate) = match parting {
            Parting::AnsweredElsewhere => return,
            Parting::HungUp => (Action::CallAbandonedFromRinging, Fate::Abandoned),
            _ => (Action::CallForwarded, Fate::Forwarded),
        };
        self.past(outcome, &run, stamp, call.about(), &call.data, out);
        self.tell_fate(call, fate, stamp, out);
    }

    fn end_talk(&mut self, call: &mut Call, parting: Parting, stamp: Stamp, out: &mut Out) {
        if let Some(hold) = call.hold.take() {
            self.end(hold, stamp, call.conn, &call.data, out);
            // Rule Q-18: a held call that was transferred or joined was not abandoned.
            if !matches!(parting, Parting::Transferred | Parting::Conferenced) {
                self.past(Action::CallAbandonedFromHold, &hold, stamp, call.about(), &call.data, out);
            }
        }
        if let Some(run) = call.run.take() {
            self.end(run, stamp, call.conn, &call.data, out);
            for outcome in completed(call.kind, call.originated) {
                self.past(outcome, &run, stamp, call.about(), &call.data, out);
            }
        }
        if parting == Parting::Transferred && call.kind != CallKind::Consult {
            self.moment(Action::CallTransferMade, stamp, call.about(), &call.data, out);
        }
        if call.rang {
            let (since, since_source) = call.answered;
            self.tell_fate(call, Fate::Released { since, since_source }, stamp, out);
        }
    }

    /// Tells every mediation DN that the call has been at what became of the leg (rule Q-27).
    pub(super) fn tell_fate(&self, call: &Call, fate: Fate, stamp: Stamp, out: &mut Out) {
        for queue in &call.queues {
            let mine = call.queue == Some(*queue);
            let what = QueueWhat::Leg { device: self.me, mine, agent: self.agent(), fate };
            out.to_queues.push((*queue, QueueEvent { stamp, conn: call.visit, data: None, what }));
        }
    }
}

impl Call {
    /// The durable action of its phase and kind.
    pub(super) fn action(&self) -> Action {
        match (self.phase, self.kind) {
            (Phase::Dialing | Phase::Busy, _) => Action::CallDialing,
            (Phase::Ringing, _) => Action::CallRinging,
            (Phase::Talking, CallKind::Unknown) => Action::CallUnknown,
            (Phase::Talking, CallKind::Internal) => Action::CallInternal,
            (Phase::Talking, CallKind::Inbound) => Action::CallInbound,
            (Phase::Talking, CallKind::Outbound) => Action::CallOutbound,
            (Phase::Talking, CallKind::Consult) => Action::CallConsult,
        }
    }

    /// Which call it is, of which type.
    pub(super) fn about(&self) -> (ConnIx, CallKind) {
        (self.conn, self.kind)
    }

    /// Ends its actions without outcomes.
    pub(super) fn runs(&self) -> impl Iterator<Item = Running> + use<> {
        [self.run, self.hold].into_iter().flatten()
    }
}

/// The momentary action that marks the beginning of a durable one.
pub(super) fn started(action: Action) -> Action {
    match action {
        Action::CallDialing => Action::CallDialingStarted,
        Action::CallRinging => Action::CallRingingStarted,
        Action::CallInternal => Action::CallInternalStarted,
        Action::CallInbound => Action::CallInboundStarted,
        Action::CallOutbound => Action::CallOutboundStarted,
        Action::CallConsult => Action::CallConsultStarted,
        _ => Action::CallUnknownStarted,
    }
}

/// The retrospective actions of a talk that ends; some tell the roles apart.
fn completed(kind: CallKind, originated: bool) -> SmallVec<[Action; 2]> {
    use Action as A;
    let (all, by_role) = match kind {
        CallKind::Unknown => (A::CallUnknownCompleted, None),
        CallKind::Inbound => (A::CallInboundCompleted, None),
        CallKind::Internal => {
            (A::CallInternalCompleted, Some([A::CallInternalReceived, A::CallInternalOriginated]))
        }
        CallKind::Outbound => {
            (A::CallOutboundCompleted, Some([A::CallOutboundReceived, A::CallOutboundOriginated]))
        }
        CallKind::Consult => {
            (A::CallConsultCompleted, Some([A::CallConsultReceived, A::CallConsultOriginated]))
        }
    };
    let by_role = by_role.map(|roles| roles[usize::from(originated)]);
    [Some(all), by_role].into_iter().flatten().collect()
}
