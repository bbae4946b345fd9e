//! Every counterpart behind a proxy that gets into trouble, all at once, with deadlines of fractions of a second: each
//! role says clearly what it misses, tries again, and in the end has the values of a run without trouble.

use crate::process::wait_for;
use crate::world::{BIN, PATIENCE, World, alone};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;
use test_servers::{Trouble, skipped};

/// The role that calls over a connection, and the words with which it misses its counterpart.
fn complaint(world: &World, row: u8) -> (&'static str, String) {
    let port = world.edge(row).port();
    match row {
        3 => ("dcu", "Redis".to_owned()),
        22 => ("web", "Redis".to_owned()),
        5 => ("dcu", format!("pulse-dcu@127.0.0.1:{port}/pulse: ")),
        21 => ("web", format!("pulse-web@127.0.0.1:{port}/pulse: ")),
        7 => ("dcu", "tenant service is not there yet".to_owned()),
        8 => ("dcu", format!("link with 127.0.0.1:{port} is down: ")),
        9 | 10 => ("lds", format!("link with 127.0.0.1:{port} is down: ")),
        other => panic!("connection {other} has no proxy"),
    }
}

/// Waits until each of these rows is missed by whoever calls over it, in words that were not said before.
fn all_missed(world: &World, trouble: &str, rows: &[u8], said_before: &BTreeMap<&str, usize>) {
    for row in rows {
        let (role, words) = complaint(world, *row);
        let since = said_before.get(role).copied().unwrap_or_default();
        wait_for(&format!("{trouble}: {role} misses connection {row} ({words})"), PATIENCE, || {
            world.said_of(role).get(since..)?.contains(&words).then_some(())
        });
    }
}

fn lengths(world: &World) -> BTreeMap<&'static str, usize> {
    ["lds", "dcu", "web"].map(|role| (role, world.said_of(role).len())).into()
}

/// Values of queues by event time, once time has gone on.
fn goes_on(world: &World, cookie: &str, after: i64) -> i64 {
    wait_for("values go on", PATIENCE, || {
        let (at, rows) = world.queues(cookie, &["Calls_Entered"])?;
        (at > after && rows.values().any(|cells| cells[0] > 0.0)).then_some(at)
    })
}

#[test]
fn whatever_happens_between_the_roles_is_told_survived_and_changes_no_value() {
    let _turn = alone();
    let world = match World::start_behind_proxies() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };

    // Away at start: each role says what it waits for, goes on when that comes, and misses the next.
    world.start_simulator();
    world.start_tenant();
    for row in [7, 3, 5] {
        if row == 7 {
            world.start_lds();
            world.start_dcu();
            world.start_permissions();
            world.start_web();
        }
        let waits = |role: &str, row: u8| {
            let (_, words) = complaint(&world, row);
            wait_for(&format!("{role} waits for connection {row}"), PATIENCE, || {
                world.said_of(role).contains(&words).then_some(())
            });
        };
        waits("dcu", row);
        match row {
            7 => waits("lds", 9),
            3 => waits("web", 22),
            _ => waits("web", 21),
        }
        assert!(!world.ready(world.ports.dcu_metrics) && !world.ready(world.ports.web_metrics));
        match row {
            7 => world.open(&[7, 9]),
            3 => world.open(&[3, 22]),
            _ => world.open(&[5, 21]),
        }
    }
    for row in [8, 10] {
        let (role, words) = complaint(&world, row);
        wait_for("a link that is missed", PATIENCE, || world.said_of(role).contains(&words).then_some(()));
    }
    world.open(&[8, 10]);
    let cookie = world.sign_in();
    let mut at = goes_on(&world, &cookie, 0);

    // In mid-work.
    let rows = [3, 5, 8, 9, 10, 21, 22];
    let troubles = [
        ("dies", Trouble::Refuse),
        ("hangs", Trouble::Hang),
        ("is half-open", Trouble::DeafClient),
        ("answers garbage", Trouble::Garble),
    ];
    for (name, trouble) in troubles {
        let before = lengths(&world);
        for row in rows {
            world.edge(row).set(trouble).unwrap();
            if trouble == Trouble::Refuse {
                world.edge(row).cut();
            }
        }
        // The web asks PostgreSQL only when somebody asks the web.
        let _ = world.queues(&cookie, &["Calls_Entered"]);
        all_missed(&world, name, &rows, &before);
        world.open(&rows);
        at = goes_on(&world, &world.sign_in(), at);
        println!("{name}: told by all, survived by all");
    }

    equals_an_undisturbed_run(&world, &cookie);
}

/// The values are those that follow from what the LDS has on disk. Calls go on meanwhile, and cells move once a second:
/// what was counted twice or never would differ each time.
pub(crate) fn equals_an_undisturbed_run(world: &World, cookie: &str) {
    let mut both = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..10 {
        let (at, found) =
            wait_for("values", PATIENCE, || world.queues(cookie, &["Calls_Entered", "Calls_Abandoned"]));
        both = (found, undisturbed(world, at));
        if both.0 == both.1 {
            break;
        }
    }
    assert_eq!(both.0, both.1, "the values of an undisturbed run");
}

/// What the records of the LDS come to at that time, by `pulse evaluate`.
pub(crate) fn undisturbed(world: &World, at: i64) -> BTreeMap<String, Vec<f64>> {
    let tenant = crate::world::Tenant::read(&world.path("tenant.toml"));
    let ca = world.redis.ca_file.display().to_string();
    let mut tail = Command::new(BIN);
    tail.args(["tail", "--from-start", "--for", "3", "--tenant", &tenant.name, "--secret-file"])
        .arg(world.path("token"));
    tail.args(["--source", &format!("pulses://127.0.0.1:{}?ca={ca}", world.ports.lds)]);
    for source in &tenant.sources {
        tail.args(["--of", source]);
    }
    let records = tail.output().unwrap();
    assert!(records.status.success(), "{}", String::from_utf8_lossy(&records.stderr));
    let events = world.path("events.jsonl");
    std::fs::write(&events, &records.stdout).unwrap();
    let statistic = |name: &str| {
        format!(
            "[[statistic]]\nname = \"{name}\"\nstat_type = \"{name}\"\nobjects = [\"*\"]\nobject_type = \"Queue\"\n"
        )
    };
    let names = ["Calls_Entered", "Calls_Abandoned"];
    let statistics = world.file("statistics.toml", &names.map(statistic).concat());
    let mut evaluate = Command::new(BIN);
    evaluate.args(["evaluate", "--at", &at.to_string(), "--tenant"]).arg(world.path("tenant.toml"));
    let values = evaluate.arg("--statistics").arg(statistics).arg("--events").arg(events).output().unwrap();
    assert!(values.status.success(), "{}", String::from_utf8_lossy(&values.stderr));
    let mut rows: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in String::from_utf8(values.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let place = names.iter().position(|name| line["statistic"] == *name).unwrap();
        let cells =
            rows.entry(line["object"].as_str().unwrap().to_owned()).or_insert_with(|| vec![0.0; names.len()]);
        cells[place] = line["value"].as_f64().unwrap_or_default();
    }
    rows
}
