//! Rules of screens.

use crate::screens::{Beat, Offered, SCREENS_MAX, Screens, WAITING_MAX};
use model::Text;
use model::time::Micros;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

/// Every rule of [`Screens`], on a store whose clock is the machine's.
///
/// # Panics
/// When one is broken.
pub async fn screens(store: &dyn Screens) {
    codes(store).await;
    bound(store).await;
    beats(store).await;
}

async fn codes(store: &dyn Screens) {
    let offer = async |code, wall, lives| store.offer(code, wall, lives).await.expect("answers");
    let take = async |code| store.take(code).await.expect("answers");
    assert_eq!(take("111111").await, None, "nobody waits at first");
    assert_eq!(offer("111111", "a", LONG).await, Offered::Kept);
    assert_eq!(offer("111111", "b", LONG).await, Offered::Taken, "a code means one screen");
    assert_eq!(take("111111").await, Some("a".into()));
    assert_eq!(take("111111").await, None, "a code is worth something once");
    assert_eq!(offer("111111", "b", SHORT).await, Offered::Kept, "it is free again");
    tokio::time::sleep(SHORT * 4).await;
    assert_eq!(take("111111").await, None, "a code that is not taken ends by itself");
}

async fn bound(store: &dyn Screens) {
    let code = |n: usize| format!("2{n:05}");
    for n in 0..WAITING_MAX {
        let offered = store.offer(&code(n), "a", SHORT * 20).await.expect("answers");
        assert_eq!(offered, Offered::Kept, "{n}");
    }
    let more = async || store.offer("300000", "a", LONG).await.expect("answers");
    assert_eq!(more().await, Offered::Full, "so many wait, and no more");
    store.take(&code(0)).await.expect("answers");
    assert_eq!(more().await, Offered::Kept, "one that was taken makes room");
    assert_eq!(store.offer("300001", "a", LONG).await.expect("answers"), Offered::Full);
    tokio::time::sleep(SHORT * 24).await;
    let later = store.offer("300001", "a", LONG).await.expect("answers");
    assert_eq!(later, Offered::Kept, "those that ended make room");
}

async fn beats(store: &dyn Screens) {
    let at = Micros::from_secs;
    let walls: [Text; 3] = ["a".into(), "b".into(), "c".into()];
    let ask = async |now| store.beats(&walls, at(now)).await.expect("answers");
    let beat = |screen: &str, seconds: i64| Beat {
        screen: screen.into(),
        at: at(seconds),
        build: "b1".into(),
        width: 1920,
        height: 1080,
        still_s: 0,
    };
    let heard = async |wall, beat, lives| store.heard(wall, beat, lives).await.expect("answers");
    let first = ask(100).await;
    assert_eq!((first.since, first.beats.len()), (at(100), 0), "the first question begins it");
    heard("a", beat("one", 101), LONG).await;
    heard("a", beat("one", 131), LONG).await;
    heard("a", beat("two", 120), LONG).await;
    heard("b", beat("one", 125), SHORT).await;
    let told = ask(200).await;
    assert_eq!(told.since, at(100), "it goes on");
    assert_eq!(told.beats["a"], [beat("one", 131), beat("two", 120)], "the last of each, the newest first");
    assert_eq!(told.beats["b"].len(), 1);
    assert!(!told.beats.contains_key("c"), "never heard");
    tokio::time::sleep(SHORT * 4).await;
    assert!(!ask(200).await.beats.contains_key("b"), "a wall that is silent for too long is forgotten");

    for n in 0..=SCREENS_MAX {
        heard("c", beat(&n.to_string(), 100 + i64::try_from(n).unwrap_or_default()), LONG).await;
    }
    let told = ask(200).await;
    assert_eq!(told.beats["c"].len(), SCREENS_MAX);
    assert!(told.beats["c"].iter().all(|beat| beat.screen != "0"), "the most silent one gives way");
    store.forget("c").await.expect("answers");
    store.forget("c").await.expect("nothing is there to forget");
    let told = ask(200).await;
    assert!(!told.beats.contains_key("c") && told.beats.contains_key("a"));
}
