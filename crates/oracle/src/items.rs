//! What an object has, out of everything that happened: its durable actions, instants and statuses.

use crate::carried::History;
use crate::definition::Subject;
use crate::mask;
use crate::world::World;
use model::record::CallType;
use model::{Action, Micros, Object, ObjectType, Status, Text};
use std::collections::BTreeSet;

/// One action or status of one object or member.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) action: Option<Action>,
    pub(crate) status: Option<Status>,
    /// Instantaneous: `from..end` is what it reports, and it happened at `at`.
    pub(crate) at: Option<Micros>,
    pub(crate) since: Micros,
    pub(crate) from: Micros,
    pub(crate) end: Option<Micros>,
    /// When the whole ended, of which a filter left this (rule Q-35).
    pub(crate) released: Option<Micros>,
    pub(crate) conn: Option<Text>,
    pub(crate) call: Option<CallType>,
    pub(crate) history: History,
    /// For ties in a selection: order of emission; of statuses the agent.
    pub(crate) order: usize,
    /// Its place among others that end with it is not told by any rule.
    pub(crate) cut: bool,
    pub(crate) whose: Text,
}

/// The words of a mask.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mask {
    pub(crate) actions: BTreeSet<mask::Part>,
    pub(crate) statuses: BTreeSet<Status>,
}

impl Mask {
    pub(crate) fn new(text: &str, subject: Subject, object: &Object) -> Self {
        use ObjectType as T;
        let mediation = matches!(object.kind, T::Queue | T::RoutePoint | T::GroupQueues);
        match subject {
            Subject::Action => Self { actions: mask::actions(text, mediation), ..Self::default() },
            Subject::Status => Self { statuses: mask::statuses(text), ..Self::default() },
        }
    }

    pub(crate) fn has(&self, piece: &Piece) -> bool {
        let part = |action| (action, piece.call.as_ref().map(|call| call.name().to_owned()));
        piece.action.is_some_and(|action| self.actions.contains(&part(action)))
            || piece.status.is_some_and(|status| self.statuses.contains(&status))
    }
}

