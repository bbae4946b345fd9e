//! What a viewer may see.

use model::{Object, ObjectType, Text};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What one viewer may see. Viewers of equal scopes form a rights class: they share frames.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Nothing: also whenever it is not known.
    #[default]
    Nothing,
    /// Every object of the tenant.
    Everything,
    /// These.
    Only(Arc<BTreeSet<Object>>),
}

impl Scope {
    /// The scope of just these.
    pub fn only(objects: BTreeSet<Object>) -> Self {
        if objects.is_empty() { Self::Nothing } else { Self::Only(Arc::new(objects)) }
    }

    /// Whether this object may be seen.
    pub fn holds(&self, object: &Object) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Only(objects) => objects.contains(object),
        }
    }

    /// Whether a member of a group of this type may be named.
    pub fn holds_member(&self, group: ObjectType, id: &Text) -> bool {
        let member = |kind| self.holds(&Object::new(kind, id.clone()));
        match (self, group) {
            (Self::Everything, _) => true,
            (Self::Nothing, _) => false,
            (_, ObjectType::GroupAgents) => member(ObjectType::Agent),
            (_, ObjectType::GroupPlaces) => member(ObjectType::Place),
            (_, ObjectType::GroupQueues) => member(ObjectType::Queue) || member(ObjectType::RoutePoint),
            // Of the other types no members are told; should they be, not to viewers with bounds.
            _ => false,
        }
    }

    /// Whether a group of that name, which holds an object of type `member`, may be named.
    pub fn holds_group_of(&self, member: ObjectType, group: &Text) -> bool {
        match (self, group_of(member)) {
            (Self::Everything, _) => true,
            (Self::Nothing, _) | (_, None) => false,
            (_, Some(kind)) => self.holds(&Object::new(kind, group.clone())),
        }
    }

    /// What of it matters for a table of objects of type `kind`, these or all: viewers who differ elsewhere share it.
    pub fn narrowed(&self, kind: ObjectType, ids: Option<&[Text]>) -> Self {
        let Self::Only(objects) = self else { return self.clone() };
        let ids: Option<BTreeSet<&Text>> = ids.map(|ids| ids.iter().collect());
        let asked = |object: &Object| ids.as_ref().is_none_or(|ids| ids.contains(&object.id));
        let members = [ObjectType::Agent, ObjectType::Place, ObjectType::Queue, ObjectType::RoutePoint];
        let matters = |object: &&Object| {
            object.kind == kind && asked(object)
                || kind.is_group() && members.contains(&object.kind)
                || group_of(kind) == Some(object.kind)
        };
        let kept: BTreeSet<Object> = objects.iter().filter(matters).cloned().collect();
        Self::Only(if kept.len() == objects.len() { objects.clone() } else { Arc::new(kept) })
    }
}

/// The type of the groups that hold objects of this type.
pub(crate) fn group_of(member: ObjectType) -> Option<ObjectType> {
    match member {
        ObjectType::Agent => Some(ObjectType::GroupAgents),
        ObjectType::Place => Some(ObjectType::GroupPlaces),
        ObjectType::Queue | ObjectType::RoutePoint => Some(ObjectType::GroupQueues),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(objects: &[(ObjectType, &str)]) -> Scope {
        Scope::only(objects.iter().map(|(kind, id)| Object::new(*kind, *id)).collect())
    }

    #[test]
    fn a_table_of_queues_does_not_ask_which_agents_one_sees() {
        let ann =
            scope(&[(ObjectType::Queue, "1@s"), (ObjectType::GroupQueues, "All"), (ObjectType::Agent, "A1")]);
        let bob =
            scope(&[(ObjectType::Queue, "1@s"), (ObjectType::GroupQueues, "All"), (ObjectType::Agent, "A2")]);
        assert_ne!(ann, bob);
        assert_eq!(ann.narrowed(ObjectType::Queue, None), bob.narrowed(ObjectType::Queue, None));
        // Of groups the members are shown, too.
        assert_ne!(ann.narrowed(ObjectType::GroupAgents, None), bob.narrowed(ObjectType::GroupAgents, None));
        let other = [Text::from("2@s")];
        assert!(!ann.narrowed(ObjectType::Queue, Some(&other)).holds(&Object::new(ObjectType::Queue, "1@s")));
    }

    #[test]
    fn members_and_groups_are_named_only_to_who_may_see_them() {
        let ann = scope(&[(ObjectType::Agent, "A1"), (ObjectType::GroupAgents, "Sales")]);
        assert!(ann.holds_member(ObjectType::GroupAgents, &"A1".into()));
        assert!(!ann.holds_member(ObjectType::GroupAgents, &"A2".into()));
        assert!(!ann.holds_member(ObjectType::GroupPlaces, &"A1".into()));
        assert!(!ann.holds_member(ObjectType::Tenant, &"A1".into()));
        assert!(ann.holds_group_of(ObjectType::Agent, &"Sales".into()));
        assert!(!ann.holds_group_of(ObjectType::Agent, &"Support".into()));
        assert!(!Scope::Nothing.holds_group_of(ObjectType::Agent, &"Sales".into()));
    }
}
