//! Speed of the whole actor path on the first minutes of workload W: link frames in, values of a DCU published, actors
//! and mailboxes between; compared in the same run with the engine without actors, values and all. One thread; the
//! frames are made before the clock starts, and the sockets are left out.
//!
//! `cargo bench -p loadtest --bench actors`; `PULSE_MINUTES=60` for all of W.

use actors::dcu::{self, Failures, Outside, Settings};
use engine::Engine;
use loadtest::workload_w::asked::{instant, library};
use loadtest::workload_w::records::{Records, SOURCE, tenant};
use loadtest::workload_w::{END_MS, Event, Workload};
use model::{Micros, Object, Text};
use ports::checkpoints::Checkpoints;
use ports::demand::{Demand, Wanted};
use ports::values::{Cell, Content, Values};
use runtime::{Census, Clock};
use rustix::time::{ClockId, clock_gettime};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryCheckpoints, MemoryDemand, MemorySlots, MemoryValues};
use tokio::sync::mpsc;
use wire::frame::{Decoder, EncodedRecords, Frame, Heartbeat, Offer, Plan, Welcome};
use wire::link::{LinkEvent, Subscription};

/// Records of this much time of W go into a frame: about as many as 2,000 events a second make at 100 ms.
const FRAME_MS: u32 = 100;

/// A frame, and the instant up to which it tells.
type Told = (Vec<Arc<[u8]>>, Micros);
type Cells = BTreeMap<(Text, Object), u64>;

