//! The status of a device: its highest action at the end of each instant (rules 2.9, Q-1, ST-1, ST-2, ST-4).

use super::{DeviceBrain, FactWhat, Watch};
use crate::out::{Line, Out};
use crate::stamp::{Data, Running, Stamp, item, same_data};
use model::Action;
use model::Status;
use model::item::{ConnIx, Item, What};
use model::time::Micros;
use std::cmp::Reverse;

/// An action that may decide the status.
pub(super) struct Candidate<'a> {
    status: Status,
    run: &'a Running,
    pub(super) conn: ConnIx,
    data: &'a Data,
}

impl DeviceBrain {
    /// Closes the instant: status and validity follow.
    pub(super) fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        self.close_status(stamp, out);
        let valid = self.watch != Watch::Lost;
        let agent = self.agent();
        let is_news = valid != self.told.valid;
        if is_news || (!valid && agent != self.told.agent) {
            self.told.valid = valid;
            let fact = item(stamp, self.me, What::Validity { valid });
            self.tell_all(fact, &None, is_news, (stamp, stamp.at), out);
        }
        self.told.agent = agent;
    }

    fn close_status(&mut self, stamp: Stamp, out: &mut Out) {
        let Some(top) = self.top() else { return };
        let is_new = self.told.status != Some(top.status);
        let has_new_data = !same_data(&self.told.data, top.data);
        let has_new_agent = self.agent() != self.told.agent;
        if !is_new && !has_new_data && !has_new_agent {
            return;
        }
        // What a snapshot brought is known to run since earlier; else the status begins when it is uncovered.
        let uncovered = if top.run.begun == stamp.at { top.run.since } else { stamp.at };
        let since = if is_new { uncovered } else { self.told.since };
        let (status, conn, data) = (top.status, top.conn, top.data.clone());
        let fact = Item { start: since, conn, ..item(stamp, self.me, What::Status { to: status }) };
        // For an agent who comes to a device that is as it was, the status begins now.
        let own = if is_new || !has_new_agent { since } else { stamp.at };
        self.tell_all(fact, &data, is_new || has_new_data, (stamp, own), out);
        (self.told.status, self.told.since, self.told.data) = (Some(status), since, data);
    }

    /// Tells the agent, for whom it began at `own`, and, if it is news for all, everyone.
    fn tell_all(&self, fact: Item, data: &Data, all: bool, own: (Stamp, Micros), out: &mut Out) {
        let (stamp, start) = own;
        let what = FactWhat::Item(fact);
        let data = out.attach(data);
        if all {
            for place in &self.places {
                out.tell_place(*place, stamp, self.me, what, data);
            }
            out.lines.push(Line { step: stamp.step, late: true, item: Item { data, ..fact } });
        }
        if let Some(agent) = self.agent() {
            let what = FactWhat::Item(Item { start, ..fact });
            out.tell_agent(agent, stamp, self.me, what, data);
        }
    }

    /// The highest action.
    pub(super) fn top(&self) -> Option<Candidate<'_>> {
        static NONE: Data = None;
        let mut top = None;
        consider(&mut top, self.base.as_ref(), ConnIx::NONE, &NONE);
        consider(&mut top, self.hook.as_ref(), ConnIx::NONE, &NONE);
        if let Some(mode) = &self.mode {
            consider(&mut top, mode.run.as_ref(), ConnIx::NONE, &mode.reasons);
        }
        for call in &self.calls {
            // A call on hold is hidden behind its hold.
            consider(&mut top, call.hold.as_ref().or(call.run.as_ref()), call.conn, &call.data);
        }
        top
    }
}

/// Puts an action in the place of the highest if it is higher, or as high and older.
fn consider<'a>(top: &mut Option<Candidate<'a>>, run: Option<&'a Running>, conn: ConnIx, data: &'a Data) {
    let Some(run) = run else { return };
    let Some(status) = status_of(run.action) else { return };
    let key = |status: Status, run: &Running| (status, Reverse((run.since, run.id)));
    if top.as_ref().is_none_or(|top| key(status, run) > key(top.status, top.run)) {
        *top = Some(Candidate { status, run, conn, data });
    }
}

/// The status of the same name; logins never decide a device's.
fn status_of(action: Action) -> Option<Status> {
    Some(match action {
        Action::NotMonitored => Status::NotMonitored,
        Action::Monitored => Status::Monitored,
        Action::OnHook => Status::OnHook,
        Action::OffHook => Status::OffHook,
        Action::WaitForNextCall => Status::WaitForNextCall,
        Action::NotReadyForNextCall => Status::NotReadyForNextCall,
        Action::AfterCallWork => Status::AfterCallWork,
        Action::CallDialing => Status::CallDialing,
        Action::CallRinging => Status::CallRinging,
        Action::CallOnHold => Status::CallOnHold,
        Action::CallUnknown => Status::CallUnknown,
        Action::CallConsult => Status::CallConsult,
        Action::CallInternal => Status::CallInternal,
        Action::CallOutbound => Status::CallOutbound,
        Action::CallInbound => Status::CallInbound,
        _ => return None,
    })
}
