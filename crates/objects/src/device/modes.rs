//! Ready, not ready, after-call work (rules ).

use super::login::mode_action;
use super::{AgentMode, Call, CallKind, DeviceBrain, LastCall, Mode, Phase, Pressed, Watch};
use crate::out::Out;
use crate::queue::{Fate, QueueEvent, QueueWhat};
use crate::stamp::{Data, Stamp, same_data};
use model::item::ConnIx;
use model::time::Micros;

/// How long after the first AgentReady after-call work may still be linked to the last call (rule Q-23).
const LINKED_AFTER_READY: Micros = Micros::from_secs(60);

impl DeviceBrain {
    /// The agent (or the device, if nobody is logged in) enters a state.
    pub(super) fn set_mode(&mut self, mode: AgentMode, reasons: &Data, stamp: Stamp, out: &mut Out) {
        if mode != AgentMode::AfterCallWork {
            self.pressed = None;
        }
        if mode == AgentMode::Ready
            && let Some(last) = &mut self.last_call
        {
            last.ready.get_or_insert(stamp.at);
        }
        let is_talking = self.is_talking();
        match &mut self.mode {
            Some(known) if known.mode == mode => {
                if !same_data(&known.reasons, reasons) {
                    known.reasons = reasons.clone();
                    if let Some(run) = known.run {
                        self.change(&run, stamp, ConnIx::NONE, reasons, out);
                    }
                }
            }
            _ if mode == AgentMode::AfterCallWork && is_talking => {
                self.pressed = Some(Pressed { reasons: reasons.clone() });
            }
            _ => self.enter_mode(mode, reasons.clone(), None, stamp, out),
        }
    }

    /// Enters a state now, whatever was before.
    pub(super) fn enter_mode(
        &mut self,
        mode: AgentMode,
        reasons: Data,
        since: Option<Micros>,
        stamp: Stamp,
        out: &mut Out,
    ) {
        self.end_mode(stamp, out);
        if mode == AgentMode::AfterCallWork {
            let is_due =
                |last: &&LastCall| last.ready.is_none_or(|ready| stamp.at - ready <= LINKED_AFTER_READY);
            self.work_for = self.last_call.as_ref().filter(is_due).cloned();
        }
        let run = (self.watch == Watch::Up)
            .then(|| self.begin(mode_action(mode), since, stamp, ConnIx::NONE, &reasons, out));
        self.mode = Some(Mode { mode, run, reasons });
    }

    /// Leaves the state; the mediation DN that the after-call work was for hears of its end.
    pub(super) fn end_mode(&mut self, stamp: Stamp, out: &mut Out) {
        let Some(mode) = self.mode.take() else { return };
        let Some(run) = mode.run else { return };
        self.end(run, stamp, ConnIx::NONE, &mode.reasons, out);
        if let Some(work_for) = self.work_for.take() {
            let fate = Fate::AfterCallWork { since: run.since, since_source: run.since_source };
            self.tell_queues(&work_for, fate, stamp, out);
            if self.last_call.as_ref().is_none_or(|last| last.visit != work_for.visit) {
                self.tell_queues(&work_for, Fate::Over, stamp, out);
            }
        }
    }

    /// After-call work that was pressed during a call starts when the last established call ends.
    pub(super) fn begin_pressed_work(&mut self, stamp: Stamp, out: &mut Out) {
        if !self.is_talking()
            && let Some(pressed) = self.pressed.take()
        {
            self.enter_mode(AgentMode::AfterCallWork, pressed.reasons, None, stamp, out);
        }
    }

    /// An established call ended: after-call work may be for it.
    pub(super) fn remember_call(&mut self, call: &Call, stamp: Stamp, out: &mut Out) {
        if call.kind == CallKind::Consult {
            return;
        }
        self.forget_last_call(stamp, out);
        self.last_call = Some(LastCall {
            visit: call.visit,
            queue: call.queue,
            queues: if call.rang { call.queues.clone() } else { Default::default() },
            ready: None,
        });
    }

    /// The next call begins: after-call work from now on is not for the last one.
    pub(super) fn forget_last_call(&mut self, stamp: Stamp, out: &mut Out) {
        let Some(last) = self.last_call.take() else { return };
        if self.work_for.as_ref().is_none_or(|work_for| work_for.visit != last.visit) {
            self.tell_queues(&last, Fate::Over, stamp, out);
        }
    }

    /// After-call work is for no call any more (link loss, logout).
    pub(super) fn forget_work(&mut self, stamp: Stamp, out: &mut Out) {
        if let Some(work_for) = self.work_for.take()
            && self.last_call.as_ref().is_none_or(|last| last.visit != work_for.visit)
        {
            self.tell_queues(&work_for, Fate::Over, stamp, out);
        }
        self.forget_last_call(stamp, out);
    }

    fn tell_queues(&self, call: &LastCall, fate: Fate, stamp: Stamp, out: &mut Out) {
        for queue in &call.queues {
            let mine = call.queue == Some(*queue);
            let what = QueueWhat::Leg { device: self.me, mine, agent: self.agent(), fate };
            out.to_queues.push((*queue, QueueEvent { stamp, conn: call.visit, data: None, what }));
        }
    }

    pub(super) fn is_talking(&self) -> bool {
        self.calls.iter().any(|call| call.phase == Phase::Talking)
    }
}
