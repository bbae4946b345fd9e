//! Being watched, being logged in: the link, service, registration, logins (rules ).

use super::{AgentMode, DeviceBrain, DeviceEvent, DeviceWhat, FactWhat, Login, Mode, Watch};
use crate::out::{Out, Rank};
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Data, Few, Loss, Running, Stamp};
use model::Action;
use model::item::ConnIx;
use model::object::ObjectIx;

impl DeviceBrain {
    /// Brings the device back where the event says that it can be seen; false: the event says nothing to it.
    pub(super) fn is_watched_for(&mut self, event: &DeviceEvent, out: &mut Out) -> bool {
        use DeviceWhat as W;
        let stamp = event.stamp;
        let comes_back = match (self.watch, &event.what) {
            (Watch::Up, _) => return true,
            (Watch::Unborn, _) => true,
            (
                _,
                W::LinkLost | W::Gap(_) | W::OutOfService | W::Picture(_) | W::Belongs(_) | W::Check { .. },
            ) => return true,
            (_, W::NewData) => return false,
            (_, W::Registered { .. }) => true,
            (Watch::Lost, _) => true,
            (Watch::Out, W::BackInService | W::Ringing(_) | W::Dialing(_) | W::Established(_)) => true,
            // Agent records are remembered until the device is back.
            (Watch::Out, W::Login { .. } | W::Logout | W::Mode(_)) => return true,
            (Watch::Out, _) => return false,
        };
        // A registration tells who is logged in: it brings the device back itself.
        if comes_back && !matches!(event.what, W::Registered { .. }) {
            self.come_back(stamp, out);
        }
        true
    }

    /// Monitored from now on; the login outlived the loss (rule Q-9).
    pub(super) fn come_back(&mut self, stamp: Stamp, out: &mut Out) {
        self.watch = Watch::Up;
        if let Some(base) = self.base.take() {
            self.end(base, stamp, ConnIx::NONE, &None, out);
        }
        self.base = Some(self.begin(Action::Monitored, None, stamp, ConnIx::NONE, &None, out));
        self.begin_presence(stamp, out);
        if let Some(mut mode) = self.mode.take() {
            let action = mode_action(mode.mode);
            mode.run = Some(self.begin(action, None, stamp, ConnIx::NONE, &mode.reasons, out));
            self.mode = Some(mode);
        }
    }

    fn begin_presence(&mut self, stamp: Stamp, out: &mut Out) {
        if self.watch == Watch::Up {
            let action = if self.login.is_some() { Action::LoggedIn } else { Action::LoggedOut };
            self.presence = Some(self.begin(action, None, stamp, ConnIx::NONE, &None, out));
        }
    }

    fn end_presence(&mut self, stamp: Stamp, out: &mut Out) {
        if let Some(presence) = self.presence.take() {
            self.end(presence, stamp, ConnIx::NONE, &None, out);
        }
    }

    /// The device can't be seen any more: all durable actions end, without outcomes (rules ). Where records
    /// were lost, they and the status ended when it was last seen, and the time until now counts for nothing.
    pub(super) fn lose(&mut self, watch: Watch, loss: Option<Loss>, stamp: Stamp, out: &mut Out) {
        let was_up = self.watch == Watch::Up;
        self.watch = watch;
        if !was_up {
            return;
        }
        let end = |me: &Self, run: Running, conn: ConnIx, data: &Data, out: &mut Out| match loss {
            Some(loss) => me.cut(run, loss, stamp, conn, data, out),
            None => me.end(run, stamp, conn, data, out),
        };
        for run in [self.base.take(), self.presence.take(), self.hook.take()].into_iter().flatten() {
            end(self, run, ConnIx::NONE, &None, out);
        }
        if let Some(mode) = self.mode.take()
            && let Some(run) = mode.run
        {
            end(self, run, ConnIx::NONE, &mode.reasons, out);
        }
        for call in std::mem::take(&mut self.calls) {
            for run in [call.run, call.hold].into_iter().flatten() {
                end(self, run, call.conn, &call.data, out);
            }
        }
        if let Some(loss) = loss {
            self.lose_sight(loss, stamp, out);
        }
        self.off_hook = false;
        self.rebuilding = false;
        self.pressed = None;
        self.forget_work(stamp, out);
        let since = loss.map(|loss| loss.from);
        self.base = Some(self.begin(Action::NotMonitored, since, stamp, ConnIx::NONE, &None, out));
    }

