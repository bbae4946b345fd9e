//! Servers that are away, silent, strange or full of work: a clear word within the deadline, and back at work after.

use crate::house::{DEADLINE, House, document};
use ports::StoreError;
use ports::documents::Documents;
use std::time::Duration;
use store_postgres::schema::{Role, install, wait};
use store_postgres::{Options, Password, Postgres, Server, Tls};
use tokio::time::Instant;

fn quick() -> Options {
    Options { deadline: Duration::from_millis(800), connections_max: 2, ..Options::default() }
}

#[tokio::test]
async fn the_connection_is_private() {
    let Some(house) = House::furnished("trouble_tls").await else { return };
    let store = house.store(Role::Web).await;
    store.list("board").await.unwrap();
    let sql = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
               WHERE usename = 'trouble_tls_web'";
    let row = house.master.query_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, Option<bool>>(0), Some(true));
}

#[tokio::test]
async fn a_server_whose_certificate_nobody_vouches_for_is_not_told_the_password() {
    let Some(house) = House::furnished("trouble_ca").await else { return };
    let Ok(stranger) = test_servers::Postgres::start() else { return };
    let tls = Tls::Authority(stranger.ca_file.clone());
    let error =
        Postgres::open(Server { tls, ..house.server.clone() }, quick()).await.err().unwrap().to_string();
    assert!(error.contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_wrong_password_or_database_is_named() {
    let Some(house) = House::furnished("trouble_password").await else { return };
    let wrong = Server { password: Some(Password::new("hunter2")), ..house.server.clone() };
    let error = Postgres::open(wrong, quick()).await.err().unwrap().to_string();
    assert!(error.contains("28P01") && !error.contains("hunter2"), "{error}");
    let wrong = Server { database: "elsewhere".to_owned(), ..house.server.clone() };
    let error = wait(&wrong, DEADLINE, |_| panic!("waiting does not help")).await.unwrap_err().to_string();
    assert!(error.contains("create the database"), "{error}");
}

#[tokio::test]
async fn who_waits_for_a_lock_is_answered_within_the_deadline_and_the_connection_is_not_used_again() {
    let Some(house) = House::furnished("trouble_lock").await else { return };
    let store = house.open(Role::Web, quick()).await.tenant("acme").await.unwrap();
    let revision = store.put(document("board", "a", 0, "one")).await.unwrap();
    house.master.batch_execute("BEGIN; LOCK TABLE pulse.documents").await.unwrap();
    let begun = Instant::now();
    for _ in 0..4 {
        let error = store.put(document("board", "a", revision, "two")).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    house.master.batch_execute("COMMIT").await.unwrap();
    let found = store.get("board", "a").await.unwrap().unwrap();
    assert_eq!(found.revision, revision, "what was given up was undone");
    store.put(document("board", "a", revision, "two")).await.unwrap();
}

#[tokio::test]
async fn more_questions_than_connections_wait_their_turn() {
    let Some(house) = House::furnished("trouble_pool").await else { return };
    let store = house.open(Role::Web, quick()).await.tenant("acme").await.unwrap();
    let many = (0..40).map(|n| {
        let store = store.clone();
        tokio::spawn(async move { store.put(document("board", &n.to_string(), 0, "x")).await })
    });
    for task in many.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'trouble_pool_web'";
    let connections: i64 = house.master.query_one(sql, &[]).await.unwrap().get(0);
    assert!(connections <= 3, "two and the listener, but {connections}");
}

#[tokio::test]
async fn of_two_who_change_the_same_revision_one_is_told_of_the_other() {
    let Some(house) = House::furnished("trouble_race").await else { return };
    let store = house.store(Role::Web).await;
    let revision = store.put(document("board", "a", 0, "one")).await.unwrap();
    let many = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.put(document("board", "a", revision, "two")).await })
    });
    let mut won = 0;
    for task in many.collect::<Vec<_>>() {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert!(matches!(error, StoreError::Conflict { .. }), "{error}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(store.versions("board", "a", 99).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_dies_is_missed_and_found_again() {
    let Ok(machine) = test_servers::Postgres::start().inspect_err(|why| test_servers::skipped(why)) else {
        return;
    };
    let house = House::of(&machine, "trouble_death").await;
    install(&house.server, &house.logins(), DEADLINE).await.unwrap();
    let store = house.store(Role::Web).await;
    let mut changes = store.watch();
    store.put(document("board", "a", 0, "one")).await.unwrap();
    machine.kill9().unwrap();
    let error = store.list("board").await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
    let error = wait(&house.server, Duration::from_millis(600), |_| ()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error}");

    let patient = tokio::spawn(async move {
        let mut told = Vec::new();
        wait(&house.server, DEADLINE, |line| told.push(line.to_owned())).await.map(|()| told)
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    let restart = move || machine.restart().map(|()| machine);
    let _machine = tokio::task::spawn_blocking(restart).await.unwrap().unwrap();
    let told = patient.await.unwrap().unwrap();
    assert!(told[0].contains("waiting for PostgreSQL"), "{told:?}");
    assert_eq!(store.list("board").await.unwrap().len(), 1, "what was answered as stored is there");
    while changes.try_recv().is_ok() {}
}
