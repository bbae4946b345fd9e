//! A row through an LDS, a link, a DCU and the store of values: what a screen would get.

use super::found::Found;
use super::row::{Row, Wanted};
use actors::dcu::{self, Dcu, Failures, Outside, Settings};
use actors::lds::{
    self, Arrival, Batch, Lds, LdsLimits, LdsPorts, LdsSettings, MemoryLog, Numbering, SourceFeed, SourceItem,
};
use link_tcp::{ClientSettings, ServerHandle, ServerLimits, ServerSettings};
use model::{Micros, Text};
use ports::demand::{Demand, Wanted as Wish};
use ports::values::{Cell, Content, Flags, Values};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use runtime::{Census, Clock};
use stats::Library;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryCheckpoints, MemoryDemand, MemorySlots, MemoryValues};
use tokio::sync::mpsc;
use wire::frame::{Hello, VERSION};

/// Far more than any row needs, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asserts that what is published is as the row says. Records come in batches by chance.
pub(crate) fn check(row: &Row, seed: u64) {
    let asked = row.asks.iter().enumerate().filter(|(_, ask)| ask.refused.is_none());
    let times: BTreeSet<Micros> = asked.clone().flat_map(|(_, ask)| &ask.peeks).map(|peek| peek.at).collect();
    let begins = row.records.first().map(|record| record.received);
    let Some(begins) = begins.filter(|_| !times.is_empty()) else { return };
    actix::System::new().block_on(async {
        let mut path = Path::start(row).await;
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut rest = row.records.as_slice();
        // Before its first record a DCU has nothing to tell.
        for at in times.into_iter().filter(|at| *at >= begins) {
            let (now, later) = rest.split_at(rest.partition_point(|record| record.received <= at));
            rest = later;
            let mut now = now;
            while !now.is_empty() {
                let (some, more) = now.split_at(chance.random_range(1..=now.len()));
                path.bring(some).await;
                now = more;
            }
            let cells = path.at(at, &row.story).await;
            for (place, ask) in asked.clone() {
                for peek in ask.peeks.iter().filter(|peek| peek.at == at) {
                    let cell = cells.get(&(wish(row, place, at).key(), ask.object.clone()));
                    let what = format!("{} ({}, dcu)", row.story, ask.words());
                    Found::check(cell.map(found).as_ref(), peek, &what);
                }
            }
        }
    });
}

fn found(cell: &Cell) -> Found {
    let value = match &cell.content {
        Content::Number(number) => Wanted::Number(*number),
        Content::State(state) => Wanted::Word(state.status.to_string()),
        Content::Missing(reason) => Wanted::Word(format!("{reason:?}")),
    };
    let is = |flag| cell.flags.has(flag);
    Found { value, empty: is(Flags::EMPTY), invalid: is(Flags::INVALID), partial: is(Flags::PARTIAL) }
}

/// What is to be wanted for a value at that instant.
fn wish(row: &Row, place: usize, at: Micros) -> Wish {
    let ask = &row.asks[place];
    let [time_range, time_range2, filter] = ask.ranges().map(|name| name.map(Text::from));
    Wish {
        stat_type: format!("T{place}").into(),
        object_type: ask.object.kind,
        time_profile: ask.profile(place).map(Text::from),
        time_range,
        time_range2,
        filter,
        opened_at: Some(ask.opened_for(at)),
    }
}

/// From sources to values.
struct Path {
    sources: BTreeMap<Text, mpsc::Sender<SourceItem>>,
    values: Arc<MemoryValues>,
    _lds: (Lds, ServerHandle),
    _dcu: Dcu,
}

type Cells = BTreeMap<(Text, model::Object), Cell>;

impl Path {
    async fn start(row: &Row) -> Self {
        let mut sources = BTreeMap::new();
        let mut feeds = Vec::new();
        for source in &row.tenant.sources {
            let (items, receiver) = mpsc::channel(64);
            sources.insert(source.name.clone(), items);
            feeds.push(SourceFeed {
                name: source.name.clone(),
                switch: source.switch.clone(),
                numbering: Numbering::Theirs,
                arrival: Arrival::AsRecorded,
                items: receiver,
                requests: None,
            });
        }
        let clock = Clock::of_machine();
        let (lds, server) = lds(row, feeds, clock).await;
        let values = Arc::new(MemoryValues::default());
        let dcu = dcu(row, Arc::clone(&values), clock).await;
        let hello = hello(row);
        let link =
            link_tcp::subscribe(ClientSettings::plain(server.addr().to_string()), move || hello.clone());
        dcu.carry("lds", link.unwrap());
        Self { sources, values, _lds: (lds, server), _dcu: dcu }
    }

