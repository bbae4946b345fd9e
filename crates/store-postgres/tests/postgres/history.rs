//! Partitions come and go by day, and a tenant has a budget.

use crate::house::House;
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::StoreError;
use ports::history::{History, Point};
use store_postgres::Options;
use store_postgres::schema::Role;

const DAY: i64 = 86_400;

fn queue() -> Object {
    Object::new(ObjectType::Queue, "q")
}

fn point(second: i64) -> Point {
    let (definition, at) = (Text::from("d"), Micros::from_secs(second));
    Point { definition, object: queue(), at, value: Some(second as f64), flags: 0 }
}

async fn days(house: &House) -> Vec<String> {
    let sql = "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE i.inhparent = 'pulse.points'::regclass ORDER BY length(c.relname), c.relname";
    house.master.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

async fn seconds(store: &impl History) -> Vec<i64> {
    let points = store.range("d", &queue(), Micros::ZERO, Micros::MAX, 999).await.unwrap();
    points.iter().map(|point| point.at.secs()).collect()
}

#[tokio::test]
async fn a_day_has_a_partition_before_it_begins_and_loses_it_when_it_is_old() {
    let Some(house) = House::furnished("history_days").await else { return };
    let store = house.store(Role::Dcu).await;
    store.append(vec![point(10), point(DAY + 10)]).await.unwrap();
    assert_eq!(days(&house).await, ["points_0", "points_1", "points_2"], "tomorrow's is there");
    assert_eq!(store.trim(Micros::from_secs(DAY)).await.unwrap(), 1);
    assert_eq!(days(&house).await, ["points_1", "points_2"]);
    // A store that remembers the partition finds that it is gone, and makes it again.
    store.append(vec![point(20)]).await.unwrap();
    assert_eq!(seconds(&store).await, [DAY + 10], "what is behind the horizon stays out of sight");
    assert_eq!(store.trim(Micros::from_secs(2 * DAY)).await.unwrap(), 2);
    assert_eq!(days(&house).await, ["points_2"]);
}

#[tokio::test]
async fn a_day_stays_as_long_as_one_tenant_wants_it() {
    let Some(house) = House::furnished("history_shared").await else { return };
    let postgres = store_postgres::Postgres::open(house.server.clone(), Options::default()).await.unwrap();
    let (one, other) = (postgres.tenant("one").await.unwrap(), postgres.tenant("other").await.unwrap());
    one.append(vec![point(10)]).await.unwrap();
    other.append(vec![point(20)]).await.unwrap();
    one.trim(Micros::from_secs(DAY)).await.unwrap();
    assert_eq!(days(&house).await[0], "points_0");
    assert_eq!((seconds(&one).await, seconds(&other).await), (vec![], vec![20]));
    other.trim(Micros::from_secs(DAY)).await.unwrap();
    assert_eq!(days(&house).await, ["points_1"]);
}

#[tokio::test]
async fn the_oldest_points_make_room() {
    let Some(house) = House::furnished("history_budget").await else { return };
    let options = Options { history_bytes_max: 100 * 100, ..Options::default() };
    let store = house.open(Role::Dcu, options).await.tenant("acme").await.unwrap();
    store.append((0..60).map(|n| point(n * 60)).collect()).await.unwrap();
    store.append((0..40).map(|n| point(DAY + n * 60)).collect()).await.unwrap();
    assert_eq!((seconds(&store).await.len(), store.history_dropped()), (100, 0));
    // The same points again are no new ones.
    store.append((0..40).map(|n| point(DAY + n * 60)).collect()).await.unwrap();
    assert_eq!((seconds(&store).await.len(), store.history_dropped()), (100, 0));
    store.append(vec![point(DAY + 40 * 60)]).await.unwrap();
    let left = seconds(&store).await;
    assert_eq!((left.len(), left[0], store.history_dropped()), (95, 6 * 60, 6), "a twentieth is freed");
    store.append((41..141).map(|n| point(DAY + n * 60)).collect()).await.unwrap();
    let left = seconds(&store).await;
    assert_eq!((left.len(), left[94]), (95, DAY + 140 * 60), "also within one day");
    assert_eq!(store.history_dropped(), 6 + 100);
}

#[tokio::test]
async fn much_is_dropped_in_portions_and_out_of_sight_at_once() {
    let Some(house) = House::furnished("history_much").await else { return };
    let store = house.store(Role::Dcu).await;
    let many =
        (0..60_000).map(|n| Point { definition: format!("d{}", n % 1_000).into(), ..point(n / 1_000) });
    store.append(many.collect()).await.unwrap();
    assert_eq!(store.trim(Micros::from_secs(60)).await.unwrap(), 50_000);
    for definition in ["d0", "d999"] {
        let left = store.range(definition, &queue(), Micros::ZERO, Micros::MAX, 99).await.unwrap();
        assert!(left.is_empty(), "{left:?}");
    }
    store.trim(Micros::from_secs(DAY)).await.unwrap();
    assert_eq!(days(&house).await, ["points_1"], "the rest goes with the partition");
}

#[tokio::test]
async fn a_point_of_nonsense_time_makes_no_partition() {
    let Some(house) = House::furnished("history_nonsense").await else { return };
    let store = house.store(Role::Dcu).await;
    let error = store.append(vec![point(-5)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    assert!(days(&house).await.is_empty());
}

#[tokio::test]
async fn two_collectors_write_at_the_same_time() {
    let Some(house) = House::furnished("history_two").await else { return };
    let (one, two) = (house.store(Role::Dcu).await, house.store(Role::Dcu).await);
    let write = |store: store_postgres::PostgresStore| {
        tokio::spawn(async move {
            for n in 0..20 {
                let points = (0..50).map(|m| point(n * DAY + m)).collect();
                store.append(points).await.unwrap();
            }
        })
    };
    let (first, second) = (write(one.clone()), write(two));
    first.await.unwrap();
    second.await.unwrap();
    let sql =
        "SELECT sum(points)::bigint, (SELECT count(*) FROM pulse.points), (SELECT count(*) FROM pulse.series)
               FROM pulse.history_days";
    let row = house.master.query_one(sql, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2)), (1000, 1000, 1));
}
