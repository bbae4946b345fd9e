//! The whole path over a socket: the replay server on one side, the session of the Asterisk source on the other.

use flate2::read::GzDecoder;
use loadtest::ami_replay::{Replay, Report, Split};
use model::record::CallState;
use model::time::Micros;
use model::{Event, Record};
use source_asterisk::capture::Capture;
use source_asterisk::{Auth, Counters, Delivery, Link, Options, Secret, Settings, run};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

fn fixture(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/ami").join(name);
    let mut bytes = Vec::new();
    GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

fn capture() -> Arc<Capture> {
    static CAPTURE: OnceLock<Arc<Capture>> = OnceLock::new();
    Arc::clone(CAPTURE.get_or_init(|| {
        let index = String::from_utf8(fixture("ami-capture.log.idx.gz")).unwrap();
        Arc::new(Capture::read(&fixture("ami-capture.log.gz"), &index).unwrap())
    }))
}

struct Heard {
    records: Vec<Record>,
    links: Vec<Link>,
    counters: Counters,
    report: Report,
}

/// The clock of the recording, `speed` times faster than ours.
#[allow(clippy::disallowed_methods, reason = "a test may look at the real clock")]
fn clock(begins: Micros, speed: f64) -> impl Fn() -> Micros + Clone + Send + 'static {
    let start = Instant::now();
    move || begins + Micros((start.elapsed().as_secs_f64() * speed * 1e6) as i64)
}

async fn hear(replay: Replay, change: impl FnOnce(&mut Settings)) -> Heard {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut options = Options::new("pbx1");
    options.username = "pulse".into();
    options.secret = Secret::new("pulse-secret");
    // The stream runs faster than a loaded machine may answer.
    options.timings.pong = Micros::from_secs(300);
    let mut settings = Settings::new("127.0.0.1", port, options);
    settings.backoff = (Duration::from_millis(20), Duration::from_millis(100));
    change(&mut settings);
    let clock = clock(replay.begins(), replay.speed);
    let (send, mut receive) = mpsc::channel(8);
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(replay.serve(listener));
    let source = tokio::spawn(run(settings, clock, send, async {
        let _ = stopped.await;
    }));
    let listen = tokio::spawn(async move {
        let (mut records, mut links, mut counters) = (Vec::new(), Vec::new(), Counters::default());
        while let Some(delivery) = receive.recv().await {
            match delivery {
                Delivery::Records(batch) => records.extend(batch),
                Delivery::Link(link) => links.push(link),
                Delivery::Clock { counters: now, .. } => counters = now,
                Delivery::Found(_) => {}
            }
        }
        (records, links, counters)
    });
    let report = server.await.unwrap().unwrap();
    let _ = stop.send(());
    source.await.unwrap().unwrap();
    let (records, links, counters) = listen.await.unwrap();
    Heard { records, links, counters, report }
}

fn fast(split: Split) -> Replay {
    let mut replay = Replay::new(capture());
    (replay.speed, replay.split, replay.linger) = (100.0, split, Duration::from_millis(300));
    replay
}

fn count(records: &[Record], test: impl Fn(&Record) -> bool) -> usize {
    records.iter().filter(|r| test(r)).count()
}

