//! Whatever values come, in whatever pieces: what a naive observer who writes down every second would have said.

use alerting::{Condition, Definition, Desk, Reading, Rule, Severity, Turn};
use model::time::Micros;
use model::{Object, ObjectType};
use proptest::prelude::*;

fn rule(for_s: u32, clear_for_s: u32) -> Rule {
    Rule {
        title: "T".into(),
        text: "".into(),
        severity: Severity::Warning,
        object_type: ObjectType::Queue,
        objects: vec!["*".into()],
        statistic: Definition::default(),
        condition: Condition::Above { raise: 6.0, clear: Some(3.0) },
        for_s,
        clear_for_s,
        enabled: true,
        private: false,
        webhook: None,
    }
}

/// A value for each second; none: not known.
fn values() -> impl Strategy<Value = Vec<Option<u8>>> {
    let one = prop_oneof![3 => (0_u8..10).prop_map(Some), 1 => Just(None)];
    // Values stand for a while.
    prop::collection::vec((one, 1_usize..6), 1..40).prop_map(|runs| {
        runs.into_iter().flat_map(|(value, length)| std::iter::repeat_n(value, length)).collect()
    })
}

/// (raised, second) as somebody sees it who counts whole seconds by hand.
fn by_hand(values: &[Option<u8>], for_s: u32, clear_for_s: u32) -> Vec<(bool, i64)> {
    let (mut raised, mut bad_s, mut good_s, mut told) = (false, 0, 0, Vec::new());
    let mut turn = |raised: &mut bool, second: usize| {
        *raised = !*raised;
        told.push((*raised, second as i64));
    };
    for second in 0..=values.len() {
        // The second that has passed; one of which nothing is known counts for nothing.
        if let Some(value) = second.checked_sub(1).and_then(|before| values[before]) {
            bad_s = if value > 6 && !raised { bad_s + 1 } else { 0 };
            good_s = if value <= 3 && raised { good_s + 1 } else { 0 };
            if !raised && bad_s > 0 && bad_s >= for_s || raised && good_s > 0 && good_s >= clear_for_s {
                (bad_s, good_s) = (0, 0);
                turn(&mut raised, second);
            }
        }
        // What holds from now on, where that is enough.
        match values.get(second).copied().flatten() {
            Some(value) if value > 6 && !raised && for_s == 0 => turn(&mut raised, second),
            Some(value) if value <= 3 && raised && clear_for_s == 0 => turn(&mut raised, second),
            _ => {}
        }
    }
    told
}

/// Tells the desk: each change, and besides those seconds at which nothing changed that `also` names.
fn by_desk(values: &[Option<u8>], rule: Rule, also: &[bool]) -> Vec<(bool, i64)> {
    let object = Object::new(ObjectType::Queue, "q");
    let (mut desk, mut turns) = (Desk::new(rule), Vec::new());
    let mut before = None;
    for (second, value) in values.iter().enumerate() {
        let at = Micros::from_secs(second as i64);
        let is_told = before != Some(value) || also.get(second).copied().unwrap_or_default();
        if is_told {
            let reading = value.map_or(Reading::Unknown, |value| Reading::Number(f64::from(value)));
            desk.feed(&object, at, &reading, &mut turns);
        }
        if also.get(second + 7).copied().unwrap_or_default() {
            let mut own = Vec::new();
            desk.advance(|_| Some(at), &mut own);
            turns.extend(own.into_iter().map(|(_, turn)| turn));
        }
        before = Some(value);
    }
    let mut own = Vec::new();
    desk.advance(|_| Some(Micros::from_secs(values.len() as i64)), &mut own);
    turns.extend(own.into_iter().map(|(_, turn)| turn));
    let told = turns.iter().filter_map(|turn| match turn {
        Turn::Raised { at, .. } => Some((true, at.secs())),
        Turn::Cleared { at, .. } => Some((false, at.secs())),
        Turn::Unknown { .. } | Turn::Known { .. } => None,
    });
    told.collect()
}

proptest! {
    #[test]
    fn the_desk_says_what_one_who_counts_by_hand_says(values in values(), for_s in 0_u32..5, clear_for_s in 0_u32..5) {
        let expected = by_hand(&values, for_s, clear_for_s);
        prop_assert_eq!(by_desk(&values, rule(for_s, clear_for_s), &[]), expected);
    }

    #[test]
    fn other_pieces_give_the_same_turns(
        values in values(),
        also in prop::collection::vec(any::<bool>(), 0..200),
        for_s in 0_u32..5,
        clear_for_s in 0_u32..5,
    ) {
        let rule = rule(for_s, clear_for_s);
        prop_assert_eq!(by_desk(&values, rule.clone(), &also), by_desk(&values, rule, &[]));
    }

    #[test]
    fn raising_and_clearing_take_turns_and_never_come_early(values in values(), for_s in 1_u32..5) {
        let told = by_desk(&values, rule(for_s, 0), &[]);
        for (index, (raised, at)) in told.iter().enumerate() {
            prop_assert_eq!(*raised, index % 2 == 0);
            if *raised {
                // The last `for_s` known seconds before it were bad, without one that was not.
                let known = values[..*at as usize].iter().rev().flatten();
                prop_assert_eq!(known.take(for_s as usize).filter(|value| **value > 6).count(), for_s as usize);
            }
        }
    }
}
