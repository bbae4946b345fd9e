//! How actions get into the facts.

use crate::carried::Carried;
use crate::facts::{Moment, Stretch};
use crate::world::World;
use model::record::CallType;
use model::{Action, Micros, Text};

impl World<'_> {
    /// A durable action begins on a DN, now.
    pub(crate) fn start(&mut self, dn: &str, action: Action, conn: Option<&Text>, since: Micros) -> usize {
        let agent = self.dns[dn].login.as_ref().map(|login| login.agent.clone());
        let (since, from) = (since.min(self.now), self.now);
        let call = conn.and_then(|conn| self.kind_of(dn, conn));
        let history = vec![(self.now, self.carried(dn, action, conn))];
        let (dn, conn) = (dn.into(), conn.cloned());
        let stretch = Stretch {
            dn,
            action,
            since,
            from,
            end: None,
            conn,
            call,
            history,
            agent,
            agent_end: None,
            initial: false,
            cut: false,
        };
        self.facts.stretches.push(stretch);
        self.facts.stretches.len() - 1
    }

    pub(crate) fn stop(&mut self, stretch: usize) {
        if self.facts.stretches[stretch].end.is_none() {
            self.facts.stretches[stretch].end = Some(self.now);
            self.facts.emitted.push((false, stretch));
        }
    }

    /// Ends the DN's ongoing action of that name, if there is one.
    pub(crate) fn stop_any(&mut self, dn: &str, action: Action) -> Option<usize> {
        let stretch = self.facts.ongoing(dn, action)?;
        self.stop(stretch);
        Some(stretch)
    }

    /// A momentary action, of the agent who is logged in.
    pub(crate) fn happen(&mut self, dn: &str, action: Action, conn: Option<&Text>) {
        let agent = self.dns[dn].login.as_ref().map(|login| login.agent.clone());
        self.emit(dn, action, conn, self.now, agent);
    }

    /// The type of a call as the DN knows it.
    pub(crate) fn kind_of(&self, dn: &str, conn: &Text) -> Option<CallType> {
        let leg = self.dns[dn].legs.iter().find(|leg| leg.conn == *conn).map(|leg| leg.kind.clone());
        leg.or_else(|| self.kinds.get(&(dn.into(), conn.clone())).cloned())
    }

    /// A retrospective action about a stretch (rule Q-15).
    pub(crate) fn report(&mut self, stretch: usize, action: Action) {
        let Stretch { dn, since, conn, agent, agent_end, .. } = self.facts.stretches[stretch].clone();
        let agent = agent.filter(|_| agent_end.is_none());
        self.emit(&dn, action, conn.as_ref(), since, agent);
    }

    pub(crate) fn emit(
        &mut self,
        dn: &str,
        action: Action,
        conn: Option<&Text>,
        start: Micros,
        agent: Option<Text>,
    ) {
        let call = conn.and_then(|conn| self.kind_of(dn, conn));
        let carried = match conn {
            Some(_) => self.carried(dn, action, conn),
            None => Carried::default(),
        };
        let (dn, at, stop, conn) = (dn.into(), self.now, self.now, conn.cloned());
        let cut = self.rebuilding;
        self.facts.moments.push(Moment { dn, action, at, start, stop, conn, call, carried, agent, cut });
        self.facts.emitted.push((true, self.facts.moments.len() - 1));
    }

    /// A retrospective action of a mediation DN whose stretch ended before now.
    pub(crate) fn emit_at(&mut self, dn: &str, action: Action, conn: &Text, start: Micros, stop: Micros) {
        self.emit(dn, action, Some(conn), start, None);
        self.facts.moments.last_mut().expect("just emitted").stop = stop;
    }
}

/// The actions that a type of call has: going on, begun, completed.
pub(crate) fn of_type(kind: &CallType) -> (Action, Action, Action) {
    use Action as A;
    match kind {
        CallType::Inbound => (A::CallInbound, A::CallInboundStarted, A::CallInboundCompleted),
        CallType::Outbound => (A::CallOutbound, A::CallOutboundStarted, A::CallOutboundCompleted),
        CallType::Internal => (A::CallInternal, A::CallInternalStarted, A::CallInternalCompleted),
        CallType::Consult => (A::CallConsult, A::CallConsultStarted, A::CallConsultCompleted),
        _ => (A::CallUnknown, A::CallUnknownStarted, A::CallUnknownCompleted),
    }
}
