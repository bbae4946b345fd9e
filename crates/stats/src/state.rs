//! The structures of CurrentState, CurrentStateReasons and CurrentTargetState.

use crate::definition::Category;
use crate::roster::Roster;
use crate::value::State;

/// The state of a row; none while no status is known.
pub(crate) fn read(roster: &Roster, row: u32, category: Category) -> Option<State> {
    let head = &roster.rows[row as usize];
    let own = &roster.members[head.own as usize];
    let reasons = match category {
        Category::CurrentStateReasons => roster.reasons.get(&head.own).cloned(),
        _ => None,
    };
    let members = head.kind.is_group().then(|| {
        let group = roster.groups.get(&head.object);
        let known = group.into_iter().flatten().filter_map(|(object, _)| {
            let member = &roster.members[roster.member_of(*object)? as usize];
            Some((roster.names.get(object)?.clone(), member.status?))
        });
        known.collect()
    });
    let targets = (category == Category::CurrentTargetState).then(|| {
        let group = roster.groups.get(&head.object).filter(|_| head.kind.is_group());
        let alone = (!head.kind.is_group()).then_some((&head.object, ()));
        let all = group.into_iter().flatten().map(|(object, _)| (object, ())).chain(alone);
        let known = all.filter_map(|(object, ())| {
            Some((roster.names.get(object)?.clone(), roster.target(roster.member_of(*object)?)?))
        });
        known.collect()
    });
    Some(State { status: own.status?, since: own.since, reasons, members, targets })
}
