//! Whatever happens: values equal a plain recomputation from history, however items are cut into batches, and
//! wherever a checkpoint is taken. And values whose interval meets a gap are partial.

#[path = "properties/shards.rs"]
mod shards;
mod support;

use model::Micros;
use proptest::prelude::*;
use stats::{Category, Content, Definition, Statistic};
use std::sync::Arc;
use support::{AGENTS, Deed, World, at, define, open};

fn deed() -> impl Strategy<Value = Deed> {
    let agent = 0..AGENTS;
    prop_oneof![
        3 => (agent.clone(), 0usize..3).prop_map(|(agent, action)| Deed::Begin { agent, action }),
        3 => agent.clone().prop_map(|agent| Deed::End { agent }),
        2 => (agent.clone(), 0i64..30_000).prop_map(|(agent, millis)| Deed::Happen { agent, millis }),
        4 => (agent.clone(), 0usize..4).prop_map(|(agent, status)| Deed::Status { agent, status }),
        1 => agent.clone().prop_map(|agent| Deed::Join { agent }),
        1 => agent.prop_map(|agent| Deed::Leave { agent }),
    ]
}

/// Waits are often none, often not whole seconds, and sometimes meet resets and ticks exactly.
fn deeds() -> impl Strategy<Value = Vec<(i64, Deed)>> {
    let wait = prop_oneof![3 => Just(0i64), 4 => 1i64..9_000, 3 => (1i64..20).prop_map(|s| s * 1000)];
    prop::collection::vec((wait, deed()), 1..60)
}

/// Every category that is computed, over actions and over statuses.
fn definitions(profile: &str) -> Vec<Arc<Definition>> {
    let mut all = Vec::new();
    for category in Category::ALL {
        if category.is_state() || category.needs_formula() || category.is_compound() {
            continue;
        }
        if profile.starts_with("Selection") && category.refuses_selection() {
            continue;
        }
        let name = category.name();
        let actions = ("CallInbound, CallAnswered", "CallInbound, CallOutbound, CallAnswered");
        all.push(define(name, "DNAction", actions, profile));
        all.push(define(name, "DNAction", ("CallAnswered", "CallAnswered"), profile));
        all.push(define(name, "AgentStatus", ("CallInbound, WaitForNextCall", "*, ~LoggedOut"), profile));
    }
    all
}

const PROFILES: [&str; 6] =
    ["Growing 0:00 +0:01", "Sliding 30:10", "Sliding 45:10", "Growing never", "Selection 3", "SinceLogin"];

fn number(statistic: &Statistic, row: model::object::ObjectIx, t: Micros) -> Option<(f64, bool)> {
    let value = statistic.read(row, t)?;
    match value.content {
        Content::Number(number) => {
            assert!(number.is_finite(), "rule P-9");
            Some((number, value.flags.has(stats::Flags::EMPTY)))
        }
        Content::State(state) => panic!("{state:?}"),
    }
}

fn compare(world: &World, profile: &str, creation: Micros, cuts: &[i64]) {
    for definition in definitions(profile) {
        let mut statistic = open(&definition, creation);
        let mut after = None;
        for cut in cuts {
            let t = at(*cut);
            statistic.apply(&world.batch(after, t));
            after = Some(t);
            for row in statistic.objects().collect::<Vec<_>>() {
                let expected =
                    (t >= creation).then(|| support::model::value(world, &definition, row, creation, t));
                let found = number(&statistic, row, t);
                assert_eq!(found, expected, "{} of {row:?} at {cut} ms", definition.key());
            }
        }
    }
}

