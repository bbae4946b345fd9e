//! Several DCUs share a centre's slots. They come, go in order, die and freeze while events flow; no value is ever
//! wrong, none is missing in the end, and a slot's time never goes back.
#![allow(clippy::disallowed_methods, reason = "pods live in real time")]

use super::*;
use ports::values::Publication;
use std::collections::BTreeSet;
use std::thread::JoinHandle;
use std::time::Instant;

/// How long a slot is left alone after its owner was last heard of.
const LEASE: Duration = Duration::from_millis(700);
/// Event time runs so many times as fast as ours.
const SPEED: i64 = 60;

/// A centre whose last minutes flow while the story is told.
struct Stage {
    centre: Centre,
    flows_from: Micros,
    began: Instant,
}

impl Stage {
    fn now(&self) -> Micros {
        let elapsed = i64::try_from(self.began.elapsed().as_micros()).unwrap() * SPEED;
        (self.flows_from + Micros(elapsed)).min(self.centre.end + Micros(1))
    }

    /// A link that tells the past at once, and then what happens.
    fn link(self: &Arc<Self>, from: &Positions) -> Subscription {
        let (to, events) = mpsc::channel(16);
        let ((acks, _), (resync, _)) = (mpsc::channel(1), mpsc::channel(1));
        let (stage, mut reached) = (Arc::clone(self), from.clone());
        tokio::task::spawn_local(async move {
            let sources = &stage.centre.sources;
            let offer = |name: &Text| Offer {
                name: name.clone(),
                switch: None,
                epoch: 0,
                seq: 0,
                plan: Plan::Resume,
            };
            let hello = Welcome { v: 1, sources: sources.iter().map(offer).collect() };
            let mut told = to.send(LinkEvent::Connected(hello)).await;
            while told.is_ok() {
                let now = stage.now();
                for source in sources {
                    let position = reached.get(source).copied().unwrap_or_default();
                    let due = stage.centre.records.iter().filter(|record| {
                        record.source == *source && record.position() > position && record.received < now
                    });
                    let due: Vec<Record> = due.cloned().collect();
                    for frame in due.chunks(200) {
                        reached.insert(source.clone(), frame[frame.len() - 1].position());
                        told = told.and(to.send(events_of(frame.to_vec())).await);
                    }
                    let beat = Heartbeat { source: source.clone(), epoch: 0, seq: 0, now };
                    told = told.and(to.send(LinkEvent::Heartbeat(beat)).await);
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        Subscription { events, acks, resync }
    }
}

/// What befalls a pod.
enum Deed {
    /// It is asked to stop.
    Drain,
    /// It is gone without a word.
    Kill,
    /// It does nothing for so long, and then goes on.
    Freeze(Duration),
}

/// A pod: a thread of its own, in which a DCU lives, and lives anew when it is lost.
struct Pod {
    deeds: mpsc::Sender<Deed>,
    thread: JoinHandle<u64>,
}

impl Pod {
    fn start(name: &'static str, stage: &Arc<Stage>, stores: &Stores) -> Self {
        let (deeds, mut to_suffer) = mpsc::channel(4);
        let (stage, stores) = (Arc::clone(stage), stores.clone());
        let thread = std::thread::spawn(move || {
            actix::System::with_tokio_rt(|| {
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
            })
            .block_on(async {
                let mut lives = 0;
                loop {
                    lives += 1;
                    let mut dcu = born(name, &stage, &stores).await;
                    let deed = tokio::select! {
                        Some(_) = dcu.lost.recv() => continue,
                        deed = to_suffer.recv() => deed,
                    };
                    match deed {
                        Some(Deed::Freeze(long)) => {
                            std::thread::sleep(long);
                            if let Ok(Some(_)) =
                                tokio::time::timeout(Duration::from_secs(3), dcu.lost.recv()).await
                            {
                                continue;
                            }
                            panic!("a DCU that was frozen for longer than its leases goes on");
                        }
                        Some(Deed::Drain) => dcu.drain(Duration::from_secs(5)).await,
                        Some(Deed::Kill) | None => {}
                    }
                    return lives;
                }
            })
        });
        Self { deeds, thread }
    }

    fn suffer(&self, deed: Deed) {
        self.deeds.blocking_send(deed).unwrap();
    }

    fn end(self, deed: Deed) -> u64 {
        self.suffer(deed);
        self.thread.join().unwrap()
    }
}

async fn born(name: &str, stage: &Arc<Stage>, stores: &Stores) -> Dcu {
    let replayed = Arc::clone(stage);
    let settings = Settings {
        name: name.into(),
        tenant: stage.centre.tenant.clone(),
        sources: stage.centre.sources.clone(),
        library: library(),
        save_every: Duration::from_millis(300),
        lease: LEASE,
        failures: Failures::default(),
    };
    let outside = Outside {
        checkpoints: Arc::clone(&stores.checkpoints) as Arc<dyn Checkpoints>,
        slots: Arc::clone(&stores.slots) as Arc<dyn Slots>,
        values: Arc::clone(&stores.values) as Arc<dyn Values>,
        demand: Arc::clone(&stores.demand) as Arc<dyn Demand>,
        history: None,
        questions: Arc::new(ports::questions::NobodyAnswers),
        clock: Clock::starting_at(START),
        registry: prometheus::Registry::new(),
        census: Census::default(),
        replay: Arc::new(move |from| Ok(replayed.link(&from))),
    };
    let dcu = dcu::start(settings, outside).await.unwrap();
    dcu.carry("lds", stage.link(&dcu.reached.positions()));
    dcu
}

/// Waits until the slots are owned by exactly these, and everything that they own is published.
fn wait_for(stores: &Stores, names: &[&str], since: Micros) {
    let began = Instant::now();
    loop {
        let current = block_on(stores.values.current()).unwrap();
        let blocks = current.iter().flat_map(|one| one.blocks.iter().map(|block| (&one.producer, block)));
        let owners: BTreeSet<&str> = blocks.map(|(producer, _)| producer.as_str()).collect();
        let late = current.iter().filter(|one| names.contains(&one.producer.as_str()) && one.at < since);
        if owners == names.iter().copied().collect() && late.count() == 0 {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{owners:?} publish, not {names:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Everything that is published, as it is published.
fn witness(stores: &Stores) -> JoinHandle<Vec<Arc<Publication>>> {
    let mut news = stores.values.subscribe();
    std::thread::spawn(move || {
        let mut heard = Vec::new();
        while let Ok(publication) = block_on(news.recv()) {
            if publication.producer == "the end" {
                break;
            }
            heard.push(publication);
        }
        heard
    })
}

/// A slot's fence and time only rise, also from one owner to the next.
fn assert_order(heard: &[Arc<Publication>]) {
    let mut last: BTreeMap<(&Text, u8), (u64, Micros)> = BTreeMap::new();
    for publication in heard {
        for block in &publication.blocks {
            let now = (block.generation, block.at);
            let before = last.insert((&block.definition, block.slot), now).unwrap_or_default();
            assert!(now.0 >= before.0 && now.1 >= before.1, "slot {}: {before:?} then {now:?}", block.slot);
        }
    }
}

/// Whatever is published is what an engine computes that never stopped.
fn assert_truth(stage: &Stage, heard: &[Arc<Publication>]) -> usize {
    let mut checked = 0;
    let shifting: Vec<_> = heard.iter().filter(|one| one.blocks.iter().any(|block| block.seq == 1)).collect();
    let every = (heard.len() / 12).max(1);
    for publication in heard.iter().step_by(every).chain(shifting.into_iter().rev().take(8)) {
        let expected = expected(&stage.centre, &wanted(), publication.at);
        for block in &publication.blocks {
            for (object, cell) in &block.rows {
                let want = &expected[&(block.definition.clone(), object.clone())];
                let told = (&cell.content, cell.flags);
                let who = &publication.producer;
                assert_eq!(told, (&want.content, want.flags), "{object:?} of {} by {who}", block.definition);
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn pods_come_go_die_and_freeze_and_no_value_is_wrong_or_missing() {
    let centre = Centre::of(11, 40);
    let flows_from = START + Micros::from_secs(20 * 60);
    let stage = Arc::new(Stage { centre, flows_from, began: Instant::now() });
    let stores = Stores::new();
    block_on(want(&stores, wanted()));
    let heard = witness(&stores);

    let first = Pod::start("dcu-0", &stage, &stores);
    wait_for(&stores, &["dcu-0"], flows_from);
    let second = Pod::start("dcu-1", &stage, &stores);
    let third = Pod::start("dcu-2", &stage, &stores);
    wait_for(&stores, &["dcu-0", "dcu-1", "dcu-2"], flows_from);
    assert_eq!(third.end(Deed::Drain), 1);
    wait_for(&stores, &["dcu-0", "dcu-1"], stage.now());
    let third = Pod::start("dcu-2", &stage, &stores);
    wait_for(&stores, &["dcu-0", "dcu-1", "dcu-2"], stage.now());
    second.end(Deed::Kill);
    wait_for(&stores, &["dcu-0", "dcu-2"], stage.now());
    third.suffer(Deed::Freeze(LEASE * 3));
    std::thread::sleep(LEASE * 2);
    wait_for(&stores, &["dcu-0", "dcu-2"], stage.now());

    wait_for(&stores, &["dcu-0", "dcu-2"], stage.centre.end);
    std::thread::sleep(Duration::from_millis(300));
    let (at, cells) = block_on(stores.cells());
    assert_eq!(at, stage.centre.end);
    assert_equal(&cells, &expected(&stage.centre, &wanted(), stage.centre.end));
    assert_eq!(third.end(Deed::Drain), 2, "it began anew when others had taken over");
    assert_eq!(first.end(Deed::Drain), 1, "nobody else was disturbed");
    let the_end = Publication { producer: "the end".into(), ..Publication::default() };
    block_on(stores.values.publish(the_end)).unwrap();
    let heard = heard.join().unwrap();
    assert_order(&heard);
    assert!(assert_truth(&stage, &heard) > 500);
}
