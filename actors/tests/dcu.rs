//! Stories of a DCU: whatever happens to it, its values are those of the engine that never stopped.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "dcu/changes.rs"]
mod changes;
#[path = "dcu/made.rs"]
mod made;
#[path = "dcu/panics.rs"]
mod panics;
#[path = "dcu/shards.rs"]
mod shards;
#[path = "dcu/silence.rs"]
mod silence;
#[path = "dcu/waiting.rs"]
mod waiting;

use actors::dcu::{self, Dcu, Failures, Outside, Replay, Settings};
use engine::Engine;
use model::record::Record;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use model::{Object, ObjectType, Text};
use ports::checkpoints::Checkpoints;
use ports::demand::{Demand, Wanted};
use ports::history::History;
use ports::slots::Slots;
use ports::values::{Cell, Content, Flags, Values};
use runtime::{Census, Clock};
use scenario::{Scenario, World};
use stats::{Library, Request};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store_memory::{
    MemoryCheckpoints, MemoryDemand, MemoryHistory, MemoryQuestions, MemorySlots, MemoryValues,
};
use tokio::sync::mpsc;
use wire::frame::{Events, Heartbeat, Offer, Plan, Positions, Welcome};
use wire::link::{LinkEvent, Subscription};

const START: Micros = Micros::from_secs(1_795_600_800);

/// A centre's hour, and what it is made of.
struct Centre {
    tenant: Tenant,
    sources: Vec<Text>,
    records: Vec<Record>,
    end: Micros,
}

/// Without what other sources tell of: here they say nothing, and what they should say is not valid.
fn voice_only(mut tenant: Tenant, sources: &[Text]) -> Tenant {
    tenant.sources.retain(|source| sources.contains(&source.name));
    let Tenant { sources, dns, queue_groups, .. } = &mut tenant;
    dns.retain(|dn| sources.iter().any(|source| source.switch == dn.switch));
    let known: Vec<String> = dns.iter().map(|dn| format!("{}@{}", dn.number, dn.switch)).collect();
    for group in queue_groups {
        group.dns.retain(|dn| known.iter().any(|known| known == dn.as_str()));
    }
    tenant
}

impl Centre {
    fn of(seed: u64, minutes: i64) -> Self {
        let scenario = Scenario::from_toml(include_str!("../../config/scenario.toml")).unwrap();
        let mut world = World::new(&scenario, seed, START).unwrap();
        let end = START + Micros::from_secs(minutes * 60);
        let mut records = Vec::new();
        world.advance(end, &mut records);
        records.sort_by(|a, b| a.order().cmp(&b.order()));
        let sources: Vec<Text> = world.sources().cloned().collect();
        Self { tenant: voice_only(world.tenant(), &sources), sources, records, end }
    }

    fn beats(&self) -> Option<(Vec<Text>, Micros)> {
        Some((self.sources.clone(), self.end))
    }

    /// What a link would tell from these positions on, cut into frames of `size` records.
    fn link(&self, from: &Positions, size: usize) -> Vec<LinkEvent> {
        let offer = |name: &Text| {
            let Position { epoch, seq } = from.get(name).copied().unwrap_or_default();
            Offer { name: name.clone(), switch: None, epoch, seq, plan: Plan::Resume }
        };
        let mut events =
            vec![LinkEvent::Connected(Welcome { v: 1, sources: self.sources.iter().map(offer).collect() })];
        let wanted = self
            .records
            .iter()
            .filter(|record| from.get(&record.source).is_none_or(|position| record.position() > *position));
        let mut frame: Vec<Record> = Vec::new();
        for record in wanted {
            if frame.len() >= size || frame.first().is_some_and(|first| first.source != record.source) {
                events.push(events_of(std::mem::take(&mut frame)));
            }
            frame.push(record.clone());
        }
        if !frame.is_empty() {
            events.push(events_of(frame));
        }
        for source in &self.sources {
            events.push(LinkEvent::Heartbeat(Heartbeat {
                source: source.clone(),
                epoch: 0,
                seq: 0,
                now: self.end + Micros(1),
            }));
        }
        events
    }
}

fn events_of(records: Vec<Record>) -> LinkEvent {
    LinkEvent::Events(Events { source: records[0].source.clone(), records })
}

