//! A real Asterisk, real callers: what the adapter tells equals what the PBX wrote into its own log.
//!
//! Skipped, with one line that says why, where there is no Asterisk to start. `PULSE_LIVE_SEEDS=21,22` runs longer ones besides.

#[path = "support/pbx.rs"]
mod pbx;
#[path = "support/queue_log.rs"]
mod queue_log;
#[path = "support/tally.rs"]
mod tally;

use model::record::Body;
use model::snapshot::Snapshot;
use model::time::Micros;
use model::{Event, Record};
use pbx::Pbx;
use source_asterisk::session::Tls;
use source_asterisk::{Counters, Delivery, Found, Link, Options, Secret, Settings, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

/// Everything that was delivered so far.
#[derive(Default)]
struct Heard {
    records: Vec<Record>,
    links: Vec<Link>,
    names: BTreeMap<String, String>,
    queues: BTreeSet<String>,
    counters: Counters,
}

struct Source {
    heard: Arc<Mutex<Heard>>,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

#[allow(clippy::disallowed_methods, reason = "a real PBX runs on the real clock")]
fn now() -> Micros {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Micros(i64::try_from(since.as_micros()).unwrap())
}

impl Source {
    fn start(port: u16, tls: Option<Tls>) -> Self {
        let mut options = Options::new("live");
        (options.username, options.secret) = ("pulse".into(), Secret::new("pulse-secret"));
        options.timings.ping = Micros::from_secs(5);
        options.timings.pong = Micros::from_secs(4);
        options.timings.login = Micros::from_secs(5);
        options.timings.reconcile = Micros::from_secs(15);
        let mut settings = Settings::new("127.0.0.1", port, options);
        settings.tls = tls;
        settings.backoff = (Duration::from_millis(200), Duration::from_secs(2));
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (send, mut receive) = mpsc::channel(64);
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(run(settings, now, send, async {
            let _ = stopped.await;
        }));
        let into = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            while let Some(delivery) = receive.recv().await {
                let mut heard = into.lock().unwrap();
                match delivery {
                    Delivery::Records(records) => heard.records.extend(records),
                    Delivery::Link(link) => heard.links.push(link),
                    Delivery::Clock { counters, .. } => heard.counters = counters,
                    Delivery::Found(Found::Agent { dn, name, .. }) => {
                        heard.names.insert(name.to_string(), dn.to_string());
                    }
                    Delivery::Found(Found::Queue { dn, .. }) => _ = heard.queues.insert(dn.to_string()),
                }
            }
        });
        Self { heard, stop: Some(stop), task }
    }

    async fn until(&self, what: &str, seconds: u64, test: impl Fn(&Heard) -> bool) {
        for _ in 0..seconds * 20 {
            if test(&self.heard.lock().unwrap()) {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        let heard = self.heard.lock().unwrap();
        panic!("waited {seconds} s for {what}: {:?}", heard.links);
    }

    async fn live(&self, times: usize) {
        let lives = |heard: &Heard| heard.links.iter().filter(|l| matches!(l, Link::Live(_))).count();
        self.until("a living link", 30, |heard| lives(heard) >= times).await;
    }

    async fn end(mut self) -> Heard {
        let _ = self.stop.take().unwrap().send(());
        self.task.await.unwrap();
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

/// Asserts that records and log tell the same, item by item; `lost` says which rows of the log fell into a gap, `stopped`
/// when the PBX's process was stopped for a moment.
fn equals_log(who: &str, heard: &Heard, log: &str, stopped: Option<f64>, lost: impl Fn(f64) -> bool) {
    let rows = queue_log::read(log);
    let ours = tally::items(&heard.records);
    let logged = tally::of_log(&rows, &heard.names);
    let (alone, worst) = tally::match_up(&ours, &logged, &lost);
    let explained = |line: &&String| {
        moment(line).is_some_and(|at| lost(at) || stopped.is_some_and(|s| rang_while(line, at, s)))
    };
    let unexplained: Vec<_> = alone.iter().filter(|line| !explained(line)).collect();
    let sums = tally::sums(&ours);
    let of = |word: &str| sums.get(word).copied().unwrap_or(0);
    println!(
        "{who}: {} visits, {} answered, {} offers, {} completed; longest difference {worst:.3} s; {} explained by a gap; {:?}",
        of("ENTERQUEUE"),
        of("CONNECT"),
        of("OFFER"),
        of("COMPLETECALLER") + of("COMPLETEAGENT") + of("TRANSFER"),
        alone.len() - unexplained.len(),
        heard.counters
    );
    assert!(unexplained.is_empty(), "{who}: {unexplained:#?}");
    for (n, pair) in heard.records.windows(2).enumerate() {
        let next = pair[1].epoch > pair[0].epoch && pair[1].seq == 1;
        assert!(
            next || (pair[1].epoch == pair[0].epoch && pair[1].seq == pair[0].seq + 1),
            "{who}: record {n}"
        );
        assert!(pair[1].received >= pair[0].received, "{who}: record {n}");
    }
}

/// A phone that rang while the process was stopped rang that much longer than the queue's nominal time-out, which is all
/// that a RINGNOANSWER row tells.
fn rang_while(line: &str, at: f64, stopped: f64) -> bool {
    line.starts_with("lengths differ")
        && line.contains("RINGNOANSWER")
        && (stopped..stopped + 12.0).contains(&at)
}

fn moment(line: &str) -> Option<f64> {
    line.split("at: ").nth(1)?.split(',').next()?.parse().ok()
}

fn snapshots(heard: &Heard) -> Vec<&Snapshot> {
    let body = |r: &'_ Record| r.body.as_deref().is_some_and(|b| matches!(b, Body::Snapshot(_)));
    let records = heard.records.iter().filter(|r| body(r));
    records
        .filter_map(|r| if let Some(Body::Snapshot(s)) = r.body.as_deref() { Some(s) } else { None })
        .collect()
}

fn gaps(heard: &Heard) -> Vec<(f64, f64)> {
    let gap = |r: &Record| match r.body.as_deref() {
        Some(Body::Gap(gap)) => Some((gap.from.0 as f64 / 1e6, gap.to.0 as f64 / 1e6)),
        _ => None,
    };
    heard.records.iter().filter_map(gap).collect()
}

/// What the PBX says on a session of its own, to be looked at when records and log differ.
fn record(port: u16) -> Arc<Mutex<Vec<u8>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&told);
    tokio::spawn(async move {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let login = b"Action: Login\r\nUsername: pulse\r\nSecret: pulse-secret\r\nEvents: on\r\n\r\n";
        stream.write_all(login).await.unwrap();
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            into.lock().unwrap().extend_from_slice(format!("### {}\r\n", now().0).as_bytes());
            into.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    });
    told
}

/// Runs a comparison; if it fails, the recording stays in a file that is named.
fn or_keep(name: &str, told: &Mutex<Vec<u8>>, compare: impl FnOnce()) {
    if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)) {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.ami"));
        std::fs::write(&file, &*told.lock().unwrap()).unwrap();
        println!("what the PBX said is in {}", file.display());
        std::panic::resume_unwind(panic);
    }
}

