//! Each login can do what its role needs, and no more.

use crate::house::{House, document};
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::audit::{Audit, Deed, Keep};
use ports::documents::Documents;
use ports::history::{History, Point};
use store_postgres::schema::{Role, install};
use tokio_postgres::Client;

const ROLES: [Role; 4] = [Role::Web, Role::Dcu, Role::Permissions, Role::InitTenant];

/// The error's code.
async fn refused(client: &Client, sql: &str) -> String {
    match client.batch_execute(sql).await {
        Ok(()) => panic!("allowed: {sql}"),
        Err(error) => error.code().unwrap().code().to_owned(),
    }
}

fn point() -> Point {
    Point {
        definition: Text::from("d"),
        object: Object::new(ObjectType::Queue, "q"),
        at: Micros::from_secs(60),
        value: Some(1.0),
        flags: 0,
    }
}

#[tokio::test]
async fn only_init_makes_alters_or_drops_tables() {
    let Some(house) = House::furnished("rights_ddl").await else { return };
    for role in ROLES {
        let client = house.psql(role, "acme").await;
        for sql in [
            "CREATE TABLE pulse.mine (a int)",
            "DROP TABLE pulse.documents",
            "ALTER TABLE pulse.documents ADD COLUMN a int",
            "ALTER TABLE pulse.documents DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE pulse.documents DISABLE TRIGGER ALL",
            "TRUNCATE pulse.documents",
            "CREATE FUNCTION pulse.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DROP SCHEMA pulse CASCADE",
            "SET ROLE pulse_init",
        ] {
            assert_eq!(refused(&client, sql).await, "42501", "{role:?}: {sql}");
        }
    }
}

#[tokio::test]
async fn nobody_writes_the_audit_trail_versions_or_logins_by_hand() {
    let Some(house) = House::furnished("rights_audit").await else { return };
    let store = house.store(Role::Web).await;
    let first = store.put(document("board", "a", 0, "one")).await.unwrap();
    let second = store.put(document("board", "a", first, "two")).await.unwrap();
    store.delete("board", "a", second, "bob", Micros::from_secs(9)).await.unwrap();
    for role in ROLES {
        let client = house.psql(role, "acme").await;
        for sql in [
            "DELETE FROM pulse.audit",
            "DELETE FROM pulse.deeds",
            "UPDATE pulse.deeds SET done_by = 'nobody'",
            "UPDATE pulse.audit SET changed_by = 'nobody'",
            "UPDATE pulse.tenants SET change = 0",
            "DELETE FROM pulse.versions",
            "INSERT INTO pulse.logins VALUES (session_user, 'pulse_web', '*')",
            "SELECT * FROM pulse.logins",
            "SELECT pulse.next_change(1)",
        ] {
            assert_eq!(refused(&client, sql).await, "42501", "{role:?}: {sql}");
        }
    }
    let sql =
        "SELECT kind, id, before, after, changed_by, changed_at, login FROM pulse.audit ORDER BY change";
    let rows = house.psql(Role::Web, "acme").await.query(sql, &[]).await.unwrap();
    let trail: Vec<(i64, i64, String, i64, String)> =
        rows.iter().map(|row| (row.get(2), row.get(3), row.get(4), row.get(5), row.get(6))).collect();
    let (first, second, login) = (first as i64, second as i64, "rights_audit_web");
    let entry = |before, after, by: &str, at| (before, after, by.to_owned(), at, login.to_owned());
    assert_eq!(
        trail,
        [
            entry(0, first, "ann", 1_000_000),
            entry(first, second, "ann", 1_000_000),
            entry(second, 0, "bob", 9_000_000)
        ]
    );
}

#[tokio::test]
async fn a_collector_reads_documents_and_writes_history() {
    let Some(house) = House::furnished("rights_dcu").await else { return };
    let (web, dcu) = (house.store(Role::Web).await, house.store(Role::Dcu).await);
    for kind in ["board", "user", "session"] {
        web.put(document(kind, "a", 0, "x")).await.unwrap();
    }
    assert!(dcu.get("board", "a").await.unwrap().is_some());
    assert!(dcu.get("user", "a").await.unwrap().is_none(), "passwords are not its business");
    assert!(dcu.get("session", "a").await.unwrap().is_none(), "sessions are not its business");
    let error = dcu.put(document("board", "b", 0, "x")).await.unwrap_err().to_string();
    assert!(error.contains("42501") && error.contains("pulse init"), "{error}");
    assert!(dcu.delete("board", "a", 1, "dcu", Micros::ZERO).await.is_err());
    dcu.append(vec![point()]).await.unwrap();

    let read = web.range("d", &point().object, Micros::ZERO, Micros::MAX, 9).await.unwrap();
    assert_eq!(read, [point()], "the web reads history");
    assert!(web.append(vec![point()]).await.is_err(), "and does not write it");
    let client = house.psql(Role::Web, "acme").await;
    assert_eq!(refused(&client, "DELETE FROM pulse.points").await, "42501");
    let client = house.psql(Role::Dcu, "acme").await;
    assert_eq!(refused(&client, "SELECT * FROM pulse.points_0").await, "42501", "not past the policies");
    assert_eq!(refused(&client, "DROP TABLE pulse.points_0").await, "42501");
}