    async fn bring(&mut self, records: &[model::Record]) {
        for of_one in records.chunk_by(|a, b| a.source == b.source) {
            let items = &self.sources[&of_one[0].source];
            items.send(SourceItem::Records(Batch::from(of_one.to_vec()))).await.unwrap();
        }
    }

    /// What is published once everything up to `at` has been seen, and nothing later.
    async fn at(&self, at: Micros, story: &str) -> Cells {
        for items in self.sources.values() {
            items.send(SourceItem::Clock(at + Micros(1))).await.unwrap();
        }
        let published = async {
            loop {
                let current = self.values.current().await.unwrap();
                if current.iter().any(|publication| publication.at >= at) {
                    let blocks = current.into_iter().flat_map(|publication| publication.blocks);
                    let rows = |block: ports::values::Block| {
                        let definition = block.definition;
                        block.rows.into_iter().map(move |(object, cell)| ((definition.clone(), object), cell))
                    };
                    return blocks.flat_map(rows).collect();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, published).await;
        in_time.unwrap_or_else(|_| panic!("{story}: nothing was published as of {}", at.0))
    }
}

async fn lds(row: &Row, feeds: Vec<SourceFeed>, clock: Clock) -> (Lds, ServerHandle) {
    let settings =
        ServerSettings { addr: ([127, 0, 0, 1], 0).into(), tls: None, limits: ServerLimits::default() };
    let (server, incoming) = link_tcp::serve(settings).await.unwrap();
    let ports = LdsPorts {
        log: Arc::new(MemoryLog::new(8 << 20)),
        incoming,
        clock,
        registry: prometheus::Registry::new(),
        census: Census::default(),
        give_up: Rc::new(|failure| panic!("{failure}")),
    };
    let limits = LdsLimits { write_every: Duration::from_millis(1), ..LdsLimits::default() };
    let tenant = row.tenant.tenant.clone();
    let settings = LdsSettings { service: "lds".into(), tenant, token: "".into(), limits };
    (lds::start(settings, feeds, ports).unwrap(), server)
}

async fn dcu(row: &Row, values: Arc<MemoryValues>, clock: Clock) -> Dcu {
    let demand = MemoryDemand::default();
    let asked = row.asks.iter().enumerate().filter(|(_, ask)| ask.refused.is_none());
    let wished = asked.flat_map(|(place, ask)| [ask.opened, Micros::MAX].map(|at| wish(row, place, at)));
    let wished: BTreeMap<Text, Wish> = wished.map(|wish| (wish.key(), wish)).collect();
    let keys: Vec<Text> = wished.keys().cloned().collect();
    demand.want(wished.into_values().collect()).await.unwrap();
    let demand = Arc::new(demand);
    let settings = Settings {
        name: "dcu-0".into(),
        tenant: row.tenant.clone(),
        sources: row.tenant.sources.iter().map(|source| source.name.clone()).collect(),
        library: Library::from_toml(&row.definitions()).unwrap(),
        save_every: Duration::from_millis(50),
        lease: Duration::from_secs(60),
        failures: Failures::default(),
    };
    let outside = Outside {
        checkpoints: Arc::new(MemoryCheckpoints::default()),
        slots: Arc::new(MemorySlots::default()),
        values,
        demand: Arc::clone(&demand) as Arc<dyn Demand>,
        history: None,
        questions: Arc::new(ports::questions::NobodyAnswers),
        clock,
        registry: prometheus::Registry::new(),
        census: Census::default(),
        replay: Arc::new(|_| Err("everything is wanted from the beginning".into())),
    };
    let dcu = dcu::start(settings, outside).await.unwrap();
    // Wishes are taken before the link brings anything.
    for key in keys {
        while demand.answered(&key).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    dcu
}

fn hello(row: &Row) -> Hello {
    let from_the_beginning = |source: &model::tenant::Source| (source.name.clone(), Default::default());
    Hello {
        v: VERSION,
        role: "dcu".into(),
        tenant: row.tenant.tenant.clone(),
        token: "".into(),
        positions: row.tenant.sources.iter().map(from_the_beginning).collect(),
        ..Hello::default()
    }
}