/// A link that tells these events; with `beats`, time goes on afterwards, five times as fast as ours.
fn subscription(events: Vec<LinkEvent>, beats: Option<(Vec<Text>, Micros)>) -> Subscription {
    let (to, from) = mpsc::channel(16);
    let (acks, _) = mpsc::channel(1);
    let (resync, _) = mpsc::channel(1);
    let last = |event: &&LinkEvent| matches!(event, LinkEvent::Heartbeat(_));
    let last: Vec<LinkEvent> = events.iter().filter(last).cloned().collect();
    tokio::task::spawn_local(async move {
        for event in events {
            if to.send(event).await.is_err() {
                return;
            }
        }
        let Some((sources, mut now)) = beats else {
            // A link that has nothing new to say repeats its last word: its sources live, and their time stands still.
            while !to.is_closed() {
                tokio::time::sleep(Duration::from_millis(500)).await;
                for beat in &last {
                    let _ = to.send(beat.clone()).await;
                }
            }
            return;
        };
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            now = now + Micros::from_millis(100);
            for source in &sources {
                let beat = Heartbeat { source: source.clone(), epoch: 0, seq: 0, now };
                if to.send(LinkEvent::Heartbeat(beat)).await.is_err() {
                    return;
                }
            }
        }
    });
    Subscription { events: from, acks, resync }
}

fn library() -> Library {
    let mut library = Library::default();
    for text in [
        include_str!("../../config/statistics/profiles.toml"),
        include_str!("../../config/statistics/agents.toml"),
        include_str!("../../config/statistics/groups.toml"),
        include_str!("../../config/statistics/queues.toml"),
    ] {
        library.extend(Library::from_toml(text).unwrap());
    }
    library
}

/// A bit of everything: counts, times, extremes, percentages, states, windows.
fn wanted() -> Vec<Wanted> {
    use ObjectType::{Agent, GroupAgents, GroupQueues, Queue};
    let mut wanted = Vec::new();
    let mut add = |object_type, names: &[&str], time_profile: Option<&str>| {
        for name in names {
            wanted.push(Wanted {
                stat_type: (*name).into(),
                object_type,
                time_profile: time_profile.map(Into::into),
                time_range: None,
                time_range2: None,
                filter: None,
                opened_at: None,
            });
        }
    };
    let of_queues = [
        "Calls_Entered",
        "Calls_Abandoned",
        "Calls_Distributed",
        "Service_Level_Simple",
        "ServiceFactor",
        "Average_Wait_Time",
        "Max_Wait_Time",
        "Current_In_Queue",
        "CurrMaxCallWaitingTime",
        "Max_In_Queue",
        "Abandoned_Percentage",
    ];
    add(Queue, &of_queues, None);
    add(GroupQueues, &["Calls_Entered", "Current_In_Queue"], None);
    add(Queue, &["Calls_Entered", "Average_Wait_Time"], Some("Last15"));
    let of_agents = [
        "Current_Status_Reasons",
        "Total_Login_Time",
        "Total_Talk_Time",
        "Total_Not_Ready_Time",
        "Calls_Handled",
        "Average_Handle_Time",
        "Occupancy",
        "Current_Status_Time",
    ];
    add(Agent, &of_agents, None);
    add(GroupAgents, &["Current_Ready", "Current_In_Call", "Total_Talk_Time", "Current_Logged_In"], None);
    wanted
}

type Cells = BTreeMap<(Text, Object), Cell>;

/// What an engine that never stops computes.
fn expected(centre: &Centre, wanted: &[Wanted], at: Micros) -> Cells {
    let mut library = library();
    library.requests = wanted
        .iter()
        .map(|wanted| Request {
            object_type: Some(wanted.object_type),
            time_profile: wanted.time_profile.clone(),
            ..Request::named(&wanted.key(), &wanted.stat_type, "*")
        })
        .collect();
    let (mut engine, refused) = Engine::new(&centre.tenant, &library).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    let known = centre.records.partition_point(|record| record.received <= at);
    engine.step(&centre.records[..known], at);
    let answers = engine.answers(at);
    answers.into_iter().map(|answer| ((answer.statistic, answer.object), as_cell(answer.value))).collect()
}

fn as_cell(value: stats::Value) -> Cell {
    let content = match value.content {
        stats::Content::Number(number) => Content::Number(number),
        stats::Content::State(state) => Content::State(ports::values::State {
            status: state.status.name().into(),
            since: state.since,
            reasons: state
                .reasons
                .iter()
                .flat_map(|reasons| reasons.iter())
                .map(|(key, value)| match value {
                    model::record::KeyValue::Text(text) => (key.clone(), text.clone()),
                    model::record::KeyValue::List(list) => (key.clone(), format!("{list:?}").into()),
                })
                .collect(),
            members: state
                .members
                .into_iter()
                .flatten()
                .map(|(id, status)| (id, status.name().into()))
                .collect(),
        }),
    };
    Cell { content, flags: Flags(value.flags.0), at: value.at }
}

