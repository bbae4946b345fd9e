//! Filters: one that is always true changes nothing; while it is false, a status is as good as another one.

#[allow(dead_code, reason = "shared with other tests")]
mod support;

use model::item::{Attached, ConnIx, Item, Items, What};
use model::object::ObjectIx;
use model::record::KeyValue;
use model::{Micros, Status};
use proptest::prelude::*;
use stats::{Batch, Category, Definition, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{AGENTS, Deed, GROUP, STATUSES, World, at, define, filtered, objects, open};

const PROFILES: [&str; 5] =
    ["Growing 0:00 +0:01", "Sliding 30:10", "Growing never", "Selection 3", "SinceLogin"];
const NEVER: &str = r#"PairExists("Language","*")"#;
const ALWAYS: &str = r#"~PairExists("Language","*")"#;
const OLD: &str = r#"~PairExists("Language","*") | Duration < 0"#;

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

fn wait() -> impl Strategy<Value = i64> {
    prop_oneof![3 => Just(0i64), 4 => 1i64..9_000, 3 => (1i64..20).prop_map(|s| s * 1000)]
}

/// Category, subject and masks of everything that a filter may be used with.
fn kinds(profile: &str) -> Vec<(Category, &'static str, (&'static str, &'static str))> {
    let all = Category::ALL.iter().copied().filter(|category| {
        let is_other = category.is_state() || category.needs_formula() || category.is_compound();
        let is_refused = profile.starts_with("Selection") && category.refuses_selection();
        !is_other && !is_refused
    });
    all.flat_map(|category| {
        [
            (category, "DNAction", ("CallInbound, CallAnswered", "CallInbound, CallOutbound, CallAnswered")),
            (category, "AgentStatus", ("CallInbound, WaitForNextCall", "*, ~LoggedOut")),
        ]
    })
    .collect()
}

fn restored(statistic: &Statistic) -> Statistic {
    let chunks: Vec<String> =
        (0..=u8::MAX).map(|slot| serde_json::to_string(&statistic.save(slot)).unwrap()).collect();
    let chunks: Vec<stats::Chunk> = chunks.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let mut restored = Statistic::open(statistic.definition().clone(), at(5_000), "UTC").unwrap();
    restored.load(&chunks).unwrap();
    restored
}

/// What happens to an agent's status: another one, or other data.
#[derive(Clone, Copy, Debug)]
enum Step {
    Status { agent: u32, status: usize, passes: bool },
    Join { agent: u32, on: bool },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..AGENTS, 1usize..4, any::<bool>())
            .prop_map(|(agent, status, passes)| Step::Status { agent, status, passes }),
        1 => (0..AGENTS, any::<bool>()).prop_map(|(agent, on)| Step::Join { agent, on }),
    ]
}

/// The steps twice: with data that a filter sees, and with another status wherever it is false.
fn tell(steps: &[(i64, Step)]) -> (Vec<Item>, Vec<Item>) {
    let (mut data, mut plain, mut now) = (Vec::new(), Vec::new(), 0);
    let mut known: BTreeMap<u32, (Status, bool, Micros, Micros)> = BTreeMap::new();
    let mut member: BTreeMap<u32, (bool, Micros)> = BTreeMap::new();
    for (wait, step) in steps {
        now += wait;
        let t = at(now);
        let item = |agent: u32, start: Micros, data: u32, what: What| Item {
            at: t,
            start,
            source_span: Micros::ZERO,
            object: ObjectIx(agent),
            conn: ConnIx::NONE,
            call: None,
            by: ObjectIx::NONE,
            data,
            what,
        };
        match *step {
            Step::Status { agent, status, passes } => {
                let to = STATUSES[status];
                let before = known.get(&agent).copied();
                if before.is_some_and(|(was, passed, _, told)| told == t || (was, passed) == (to, passes)) {
                    continue;
                }
                let since = before.filter(|(was, ..)| *was == to).map_or(t, |(_, _, since, _)| since);
                known.insert(agent, (to, passes, since, t));
                data.push(item(agent, since, u32::from(!passes), What::Status { to }));
                let shown = if passes { to } else { Status::Monitored };
                plain.push(item(agent, t, 0, What::Status { to: shown }));
            }
            Step::Join { agent, on } => {
                let (is, told) = member.get(&agent).copied().unwrap_or((false, at(-1)));
                if is != on && told != t {
                    member.insert(agent, (on, t));
                    let what = if on { What::Joined { group: GROUP } } else { What::Left { group: GROUP } };
                    data.push(item(agent, t, 0, what));
                    plain.push(item(agent, t, 0, what));
                }
            }
        }
    }
    (data, plain)
}