    /// A snapshot does not list the device: it does not exist, so nobody is logged in on it.
    pub(super) fn vanish(&mut self, stamp: Stamp, out: &mut Out) {
        // Its source is heard again: what it does not tell does not make values invalid.
        self.lose(Watch::Out, None, stamp, out);
        self.change_login_silently(None, None, stamp, out);
    }

    /// The switch tells who is logged in.
    pub(super) fn register(
        &mut self,
        agent: Option<ObjectIx>,
        mode: Option<AgentMode>,
        event: &DeviceEvent,
        out: &mut Out,
    ) {
        let stamp = event.stamp;
        let was_lost = self.watch != Watch::Up;
        self.change_login_silently(agent, None, stamp, out);
        if let Some(queue) = event.queue.filter(|_| self.login.is_some()) {
            self.add_queue(queue, stamp, out);
        }
        let mode = mode.filter(|_| self.login.is_some());
        if was_lost {
            if let Some(mode) = mode {
                self.mode = Some(Mode { mode, run: None, reasons: event.data.clone() });
            }
            self.come_back(stamp, out);
            self.rebuilding = true;
        } else if let Some(mode) = mode {
            self.set_mode(mode, &event.data, stamp, out);
        }
    }

    /// A login that is told, not heard: no AgentLogin, no AgentLogout (rule Q-9).
    pub(super) fn change_login_silently(
        &mut self,
        agent: Option<ObjectIx>,
        queues: Option<&Few>,
        stamp: Stamp,
        out: &mut Out,
    ) {
        if self.agent() != agent {
            if self.login.is_some() {
                self.log_out(false, stamp, out);
            }
            match agent {
                Some(agent) => self.log_in_as(agent, false, stamp, out),
                None => self.begin_presence(stamp, out),
            }
        }
        let Some(queues) = queues.filter(|_| self.login.is_some()) else { return };
        let former = self.login.as_ref().map(|login| login.queues.clone()).unwrap_or_default();
        for queue in former.iter().filter(|queue| !queues.contains(queue)) {
            self.drop_queue(*queue, stamp, out);
        }
        for queue in queues {
            self.add_queue(*queue, stamp, out);
        }
    }

    /// `AgentLogin` (rule Q-14).
    pub(super) fn log_in(&mut self, agent: ObjectIx, queue: Option<ObjectIx>, stamp: Stamp, out: &mut Out) {
        if self.agent() != Some(agent) {
            if self.login.is_some() {
                self.log_out(true, stamp, out);
            }
            self.log_in_as(agent, true, stamp, out);
        }
        if let Some(queue) = queue {
            self.add_queue(queue, stamp, out);
        }
    }

    fn log_in_as(&mut self, agent: ObjectIx, announced: bool, stamp: Stamp, out: &mut Out) {
        self.end_presence(stamp, out);
        if let Some(hook) = self.hook.take_if(|hook| hook.action == Action::OnHook) {
            self.end(hook, stamp, ConnIx::NONE, &None, out);
        }
        // A state that was told while nobody was logged in was the device's alone.
        self.end_mode(stamp, out);
        self.forget_work(stamp, out);
        self.login = Some(Login { agent, queues: Few::new() });
        // He knows nothing of the device, also if he left it in this very instant.
        self.told.agent = None;
        self.tell(Rank::Login, agent, FactWhat::Login { switch: self.switch }, out);
        if announced {
            self.moment(Action::AgentLogin, stamp, ConnIx::NONE, &None, out);
        }
        self.begin_presence(stamp, out);
        for queue in self.origins.clone() {
            self.associate(queue, agent, true, stamp, out);
        }
    }

