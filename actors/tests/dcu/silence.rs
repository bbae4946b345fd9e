//! A source falls silent and comes back: what nobody called meanwhile is of now again, too.

use super::{Centre, Stores, start, wanted};
use model::Text;
use model::time::Micros;
use ports::demand::Demand;
use ports::values::Flags;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use wire::frame::Heartbeat;
use wire::link::{LinkEvent, Subscription};

/// Longer than a source may be silent.
const SILENCE: Duration = Duration::from_millis(3_600);

/// How many cells there are, and how many of them are invalid.
async fn cells(stores: &Stores) -> (usize, usize) {
    let (_, cells) = stores.cells().await;
    (cells.len(), cells.values().filter(|cell| cell.flags.has(Flags::INVALID)).count())
}

#[actix::test]
async fn what_did_not_change_while_a_source_was_away_is_valid_again_when_it_is_back() {
    let (centre, stores) = (Arc::new(Centre::of(4, 20)), Stores::new());
    stores.demand.want(wanted()).await.unwrap();
    let dcu = start(&centre, &stores, "").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let (to, events) = mpsc::channel(64);
    let (acks, _) = mpsc::channel(1);
    let (resync, _) = mpsc::channel(1);
    dcu.carry("lds", Subscription { events, acks, resync });
    let tell = async |event| to.send(event).await.unwrap();
    for event in centre.link(&dcu.reached.positions(), 500) {
        tell(event).await;
    }
    // Two sources that have nothing more to tell; they beat for a while.
    let mut now = centre.end + Micros(1);
    let all = [centre.sources[0].clone(), "another".into()];
    let beat = async |sources: &[Text], now: Micros| {
        for source in sources {
            tell(LinkEvent::Heartbeat(Heartbeat { source: source.clone(), epoch: 0, seq: 0, now })).await;
        }
    };
    let mut before = (0, 0);
    for _ in 0..400 {
        now = now + Micros::from_millis(100);
        beat(&all, now).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        before = cells(&stores).await;
        if stores.cells().await.0 > centre.end && before.0 > 100 && before.1 == 0 {
            break;
        }
    }
    assert!(before.0 > 100 && before.1 == 0, "{before:?}");

    // Time goes on by another one.
    for _ in 0..SILENCE.as_millis() / 20 {
        now = now + Micros::from_millis(20);
        beat(&all[1..], now).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(cells(&stores).await.1 > 0, "it is told that they are not of now");
    let mut back = (0, usize::MAX);
    for _ in 0..200 {
        now = now + Micros::from_millis(5);
        beat(&all, now).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        back = cells(&stores).await;
        if back.1 == 0 {
            break;
        }
    }
    assert_eq!(back, before, "all are shown, none is invalid");
}