async fn finish(mut load: pbx::Group) {
    tokio::task::spawn_blocking(move || load.wait()).await.unwrap();
    sleep(Duration::from_secs(4)).await;
}

/// The shipped configuration, over plain TCP.
async fn as_shipped(servers: &Path, seed: u64, calls: usize) {
    let pbx = Pbx::start(servers, "pbx1", &[]);
    let told = record(pbx.base);
    let source = Source::start(pbx.base, None);
    source.live(1).await;
    finish(pbx.load(calls, calls, seed)).await;
    let log = pbx.queue_log();
    let heard = source.end().await;
    or_keep(&format!("shipped-{seed}"), &told, || {
        equals_log(&format!("as shipped, seed {seed}"), &heard, &log, None, |_| false);
        assert_eq!(heard.queues.len(), 3, "discovered");
        assert!(gaps(&heard).is_empty());
        assert!(heard.counters.reconciled >= 3 && heard.counters.corrections == 0, "{:?}", heard.counters);
    });
}

const QUEUES: &str = "[general]\nautofill = yes\nshared_lastcall = no\n\
[sales]\nstrategy = rrmemory\ntimeout = 5\nretry = 1\nwrapuptime = 2\nringinuse = no\nautopause = all\ntimeoutrestart = yes\n\
member => Local/1001@agents/n,0,Ann/1,,no,2\nmember => PJSIP/2001,1,Grace\nmember => Local/3004@from-queue/n,0,Jack,PJSIP/2004\n\
[support]\nstrategy = ringall\ntimeout = 9\nretry = 3\nringinuse = yes\nannounce-frequency = 5\n\
member => Local/1003@agents,0,Carol\nmember => Local/1004@agents,0,Dave\nmember => PJSIP/2002,0,Henry\nmember => PJSIP/2003,0,Ivy\n\
[billing]\nstrategy = random\ntimeout = 4\nretry = 1\nmaxlen = 3\nleavewhenempty = paused,inuse,unavailable\njoinempty = yes\nwrapuptime = 1\n\
member => Local/1005@agents,0,Erin\nmember => PJSIP/2005,0,Kate\n";

