//! A thousand people lose a row at one moment, each by a rule of their own, while their pages are open: from the file of the
//! configuration over the Tenant Service, permissions, Redis and the web to the WebSocket.

use crate::process::wait_for;
use crate::stream::Stream;
use crate::world::{PATIENCE, World, alone};
use serde_json::json;
use std::fmt::Write;
use std::time::{Duration, Instant};
use test_servers::skipped;

const VIEWERS: usize = 1_000;

/// An access list for each of them.
fn lists(allow: &str) -> String {
    (0..VIEWERS).fold(String::new(), |mut lists, user| {
        let _ =
            writeln!(lists, "[[access]]\nname = 'of u{user}'\nwho = {{ user = 'u{user}' }}\nallow = {allow}");
        lists
    })
}

/// The secret of a session.
fn token(user: usize) -> String {
    format!("{user:064x}")
}

/// Sessions as if all had signed in: a thousand passwords would take longer than everything else.
fn sign_all_in(world: &World) {
    let sql = format!(
        "INSERT INTO pulse.documents (tenant, kind, id, body, changed_by, changed_at) \
         SELECT (SELECT min(tenant) FROM pulse.documents), 'session', \
             encode(sha256(convert_to(lpad(to_hex(n), 64, '0'), 'UTF8')), 'hex'), \
             json_build_object('user', 'u' || n, 'name', 'U', 'roles', json_build_array('viewer'), 'began', at, 'heard', at), \
             'test', at \
         FROM generate_series(0, {}) n, (SELECT (extract(epoch FROM now()) * 1000000)::bigint AS at) moment",
        VIEWERS - 1
    );
    world.postgres.sql("pulse", &sql).unwrap();
}

#[test]
#[ignore = "a measurement of a minute: docs/performance.md"]
fn a_thousand_revocations_reach_open_pages_within_five_seconds() {
    let _turn = alone();
    let world = match World::start() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    world.sign_in();
    let both = lists("['Queue:8001@sw1', 'Queue:8002@sw1']");
    let first = both.clone();
    world.configure(move |text| text + "\n" + &first);
    wait_for("all are known", PATIENCE, || {
        let rules = world.metric(world.ports.permissions_metrics, "pulse_permissions_rules")?;
        (rules >= VIEWERS as f64).then_some(())
    });
    sign_all_in(&world);
    let query = json!({ "object_type": "Queue", "objects": "*", "statistics": ["Calls_Entered"] });
    let mut pages: Vec<Stream> = (0..VIEWERS)
        .map(|user| {
            let cookie = format!("pulse_session={}", token(user));
            wait_for("a stream", PATIENCE, || Stream::open(world.ports.web, &cookie, &query))
        })
        .collect();
    for page in &mut pages {
        assert!(page.snapshot(PATIENCE, |queues| queues.len() == 2).is_some(), "{}", world.said());
    }

    let begun = Instant::now();
    let one = lists("['Queue:8001@sw1']");
    world.configure(move |text| text.replace(&both, &one));
    let came: Vec<_> = pages
        .into_iter()
        .map(|mut page| {
            std::thread::spawn(move || {
                page.snapshot(PATIENCE, |queues| queues.len() == 1).map(|_| begun.elapsed())
            })
        })
        .collect();
    let mut took: Vec<Duration> =
        came.into_iter().map(|page| page.join().unwrap().expect("it comes")).collect();
    took.sort();
    let (p50, p99, all) = (took[VIEWERS / 2], took[VIEWERS * 99 / 100], took[VIEWERS - 1]);
    println!("{VIEWERS} revocations, from the file to open pages: p50 {p50:?}, p99 {p99:?}, all {all:?}");
    assert!(p99 < Duration::from_secs(5), "p99 {p99:?}");
}
