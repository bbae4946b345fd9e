//! Shares of boards: whom a board belongs to, and who may do what with it.

use crate::{Privilege, Privileges, user_name};
use model::Text;
use model::tenant::Who;
use model::time::Micros;
use serde::{Deserialize, Serialize};

/// What one may do with a board; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Look at it.
    Read,
    /// Change it.
    Write,
    /// Let others have it.
    Share,
    /// Remove it.
    Admin,
}

/// Somebody to whom a board is shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// To whom: a user, a role, or everyone.
    pub who: Who,
    /// For what.
    pub right: Right,
    /// Who gave it; not known of what was given long ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Text>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Micros>,
}

/// Whom a board belongs to, and to whom it is shared. A board without one is everybody's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Who made it.
    pub owner: Text,
    /// To whom it is shared.
    #[serde(default)]
    pub with: Vec<Shared>,
}

impl Right {
    /// What a user with these roles may do with a board; nothing at all if `None`.
    pub fn of(user: &str, roles: &[Text], share: Option<&Share>) -> Option<Self> {
        let held = Privileges::of_roles(roles);
        let has = |privilege| held.has(privilege);
        if has(Privilege::ManageUsers) {
            return Some(Self::Admin);
        }
        let looks = has(Privilege::ViewDashboard) || has(Privilege::ViewDashboardRestricted);
        let reads = looks.then_some(Self::Read).or(has(Privilege::ReadAllLayouts).then_some(Self::Read));
        let shared = has(Privilege::ManageSharedDashboards);
        let Some(share) = share else {
            return if shared { Some(Self::Admin) } else { reads };
        };
        if user_name(user) == user_name(&share.owner) {
            return if has(Privilege::ManageWidgets) { Some(Self::Admin) } else { reads };
        }
        let concerned = share.with.iter().filter(|with| concerns(&with.who, user, roles));
        let given = concerned.map(|with| with.right).max();
        match given {
            // Others' boards are changed by those only who may manage shared ones.
            Some(given) if shared => Some(given),
            Some(_) => reads,
            None => has(Privilege::ReadAllLayouts).then_some(Self::Read),
        }
    }
}

fn concerns(who: &Who, user: &str, roles: &[Text]) -> bool {
    who.everyone
        || who.user.as_ref().is_some_and(|named| user_name(named) == user_name(user))
        || who.role.as_ref().is_some_and(|role| roles.contains(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(user: &str, role: &str, share: Option<&Share>) -> Option<Right> {
        Right::of(user, &[role.into()], share)
    }

    #[test]
    fn a_board_without_a_share_is_everybodys() {
        assert_eq!(right("ann", "viewer", None), Some(Right::Read));
        assert_eq!(right("ann", "editor", None), Some(Right::Admin));
        assert_eq!(right("ann", "nothing", None), None);
    }

    #[test]
    fn a_board_is_seen_by_its_owner_and_those_to_whom_it_is_shared() {
        let to = |user: &str, right| Shared {
            who: Who { user: Some(user.into()), ..Who::default() },
            right,
            by: None,
            at: None,
        };
        let share =
            Share { owner: "Ann".into(), with: vec![to("bob", Right::Write), to("cyd", Right::Read)] };
        assert_eq!(right("ann", "editor", Some(&share)), Some(Right::Admin));
        assert_eq!(
            right("ann", "viewer", Some(&share)),
            Some(Right::Read),
            "who has lost the privilege only looks"
        );
        assert_eq!(right("bob", "editor", Some(&share)), Some(Right::Write));
        assert_eq!(right("bob", "viewer", Some(&share)), Some(Right::Read), "a share gives no privilege");
        assert_eq!(right("cyd", "editor", Some(&share)), Some(Right::Read));
        assert_eq!(right("dan", "editor", Some(&share)), None);
        assert_eq!(right("dan", "admin", Some(&share)), Some(Right::Admin));
        assert_eq!(right("api", "read_all_layouts", Some(&share)), Some(Right::Read));
    }
}