const DIALPLAN: &str = "[queues]\n\
exten => sales,1,Answer()\n same => n,Queue(sales,,,,12)\n same => n,Goto(support,1)\n\
exten => support,1,Answer()\n same => n,Queue(support,nrC,,,20)\n same => n,Queue(billing,,,,6)\n same => n,Hangup()\n\
exten => billing,1,Answer()\n same => n,Queue(billing,tTcd,,,15)\n same => n,Wait(1)\n same => n,Hangup()\n\
exten => _20XX,1,Dial(PJSIP/${EXTEN},15,tT)\n same => n,Hangup()\n\
exten => hold-room,1,Answer()\n same => n,Wait(3)\n same => n,Hangup()\n\
[from-trunk]\ninclude => queues\nexten => ivr,1,Answer()\n same => n,Wait(1)\n same => n,Goto(queues,sales,1)\n\
[internal]\ninclude => queues\nexten => _1XXX,1,Dial(Local/${EXTEN}@agents,15,tT)\n same => n,Hangup()\n\
exten => _9XXX.,1,Answer()\n same => n,Wait(4)\n same => n,Hangup()\n\
[agents]\nexten => _1XXX,1,Set(R=${RAND(1,100)})\n same => n,GotoIf($[${R} <= 20]?busy)\n same => n,GotoIf($[${R} <= 30]?noanswer)\n\
 same => n,Ringing()\n same => n,Wait(${RAND(1,3)})\n same => n,Answer()\n same => n,Wait(${RAND(2,12)})\n same => n,Hangup()\n\
 same => n(noanswer),Wait(60)\n same => n,Hangup()\n same => n(busy),Busy(1)\n\
[from-queue]\nexten => _3XXX,1,Dial(PJSIP/2${EXTEN:1},20)\n same => n,Hangup()\n\
[callers]\nexten => _cX!,1,Answer()\n same => n,Wait(${EXTEN:1})\n same => n,Hangup()\n";

