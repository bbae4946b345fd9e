//! Rows move between two halves of a statistic at any moment: together they give the values of the one that is whole.

use super::deeds;
use super::support::{World, at, define, open};
use model::SlotSet;
use proptest::prelude::*;
use stats::{Chunk, Statistic};

/// Rows of `slots` go from one to the other, as they would through a checkpoint.
fn hand_over(from: &mut Statistic, to: &mut Statistic, slots: SlotSet) {
    let given = from.only(slots).unwrap();
    let chunks: Vec<Chunk> = given
        .slots()
        .into_iter()
        .map(|slot| serde_json::from_str(&serde_json::to_string(&given.save(slot)).unwrap()).unwrap())
        .collect();
    *from = from.only(SlotSet::ALL.without(slots)).unwrap();
    to.take_over(chunks).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn two_halves_are_the_whole(
        deeds in deeds(),
        profile in 0usize..4,
        moves in prop::collection::vec((0i64..300_000, any::<[u64; 4]>()), 1..8),
    ) {
        let world = World::play(&deeds);
        let end = at(300_000);
        let profile = ["Growing 0:00 +0:01", "Sliding 30:10", "Selection 3", "SinceLogin"][profile];
        let mut definitions = Vec::new();
        for category in ["TotalNumber", "TotalTime", "CurrentTime", "MaxTime", "AverageTime", "CurrentNumber"] {
            definitions.push(define(category, "DNAction", ("CallInbound, CallAnswered", "*"), profile));
            definitions.push(define(category, "AgentStatus", ("CallInbound, WaitForNextCall", "*"), profile));
        }
        for definition in definitions {
            let mut whole = open(&definition, at(5_000));
            whole.apply(&world.batch(None, end));
            let both = open(&definition, at(5_000));
            let mut halves = [both.only(SlotSet::ALL).unwrap(), both.only(SlotSet::NONE).unwrap()];
            let mut after = None;
            let mut moves = moves.clone();
            moves.sort_by_key(|(cut, _)| *cut);
            for (turn, (cut, words)) in moves.iter().enumerate() {
                let t = at(*cut);
                if after.is_none_or(|after| t > after) {
                    halves.iter_mut().for_each(|half| half.apply(&world.batch(after, t)));
                    after = Some(t);
                }
                let slots = (0..=u8::MAX).filter(|slot| words[usize::from(slot % 4)] >> (slot % 64) & 1 == 1);
                let [first, second] = &mut halves;
                let (from, to) = if turn % 2 == 0 { (first, second) } else { (second, first) };
                hand_over(from, to, slots.collect());
            }
            halves.iter_mut().for_each(|half| half.apply(&world.batch(after, end)));
            for row in whole.objects() {
                let holders: Vec<_> = halves.iter().filter(|half| half.has(row)).collect();
                prop_assert_eq!(holders.len(), 1, "{:?} of {}", row, definition.key());
                prop_assert_eq!(whole.read(row, end), holders[0].read(row, end), "{}", definition.key());
            }
        }
    }
}
