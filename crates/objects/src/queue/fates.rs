//! What became of distributed calls (rules ).

use super::shelf::Keys;
use super::{Fate, Outcome, QueueBrain, Target, Visit};
use crate::out::Out;
use crate::stamp::Stamp;
use model::Action;
use model::item::ConnIx;
use model::object::ObjectIx;

/// Says whose work the last line reports (rule Q-32).
fn sign(out: &mut Out, agent: Option<ObjectIx>) {
    if let (Some(line), Some(agent)) = (out.lines.last_mut(), agent) {
        line.item.by = agent;
    }
}

impl QueueBrain {
    /// A leg tells its fate.
    #[allow(clippy::too_many_arguments, reason = "the fields of one event")]
    pub(super) fn hear_fate(
        &mut self,
        conn: ConnIx,
        device: ObjectIx,
        mine: bool,
        agent: Option<ObjectIx>,
        fate: Fate,
        stamp: Stamp,
        out: &mut Out,
    ) {
        match fate {
            Fate::Answered => {
                self.each(self.offers(conn, device, mine), |me, visit| {
                    let action = Action::CallAnswered;
                    me.past(action, visit.entered, stamp, (visit.conn, visit.kind), &visit.data, out);
                    visit.outcome = Outcome::Answered(device);
                    true
                });
            }
            Fate::Abandoned => {
                self.fail(conn, device, mine, Action::CallAbandonedFromRinging, stamp, out);
            }
            Fate::Forwarded => self.fail(conn, device, mine, Action::CallForwarded, stamp, out),
            Fate::Stuck => {
                let stuck = Action::StuckCallCleanedWhileRinging;
                self.fail(conn, device, mine, stuck, stamp, out);
                self.each(self.answered_by(conn, device), |_, visit| {
                    visit.outcome = Outcome::Failed;
                    visit.is_waiting
                });
            }
            Fate::PartyChanged { to } => self.change_ringing_party(conn, to, device, mine, stamp, out),
            Fate::Released { since, since_source } => {
                let is_associated = self.associates.has(device, agent);
                let action = if is_associated { Action::CallReleased } else { Action::CallMissed };
                self.each(self.answered_by(conn, device), |me, visit| {
                    let since = (since, since_source);
                    me.past(action, since, stamp, (visit.conn, visit.kind), &visit.data, out);
                    sign(out, agent);
                    visit.outcome = Outcome::Released(device);
                    true
                });
            }
            Fate::AfterCallWork { since, since_source } => {
                let is_associated = self.associates.has(device, agent);
                let action = if is_associated { Action::ACWCompleted } else { Action::ACWMissed };
                self.each(self.released_by(conn, device), |me, visit| {
                    let since = (since, since_source);
                    me.past(action, since, stamp, (visit.conn, visit.kind), &visit.data, out);
                    sign(out, agent);
                    true
                });
            }
            Fate::Over => self.each(self.released_by(conn, device), |_, visit| {
                visit.outcome = Outcome::Failed;
                visit.is_waiting
            }),
        }
    }

    /// Lets something happen to visits; those for which it gives false are over.
    fn each(&mut self, keys: Keys, mut happen: impl FnMut(&Self, &mut Visit) -> bool) {
        for key in keys {
            let Some(mut visit) = self.visits.take(key) else { continue };
            match happen(self, &mut visit) {
                true => self.visits.put_back(key, visit),
                false => self.visits.discard(key),
            }
        }
    }

    /// The visits that an offer at the device is for: the newest without outcome at the leg's own mediation DN, and
    /// every other that named the device (rule Q-27).
    fn offers(&self, conn: ConnIx, device: ObjectIx, mine: bool) -> Keys {
        let free = || self.visits.of(conn).filter(|(_, visit)| visit.outcome == Outcome::None);
        let named = |visit: &Visit| visit.target == Some(Target::Device(device));
        let mut keys: Keys = free().filter(|(_, visit)| named(visit)).map(|(key, _)| key).collect();
        if mine && keys.is_empty() {
            keys.extend(free().last().map(|(key, _)| key));
        }
        keys
    }

    fn answered_by(&self, conn: ConnIx, device: ObjectIx) -> Keys {
        self.with_outcome(conn, Outcome::Answered(device))
    }

    fn released_by(&self, conn: ConnIx, device: ObjectIx) -> Keys {
        self.with_outcome(conn, Outcome::Released(device))
    }

    fn with_outcome(&self, conn: ConnIx, outcome: Outcome) -> Keys {
        self.visits.of(conn).filter(|(_, visit)| visit.outcome == outcome).map(|(key, _)| key).collect()
    }

    /// An offer failed: only visits hear of it that sent the call there, or to an unknown number.
    fn fail(
        &mut self,
        conn: ConnIx,
        device: ObjectIx,
        mine: bool,
        action: Action,
        stamp: Stamp,
        out: &mut Out,
    ) {
        let keys = self.failing(conn, device, mine);
        self.each(keys, |me, visit| {
            me.past(action, visit.entered, stamp, (visit.conn, visit.kind), &visit.data, out);
            visit.outcome = Outcome::Failed;
            false
        });
    }

    fn failing(&self, conn: ConnIx, device: ObjectIx, mine: bool) -> Keys {
        let sent = |visit: &Visit| match visit.target {
            Some(Target::Device(named)) => named == device,
            Some(Target::Unknown) => mine,
            _ => false,
        };
        let free = |visit: &Visit| visit.outcome == Outcome::None && !visit.is_waiting;
        let of = self.visits.of(conn).filter(|(_, visit)| free(visit) && sent(visit));
        of.map(|(key, _)| key).collect()
    }

    /// The call rings on for another party: the enter time becomes now, unless it is kept (rule Q-20).
    fn change_ringing_party(
        &mut self,
        conn: ConnIx,
        to: ConnIx,
        device: ObjectIx,
        mine: bool,
        stamp: Stamp,
        out: &mut Out,
    ) {
        for key in self.failing(conn, device, mine) {
            let Some(mut visit) = self.visits.take(key) else { continue };
            let action = Action::CallRingingPartyChanged;
            self.past(action, visit.entered, stamp, (visit.conn, visit.kind), &visit.data, out);
            self.visits.discard(key);
            visit.conn = to;
            if !self.config.keeps_enter_time {
                visit.entered = (stamp.at, stamp.time);
            }
            self.visits.add(visit);
        }
    }
}
