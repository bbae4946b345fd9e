//! The store keeps every rule of its ports, as each login that may.

use crate::house::House;
use ports::conformance;
use store_postgres::schema::Role;

#[tokio::test]
async fn documents_have_revisions() {
    let Some(house) = House::furnished("conformance_documents").await else { return };
    conformance::documents(&house.store(Role::Web).await).await;
}

#[tokio::test]
async fn all_that_was_changed_can_be_told() {
    let Some(house) = House::furnished("conformance_archive").await else { return };
    conformance::archive(&house.store(Role::Web).await).await;
}

#[tokio::test]
async fn whatever_is_done_leaves_an_entry() {
    let Some(house) = House::furnished("conformance_trail").await else { return };
    conformance::audit(&house.store(Role::Web).await).await;
}

#[tokio::test]
async fn history_is_bounded_and_ordered() {
    let Some(house) = House::furnished("conformance_history").await else { return };
    conformance::history(&house.store(Role::Dcu).await).await;
}

#[tokio::test]
async fn a_superuser_sees_one_tenant_too() {
    let Some(house) = House::furnished("conformance_superuser").await else { return };
    let postgres = store_postgres::Postgres::open(house.server.clone(), store_postgres::Options::default())
        .await
        .unwrap();
    let (one, other) = (postgres.tenant("one").await.unwrap(), postgres.tenant("other").await.unwrap());
    conformance::documents(&one).await;
    conformance::documents(&other).await;
    conformance::history(&one).await;
    conformance::history(&other).await;
}