    /// `AgentLogout`: of one queue, or of all.
    pub(super) fn log_out_of(&mut self, queue: Option<ObjectIx>, stamp: Stamp, out: &mut Out) {
        let Some(login) = &self.login else {
            out.counters.refused += 1;
            return;
        };
        match queue.filter(|queue| login.queues.contains(queue) && login.queues.len() > 1) {
            Some(queue) => self.drop_queue(queue, stamp, out),
            None => {
                self.log_out(true, stamp, out);
                self.begin_presence(stamp, out);
            }
        }
    }

    fn log_out(&mut self, announced: bool, stamp: Stamp, out: &mut Out) {
        // After-call work that the logout ends still counts for the association (rule Q-25).
        self.end_mode(stamp, out);
        self.end_presence(stamp, out);
        self.dissociate_all(stamp, out);
        if let Some(agent) = self.agent() {
            self.tell(Rank::Logout, agent, FactWhat::Logout { announced }, out);
        }
        self.login = None;
        self.pressed = None;
        self.forget_work(stamp, out);
        self.disown();
        if announced {
            // Of the device and its places; the agent has his own where he hears of the logout.
            self.moment(Action::AgentLogout, stamp, ConnIx::NONE, &None, out);
        }
    }

    /// Actions in progress are no longer anybody's (rule O-2).
    fn disown(&mut self) {
        let calls = self.calls.iter_mut().flat_map(|call| [&mut call.run, &mut call.hold]);
        for run in calls.chain([&mut self.base, &mut self.hook]).flatten() {
            run.owner = None;
        }
    }

    fn dissociate_all(&mut self, stamp: Stamp, out: &mut Out) {
        let Some(login) = &self.login else { return };
        let (agent, queues) = (login.agent, login.queues.clone());
        let origins = self.origins.clone();
        for queue in queues.into_iter().chain(origins) {
            self.associate(queue, agent, false, stamp, out);
        }
    }

    fn add_queue(&mut self, queue: ObjectIx, stamp: Stamp, out: &mut Out) {
        let Some(login) = &mut self.login else { return };
        if !login.queues.contains(&queue) {
            login.queues.push(queue);
            let agent = login.agent;
            self.associate(queue, agent, true, stamp, out);
        }
    }

    fn drop_queue(&mut self, queue: ObjectIx, stamp: Stamp, out: &mut Out) {
        let Some(login) = &mut self.login else { return };
        login.queues.retain(|known| *known != queue);
        let agent = login.agent;
        self.associate(queue, agent, false, stamp, out);
    }

    /// Tells the mediation DN and the agent that the login is for it, or no longer.
    pub(super) fn associate(&self, queue: ObjectIx, agent: ObjectIx, on: bool, stamp: Stamp, out: &mut Out) {
        let what = QueueWhat::Login { device: self.me, agent, on };
        out.to_queues.push((queue, QueueEvent { stamp, conn: ConnIx::NONE, data: None, what }));
        if on {
            self.tell(Rank::Queue, agent, FactWhat::Queue { queue, on }, out);
        } else {
            self.tell(Rank::Ended, agent, FactWhat::Queue { queue, on }, out);
        }
    }

    /// OnHook runs by itself while a monitored device has no agent, no call and is not off hook (rule Q-8).
    pub(super) fn settle_hook(&mut self, stamp: Stamp, out: &mut Out) {
        let wanted = match (self.watch, self.off_hook) {
            (Watch::Up, true) => Some(Action::OffHook),
            (Watch::Up, false) if self.login.is_none() && self.calls.is_empty() => Some(Action::OnHook),
            _ => None,
        };
        if self.hook.as_ref().map(|hook| hook.action) == wanted {
            return;
        }
        if let Some(hook) = self.hook.take() {
            self.end(hook, stamp, ConnIx::NONE, &None, out);
        }
        if let Some(action) = wanted {
            self.hook = Some(self.begin(action, None, stamp, ConnIx::NONE, &None, out));
        }
    }
}

/// The action of an agent's mode.
pub(super) fn mode_action(mode: AgentMode) -> Action {
    match mode {
        AgentMode::Ready => Action::WaitForNextCall,
        AgentMode::NotReady => Action::NotReadyForNextCall,
        AgentMode::AfterCallWork => Action::AfterCallWork,
    }
}