impl World<'_> {
    /// The object's members, or itself; none if nobody knows it.
    pub(crate) fn members(&self, object: &Object) -> Option<Vec<Object>> {
        use ObjectType as T;
        let named = |kind, names: &[Text]| names.iter().map(|name| Object::new(kind, name.clone())).collect();
        let one = |known: bool| known.then(|| vec![object.clone()]);
        match object.kind {
            T::Agent => one(self.tenant.agents.iter().any(|agent| agent.id == object.id)),
            T::Place => one(self.tenant.places.iter().any(|place| place.name == object.id)),
            T::RegDN | T::Queue | T::RoutePoint => {
                one(self.dns.contains_key(&object.id) && self.dn_object(&object.id) == *object)
            }
            T::GroupAgents => {
                let group = self.tenant.agent_groups.iter().find(|group| group.name == object.id)?;
                Some(named(T::Agent, &group.agents))
            }
            T::GroupPlaces => {
                let group = self.tenant.place_groups.iter().find(|group| group.name == object.id)?;
                Some(named(T::Place, &group.places))
            }
            T::GroupQueues => {
                let group = self.tenant.queue_groups.iter().find(|group| group.name == object.id)?;
                Some(group.dns.iter().map(|dn| self.dn_object(dn)).collect())
            }
            _ => None,
        }
    }

    /// The DNs whose actions an object has; agents have theirs by login.
    pub(crate) fn dns_of(&self, object: &Object) -> Vec<Text> {
        match object.kind {
            ObjectType::Place => {
                let place = self.tenant.places.iter().find(|place| place.name == object.id);
                place.map(|place| place.dns.clone()).unwrap_or_default()
            }
            ObjectType::Agent => self.logged_in_on(&object.id),
            _ => vec![object.id.clone()],
        }
    }

    /// Everything of an object and its members, of a subject. `begun`: since when the initial state holds.
    pub(crate) fn pieces(&self, object: &Object, subject: Subject, begun: Micros) -> Vec<Piece> {
        let members = self.members(object).unwrap_or_default();
        let of = |member: &Object| match subject {
            Subject::Action => self.actions_of(member, begun),
            Subject::Status => self.statuses_of(member, begun),
        };
        members.iter().flat_map(of).collect()
    }

    fn statuses_of(&self, object: &Object, begun: Micros) -> Vec<Piece> {
        let mine = self.facts.segments.iter().filter(|segment| segment.object == *object);
        let piece = |s: &crate::facts::Segment| Piece {
            action: None,
            status: Some(s.status),
            at: None,
            since: if s.initial { begun } else { s.since },
            from: if s.initial { begun } else { s.from },
            end: s.end,
            released: s.end,
            conn: None,
            call: None,
            history: s.history.clone(),
            order: 0,
            cut: false,
            whose: object.id.clone(),
        };
        mine.map(piece).collect()
    }

    fn actions_of(&self, object: &Object, begun: Micros) -> Vec<Piece> {
        let dns = self.dns_of(object);
        let agent = (object.kind == ObjectType::Agent).then_some(&object.id);
        // An agent's copy may end first, at his logout; then the stretch ends once more for its DN.
        let order = |moment, place| {
            let emitted = self.order.get(&(moment, place));
            emitted.map_or(usize::MAX, |(first, last)| if agent.is_some() { *first } else { *last })
        };
        let mut pieces = Vec::new();
        for (place, s) in self.facts.stretches.iter().enumerate() {
            let mine = agent.map_or(dns.contains(&s.dn), |agent| s.agent.as_ref() == Some(agent));
            if mine {
                let end = if agent.is_some() { s.agent_end.or(s.end) } else { s.end };
                pieces.push(Piece {
                    action: Some(s.action),
                    status: None,
                    at: None,
                    since: if s.initial { begun } else { s.since },
                    from: if s.initial { begun } else { s.from },
                    end,
                    released: end,
                    conn: s.conn.clone(),
                    call: s.call.clone(),
                    history: s.history.clone(),
                    order: order(false, place),
                    cut: s.cut,
                    whose: object.id.clone(),
                });
            }
        }
        for (place, m) in self.facts.moments.iter().enumerate() {
            let mine = agent.map_or(dns.contains(&m.dn), |agent| m.agent.as_ref() == Some(agent));
            if mine {
                pieces.push(Piece {
                    action: Some(m.action),
                    status: None,
                    at: Some(m.at),
                    since: m.start,
                    from: m.start,
                    end: Some(m.stop),
                    released: Some(m.stop),
                    conn: m.conn.clone(),
                    call: m.call.clone(),
                    history: vec![(m.at, m.carried.clone())],
                    order: order(true, place),
                    cut: m.cut,
                    whose: object.id.clone(),
                });
            }
        }
        pieces.extend(self.agents_of(object));
        pieces
    }

    /// The agents of a mediation DN as they are now (rules ).
    fn agents_of(&self, object: &Object) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let queue = matches!(object.kind, ObjectType::Queue | ObjectType::RoutePoint);
        if !queue || !self.dns[&object.id].monitored {
            return pieces; // Rule X-1.
        }
        for agent in &self.tenant.agents {
            if !self.is_associated(&agent.id, &object.id) {
                continue;
            }
            let is = self.facts.segment(&Object::new(ObjectType::Agent, agent.id.clone()));
            let status = is.map_or(Status::LoggedOut, |segment| segment.status);
            let able = !matches!(status, Status::NotReadyForNextCall | Status::NotMonitored);
            let ready = status == Status::WaitForNextCall;
            let all = [
                (Action::AgentLoginOnQueue, true),
                (Action::AgentActiveOnQueue, able),
                (Action::AgentReadyOnQueue, ready),
            ];
            pieces.extend(all.into_iter().filter(|one| one.1).map(|(action, _)| Piece {
                action: Some(action),
                status: None,
                at: None,
                since: self.now,
                from: self.now,
                end: None,
                released: None,
                conn: None,
                call: None,
                history: Vec::new(),
                order: 0,
                cut: false,
                whose: agent.id.clone(),
            }));
        }
        pieces
    }
}