#[tokio::test]
async fn sign_ins_are_the_webs_business_and_their_trace_stays_for_a_day() {
    let Some(house) = House::furnished("rights_deeds").await else { return };
    let web = house.store(Role::Web).await;
    let now = Micros(std::time::UNIX_EPOCH.elapsed().unwrap().as_micros() as i64);
    let deed =
        |at| Deed { kind: "sign_in".into(), id: "a".into(), by: "a".into(), at, detail: Text::default() };
    for hours in [1, 30] {
        web.note(&deed(now - Micros::from_secs(hours * 3_600))).await.unwrap();
    }
    assert_eq!(
        web.forget(Keep { from: Micros::MAX, deeds_max: 9 }).await.unwrap(),
        1,
        "not that of the last day"
    );
    for role in [Role::Dcu, Role::Permissions, Role::InitTenant] {
        let client = house.psql(role, "acme").await;
        assert_eq!(refused(&client, "SELECT * FROM pulse.deeds").await, "42501", "{role:?}");
        assert_eq!(refused(&client, "SELECT pulse.forget_audit(0, 0)").await, "42501", "{role:?}");
    }
}

#[tokio::test]
async fn permissions_only_reads() {
    let Some(house) = House::furnished("rights_permissions").await else { return };
    let (web, permissions) = (house.store(Role::Web).await, house.store(Role::Permissions).await);
    for kind in ["user", "session"] {
        web.put(document(kind, "a", 0, "x")).await.unwrap();
    }
    assert!(permissions.get("user", "a").await.unwrap().is_some());
    assert!(permissions.get("session", "a").await.unwrap().is_none());
    assert!(permissions.put(document("user", "b", 0, "x")).await.is_err());
    assert!(permissions.append(vec![point()]).await.is_err());
    assert!(permissions.range("d", &point().object, Micros::ZERO, Micros::MAX, 9).await.is_err());
}

#[tokio::test]
async fn init_tenant_writes_templates_and_sees_nothing_else() {
    let Some(house) = House::furnished("rights_init_tenant").await else { return };
    let (web, init) = (house.store(Role::Web).await, house.store(Role::InitTenant).await);
    web.put(document("board", "a", 0, "x")).await.unwrap();
    let revision = init.put(document("template", "t", 0, "x")).await.unwrap();
    init.put(document("template", "t", revision, "y")).await.unwrap();
    init.put(document("template_origin", "t", 0, "y")).await.unwrap();
    assert!(init.get("board", "a").await.unwrap().is_none());
    assert!(init.put(document("board", "b", 0, "x")).await.is_err());
    assert!(init.append(vec![point()]).await.is_err());
    assert!(web.get("template", "t").await.unwrap().is_some());
}

#[tokio::test]
async fn rows_of_another_tenant_do_not_exist() {
    let Some(house) = House::furnished("rights_tenants").await else { return };
    let everywhere = house.open(Role::Web, Default::default()).await;
    let (acme, other) = (everywhere.tenant("acme").await.unwrap(), everywhere.tenant("other").await.unwrap());
    acme.put(document("board", "a", 0, "acme's")).await.unwrap();
    other.put(document("board", "a", 0, "other's")).await.unwrap();
    assert_eq!(acme.list("board").await.unwrap()[0].body["title"], "acme's");
    assert_eq!(other.list("board").await.unwrap().len(), 1);

    let error = house.open(Role::Dcu, Default::default()).await.tenant("other").await.err().unwrap();
    assert!(error.to_string().contains("may not act for tenant other"), "{error}");
    let client = house.psql(Role::Dcu, "other").await;
    let seen = client.query("SELECT * FROM pulse.documents", &[]).await.unwrap();
    assert!(seen.is_empty(), "a setting alone opens nothing");
    let client = house.psql(Role::Web, "acme").await;
    let seen = client.query("SELECT * FROM pulse.documents", &[]).await.unwrap();
    assert_eq!(seen.len(), 1, "without any condition of the statement's own");
    let foreign = "INSERT INTO pulse.documents (tenant, kind, id, body, changed_by, changed_at)
                   SELECT 2, 'board', 'x', '1', '', 0";
    assert_eq!(refused(&client, foreign).await, "42501");
    assert_eq!(refused(&client, "UPDATE pulse.documents SET tenant = 2").await, "23000");
}

#[tokio::test]
async fn a_login_that_is_no_longer_named_is_out() {
    let Some(house) = House::furnished("rights_out").await else { return };
    let web = house.store(Role::Web).await;
    let logins: Vec<_> = house.logins().into_iter().filter(|login| login.role != Role::Web).collect();
    let done = install(&house.server, &logins, crate::house::DEADLINE).await.unwrap();
    assert_eq!(done.logins.len(), 2, "{:?}", done.logins);
    assert!(web.list("board").await.is_err());
    let nothing = install(&house.server, &logins, crate::house::DEADLINE).await.unwrap();
    assert!(nothing.logins.is_empty() && nothing.applied.is_empty(), "{nothing:?}");
}