fn batch(items: &[Item], after: Option<Micros>, through: Micros) -> Batch {
    let within = |item: &&Item| after.is_none_or(|after| item.at > after) && item.at <= through;
    let spanish = BTreeMap::from([("Language".into(), KeyValue::Text("Spanish".into()))]);
    let data =
        vec![Attached::default(), Attached { reasons: Some(Arc::new(spanish)), ..Attached::default() }];
    let appeared = if after.is_none() { objects() } else { Vec::new() };
    let items = items.iter().filter(within).copied().collect();
    Batch::index(Items { appeared, items, data, through, ..Items::default() })
}

/// Categories of which neither a start nor the whole length of a status is seen.
fn sees_stretches_only(category: Category) -> bool {
    let name = category.name();
    let numbers = ["CurrentNumber", "CurrentRelativeNumberPercentage"];
    let others = [Category::AverageOfCurrentTime, Category::AverageNumberPerRelativeHour];
    (!name.starts_with("Current") || numbers.contains(&name))
        && !category.is_adjusted()
        && !others.contains(&category)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_filter_that_is_always_true_changes_nothing(
        deeds in prop::collection::vec((wait(), deed()), 1..60),
        profile in 0usize..5,
        cuts in prop::collection::vec(0i64..200_000, 1..8),
    ) {
        let world = World::play(&deeds);
        let mut cuts: Vec<Micros> = cuts.into_iter().map(at).collect();
        cuts.sort_unstable();
        for (category, subject, masks) in kinds(PROFILES[profile]) {
            let plain = define(category.name(), subject, masks, PROFILES[profile]);
            for filter in [ALWAYS, OLD] {
                let Ok(under) = filtered(category.name(), subject, masks, PROFILES[profile], Some(filter)) else {
                    continue;
                };
                prop_assert!(under.key() != plain.key(), "two statistics, not one");
                same(&world, &plain, &under, &cuts)?;
            }
        }
    }

    #[test]
    fn a_filter_that_is_never_true_leaves_nothing(deeds in prop::collection::vec((wait(), deed()), 1..60)) {
        let world = World::play(&deeds);
        for (category, subject, masks) in kinds("Growing never") {
            let under = filtered(category.name(), subject, masks, "Growing never", Some(NEVER)).unwrap();
            let mut statistic = open(&under, at(0));
            statistic.apply(&world.batch(None, at(200_000)));
            for row in statistic.objects().collect::<Vec<_>>() {
                let value = statistic.read(row, at(200_000)).unwrap();
                prop_assert_eq!(&value.content, &stats::Content::Number(0.0), "{}", under.key());
            }
        }
    }

    #[test]
    fn a_status_counts_while_the_filter_is_true(
        steps in prop::collection::vec((wait(), step()), 1..60),
        profile in 0usize..5,
        cuts in prop::collection::vec(0i64..300_000, 1..8),
    ) {
        let (data, plain_items) = tell(&steps);
        let mut cuts: Vec<Micros> = cuts.into_iter().map(at).collect();
        cuts.sort_unstable();
        for (category, subject, (main, _)) in kinds(PROFILES[profile]) {
            if subject != "AgentStatus" || !sees_stretches_only(category) {
                continue;
            }
            let masks = (main, "CallInbound, NotReadyForNextCall");
            let plain = define(category.name(), subject, masks, PROFILES[profile]);
            let under = filtered(category.name(), subject, masks, PROFILES[profile], Some(ALWAYS)).unwrap();
            let (mut expected, mut found) = (open(&plain, at(5_000)), open(&under, at(5_000)));
            let mut after = None;
            for t in &cuts {
                expected.apply(&batch(&plain_items, after, *t));
                found.apply(&batch(&data, after, *t));
                after = Some(*t);
                found = restored(&found);
                for row in expected.objects() {
                    prop_assert_eq!(expected.read(row, *t), found.read(row, *t), "{} {:?}", under.key(), row);
                }
            }
        }
    }
}

fn same(
    world: &World,
    plain: &Arc<Definition>,
    under: &Arc<Definition>,
    cuts: &[Micros],
) -> Result<(), TestCaseError> {
    let (mut expected, mut found) = (open(plain, at(5_000)), open(under, at(5_000)));
    let mut after = None;
    for t in cuts {
        expected.apply(&world.batch(after, *t));
        found.apply(&world.batch(after, *t));
        after = Some(*t);
        found = restored(&found);
        for row in expected.objects() {
            prop_assert_eq!(expected.read(row, *t), found.read(row, *t), "{} {:?}", under.key(), row);
        }
    }
    Ok(())
}