fn main() {
    #[allow(clippy::disallowed_methods, reason = "a switch of a bench")]
    let minutes: u32 = std::env::var("PULSE_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let end_ms = (minutes * 60_000).min(END_MS);
    let events: Vec<Event> = Workload::default().take_while(|event| event.ts <= end_ms).collect();
    let frames = frames(&events, end_ms);
    println!("the first {minutes} minutes of W: {} events in {} frames", events.len(), frames.len());

    let (took, expected) = without_actors(&frames, end_ms);
    let engine = report("link frames to values, engine alone", took, events.len(), None);
    let (took, found) = with_actors(&frames, end_ms);
    report("link frames to values, through actors", took, events.len(), Some(engine));
    for (key, value) in &expected {
        assert_eq!(found.get(key), Some(value), "{key:?}");
    }
    println!("{} values, all equal to the engine's", expected.len());
}

fn report(name: &str, took: Duration, events: usize, engine: Option<f64>) -> f64 {
    let each = took.as_nanos() as f64 / events as f64;
    let ratio =
        engine.map_or_else(String::new, |engine| format!("; {:.2} times the engine's", each / engine));
    println!("{name:<40} {each:8.1} ns an event; {:.2} M events/s{ratio}", 1000.0 / each);
    each
}

fn frames(events: &[Event], end_ms: u32) -> Vec<Told> {
    let records: Vec<_> = Records::new(events.iter().copied()).collect();
    let mut rest = records.as_slice();
    let mut frames = Vec::new();
    for at in (0..=end_ms).step_by(FRAME_MS as usize) {
        let (now, later) = rest.split_at(rest.partition_point(|record| record.received <= instant(at)));
        rest = later;
        frames.push((EncodedRecords::of(now).frames(SOURCE).expect("records of W fit"), instant(at)));
    }
    frames
}

/// The frames decoded, given to the engine, and all values read every 10 s of W, as W asks.
fn without_actors(frames: &[Told], end_ms: u32) -> (Duration, Cells) {
    let (mut engine, refused) = Engine::new(&tenant(), &library().expect("W")).expect("the tenant of W");
    assert!(refused.is_empty(), "{refused:?}");
    let started = cpu_time();
    let mut decoder = Decoder::default();
    for (frames, at) in frames {
        for frame in frames {
            decoder.push(frame);
            while let Some(Frame::Events(events)) = decoder.next_frame().expect("our own frames") {
                engine.step(&events.records, *at);
            }
        }
        if at.0 % 10_000_000 == 0 {
            for statistic in engine.statistics() {
                statistic.objects().for_each(|ix| drop(std::hint::black_box(statistic.read(ix, *at))));
            }
        }
    }
    let took = cpu_time() - started;
    let answers = engine.answers(instant(end_ms));
    let cells = answers.into_iter().map(|answer| {
        let stats::Content::Number(number) = answer.value.content else { panic!("W asks for numbers") };
        ((answer.statistic, answer.object), number.to_bits())
    });
    (took, cells.collect())
}

fn with_actors(frames: &[Told], end_ms: u32) -> (Duration, Cells) {
    actix::System::new().block_on(async {
        let values = Arc::new(MemoryValues::default());
        let demand = Arc::new(MemoryDemand::default());
        let library = library().expect("W");
        let names: BTreeMap<Text, Text> =
            library.requests.iter().map(|request| (wanted(request).key(), request.name.clone())).collect();
        demand.want(library.requests.iter().map(wanted).collect()).await.expect("memory");
        let settings = Settings {
            name: "dcu-0".into(),
            tenant: tenant(),
            sources: vec![SOURCE.into()],
            library,
            save_every: Duration::from_secs(10),
            lease: Duration::from_secs(3_600),
            failures: Failures::default(),
        };
        let outside = Outside {
            checkpoints: Arc::new(MemoryCheckpoints::default()) as Arc<dyn Checkpoints>,
            slots: Arc::new(MemorySlots::default()),
            values: Arc::clone(&values) as Arc<dyn Values>,
            demand: demand as Arc<dyn Demand>,
            history: None,
            questions: Arc::new(ports::questions::NobodyAnswers),
            clock: Clock::starting_at(instant(0)),
            registry: prometheus::Registry::new(),
            census: Census::default(),
            replay: Arc::new(|_| Err(String::from("nothing is wanted late"))),
        };
        let dcu = dcu::start(settings, outside).await.expect("a DCU");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let started = cpu_time();
        dcu.carry("lds", subscription(frames.to_vec()));
        let mut published = values.subscribe();
        while published.recv().await.expect("a DCU that lives").at < instant(end_ms) {}
        let took = cpu_time() - started;
        (took, cells(&values, &names).await)
    })
}

fn wanted(request: &stats::Request) -> Wanted {
    Wanted {
        stat_type: request.stat_type.clone(),
        object_type: loadtest::workload_w::asked::object_type(&request.name),
        time_profile: request.time_profile.clone(),
        time_range: None,
        time_range2: None,
        filter: None,
        opened_at: None,
    }
}

/// The link: frames are decoded as they are wanted, as the socket's reader does.
fn subscription(frames: Vec<Told>) -> Subscription {
    let (to, from) = mpsc::channel(16);
    let (acks, _) = mpsc::channel(1);
    let (resync, _) = mpsc::channel(1);
    actix::spawn(async move {
        let offer = Offer { name: SOURCE.into(), switch: None, epoch: 0, seq: 0, plan: Plan::Resume };
        let mut events = vec![LinkEvent::Connected(Welcome { v: 1, sources: vec![offer] })];
        let mut decoder = Decoder::default();
        for (frames, at) in frames {
            for frame in frames {
                decoder.push(&frame);
                while let Some(Frame::Events(heard)) = decoder.next_frame().expect("our own frames") {
                    events.push(LinkEvent::Events(heard));
                }
            }
            let beat = Heartbeat { source: SOURCE.into(), epoch: 0, seq: 0, now: at + Micros(1) };
            events.push(LinkEvent::Heartbeat(beat));
            for event in events.drain(..) {
                if to.send(event).await.is_err() {
                    return;
                }
            }
        }
        to.closed().await;
    });
    Subscription { events: from, acks, resync }
}

/// The cells by the names of W.
async fn cells(values: &MemoryValues, names: &BTreeMap<Text, Text>) -> Cells {
    let mut cells = Cells::new();
    let current = values.current().await.expect("memory");
    for block in current.into_iter().flat_map(|publication| publication.blocks) {
        for (object, Cell { content, .. }) in block.rows {
            let Content::Number(number) = content else { panic!("W asks for numbers") };
            cells.insert((names[&block.definition].clone(), object), number.to_bits());
        }
    }
    cells
}

/// The time that this process has computed.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