/// Other queues, other strategies, optimised Local channels, overflow from queue to queue, over TLS; stopped for moments.
async fn other_queues_over_tls(servers: &Path, seed: u64, calls: usize) {
    let pbx = Pbx::start(servers, "pbx2", &[("queues.conf", QUEUES), ("extensions.conf", DIALPLAN)]);
    let told = record(pbx.base);
    let tls = Tls { ca_file: Some(pbx.dir.join("tls/ca.pem")), ..Tls::default() };
    let source = Source::start(pbx.base + 1, Some(tls));
    source.live(1).await;
    let load = pbx.load(calls, calls, seed);
    sleep(Duration::from_secs(10)).await;
    // Shorter than a Ping may take: nothing is lost.
    let stopped = now().0 as f64 / 1e6;
    pbx.signal("STOP");
    sleep(Duration::from_millis(1500)).await;
    pbx.signal("CONT");
    finish(load).await;
    let heard = std::mem::take(&mut *source.heard.lock().unwrap());
    or_keep(&format!("others-{seed}"), &told, || {
        let who = format!("other queues, seed {seed}, stopped at {stopped}");
        equals_log(&who, &heard, &pbx.queue_log(), Some(stopped), |_| false);
    });
    *source.heard.lock().unwrap() = heard;

    // Longer than a Ping may take: the link is down, comes back, and the PBX is the same.
    pbx.signal("STOP");
    let down = |heard: &Heard| matches!(heard.links.last(), Some(Link::Down(_) | Link::Connecting));
    source.until("the link to be given up", 20, down).await;
    pbx.signal("CONT");
    source.live(2).await;
    let heard = source.end().await;
    let epochs: BTreeSet<u64> = heard.records.iter().map(|r| r.epoch).collect();
    assert_eq!((epochs.len(), gaps(&heard).len()), (1, 1), "the same epoch, one gap: {:?}", heard.links);
    // Before its first life it may have come too early for the PBX, and been refused.
    let living = heard.links.iter().skip_while(|l| !matches!(l, Link::Live(_)));
    let mut causes = living.filter_map(|l| if let Link::Down(d) = l { Some(&d.cause) } else { None });
    assert!(causes.next().is_some_and(|cause| cause.contains("Ping")), "{:?}", heard.links);
}

/// Killed in the middle of calls, and started again.
async fn killed_and_restarted(servers: &Path, seed: u64) {
    let mut pbx = Pbx::start(servers, "pbx3", &[]);
    let source = Source::start(pbx.base, None);
    source.live(1).await;
    let load = pbx.load(40, 20, seed);
    sleep(Duration::from_secs(18)).await;
    pbx.kill();
    drop(load);
    let log = pbx.queue_log();
    pbx.run();
    source.live(2).await;
    // A second life, short: its log is written on.
    let load = pbx.load(12, 8, seed + 1);
    sleep(Duration::from_secs(12)).await;
    // The connection breaks while people talk and wait; the lists tell who is still there.
    drop(load);
    sleep(Duration::from_secs(3)).await;
    let second = pbx.queue_log();
    let heard = source.end().await;
    let epochs: BTreeSet<u64> = heard.records.iter().map(|r| r.epoch).collect();
    assert_eq!(epochs.len(), 2, "a restart begins a new epoch");
    let gaps = gaps(&heard);
    assert_eq!(gaps.len(), 1);
    let after = snapshots(&heard)[1];
    assert!(after.dns.iter().all(|dn| dn.calls.is_empty()), "the calls died with the PBX: {after:?}");
    assert!(after.dns.len() > 10 && !after.memberships.is_empty());
    let order: Vec<&Event> = heard
        .records
        .iter()
        .filter(|r| r.this_dn.is_none() && r.event != Event::UserEvent)
        .map(|r| &r.event)
        .collect();
    use Event::{Gap, LinkConnected, LinkDisconnected, Snapshot};
    assert_eq!(
        order,
        [&LinkConnected, &Snapshot, &LinkDisconnected, &LinkConnected, &Gap, &Snapshot],
        "{:?} {:?}",
        heard.links,
        heard.counters
    );
    // What the dying PBX had written but not sent any more lies in the gap.
    let (from, to) = gaps[0];
    assert!(log.len() > 500 && second.len() > log.len());
    equals_log("killed and restarted", &heard, &second, None, |at| at >= from.floor() && at <= to);
}

