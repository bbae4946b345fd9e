//! Whoever watches learns within a second what others changed, whatever happens to connections meanwhile.

use crate::house::{House, document};
use model::Text;
use model::time::Micros;
use ports::documents::Documents;
use std::time::Duration;
use store_postgres::Options;
use store_postgres::schema::Role;
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

/// What is told within a second.
async fn told(changes: &mut Receiver<Text>) -> Text {
    timeout(Duration::from_secs(1), changes.recv()).await.expect("told within a second").unwrap()
}

#[tokio::test]
async fn a_change_of_another_is_told() {
    let Some(house) = House::furnished("feed_told").await else { return };
    let (writer, reader) = (house.store(Role::Web).await, house.store(Role::Web).await);
    let mut changes = reader.watch();
    let revision = writer.put(document("board", "a", 0, "one")).await.unwrap();
    assert_eq!(told(&mut changes).await, "board");
    writer.delete("board", "a", revision, "bob", Micros::ZERO).await.unwrap();
    assert_eq!(told(&mut changes).await, "board");
}

#[tokio::test]
async fn what_was_changed_here_is_told_once() {
    let Some(house) = House::furnished("feed_once").await else { return };
    let store = house.store(Role::Web).await;
    let mut changes = store.watch();
    for n in 0..20 {
        let revision = store.put(document("board", &n.to_string(), 0, "one")).await.unwrap();
        assert_eq!(changes.try_recv().unwrap(), "board", "at once");
        store.delete("board", &n.to_string(), revision, "ann", Micros::ZERO).await.unwrap();
        assert_eq!(changes.try_recv().unwrap(), "board", "at once");
    }
    let again = timeout(Duration::from_millis(300), changes.recv()).await;
    assert!(again.is_err(), "{again:?}");
}

#[tokio::test]
async fn what_changed_while_the_connection_was_lost_is_told() {
    let Some(house) = House::furnished("feed_lost").await else { return };
    let reader = house.store(Role::Permissions).await;
    let mut changes = reader.watch();
    let writer = house.store(Role::Web).await;
    writer.put(document("board", "a", 0, "one")).await.unwrap();
    assert_eq!(told(&mut changes).await, "board");
    house.master.batch_execute("ALTER ROLE feed_lost_permissions NOLOGIN").await.unwrap();
    house.throw_out(Role::Permissions).await;
    writer.put(document("template", "t", 0, "one")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(changes.try_recv().is_err(), "nobody can tell yet");
    house.master.batch_execute("ALTER ROLE feed_lost_permissions LOGIN").await.unwrap();
    let mut heard = Vec::new();
    while !heard.contains(&Text::from("template")) {
        let kind = timeout(Duration::from_secs(60), changes.recv()).await.expect("told after the return");
        heard.push(kind.unwrap());
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_is_back_within_a_second() {
    let Some(house) = House::furnished("feed_cut").await else { return };
    let (writer, reader) = (house.store(Role::Web).await, house.store(Role::Permissions).await);
    let mut changes = reader.watch();
    tokio::time::sleep(Duration::from_millis(300)).await;
    house.throw_out(Role::Permissions).await;
    writer.put(document("board", "a", 0, "one")).await.unwrap();
    assert_eq!(told(&mut changes).await, "board");
}

#[tokio::test]
async fn without_any_announcement_it_is_looked_for() {
    let Some(house) = House::furnished("feed_net").await else { return };
    let options = Options { look_every: Duration::from_millis(200), ..Options::default() };
    let reader = house.open(Role::Web, options).await.tenant("acme").await.unwrap();
    let mut changes = reader.watch();
    tokio::time::sleep(Duration::from_millis(500)).await;
    // A copy of the server that is read elsewhere announces nothing: a row that appears must do.
    let sql = "INSERT INTO pulse.audit (tenant, change, kind, id, before, after, changed_by, changed_at)
               SELECT id, 7, 'board', 'a', 0, 7, 'x', 0 FROM pulse.tenants WHERE name = 'acme'";
    house.master.batch_execute(sql).await.unwrap();
    assert_eq!(told(&mut changes).await, "board");
}

#[tokio::test]
async fn a_reader_that_has_seen_a_change_has_seen_all_below_it() {
    let Some(house) = House::furnished("feed_order").await else { return };
    let store = house.store(Role::Web).await;
    let slow = house.psql(Role::Web, "acme").await;
    let insert = "INSERT INTO pulse.documents (kind, id, body, changed_by, changed_at)";
    slow.batch_execute(&format!("BEGIN; {insert} VALUES ('board', 'slow', '1', 'ann', 0)")).await.unwrap();
    let quick = tokio::spawn(async move { store.put(document("board", "quick", 0, "x")).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let newest = "SELECT coalesce(max(change), 0) FROM pulse.audit";
    let seen: i64 = house.master.query_one(newest, &[]).await.unwrap().get(0);
    assert_eq!(seen, 0, "the later number waits for the earlier one");
    slow.batch_execute("COMMIT").await.unwrap();
    assert_eq!(quick.await.unwrap().unwrap(), 2);
}
