//! A snapshot beside what was known: what goes on, what has moved on, what is gone (contracts part 4, rule Q-10).

use super::{Call, CallView, DeviceBrain, DevicePicture, Mode, Phase, Watch};
use crate::device::{DeviceEvent, DeviceWhat};
use crate::out::Out;
use crate::stamp::{Stamp, same_data};
use model::snapshot::LegState;

impl DeviceBrain {
    /// Takes over what the snapshot shows.
    pub(super) fn compare(&mut self, picture: &DevicePicture, stamp: Stamp, out: &mut Out) {
        if !picture.in_service {
            self.lose(Watch::Out, None, stamp, out);
            self.change_login_silently(picture.agent, picture.queues.as_ref(), stamp, out);
            return;
        }
        let was_up = self.watch == Watch::Up;
        self.change_login_silently(picture.agent, picture.queues.as_ref(), stamp, out);
        if !was_up {
            // What was remembered while out of service is older than the snapshot.
            self.mode = None;
            self.come_back(stamp, out);
        }
        self.compare_mode(picture, was_up, stamp, out);
        let known = std::mem::take(&mut self.calls);
        for call in known {
            match picture.calls.iter().find(|view| view.conn == call.conn) {
                Some(view) if keeps(&call, view) => self.calls.push(call),
                _ => {
                    for run in call.runs() {
                        self.end(run, stamp, call.conn, &call.data, out);
                    }
                }
            }
        }
        for view in &picture.calls {
            match self.calls.iter().position(|call| call.conn == view.conn) {
                Some(at) => {
                    let mut call = self.calls.remove(at);
                    self.catch_up(&mut call, view, stamp, out);
                    self.calls.insert(at, call);
                }
                None => self.rebuild(view, stamp, out),
            }
        }
    }

    fn compare_mode(&mut self, picture: &DevicePicture, was_up: bool, stamp: Stamp, out: &mut Out) {
        let Some(mode) = picture.mode else { return };
        match &self.mode {
            Some(Mode { mode: known, .. }) if was_up && *known == mode => {
                self.set_mode(mode, &picture.reasons, stamp, out);
            }
            _ => {
                self.pressed = None;
                self.enter_mode(mode, picture.reasons.clone(), picture.mode_since, stamp, out);
            }
        }
    }

    /// A leg that has moved on is treated as if the missing record came now.
    fn catch_up(&mut self, call: &mut Call, view: &CallView, stamp: Stamp, out: &mut Out) {
        call.queue = view.queue.or(call.queue);
        call.queues.clone_from(&view.queues);
        if !same_data(&call.data, &view.data) {
            call.data = view.data.clone();
            for run in call.runs() {
                self.change(&run, stamp, call.conn, &call.data, out);
            }
        }
        let talks = matches!(view.state, LegState::Established | LegState::Held);
        if talks && call.phase != Phase::Talking {
            self.answer(call, &view.leg, stamp, out);
        }
        match (view.state, call.hold.is_some()) {
            (LegState::Held, false) => self.hold(call, stamp, out),
            (LegState::Established, true) => self.retrieve(call, stamp, out),
            _ => {}
        }
    }

    /// A leg that was not known: durable actions begin now, without momentary ones; what is told later about its
    /// end carries the whole length from the starts that the snapshot tells.
    fn rebuild(&mut self, view: &CallView, stamp: Stamp, out: &mut Out) {
        let phase = match view.state {
            LegState::Dialing => Phase::Dialing,
            LegState::Ringing | LegState::Queued => Phase::Ringing,
            LegState::Established | LegState::Held => Phase::Talking,
        };
        let event = DeviceEvent {
            stamp,
            conn: view.conn,
            queue: view.queue,
            queues: view.queues.clone(),
            data: view.data.clone(),
            what: DeviceWhat::NewData,
        };
        let mut call = self.new_leg(phase, &view.leg, view.conn, &event, out);
        let since = view.established_since.unwrap_or(view.since);
        call.answered = (since, since);
        call.transferred &= phase != Phase::Talking;
        let action = call.action();
        call.run = Some(self.begin(action, Some(since), stamp, call.about(), &call.data, out));
        if view.state == LegState::Held {
            let hold = model::Action::CallOnHold;
            call.hold = Some(self.begin(hold, Some(view.since), stamp, call.about(), &call.data, out));
        }
        self.calls.push(call);
    }
}

/// Whether a known leg may have become what the snapshot shows.
fn keeps(call: &Call, view: &CallView) -> bool {
    match view.state {
        LegState::Dialing => call.phase == Phase::Dialing,
        LegState::Ringing | LegState::Queued => call.phase == Phase::Ringing,
        LegState::Established | LegState::Held => call.phase != Phase::Busy,
    }
}