fn sorted(mut cuts: Vec<i64>) -> Vec<i64> {
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn values_equal_a_recomputation_from_history(
        deeds in deeds(),
        profile in 0usize..3,
        opened in prop_oneof![Just(0i64), 0i64..100_000, (0i64..100).prop_map(|s| s * 1000)],
        cuts in prop::collection::vec(prop_oneof![0i64..300_000, (0i64..300).prop_map(|s| s * 1000)], 1..12),
    ) {
        compare(&World::play(&deeds), PROFILES[profile], at(opened), &sorted(cuts));
    }

    #[test]
    fn batching_and_checkpoints_leave_no_trace(
        deeds in deeds(),
        profile in 0usize..6,
        cuts in prop::collection::vec(0i64..300_000, 1..12),
    ) {
        let world = World::play(&deeds);
        let end = at(300_000);
        for definition in definitions(PROFILES[profile]) {
            let mut whole = open(&definition, at(5_000));
            whole.apply(&world.batch(None, end));
            let mut cut = open(&definition, at(5_000));
            let mut after = None;
            for t in sorted(cuts.clone()).into_iter().map(at).chain([end]) {
                cut.apply(&world.batch(after, t));
                after = Some(t);
                cut = restored(&cut);
            }
            for row in whole.objects() {
                prop_assert_eq!(whole.read(row, end), cut.read(row, end), "{}", definition.key());
            }
        }
    }

    #[test]
    fn a_publisher_that_sends_only_what_changed_is_never_behind(
        deeds in deeds(),
        profile in 0usize..6,
        cuts in prop::collection::vec(0i64..200_000, 2..20),
    ) {
        let world = World::play(&deeds);
        for definition in definitions(PROFILES[profile]) {
            let mut statistic = open(&definition, at(0));
            let mut sent = std::collections::BTreeMap::new();
            let mut after = None;
            for t in sorted(cuts.clone()).into_iter().map(at) {
                statistic.apply(&world.batch(after, t));
                after = Some(t);
                for row in statistic.changed(t) {
                    sent.insert(row, number(&statistic, row, t));
                }
                for row in statistic.objects() {
                    prop_assert_eq!(&number(&statistic, row, t), &sent[&row], "{}", definition.key());
                }
            }
        }
    }
}

fn restored(statistic: &Statistic) -> Statistic {
    let definition = statistic.definition().clone();
    let save = |slot| serde_json::to_string(&statistic.save(slot)).unwrap();
    let texts = (0..=u8::MAX).map(save);
    let chunks: Vec<stats::Chunk> = texts.map(|text| serde_json::from_str(&text).unwrap()).collect();
    let mut restored = Statistic::open(definition, at(5_000), "UTC").unwrap();
    restored.load(&chunks).unwrap();
    restored
}

fn partial_at(category: &str, profile: &str, opened: i64, times: &[i64]) -> Vec<bool> {
    let definition = define(category, "DNAction", ("CallInbound", "CallInbound"), profile);
    let mut statistic = open(&definition, at(opened));
    statistic.apply(&World::play(&[]).batch(None, at(0)));
    let gap =
        model::item::GapSpan { from: at(20_000), to: at(30_000), objects: vec![model::object::ObjectIx(0)] };
    statistic.apply(&stats::Batch::index(model::item::Items {
        gaps: vec![gap],
        through: at(30_000),
        ..model::item::Items::default()
    }));
    let read = |t: &i64| {
        statistic.read(model::object::ObjectIx(0), at(*t)).unwrap().flags.has(stats::Flags::PARTIAL)
    };
    assert!(
        !statistic.read(model::object::ObjectIx(1), at(40_000)).unwrap().flags.has(stats::Flags::PARTIAL),
        "not touched"
    );
    times.iter().map(read).collect()
}

#[test]
fn a_value_is_partial_while_its_interval_meets_the_gap() {
    let growing = partial_at("TotalNumber", "Growing 0:00 +0:01", 0, &[30_000, 59_999, 60_000]);
    assert_eq!(growing, [true, true, false], "until the next reset");
    let sliding = partial_at("TotalNumber", "Sliding 60:10", 0, &[30_000, 89_000, 99_000, 100_000]);
    assert_eq!(sliding, [true, true, true, false], "until the gap has left the window");
    assert_eq!(partial_at("TotalNumber", "Growing never", 30_001, &[40_000]), [false], "opened after it");
    assert_eq!(
        partial_at("CurrentNumber", "Growing never", 0, &[30_000]),
        [false],
        "never for current values"
    );
}
