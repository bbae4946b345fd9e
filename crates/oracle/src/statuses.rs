//! Statuses (statistics 2.9): derived at the end of each instant from what goes on (rule Q-1).

use crate::carried::Carried;
use crate::facts::Segment;
use crate::world::World;
use model::{Action, Micros, Object, ObjectType, Status, Text};

impl World<'_> {
    /// Derives every status afresh and begins a segment where one differs from the present one.
    pub(crate) fn settle_statuses(&mut self) {
        for dn in self.names() {
            let is = self.dn_status(&dn);
            self.note(self.dn_object(&dn), is);
        }
        for place in &self.tenant.places {
            let is = self.highest(place.dns.iter(), Status::NotMonitored);
            self.note(Object::new(ObjectType::Place, place.name.clone()), is);
        }
        for agent in &self.tenant.agents {
            let dns = self.logged_in_on(&agent.id);
            let is = self.highest(dns.iter(), Status::LoggedOut); // Rule ST-3.
            self.note(Object::new(ObjectType::Agent, agent.id.clone()), is);
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

    /// The highest ongoing action of a DN that can be a status, since when it is so, and what it carries.
    fn dn_status(&self, dn: &str) -> Is {
        let held: Vec<usize> = {
            let legs = self.dns[dn].legs.iter().filter(|leg| leg.hold.is_some());
            legs.filter_map(|leg| leg.talk).collect()
        };
        let mut best: Option<Is> = None;
        for (place, stretch) in self.facts.stretches.iter().enumerate() {
            let hidden =
                held.contains(&place) || matches!(stretch.action, Action::LoggedIn | Action::LoggedOut);
            if stretch.dn != dn || stretch.end.is_some() || hidden {
                continue;
            }
            let Some(status) = Status::parse(stretch.action.name()) else { continue };
            // An action that was there before has become the highest now.
            let since = if stretch.from == self.now { stretch.since } else { self.now };
            let carried = stretch.history.last().map(|(_, carried)| carried.clone()).unwrap_or_default();
            best = higher(best, Is { status, since, age: stretch.since, carried });
        }
        best.unwrap_or_else(|| self.nothing(Status::NotMonitored))
    }

    /// The highest status of several DNs, as they are now.
    fn highest<'t>(&self, dns: impl Iterator<Item = &'t Text>, none: Status) -> Is {
        let mut best: Option<Is> = None;
        for dn in dns {
            let Some(segment) = self.facts.segment(&self.dn_object(dn)) else { continue };
            let since = if segment.from == self.now { segment.since } else { self.now };
            let carried = segment.history.last().map(|(_, carried)| carried.clone()).unwrap_or_default();
            best = higher(best, Is { status: segment.status, since, age: segment.since, carried });
        }
        best.unwrap_or_else(|| self.nothing(none))
    }

    fn nothing(&self, status: Status) -> Is {
        Is { status, since: self.now, age: self.now, carried: Carried::default() }
    }

    fn note(&mut self, object: Object, is: Is) {
        let now = self.now;
        let present = self.facts.segments.iter_mut().rev().find(|segment| segment.object == object);
        if let Some(present) = present {
            if present.status == is.status {
                // Rule ST-4; it may carry something else.
                if present.history.last().is_none_or(|(_, last)| *last != is.carried) {
                    present.history.push((now, is.carried));
                }
                return;
            }
            present.end = Some(now);
        }
        let Is { status, since, carried, .. } = is;
        let history = vec![(now, carried)];
        self.facts.segments.push(Segment {
            object,
            status,
            since,
            from: now,
            end: None,
            history,
            initial: false,
        });
    }
}

/// A status as it is now.
struct Is {
    status: Status,
    /// Since when it is shown to be so.
    since: Micros,
    /// Since when what it comes from is so.
    age: Micros,
    carried: Carried,
}

/// The higher of two statuses; of equal ones the earlier (rule ST-2), whose data it has.
fn higher(best: Option<Is>, other: Is) -> Option<Is> {
    let Some(best) = best else { return Some(other) };
    if best.status != other.status {
        return Some(if best.status > other.status { best } else { other });
    }
    let since = best.since.min(other.since);
    let first = if other.age < best.age { other } else { best };
    Some(Is { since, ..first })
}
