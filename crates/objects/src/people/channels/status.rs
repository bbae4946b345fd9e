//! The status of channels, and of devices and channels together (statistics 2.9 place status, rules ST-3, ST-5).

use super::super::shadow::Top;
use super::Channels;
use super::channel::Channel;
use crate::device::CallKind;
use crate::stamp::{Data, Running};
use model::item::ConnIx;
use model::{Action, Micros, Status};
use std::cmp::Reverse;

impl Channels {
    /// The highest status of the channels, as statuses of devices are named (rule ST-5); none without channels. It runs
    /// since `now` unless it was the status before.
    pub(in crate::people) fn highest(&self, now: Micros) -> Option<Top<'_>> {
        let candidates = self.all().flat_map(Channel::candidates);
        let key = |one: &Candidate<'_>| (one.status, Reverse((one.run.begun, one.run.id)));
        let top = candidates.max_by_key(key)?;
        Some(Top { status: top.status, since: now, conn: top.conn, data: top.data })
    }
}

struct Candidate<'a> {
    status: Status,
    run: &'a Running,
    conn: ConnIx,
    data: &'a Data,
}

impl Channel {
    fn candidates(&self) -> impl Iterator<Item = Candidate<'_>> {
        let base = if self.lost { Status::NotMonitored } else { Status::Monitored };
        let own = |status, run| Candidate { status, run, conn: ConnIx::NONE, data: &self.plain };
        let mode = self.mode.iter().map(|mode| {
            let is_ready = mode.run.action == Action::WaitForNextCall;
            let status = if is_ready { Status::WaitForNextCall } else { Status::NotReadyForNextCall };
            Candidate { status, run: &mode.run, conn: ConnIx::NONE, data: &mode.data }
        });
        let tasks = self.tasks.iter().map(|task| {
            let status = if task.is_offer() { Status::CallRinging } else { handling(task.kind) };
            Candidate { status, run: &task.run, conn: task.conn, data: &task.data }
        });
        std::iter::once(own(base, &self.base))
            .chain(self.undisturbed.iter().map(move |run| own(Status::NotReadyForNextCall, run)))
            .chain(mode)
            .chain(tasks)
    }
}

fn handling(kind: CallKind) -> Status {
    match kind {
        CallKind::Inbound => Status::CallInbound,
        CallKind::Internal => Status::CallInternal,
        CallKind::Outbound => Status::CallOutbound,
        CallKind::Consult => Status::CallConsult,
        CallKind::Unknown => Status::CallUnknown,
    }
}

/// Which of the two decides (2.9): true for the channels. `has_login`: somebody is logged in on a device.
pub(in crate::people) fn combine(voice: Option<Status>, media: Option<Status>, has_login: bool) -> bool {
    match (voice, media) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(voice), Some(media)) => voice <= Status::NotReadyForNextCall && (media > voice || !has_login),
    }
}
