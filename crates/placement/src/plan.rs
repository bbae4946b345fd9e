//! From the table of leases to what one member does now.

use crate::rendezvous::preferred;
use model::{SlotSet, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A DCU, and which of its lives. Whoever starts again under the same name takes over from its former life at once, since
/// a StatefulSet lets one pod of a name live at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: Text,
    /// Rises with every start.
    pub life: u64,
}

/// A slot's lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The name of the holder.
    pub holder: Text,
    /// Which of its lives.
    pub life: u64,
    /// Rises with every new holder, also after the store of leases has been emptied.
    pub fence: u64,
}

/// Everything that is known of slots at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Those that live, and which of their lives is the newest.
    pub members: BTreeMap<Text, u64>,
    /// Leases that have not ended.
    pub leases: BTreeMap<u8, Lease>,
    /// The volume of checkpoints that holds the newest state of a slot; absent for one that has never been kept.
    pub volumes: BTreeMap<u8, Text>,
}

/// What a member does now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Slots that it prefers and nobody holds, or a former life of it.
    pub claim: SlotSet,
    /// Slots that it holds although another one that lives is preferred.
    pub give: SlotSet,
}

impl Table {
    /// The slots that a member holds, in this life.
    pub fn held(&self, member: &Member) -> SlotSet {
        let own = |lease: &Lease| lease.holder == member.name && lease.life == member.life;
        self.leases.iter().filter(|(_, lease)| own(lease)).map(|(slot, _)| *slot).collect()
    }

    /// The slots that a member could claim: those that nobody holds, or a former life of the member.
    pub fn open_to(&self, member: &Member) -> SlotSet {
        let shut = |lease: &Lease| lease.holder != member.name || lease.life >= member.life;
        let held = self.leases.iter().filter(|(_, lease)| shut(lease)).map(|(slot, _)| *slot);
        SlotSet::ALL.without(held.collect())
    }

    /// The slots that nobody holds.
    pub fn free(&self) -> SlotSet {
        SlotSet::ALL.without(self.leases.keys().copied().collect())
    }
}

/// What `me` does, which lives and holds what the table says.
pub fn plan(me: &Member, table: &Table) -> Plan {
    let members: BTreeSet<Text> = table.members.keys().cloned().collect();
    let wins = |slot: &u8| preferred(*slot, &members).is_some_and(|member| *member == me.name);
    let own: SlotSet = (0..=u8::MAX).filter(wins).collect();
    Plan { claim: table.open_to(me).both(own), give: table.held(me).without(own) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn member(name: &str) -> Member {
        Member { name: name.into(), life: 1 }
    }

    fn lease(name: &str) -> Lease {
        Lease { holder: name.into(), life: 1, fence: 1 }
    }

    fn table(members: &[&str], holders: &[(u8, &str)]) -> Table {
        Table {
            members: members.iter().map(|name| (Text::from(*name), 1)).collect(),
            leases: holders.iter().map(|(slot, holder)| (*slot, lease(holder))).collect(),
            volumes: BTreeMap::new(),
        }
    }

    #[test]
    fn the_first_one_claims_everything() {
        let plan = plan(&member("dcu-0"), &table(&["dcu-0"], &[]));
        assert_eq!(plan, Plan { claim: SlotSet::ALL, give: SlotSet::NONE });
    }

    #[test]
    fn who_starts_again_claims_what_its_former_life_still_holds() {
        let again = Member { name: "dcu-0".into(), life: 2 };
        let mut table = table(&["dcu-0"], &[(7, "dcu-0"), (9, "dcu-1")]);
        table.members.insert("dcu-0".into(), 2);
        let plan = plan(&again, &table);
        assert!(plan.claim.has(7) && !plan.claim.has(9), "{plan:?}");
    }

    #[test]
    fn a_new_one_waits_for_what_the_first_one_gives() {
        let all: Vec<(u8, &str)> = (0..=u8::MAX).map(|slot| (slot, "dcu-0")).collect();
        let table = table(&["dcu-0", "dcu-1"], &all);
        let (first, second) = (plan(&member("dcu-0"), &table), plan(&member("dcu-1"), &table));
        assert!(second.claim.is_empty() && first.claim.is_empty());
        assert!(first.give.len() > 80 && first.give.len() < 176, "{:?}", first.give);
    }

    proptest! {
        #[test]
        fn whoever_starts_and_dies_in_the_end_every_slot_has_its_one_owner(
            deeds in prop::collection::vec((0_usize..5, any::<bool>()), 1..30)
        ) {
            let names = ["dcu-0", "dcu-1", "dcu-2", "dcu-3", "dcu-4"];
            let mut world = Table::default();
            for (who, lives) in deeds {
                let name = Text::from(names[who]);
                if lives {
                    world.members.insert(name, 1);
                } else {
                    world.members.remove(&name);
                    world.leases.retain(|_, lease| lease.holder != name);
                }
                // Some act at once, some late.
                act(&mut world, &names[..=who]);
            }
            act(&mut world, &names);
            act(&mut world, &names);
            let members: BTreeSet<Text> = world.members.keys().cloned().collect();
            for slot in 0..=u8::MAX {
                let owner = world.leases.get(&slot).map(|lease| &lease.holder);
                prop_assert_eq!(owner, preferred(slot, &members));
            }
        }
    }

    fn act(world: &mut Table, names: &[&str]) {
        let lives = |name: &&&str| world.members.contains_key(**name);
        for name in names.iter().filter(lives).copied().collect::<Vec<_>>() {
            let Plan { claim, give } = plan(&member(name), world);
            world.leases.retain(|slot, _| !give.has(*slot));
            world.leases.extend(claim.iter().map(|slot| (slot, lease(name))));
        }
    }
}
