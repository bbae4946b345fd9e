//! The schema is made once, by whoever comes first, and never by halves.

use crate::house::{DEADLINE, House};
use ports::StoreError;
use store_postgres::schema::{Login, Role, install, plan};
use store_postgres::{Options, Password, Postgres, Server};

#[tokio::test]
async fn a_plan_shows_what_would_run_and_changes_nothing() {
    let Some(house) = House::empty("schema_plan").await else { return };
    let before = plan(&house.server, DEADLINE).await.unwrap();
    assert_eq!((before.version, before.missing[0]), (0, "0001_create_documents"));
    assert_eq!(plan(&house.server, DEADLINE).await.unwrap(), before);
    install(&house.server, &house.logins(), DEADLINE).await.unwrap();
    let after = plan(&house.server, DEADLINE).await.unwrap();
    assert_eq!((after.version as usize, after.missing.len()), (before.missing.len(), 0));
}

#[tokio::test]
async fn four_at_once_apply_each_migration_once() {
    let Some(house) = House::empty("schema_four").await else { return };
    let one = || {
        let (server, logins) = (house.server.clone(), house.logins());
        tokio::spawn(async move { install(&server, &logins, DEADLINE).await.unwrap() })
    };
    let all = [one(), one(), one(), one()];
    let mut applied = Vec::new();
    for task in all {
        applied.extend(task.await.unwrap().applied);
    }
    let known = plan(&house.server, DEADLINE).await.unwrap().version as usize;
    assert_eq!(applied.len(), known, "{applied:?}");
    let rows = house.master.query("SELECT version FROM pulse.migrations", &[]).await.unwrap();
    assert_eq!(rows.len(), known);
    house.store(Role::Web).await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_clear_word() {
    let Some(house) = House::furnished("schema_newer").await else { return };
    let add = "INSERT INTO pulse.migrations (version, name, checksum, serves) VALUES (900, '0900_x', '', 1)";
    house.master.batch_execute(add).await.unwrap();
    for error in [
        install(&house.server, &house.logins(), DEADLINE).await.err().unwrap(),
        plan(&house.server, DEADLINE).await.err().unwrap(),
    ] {
        assert!(matches!(&error, StoreError::Corrupt(text) if text.contains("newer Pulse")), "{error}");
    }
    // It still serves programs of today; when it says otherwise, they stay out.
    house.store(Role::Web).await;
    house.master.batch_execute("UPDATE pulse.migrations SET serves = 900 WHERE version = 900").await.unwrap();
    let error = Postgres::open(house.server_as(Role::Web), Options::default()).await.err().unwrap();
    assert!(matches!(&error, StoreError::Corrupt(text) if text.contains("newer Pulse")), "{error}");
}

#[tokio::test]
async fn a_migration_that_was_changed_afterwards_is_noticed() {
    let Some(house) = House::furnished("schema_changed").await else { return };
    house.master.batch_execute("UPDATE pulse.migrations SET checksum = 'x' WHERE version = 2").await.unwrap();
    let error = install(&house.server, &house.logins(), DEADLINE).await.unwrap_err().to_string();
    assert!(error.contains("0002_create_history is not the one that was applied"), "{error}");
}

#[tokio::test]
async fn a_database_without_the_schema_names_the_cure() {
    let Some(house) = House::empty("schema_none").await else { return };
    let error = Postgres::open(house.server_as(Role::Web), Options::default()).await.err().unwrap();
    assert!(matches!(&error, StoreError::Unreachable(text) if text.contains("run `pulse init`")), "{error}");
}

#[tokio::test]
async fn a_failed_migration_leaves_nothing_of_itself() {
    let Some(house) = House::empty("schema_half").await else { return };
    // A name that the first migration needs is taken.
    install(&house.server, &[], DEADLINE).await.unwrap();
    house
        .master
        .batch_execute(
            "DROP TABLE pulse.points, pulse.series, pulse.history_days, pulse.history_horizons;
             DROP FUNCTION pulse.history_prepare, pulse.history_sweep;
             DROP TABLE pulse.deeds; DROP INDEX pulse.audit_by_time; DROP FUNCTION pulse.forget_audit;
             DELETE FROM pulse.migrations WHERE version >= 2;
             CREATE TABLE pulse.history_horizons (a int)",
        )
        .await
        .unwrap();
    assert!(install(&house.server, &[], DEADLINE).await.is_err());
    let sql = "SELECT to_regclass('pulse.points') IS NULL";
    assert!(house.master.query_one(sql, &[]).await.unwrap().get::<_, bool>(0));
    assert_eq!(plan(&house.server, DEADLINE).await.unwrap().version, 1);
    house.master.batch_execute("DROP TABLE pulse.history_horizons").await.unwrap();
    assert_eq!(install(&house.server, &[], DEADLINE).await.unwrap().applied[..1], ["0002_create_history"]);
}

#[tokio::test]
async fn an_owner_of_the_database_who_may_make_roles_is_enough() {
    let Some(house) = House::empty("schema_owner").await else { return };
    let login = "CREATE ROLE schema_owner_init LOGIN CREATEROLE PASSWORD 'secret'";
    house.master.batch_execute(login).await.unwrap();
    house.master.batch_execute("ALTER DATABASE schema_owner OWNER TO schema_owner_init").await.unwrap();
    let password = Some(Password::new("secret"));
    let server = Server { user: "schema_owner_init".to_owned(), password, ..house.server.clone() };
    for _ in 0..2 {
        install(&server, &house.logins(), DEADLINE).await.unwrap();
    }
    ports::conformance::documents(&house.store(Role::Web).await).await;
}

#[tokio::test]
async fn what_an_administrator_must_do_is_said_as_sql() {
    let Some(house) = House::empty("schema_poor").await else { return };
    let unknown = vec![Login { user: "nobody-here".to_owned(), role: Role::Web, tenants: vec!["*".into()] }];
    let error = install(&house.server, &unknown, DEADLINE).await.unwrap_err().to_string();
    assert!(error.contains("there is no login nobody-here"), "{error}");

    house.master.batch_execute("CREATE ROLE schema_poor_init LOGIN PASSWORD 'secret'").await.unwrap();
    let password = Some(Password::new("secret"));
    let poor = Server { user: "schema_poor_init".to_owned(), password, ..house.server.clone() };
    let error = install(&poor, &house.logins(), DEADLINE).await.unwrap_err().to_string();
    assert!(error.contains("GRANT pulse_init TO"), "{error}");
    house.master.batch_execute("GRANT pulse_init TO schema_poor_init").await.unwrap();
    let error = install(&poor, &house.logins(), DEADLINE).await.unwrap_err().to_string();
    assert!(error.contains("GRANT pulse_web TO \"schema_poor_web\""), "{error}");
}
