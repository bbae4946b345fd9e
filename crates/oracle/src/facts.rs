//! What has happened so far, as plain lists that only grow.

use crate::carried::{Carried, History};
use model::record::CallType;
use model::{Action, Micros, Object, Status, Text};

/// A durable action on one DN.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    /// `number@switch`.
    pub(crate) dn: Text,
    pub(crate) action: Action,
    /// For current times and for the outcomes that report it: a snapshot may tell a start before the return.
    pub(crate) since: Micros,
    /// For intervals (rule A-13).
    pub(crate) from: Micros,
    pub(crate) end: Option<Micros>,
    pub(crate) conn: Option<Text>,
    /// The type of the call when it began (rule A-5).
    pub(crate) call: Option<CallType>,
    pub(crate) history: History,
    /// Who was logged in on the DN when it began (rule O-2) ...
    pub(crate) agent: Option<Text>,
    /// ... until he logged out from it.
    pub(crate) agent_end: Option<Micros>,
    /// It held before the first record (rule Q-6).
    pub(crate) initial: bool,
    /// It ended with everything else on its DN; no rule tells in which order.
    pub(crate) cut: bool,
}

/// A momentary or retrospective action on one DN.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub(crate) dn: Text,
    pub(crate) action: Action,
    pub(crate) at: Micros,
    /// Where the stretch that it reports began; `at` for momentary ones.
    pub(crate) start: Micros,
    /// Where that stretch ended: `at`, but for an answer that a snapshot tells of.
    pub(crate) stop: Micros,
    pub(crate) conn: Option<Text>,
    pub(crate) call: Option<CallType>,
    pub(crate) carried: Carried,
    pub(crate) agent: Option<Text>,
    /// One record brought it with others, at several DNs; no rule tells in which order.
    pub(crate) cut: bool,
}

/// A stretch of one status of one DN, place or agent.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) object: Object,
    pub(crate) status: Status,
    pub(crate) since: Micros,
    pub(crate) from: Micros,
    pub(crate) end: Option<Micros>,
    pub(crate) history: History,
    pub(crate) initial: bool,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) stretches: Vec<Stretch>,
    pub(crate) moments: Vec<Moment>,
    pub(crate) segments: Vec<Segment>,
    /// The emission order of ended stretches and moments, for ties (rule Q-36): (is a moment, place).
    pub(crate) emitted: Vec<(bool, usize)>,
}

impl Facts {
    /// The action of that name that is going on at the DN, if any.
    pub(crate) fn ongoing(&self, dn: &str, action: Action) -> Option<usize> {
        self.stretches.iter().position(|s| s.dn == dn && s.action == action && s.end.is_none())
    }

    /// The present segment of an object.
    pub(crate) fn segment(&self, object: &Object) -> Option<&Segment> {
        self.segments.iter().rev().find(|segment| segment.object == *object)
    }
}
