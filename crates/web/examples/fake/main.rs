//! A web role on invented values, for work on the pages without a contact centre.
//!
//! `cargo run -p web --example fake` serves the API on http://127.0.0.1:8080: 8 queues and 40 agents that move.
//! Sign in as `admin` with the password `pulse`. Develop the pages with `npm run dev --prefix ui`, which passes
//! `/api` on to that address. An argument chooses another address; `kill -STOP` makes everything stale.

mod floor;

use floor::Floor;
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::demand::{Answer, Demand, Wanted};
use ports::grants::WholeTenant;
use ports::history::{History, Point};
use ports::values::{Block, Cell, Content, Publication, SourceState, SourceStatus, Values};
use runtime::{Census, Clock};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryDemand, MemoryDocuments, MemoryHistory, MemoryLeases, MemoryScreens, MemoryValues};
use web::{Library, Ports, StatInfo, WebSettings};

const FILES: [&str; 3] = [
    include_str!("../../../../config/statistics/agents.toml"),
    include_str!("../../../../config/statistics/groups.toml"),
    include_str!("../../../../config/statistics/queues.toml"),
];

const BOARDS: [&str; 3] = [
    include_str!("../../../../config/boards/overview.json"),
    include_str!("../../../../config/boards/queues.json"),
    include_str!("../../../../config/boards/agents.json"),
];

fn library() -> Library {
    let mut stats = Vec::new();
    for file in FILES {
        let file: toml::Table = toml::from_str(file).expect("the shipped library is TOML");
        for (name, stat) in file["stat_types"].as_table().expect("a table of stat types") {
            let text =
                |key: &str| Text::from(stat.get(key).and_then(|value| value.as_str()).unwrap_or_default());
            let objects = stat["Objects"].as_array().expect("a list of object types");
            stats.push(StatInfo {
                name: Text::from(name.as_str()),
                title: text("Title"),
                words: text("Description"),
                unit: text("Unit"),
                category: text("Category"),
                object_types: objects.iter().filter_map(|kind| ObjectType::parse(kind.as_str()?)).collect(),
            });
        }
    }
    Library::new(stats)
}

/// What was published of one definition and slot.
#[derive(Default)]
struct Sent {
    seq: u64,
    rows: BTreeMap<Object, Content>,
}

struct Producer {
    generation: u64,
    sent: BTreeMap<(Text, u8), Sent>,
    answered: BTreeSet<Text>,
    known_objects: bool,
}

impl Producer {
    /// The changed cells of one definition.
    fn blocks(&mut self, wanted: &Wanted, floor: &Floor, at: Micros) -> Vec<Block> {
        let mut slots: BTreeMap<u8, Vec<(Object, Content)>> = BTreeMap::new();
        for object in floor.objects(wanted.object_type) {
            slots.entry(object.slot()).or_default().push((object.clone(), floor.value(wanted, &object, at)));
        }
        let mut blocks = Vec::new();
        for (slot, rows) in slots {
            let sent = self.sent.entry((wanted.key(), slot)).or_default();
            let whole = sent.seq == 0;
            let changed = rows.into_iter().filter(|(object, content)| sent.rows.get(object) != Some(content));
            let changed: Vec<_> = changed.collect();
            if changed.is_empty() {
                continue;
            }
            sent.seq += 1;
            sent.rows.extend(changed.iter().cloned());
            let cell = |(object, content)| (object, Cell { content, flags: Default::default(), at });
            blocks.push(Block {
                definition: wanted.key(),
                slot,
                generation: self.generation,
                seq: sent.seq,
                at,
                whole,
                rows: changed.into_iter().map(cell).collect(),
                gone: Vec::new(),
            });
        }
        blocks
    }
}

fn points(blocks: &[Block]) -> Vec<Point> {
    let point = |block: &Block, object: &Object, cell: &Cell| {
        let Content::Number(value) = cell.content else { return None };
        let (definition, object) = (block.definition.clone(), object.clone());
        Some(Point { definition, object, at: cell.at, value: Some(value), flags: cell.flags.0 })
    };
    blocks
        .iter()
        .flat_map(|block| block.rows.iter().filter_map(|(object, cell)| point(block, object, cell)))
        .collect()
}

async fn produce(
    values: Arc<MemoryValues>,
    demand: Arc<MemoryDemand>,
    history: Arc<MemoryHistory>,
    clock: Clock,
) {
    let mut floor = Floor::new(clock.now());
    let generation = clock.now().0.cast_unsigned();
    let mut producer =
        Producer { generation, sent: BTreeMap::new(), answered: BTreeSet::new(), known_objects: false };
    let since = clock.now();
    let mut every = tokio::time::interval(Duration::from_millis(250));
    loop {
        every.tick().await;
        let at = clock.now();
        floor.step(at);
        let mut publication =
            Publication { producer: "dcu-0".into(), generation, at, ..Publication::default() };
        for wanted in demand.wanted().await.unwrap_or_default() {
            publication.blocks.extend(producer.blocks(&wanted, &floor, at));
            if producer.answered.insert(wanted.key()) {
                let _ = demand.answer(wanted.key(), Answer::Opened).await;
            }
        }
        if !producer.known_objects {
            producer.known_objects = true;
            publication.objects = floor.infos();
            let (status, detail) = (SourceStatus::Live, Text::default());
            publication.sources = vec![SourceState { source: "fake".into(), status, since, detail }];
        }
        let _ = history.append(points(&publication.blocks)).await;
        if values.publish(publication).await.is_err() {
            return;
        }
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    telemetry::init_log(telemetry::LogFormat::Human, "info")?;
    let bind = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned()).parse()?;
    let clock = Clock::of_machine();
    let (values, demand) = (Arc::new(MemoryValues::default()), Arc::new(MemoryDemand::default()));
    let history = Arc::new(MemoryHistory::default());
    let settings = WebSettings {
        bind,
        tenant: "demo".into(),
        time_zone: "Europe/Madrid".into(),
        demo: true,
        first_password: Some("pulse".to_owned()),
        shipped_boards: BOARDS.iter().map(|board| serde_json::from_str(board)).collect::<Result<_, _>>()?,
        ..WebSettings::default()
    };
    let documents = Arc::new(MemoryDocuments::default());
    let ports = Ports {
        values: values.clone(),
        demand: demand.clone(),
        audit: documents.clone(),
        documents,
        history: history.clone(),
        questions: Arc::new(ports::questions::NobodyAnswers),
        screens: Arc::new(MemoryScreens::default()),
        grants: Some(Arc::new(WholeTenant::new("demo"))),
        identity: None,
        leases: Arc::new(MemoryLeases::default()),
        webhooks: None,
        library: library(),
        clock,
        census: Census::default(),
    };
    let registry = prometheus::Registry::new();
    let web = web::start(settings, ports, &registry).await?;
    println!("{} - sign in as admin, password pulse", web.url);
    let producer = tokio::spawn(produce(values, demand, history, clock));
    tokio::signal::ctrl_c().await?;
    producer.abort();
    web.shutdown().await;
    Ok(())
}