/// The stores that outlive a DCU.
#[derive(Clone)]
struct Stores {
    checkpoints: Arc<MemoryCheckpoints>,
    slots: Arc<MemorySlots>,
    values: Arc<MemoryValues>,
    demand: Arc<MemoryDemand>,
    history: Arc<MemoryHistory>,
    questions: Arc<MemoryQuestions>,
    census: Census,
}

impl Stores {
    /// Until the collector has taken in all that is wanted.
    async fn heard(&self) {
        tokio::time::sleep(Duration::from_millis(5)).await;
        for wanted in self.demand.wanted().await.unwrap() {
            while self.demand.answered(&wanted.key()).await.unwrap().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }

    fn new() -> Self {
        Self {
            checkpoints: Arc::new(MemoryCheckpoints::default()),
            slots: Arc::new(MemorySlots::default()),
            values: Arc::new(MemoryValues::default()),
            demand: Arc::new(MemoryDemand::default()),
            history: Arc::new(MemoryHistory::default()),
            questions: Arc::new(MemoryQuestions::default()),
            census: Census::default(),
        }
    }

    async fn cells(&self) -> (Micros, Cells) {
        let mut cells = Cells::new();
        let mut at = Micros::ZERO;
        for publication in self.values.current().await.unwrap() {
            at = at.max(publication.at);
            for block in publication.blocks {
                for (object, cell) in block.rows {
                    cells.insert((block.definition.clone(), object), cell);
                }
            }
        }
        (at, cells)
    }
}

async fn start(centre: &Arc<Centre>, stores: &Stores, failures: &str) -> Dcu {
    let replayed = Arc::clone(centre);
    let replay = move |from: Positions| Ok(subscription(replayed.link(&from, 500), replayed.beats()));
    start_among(centre, centre.sources.clone(), Arc::new(replay), stores, failures).await
}

/// A collector of more than what this centre tells.
async fn start_among(
    centre: &Centre,
    sources: Vec<Text>,
    replay: Replay,
    stores: &Stores,
    failures: &str,
) -> Dcu {
    let settings = Settings {
        name: "dcu-0".into(),
        tenant: centre.tenant.clone(),
        sources,
        library: library(),
        save_every: Duration::from_millis(40),
        // Longer than a busy machine forgets us: whose leases have ended begins anew, and nobody starts it here.
        lease: Duration::from_secs(60),
        failures: Failures::parse(failures).unwrap(),
    };
    let outside = Outside {
        checkpoints: Arc::clone(&stores.checkpoints) as Arc<dyn Checkpoints>,
        slots: Arc::clone(&stores.slots) as Arc<dyn Slots>,
        values: Arc::clone(&stores.values) as Arc<dyn Values>,
        demand: Arc::clone(&stores.demand) as Arc<dyn Demand>,
        history: Some(Arc::clone(&stores.history) as Arc<dyn History>),
        questions: stores.questions.clone(),
        clock: Clock::starting_at(START),
        registry: prometheus::Registry::new(),
        census: stores.census.clone(),
        replay,
    };
    dcu::start(settings, outside).await.unwrap()
}

/// Lives one life: until everything is published, or until `life` is over, and then without a word.
fn live(centre: &Arc<Centre>, stores: &Stores, size: usize, life: Option<Duration>, failures: &str) {
    actix::System::with_tokio_rt(|| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    })
    .block_on(async {
        let dcu = start(centre, stores, failures).await;
        // Wishes come before events here; a story of its own lets them come late.
        stores.heard().await;
        dcu.carry("lds", subscription(centre.link(&dcu.reached.positions(), size), None));
        let patience = life.unwrap_or(Duration::from_secs(180));
        let done = async {
            while stores.cells().await.0 < centre.end {
                // To look takes longer than it seems, when others want the processor too.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        };
        let finished = tokio::time::timeout(patience, done).await.is_ok();
        assert!(finished || life.is_some(), "the DCU did not come to the end: {:?}", stores.cells().await.0);
    });
}

/// Values move at whole seconds: a cell published earlier in the same second still holds.
fn assert_equal(found: &Cells, expected: &Cells) {
    for (key, want) in expected {
        let have = found.get(key).unwrap_or_else(|| panic!("{key:?} is missing"));
        assert_eq!((&have.content, have.flags), (&want.content, want.flags), "{key:?}");
    }
    assert_eq!(found.len(), expected.len());
}

async fn want(stores: &Stores, wanted: Vec<Wanted>) {
    stores.demand.want(wanted).await.unwrap();
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn actors_give_the_values_of_the_engine() {
    let centre = Arc::new(Centre::of(1, 60));
    let expected = expected(&centre, &wanted(), centre.end);
    for size in [1, 37, 5_000] {
        let stores = Stores::new();
        block_on(want(&stores, wanted()));
        live(&centre, &stores, size, None, "");
        assert_equal(&block_on(stores.cells()).1, &expected);
    }
}

#[test]
fn a_dcu_that_dies_again_and_again_ends_with_the_same_values() {
    let centre = Arc::new(Centre::of(2, 45));
    let expected = expected(&centre, &wanted(), centre.end);
    let stores = Stores::new();
    block_on(want(&stores, wanted()));
    for life in 0..12 {
        live(&centre, &stores, 64, Some(Duration::from_millis(20 + life * 25)), "");
    }
    live(&centre, &stores, 512, None, "");
    assert_equal(&block_on(stores.cells()).1, &expected);
}

#[test]
fn what_is_wanted_late_is_computed_from_the_journal() {
    let centre = Arc::new(Centre::of(4, 30));
    let stores = Stores::new();
    let (early, late) = (wanted()[..5].to_vec(), wanted()[5..].to_vec());
    block_on(want(&stores, early));
    let rows = expected(&centre, &wanted(), centre.end).len();
    actix::System::new().block_on(async {
        let dcu = start(&centre, &stores, "").await;
        stores.heard().await;
        dcu.carry("lds", subscription(centre.link(&dcu.reached.positions(), 200), centre.beats()));
        tokio::time::sleep(Duration::from_millis(300)).await;
        want(&stores, late).await;
        for _ in 0..1_000 {
            if stores.cells().await.1.len() == rows {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // What was filled in is whole now, and lives on: a few seconds later too.
        tokio::time::sleep(Duration::from_millis(700)).await;
        dcu.drain(Duration::from_secs(5)).await;
    });
    let (at, cells) = block_on(stores.cells());
    assert!(at > centre.end);
    assert_equal(&cells, &expected(&centre, &wanted(), at));
}

#[test]
fn the_past_is_kept_as_it_was_at_each_minute_also_of_what_is_wanted_late() {
    let centre = Arc::new(Centre::of(6, 20));
    let stores = Stores::new();
    let (early, late) = (wanted()[..5].to_vec(), wanted()[5..].to_vec());
    block_on(want(&stores, early));
    let rows = expected(&centre, &wanted(), centre.end).len();
    actix::System::new().block_on(async {
        let dcu = start(&centre, &stores, "").await;
        stores.heard().await;
        dcu.carry("lds", subscription(centre.link(&dcu.reached.positions(), 200), centre.beats()));
        tokio::time::sleep(Duration::from_millis(200)).await;
        want(&stores, late).await;
        while stores.cells().await.1.len() < rows {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        dcu.drain(Duration::from_secs(5)).await;
    });
    let mut checked = 0;
    for minute in [2, 7, 13, 19] {
        let at = START + Micros::from_secs(minute * 60);
        let drawn = expected(&centre, &wanted(), at);
        let drawn = drawn.into_iter().filter_map(|((key, object), cell)| match cell.content {
            Content::Number(number) if object.kind != ObjectType::Agent => Some((key, object, number)),
            _ => None,
        });
        for (key, object, number) in drawn {
            // A value that stayed as it was is not kept again.
            let points = block_on(stores.history.range(&key, &object, START, at + Micros(1), 1)).unwrap();
            let last = points.last().unwrap_or_else(|| panic!("{key} of {object:?} has no past"));
            assert_eq!(last.value, Some(number), "{key} of {object:?} at minute {minute}");
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn event_time_never_goes_back_within_a_generation() {
    let centre = Arc::new(Centre::of(5, 10));
    let stores = Stores::new();
    block_on(want(&stores, wanted()));
    let mut news = stores.values.subscribe();
    // Lives grow longer until one comes to the end, however slow the machine is.
    for life in 1..200 {
        live(&centre, &stores, 16, Some(Duration::from_millis(8 * life)), "");
        if block_on(stores.cells()).0 >= centre.end {
            break;
        }
    }
    let mut last: BTreeMap<u64, Micros> = BTreeMap::new();
    let mut newest = Micros::ZERO;
    while let Ok(publication) = news.try_recv() {
        let before = last.insert(publication.generation, publication.at).unwrap_or_default();
        assert!(publication.at >= before, "generation {}", publication.generation);
        assert!(publication.at > newest, "nothing is published again");
        newest = publication.at;
    }
    assert!(newest >= centre.end, "a life came to the end");
}
