//! Statuses (statistics 2.9): derived at the end of each instant from what goes on (rule Q-1).

use crate::facts::Segment;
use crate::world::World;
use model::{Action, Micros, Object, ObjectType, Status, Text};

impl World<'_> {
    /// Derives every status afresh and begins a segment where one differs from the present one.
    pub(crate) fn settle_statuses(&mut self) {
        for dn in self.names() {
            let (status, since) = self.dn_status(&dn);
            self.note(self.dn_object(&dn), status, since);
        }
        for place in &self.tenant.places {
            let (status, since) = self.highest(place.dns.iter(), Status::NotMonitored);
            self.note(Object::new(ObjectType::Place, place.name.clone()), status, since);
        }
        for agent in &self.tenant.agents {
            let dns = self.logged_in_on(&agent.id);
            let (status, since) = self.highest(dns.iter(), Status::LoggedOut); // Rule ST-3.
            self.note(Object::new(ObjectType::Agent, agent.id.clone()), status, since);
        }
    }

    /// The DN as an object.
    pub(crate) fn dn_object(&self, dn: &str) -> Object {
        let is = |d: &&model::tenant::Dn| dn == format!("{}@{}", d.number, d.switch);
        let kind = match self.tenant.dns.iter().find(is).map(|dn| dn.kind) {
            Some(model::snapshot::DnType::RoutePoint) => ObjectType::RoutePoint,
            Some(kind) if kind.is_mediation() => ObjectType::Queue,
            _ => ObjectType::RegDN,
        };
        Object::new(kind, dn)
    }

    /// The DNs on which an agent is logged in.
    pub(crate) fn logged_in_on(&self, agent: &str) -> Vec<Text> {
        let his = |dn: &&Text| self.dns[*dn].login.as_ref().is_some_and(|login| login.agent == agent);
        self.dns.keys().filter(his).cloned().collect()
    }

    /// The highest ongoing action of a DN that can be a status, and since when it is so.
    fn dn_status(&self, dn: &str) -> (Status, Micros) {
        let held: Vec<usize> = {
            let legs = self.dns[dn].legs.iter().filter(|leg| leg.hold.is_some());
            legs.filter_map(|leg| leg.talk).collect()
        };
        let mut best: Option<(Status, Micros)> = None;
        for (place, stretch) in self.facts.stretches.iter().enumerate() {
            let hidden =
                held.contains(&place) || matches!(stretch.action, Action::LoggedIn | Action::LoggedOut);
            if stretch.dn != dn || stretch.end.is_some() || hidden {
                continue;
            }
            let Some(status) = Status::parse(stretch.action.name()) else { continue };
            // An action that was there before has become the highest now.
            let since = if stretch.from == self.now { stretch.since } else { self.now };
            best = higher(best, (status, since));
        }
        best.unwrap_or((Status::NotMonitored, self.now))
    }

    /// The highest status of several DNs, as they are now.
    fn highest<'t>(&self, dns: impl Iterator<Item = &'t Text>, none: Status) -> (Status, Micros) {
        let mut best = None;
        for dn in dns {
            let Some(segment) = self.facts.segment(&self.dn_object(dn)) else { continue };
            let since = if segment.from == self.now { segment.since } else { self.now };
            best = higher(best, (segment.status, since));
        }
        best.unwrap_or((none, self.now))
    }

    fn note(&mut self, object: Object, status: Status, since: Micros) {
        let present = self.facts.segments.iter_mut().rev().find(|segment| segment.object == object);
        if let Some(present) = present {
            if present.status == status {
                return; // Rule ST-4.
            }
            present.end = Some(self.now);
        }
        let from = self.now;
        self.facts.segments.push(Segment { object, status, since, from, end: None, initial: false });
    }
}

/// The higher of two statuses; of equal ones the earlier (rule ST-2).
fn higher(best: Option<(Status, Micros)>, other: (Status, Micros)) -> Option<(Status, Micros)> {
    match best {
        Some(best) if (best.0, std::cmp::Reverse(best.1)) >= (other.0, std::cmp::Reverse(other.1)) => {
            Some(best)
        }
        _ => Some(other),
    }
}
