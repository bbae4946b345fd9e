//! The groups of an agent or a place: which he may belong to, by which rule, and which he belongs to now (rules O-4, O-6 to
//! O-8, Q-44).

use crate::group::{GroupEvent, GroupWhat};
use crate::out::Out;
use crate::script::{Rule, Word, everybody, holds, is_always};
use crate::stamp::{Few, Stamp};
use model::Status;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// A change of what the configuration says about an agent's or a place's groups. A rule is told word by word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tie {
    /// The rule for that group is forgotten, with what follows from it.
    Without {
        /// The group.
        group: ObjectIx,
    },
    /// The next word of the rule for that group.
    Rule {
        /// The group.
        group: ObjectIx,
        /// The word.
        word: Word,
    },
    /// Members of that group are associated with that mediation DN (rule 2.5).
    Origin {
        /// The group.
        group: ObjectIx,
        /// The mediation DN.
        queue: ObjectIx,
    },
}

/// A group that one may belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seat {
    group: ObjectIx,
    rule: Rule,
    origins: Few,
    /// The group was told so.
    is_in: bool,
}

impl Seat {
    /// A seat from the beginning on. Of a rule that always holds the group knows by itself.
    pub(crate) fn new(group: ObjectIx, rule: Rule, origins: &[ObjectIx]) -> Self {
        let is_in = is_always(&rule);
        Self { group, rule, origins: origins.into(), is_in }
    }
}

/// All groups of one agent or place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Seats {
    seats: Vec<Seat>,
    /// Those that he belongs to and that follow his status.
    pub(super) groups: Few,
    /// The whole tenant, which follows nothing but whether he can be seen.
    #[serde(default)]
    pub(super) whole: Option<ObjectIx>,
    /// Something may have changed since groups were told.
    stale: bool,
}

impl Seats {
    pub(super) fn new(seats: Vec<Seat>) -> Self {
        let stale = seats.iter().any(|seat| !seat.is_in);
        let mut new = Self { seats, groups: Few::new(), whole: None, stale };
        new.gather();
        new
    }

    /// The configuration says something new.
    pub(super) fn hear(&mut self, tie: Tie) {
        self.stale = true;
        let (Tie::Without { group } | Tie::Rule { group, .. } | Tie::Origin { group, .. }) = tie;
        let place = self.seats.iter().position(|seat| seat.group == group).unwrap_or_else(|| {
            self.seats.push(Seat { group, rule: Rule::new(), origins: Few::new(), is_in: false });
            self.seats.len() - 1
        });
        let seat = &mut self.seats[place];
        match tie {
            Tie::Without { .. } => {
                seat.rule.clear();
                seat.origins.clear();
            }
            Tie::Rule { word, .. } => seat.rule.push(word),
            Tie::Origin { queue, .. } => seat.origins.push(queue),
        }
    }

    /// A login changed: rules that ask for it are looked at again at the end of the instant.
    pub(super) fn log_in(&mut self) {
        self.stale |= self.seats.iter().any(|seat| !is_always(&seat.rule));
    }

    /// At the end of an instant, in which the member has this status and validity: groups hear who joins and who
    /// leaves. True where that may change the associations.
    pub(super) fn settle(
        &mut self,
        member: (ObjectIx, Status, bool),
        stamp: Stamp,
        is: impl Fn(Word) -> bool,
        out: &mut Out,
    ) -> bool {
        if !std::mem::take(&mut self.stale) {
            return false;
        }
        let (member, status, valid) = member;
        for seat in &mut self.seats {
            let is_in = holds(&seat.rule, &is);
            if std::mem::replace(&mut seat.is_in, is_in) != is_in {
                let what = match is_in {
                    true => GroupWhat::Joined { member, status, valid },
                    false => GroupWhat::Left { member },
                };
                out.to_groups.push((seat.group, GroupEvent { stamp, what }));
            }
        }
        self.seats.retain(|seat| !seat.rule.is_empty());
        self.gather();
        true
    }

    /// Mediation DNs that his groups associate him with.
    pub(super) fn origins(&self) -> Few {
        let mut origins = Few::new();
        for queue in self.seats.iter().filter(|seat| seat.is_in).flat_map(|seat| &seat.origins) {
            if !origins.contains(queue) {
                origins.push(*queue);
            }
        }
        origins
    }

    fn gather(&mut self) {
        let is_whole = |seat: &&Seat| seat.rule == everybody();
        let inside = || self.seats.iter().filter(|seat| seat.is_in);
        self.groups = inside().filter(|seat| !is_whole(seat)).map(|seat| seat.group).collect();
        self.whole = inside().find(is_whole).map(|seat| seat.group);
    }
}
