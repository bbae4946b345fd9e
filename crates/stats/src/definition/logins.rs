//! Intervals since the login: for whom, and of what (rules TP-12, Q-37).

use super::{Category, Definition, Refused, Subject};
use crate::library::StatType;
use crate::time::TimeProfile;
use model::{Action, ObjectType};

impl Definition {
    /// Whether its interval begins with an agent's login.
    pub(crate) fn is_since_login(&self) -> bool {
        self.profile == TimeProfile::SinceLogin && !self.is_current()
    }

    /// The status LoggedOut belongs to no login (rule Q-37).
    pub(super) fn leave_logged_out(&mut self) {
        if self.is_since_login() {
            self.main = self.main.without(Action::LoggedOut);
            self.rel = self.rel.without(Action::LoggedOut);
        }
    }
}

/// The types of a stat type that the profile leaves: with SinceLogin agents, and groups of agents where what their
/// members did since so many logins can be put together.
pub(super) fn objects(
    stat_type: &StatType,
    category: Category,
    subject: Subject,
    profile: &TimeProfile,
) -> Result<Vec<ObjectType>, Refused> {
    if *profile != TimeProfile::SinceLogin || category.is_current() {
        return Ok(stat_type.objects.clone());
    }
    if matches!(subject, Subject::GroupStatus | Subject::DNStatus) {
        let subject = subject.name();
        return Err(Refused::new(format!(
            "time profile SinceLogin is for agents: not for Subject {subject}"
        )));
    }
    let kept = |kind: &ObjectType| match kind {
        ObjectType::Agent => true,
        ObjectType::GroupAgents => !category.is_of_one_login() && stat_type.formula.is_none(),
        _ => false,
    };
    let objects: Vec<ObjectType> = stat_type.objects.iter().copied().filter(kept).collect();
    if objects.is_empty() {
        let kinds: Vec<&str> = stat_type.objects.iter().map(|kind| kind.name()).collect();
        let (category, kinds) = (category.name(), kinds.join(", "));
        return Err(Refused::new(format!(
            "time profile SinceLogin is for agents: category {category} over it is not defined on {kinds}"
        )));
    }
    Ok(objects)
}
