//! A source falls silent and comes back: what nobody called meanwhile is of now again, and what it told is not forgotten.

use super::{Centre, Stores, expected, start_among, subscription, wanted};
use actors::dcu::Dcu;
use model::Text;
use model::time::Micros;
use ports::demand::{Demand, Wanted};
use ports::values::Flags;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use wire::frame::{Heartbeat, Positions};
use wire::link::{LinkEvent, Subscription};

/// Longer than a source may be silent.
const SILENCE: Duration = Duration::from_millis(3_600);
/// The pause between two heartbeats.
const BEAT: Duration = Duration::from_millis(20);

/// What an LDS tells of the sources that it is asked for, from the beginning.
fn replayed(centre: &Centre, from: &Positions) -> Subscription {
    let mut events = centre.link(&Positions::new(), 500);
    events.retain(|event| match event {
        LinkEvent::Events(events) => from.contains_key(&events.source),
        LinkEvent::Heartbeat(heartbeat) => from.contains_key(&heartbeat.source),
        _ => true,
    });
    subscription(events, Some((from.keys().cloned().collect(), centre.end)))
}

/// A centre whose source has told everything; another one, that never tells anything, beats beside it.
struct Stage {
    centre: Arc<Centre>,
    stores: Stores,
    _dcu: Dcu,
    to: mpsc::Sender<LinkEvent>,
    sources: [Text; 2],
    now: Micros,
}

impl Stage {
    async fn of(wanted: Vec<Wanted>) -> Self {
        let (centre, stores) = (Arc::new(Centre::of(4, 20)), Stores::new());
        stores.demand.want(wanted).await.unwrap();
        let sources = [centre.sources[0].clone(), Text::const_new("another")];
        let past = Arc::clone(&centre);
        let replay = move |from: Positions| Ok(replayed(&past, &from));
        let dcu = start_among(&centre, sources.to_vec(), Arc::new(replay), &stores, "").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let (to, events) = mpsc::channel(64);
        let (acks, _) = mpsc::channel(1);
        let (resync, _) = mpsc::channel(1);
        dcu.carry("lds", Subscription { events, acks, resync });
        for event in centre.link(&dcu.reached.positions(), 500) {
            to.send(event).await.unwrap();
        }
        let now = centre.end + Micros(1);
        Self { centre, stores, _dcu: dcu, to, sources, now }
    }

    /// Sources beat once, `later` than before; then there is a pause.
    async fn beat(&mut self, sources: std::ops::Range<usize>, later: Micros) {
        self.now = self.now + later;
        for source in &self.sources[sources] {
            let beat = Heartbeat { source: source.clone(), epoch: 0, seq: 0, now: self.now };
            self.to.send(LinkEvent::Heartbeat(beat)).await.unwrap();
        }
        tokio::time::sleep(BEAT).await;
    }

    /// The first source says nothing for longer than it may.
    async fn falls_silent(&mut self) {
        for _ in 0..SILENCE.as_millis() / BEAT.as_millis() {
            self.beat(1..2, Micros::from_millis(20)).await;
        }
    }

    /// How many cells there are, and how many of them are invalid.
    async fn cells(&self) -> (usize, usize) {
        let (_, cells) = self.stores.cells().await;
        (cells.len(), cells.values().filter(|cell| cell.flags.has(Flags::INVALID)).count())
    }

    /// Both beat until everything is published and nothing invalid.
    async fn settles(&mut self) -> (usize, usize) {
        let mut seen = (0, 0);
        for _ in 0..400 {
            self.beat(0..2, Micros::from_millis(100)).await;
            seen = self.cells().await;
            if self.stores.cells().await.0 > self.centre.end && seen.0 > 0 && seen.1 == 0 {
                break;
            }
        }
        seen
    }
}

#[actix::test]
async fn what_did_not_change_while_a_source_was_away_is_valid_again_when_it_is_back() {
    let mut stage = Stage::of(wanted()).await;
    let before = stage.settles().await;
    assert!(before.0 > 100 && before.1 == 0, "{before:?}");
    stage.falls_silent().await;
    assert!(stage.cells().await.1 > 0, "it is told that they are not of now");
    assert_eq!(stage.settles().await, before, "all are shown, none is invalid");
}

#[actix::test]
async fn what_is_wanted_while_a_source_is_silent_counts_what_it_told_before() {
    let is_late = |wanted: &Wanted| wanted.stat_type == "Calls_Entered" && wanted.time_profile.is_none();
    let (late, early): (Vec<_>, Vec<_>) = wanted().into_iter().partition(is_late);
    let mut stage = Stage::of(early).await;
    let before = stage.settles().await;
    assert!(before.0 > 100 && before.1 == 0, "{before:?}");
    stage.falls_silent().await;
    stage.stores.demand.want(late.clone()).await.unwrap();
    let told = expected(&stage.centre, &late, stage.centre.end);
    let mut counted = Vec::new();
    for _ in 0..400 {
        stage.beat(1..2, Micros::from_millis(20)).await;
        let cells = stage.stores.cells().await.1;
        counted = told.keys().filter_map(|key| cells.get(key).map(|cell| cell.content.clone())).collect();
        if counted.len() == told.len() {
            break;
        }
    }
    let told: Vec<_> = told.into_values().map(|cell| cell.content).collect();
    assert_eq!(counted, told);
}

#[actix::test]
async fn what_is_wanted_while_a_link_is_away_is_partial() {
    let is_late = |wanted: &Wanted| wanted.stat_type == "Calls_Entered" && wanted.time_profile.is_none();
    let (late, early): (Vec<_>, Vec<_>) = wanted().into_iter().partition(is_late);
    let mut stage = Stage::of(early).await;
    assert_eq!(stage.settles().await.1, 0);
    let lost = LinkEvent::Lost { cause: "the cable is out".into(), retry_in: Duration::from_secs(1) };
    stage.to.send(lost).await.unwrap();
    stage.falls_silent().await;
    stage.stores.demand.want(late.clone()).await.unwrap();
    let told = expected(&stage.centre, &late, stage.centre.end);
    let mut seen = Vec::new();
    for _ in 0..400 {
        stage.beat(1..2, Micros::from_millis(20)).await;
        let cells = stage.stores.cells().await.1;
        seen = told.keys().filter_map(|key| cells.get(key).cloned()).collect();
        if seen.len() == told.len() {
            break;
        }
    }
    assert_eq!(seen.len(), told.len(), "what the other link serves goes on");
    assert!(seen.iter().all(|cell| cell.flags.has(Flags::PARTIAL)), "{seen:?}");
    // What saw everything is whole.
    let cells = stage.stores.cells().await.1;
    let whole = cells.iter().filter(|(key, _)| !told.contains_key(*key));
    assert!(whole.clone().count() > 50);
    assert!(whole.into_iter().all(|(_, cell)| !cell.flags.has(Flags::PARTIAL)));
}