#[tokio::test]
async fn the_totals_come_out_over_a_socket_a_hundred_times_faster() {
    let heard = hear(fast(Split::Random { seed: 7, most: 9000 }), |_| {}).await;
    let of_queue = |r: &Record| r.this_queue.is_some();
    let totals = [
        count(&heard.records, |r| r.event == Event::Queued),
        count(&heard.records, |r| r.event == Event::Established && of_queue(r)),
        count(&heard.records, |r| r.event == Event::Abandoned && r.this_dn == r.this_queue),
        count(&heard.records, |r| r.event == Event::Diverted && r.call_state == Some(CallState::Cleared)),
        count(&heard.records, |r| r.event == Event::Ringing && of_queue(r)),
        count(&heard.records, |r| {
            r.event == Event::Released && r.call_state == Some(CallState::Transferred) && of_queue(r)
        }),
    ];
    assert_eq!(totals, [441, 222, 195, 24, 316, 20], "{:?} {:?}", heard.report, heard.counters);
    assert_eq!((heard.report.logins, heard.report.lost), (1, 0));
    assert!(
        heard.counters.not_reconciled > 5,
        "the questions of the reconciliation reach the PBX: {:?}",
        heard.counters
    );
    let seqs: Vec<u64> = heard.records.iter().map(|r| r.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_connection_that_is_cut_comes_back_in_the_same_epoch_with_a_gap() {
    let mut replay = fast(Split::Recorded);
    replay.cuts = vec![5_000_000, 9_000_001];
    let heard = hear(replay, |_| {}).await;
    assert_eq!((heard.report.cuts, heard.report.logins), (2, 3));
    let names: BTreeMap<String, usize> =
        heard.records.iter().filter(|r| r.this_dn.is_none()).fold(BTreeMap::new(), |mut n, r| {
            *n.entry(r.event.name().to_owned()).or_default() += 1;
            n
        });
    let of = |name: &str| names.get(name).copied().unwrap_or(0);
    assert_eq!((of("LinkDisconnected"), of("LinkConnected"), of("Gap"), of("Snapshot")), (2, 3, 2, 3));
    assert!(heard.records.iter().all(|r| r.epoch == heard.records[0].epoch), "the PBX is the same");
    let downs = heard.links.iter().filter(|l| matches!(l, Link::Down(_))).count();
    assert!(downs >= 2, "{:?}", heard.links);
}

#[tokio::test]
async fn a_wrong_secret_is_told_with_cause_and_cure_and_plain_login_works() {
    let mut replay = fast(Split::Recorded);
    replay.capture = {
        let mut short = (*capture()).clone();
        short.reads.truncate(40);
        Arc::new(short)
    };
    let plain = hear(replay.clone(), |s| s.options.auth = Auth::Plain).await;
    assert!(plain.links.iter().any(|l| matches!(l, Link::Live(live) if live.switch == "pbx1")));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(replay.serve(listener));
    let mut options = Options::new("pbx1");
    (options.username, options.secret) = ("pulse".into(), Secret::new("wrong"));
    let (send, mut receive) = mpsc::channel(8);
    let source = tokio::spawn(run(
        Settings::new("127.0.0.1", port, options),
        clock(Micros(1), 1.0),
        send,
        std::future::pending(),
    ));
    let down = loop {
        if let Some(Delivery::Link(Link::Down(down))) = receive.recv().await {
            break down;
        }
    };
    assert!(down.stubborn && down.cause.contains("refuses the login of \"pulse\""), "{down:?}");
    assert!(down.cure.contains("manager.conf") && !format!("{down:?}").contains("wrong"));
    source.abort();
    server.abort();
}

#[tokio::test]
async fn a_receiver_that_sleeps_never_slows_the_socket_and_costs_a_gap_instead() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut replay = fast(Split::Recorded);
    replay.speed = 400.0;
    let clock = clock(replay.begins(), replay.speed);
    let server = tokio::spawn(replay.serve(listener));
    let mut options = Options::new("pbx1");
    (options.username, options.secret) = ("pulse".into(), Secret::new("pulse-secret"));
    options.timings.pong = Micros::from_secs(3600);
    let mut settings = Settings::new("127.0.0.1", port, options);
    (settings.buffer, settings.backoff) = (300_000, (Duration::from_millis(10), Duration::from_millis(20)));
    let (send, mut receive) = mpsc::channel(1);
    let source = tokio::spawn(run(settings, clock, send, std::future::pending()));
    let (mut gap, mut cause, mut heard) = (None, None, 0);
    while gap.is_none() {
        match receive.recv().await.unwrap() {
            Delivery::Records(records) => {
                heard += 1;
                gap = records.into_iter().find_map(|r| match r.body.as_deref() {
                    Some(model::record::Body::Gap(gap)) => Some(gap.clone()),
                    _ => None,
                });
                if heard == 3 {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                }
            }
            Delivery::Link(Link::Down(down)) if cause.is_none() => cause = Some(down.cause),
            _ => {}
        }
    }
    assert!(cause.unwrap().contains("receiver is too slow"), "the session was ended by us");
    let gap = gap.unwrap();
    assert!(gap.to > gap.from && gap.cause.contains("too slow"), "{gap:?}");
    source.abort();
    server.abort();
}
