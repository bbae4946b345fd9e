//! Rendezvous hashing: for each slot, every member draws a number; the highest is preferred.

use model::Text;
use std::collections::BTreeSet;

/// The number that a member draws for a slot: FNV-1a over name and slot, stirred so that near names are far apart.
fn draw(member: &str, slot: u8) -> u64 {
    let bytes = member.bytes().chain([0, slot]);
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The finaliser of MurmurHash3.
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

/// The members in the order in which they are preferred for a slot.
pub fn ranked(slot: u8, members: &BTreeSet<Text>) -> Vec<&Text> {
    let mut ranked: Vec<&Text> = members.iter().collect();
    ranked.sort_by_key(|member| std::cmp::Reverse((draw(member, slot), *member)));
    ranked
}

/// The member that is preferred for a slot; none without members.
pub fn preferred(slot: u8, members: &BTreeSet<Text>) -> Option<&Text> {
    members.iter().max_by_key(|member| (draw(member, slot), *member))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(count: usize) -> BTreeSet<Text> {
        (0..count).map(|ordinal| Text::from(format!("pulse-dcu-{ordinal}"))).collect()
    }

    #[test]
    fn slots_are_shared_out_evenly() {
        for count in 2..=8 {
            let members = members(count);
            let share = 256 / count;
            for member in &members {
                let own = (0..=u8::MAX).filter(|slot| preferred(*slot, &members) == Some(member)).count();
                assert!(own > share / 2 && own < share * 2, "{member} of {count} has {own}");
            }
        }
    }

    proptest! {
        #[test]
        fn only_slots_of_who_goes_change_hands(count in 2_usize..12, gone in 0_usize..12) {
            let before = members(count);
            let gone = before.iter().nth(gone % count).cloned().expect("there are members");
            let mut after = before.clone();
            after.remove(&gone);
            for slot in 0..=u8::MAX {
                let owner = preferred(slot, &before);
                prop_assert_eq!(ranked(slot, &before).first().copied(), owner);
                if owner != Some(&gone) {
                    prop_assert_eq!(preferred(slot, &after), owner);
                } else {
                    prop_assert_eq!(preferred(slot, &after), ranked(slot, &before).get(1).copied());
                }
            }
        }
    }
}