/// A second adapter that comes into the middle of calls tells, from then on, what the first one tells.
async fn a_late_comer(servers: &Path, seed: u64) {
    let pbx = Pbx::start(servers, "pbx4", &[]);
    let first = Source::start(pbx.base, None);
    first.live(1).await;
    let load = pbx.load(60, 25, seed);
    sleep(Duration::from_secs(14)).await;
    let second = Source::start(pbx.base, None);
    second.live(1).await;
    finish(load).await;
    let (first, second) = (first.end().await, second.end().await);
    let begin = second.records[0].received;
    // All offers, answers and ends that both saw whole.
    let of = |heard: &Heard| -> Vec<String> {
        let after = |r: &&Record| r.received > begin + Micros::from_secs(1);
        // Lists do not tell who is on hold, and a call that no queue brought is known only where its phone was a member's.
        let call = |r: &&Record| {
            let hold = matches!(r.event, Event::Held | Event::Retrieved);
            r.conn_id.is_some() && r.this_queue.is_some() && !r.synthetic && !hold
        };
        let say = |r: &Record| {
            format!(
                "{} {:?} {:?} {:?} {:?} {:?}",
                r.event.name(),
                r.this_dn,
                r.conn_id,
                r.this_queue,
                r.call_state,
                r.reason
            )
        };
        let mut all: Vec<String> = heard.records.iter().filter(after).filter(call).map(say).collect();
        all.sort();
        all
    };
    let (a, b) = (of(&first), of(&second));
    let missing: Vec<_> = a.iter().filter(|x| !b.contains(x)).collect();
    let extra: Vec<_> = b.iter().filter(|x| !a.contains(x)).collect();
    println!("a late comer: {} records of calls, {:?}", b.len(), second.counters);
    assert!(missing.is_empty() && extra.is_empty(), "missing {missing:#?} extra {extra:#?}");
    let found = snapshots(&second)[0].dns.iter().flat_map(|dn| &dn.calls).count();
    assert!(found > 0, "calls were in progress");
}

/// A line that can be cut: whatever is connected through it breaks off.
async fn line_to(port: u16) -> (u16, Arc<tokio::sync::Notify>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    let cut = Arc::new(tokio::sync::Notify::new());
    let cuts = Arc::clone(&cut);
    tokio::spawn(async move {
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                () = cuts.notified() => sleep(Duration::from_millis(900)).await,
            }
        }
    });
    (own, cut)
}

/// The connection is cut again and again, in the middle of everything; after each gap the lists tell what goes on.
async fn cut_again_and_again(servers: &Path, seed: u64, seconds: usize) {
    let pbx = Pbx::start(servers, "pbx5", &[]);
    let told = record(pbx.base);
    let (port, cut) = line_to(pbx.base).await;
    let source = Source::start(port, None);
    source.live(1).await;
    let load = pbx.load(seconds, seconds, seed);
    let cuts = seconds / 5;
    for n in 0..cuts {
        sleep(Duration::from_millis(4_100 + 170 * (n as u64 % 5))).await;
        cut.notify_one();
        source.live(n + 2).await;
    }
    finish(load).await;
    let log = pbx.queue_log();
    let heard = source.end().await;
    let gaps = gaps(&heard);
    assert_eq!(gaps.len(), cuts, "{:?}", heard.links);
    or_keep(&format!("cut-{seed}"), &told, || {
        equals_log(&format!("cut {cuts} times, seed {seed}, gaps {gaps:?}"), &heard, &log, None, |at| {
            // The log has whole seconds.
            gaps.iter().any(|(from, to)| at >= from.floor() && at <= *to)
        });
        assert_eq!(heard.counters.corrections, 0, "{:?}", heard.counters);
    });
}

/// Seeds of further, longer runs: `PULSE_LIVE_SEEDS=21,22,23`.
#[allow(clippy::disallowed_methods, reason = "a switch for long runs")]
fn further_seeds() -> Vec<u64> {
    let seeds = std::env::var("PULSE_LIVE_SEEDS").unwrap_or_default();
    seeds.split(',').filter(|seed| !seed.is_empty()).map(|seed| seed.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_asterisk_and_the_adapter_tell_the_same() {
    let servers = match pbx::servers() {
        Ok(servers) => servers,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    tokio::join!(
        as_shipped(&servers, 3, 40),
        other_queues_over_tls(&servers, 11, 40),
        killed_and_restarted(&servers, 5),
        a_late_comer(&servers, 8),
        cut_again_and_again(&servers, 13, 40),
    );
    for seed in further_seeds() {
        tokio::join!(
            as_shipped(&servers, seed, 150),
            cut_again_and_again(&servers, seed + 50, 150),
            other_queues_over_tls(&servers, seed + 100, 150)
        );
    }
}
