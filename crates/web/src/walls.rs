//! Walls: screens that show boards by a link or a code, and how each stands, by its last sign of life.
//!
//! **Invariant:** a sign of life makes no version of a document and no entry in the audit trail, and no screen can make
//! more than a bounded number of writes.

use crate::settings::kinds;
use crate::share::{SHARES_MAX, Share};
use crate::state::State;
use model::Text;
use model::time::Micros;
use ports::screens::{Beat, Heard, SCREENS_MAX};
use ports::{Result, StoreError};
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Registry};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use utoipa::ToSchema;

/// Screens tell that they live this often.
pub(crate) const BEAT_EVERY: Duration = Duration::from_secs(30);

/// A screen that has missed three of them is silent.
const SILENT_AFTER: Micros = Micros::from_secs(95);

/// Values that stand still for longer are told, in seconds.
const STILL_AFTER: u32 = 60;

/// A screen that was silent for longer is not told beside others of the same wall.
const TOLD_FOR: Micros = Micros::from_secs(24 * 3_600);

/// A wall that ends sooner needs somebody.
const SOON: Micros = Micros::from_secs(48 * 3_600);

/// Within so long, one wall keeps one sign of life for each of its screens.
const WINDOW: Micros = Micros::from_secs(20);

/// The store of signs of life is waited for so long.
const DEADLINE: Duration = Duration::from_secs(2);

/// How a wall stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// A screen was heard just now, and its values move.
    Live,
    /// A screen was heard just now, and its values stand still.
    Still,
    /// No screen was heard for longer than it should be.
    Silent,
    /// No screen was ever heard.
    Never,
    /// Nothing was heard since signs of life are remembered, and the wall is older than that.
    Unknown,
}

impl Standing {
    const ALL: [(Self, &str); 5] = [
        (Self::Live, "live"),
        (Self::Still, "still"),
        (Self::Silent, "silent"),
        (Self::Never, "never"),
        (Self::Unknown, "unknown"),
    ];

    /// Of one screen.
    pub(crate) fn of(beat: &Beat, now: Micros) -> Self {
        match now - beat.at {
            age if age > SILENT_AFTER => Self::Silent,
            _ if beat.still_s > STILL_AFTER => Self::Still,
            _ => Self::Live,
        }
    }

    /// Of a wall: that of the screen which stands best.
    pub(crate) fn of_wall(share: &Share, beats: &[Beat], since: Micros, now: Micros) -> Self {
        let best = beats.iter().map(|beat| Self::of(beat, now)).min();
        best.unwrap_or(if share.created_at < since { Self::Unknown } else { Self::Never })
    }
}

/// Whether a wall ends soon.
pub(crate) fn ends_soon(share: &Share, now: Micros) -> bool {
    share.expires_at - now < SOON
}

/// Its screens that are worth telling: all that were heard within a day, and the last one in any case.
pub(crate) fn told(beats: &[Beat], now: Micros) -> impl Iterator<Item = &Beat> {
    beats
        .iter()
        .enumerate()
        .filter(move |(place, beat)| *place == 0 || now - beat.at < TOLD_FOR)
        .map(|(_, beat)| beat)
}

/// What is counted of walls.
#[derive(Clone)]
pub(crate) struct Metrics {
    walls: IntGaugeVec,
    expiring: IntGauge,
    beats: IntCounterVec,
    codes: IntCounterVec,
}

impl Metrics {
    /// Registers them.
    ///
    /// # Errors
    /// A name that is taken.
    pub(crate) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = telemetry::Metrics::new(registry);
        Ok(Self {
            walls: metrics.gauges(
                "pulse_walls",
                "Screens on walls, by how they stand: live, still (values stand still), silent, never (never heard), unknown. Each web process sees all: take the maximum.",
                &["state"],
            )?,
            expiring: metrics.gauge("pulse_walls_expiring", "Screens on walls that go dark within 48 hours.")?,
            beats: metrics.counters(
                "pulse_walls_beats_total",
                "Signs of life of screens: kept, early (more than a wall may send, dropped), failed (the store did not take it in time).",
                &["result"],
            )?,
            codes: metrics.counters(
                "pulse_walls_codes_total",
                "Codes of screens: offered, full (too many wait), paired, wrong (nobody waits by it), limited (too many attempts).",
                &["result"],
            )?,
        })
    }

    /// Counts what became of a code.
    pub(crate) fn code(&self, result: &str) {
        self.codes.with_label_values(&[result]).inc();
    }
}

/// Where signs of life go through.
pub(crate) struct Walls {
    pub(crate) metrics: Metrics,
    /// When the window of a wall began, and how many it has sent since.
    windows: Mutex<BTreeMap<Text, (Micros, usize)>>,
}

impl Walls {
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self { metrics, windows: Mutex::default() }
    }

    /// Whether the wall has sent no more than it may.
    fn admits(&self, wall: &str, now: Micros) -> bool {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= SHARES_MAX {
            windows.retain(|_, (began, _)| now - *began < WINDOW);
        }
        let (began, count) = windows.entry(wall.into()).or_insert((now, 0));
        if now - *began >= WINDOW {
            (*began, *count) = (now, 0);
        }
        *count += 1;
        *count <= SCREENS_MAX
    }

    /// Keeps a sign of life, if the wall has not just sent as many as it may.
    ///
    /// # Errors
    /// The store does not take it, or not in time.
    pub(crate) async fn heard(&self, state: &State, wall: &str, beat: Beat, lives: Duration) -> Result<()> {
        let count = |result: &str| self.metrics.beats.with_label_values(&[result]).inc();
        if !self.admits(wall, beat.at) {
            count("early");
            return Ok(());
        }
        let kept = in_time(state.ports.screens.heard(wall, beat, lives)).await;
        count(if kept.is_ok() { "kept" } else { "failed" });
        kept
    }

    /// What is remembered of these walls; nothing at all where the store does not answer.
    pub(crate) async fn beats(&self, state: &State, walls: &[Text]) -> Heard {
        let now = state.ports.clock.now();
        in_time(state.ports.screens.beats(walls, now)).await.unwrap_or_else(|cause| {
            tracing::warn!(%cause, "signs of life of walls could not be read; they are told as unknown");
            Heard { since: now, ..Heard::default() }
        })
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T>>) -> Result<T> {
    let late = || StoreError::Unreachable(format!("the store did not answer within {DEADLINE:?}"));
    tokio::time::timeout(DEADLINE, asked).await.unwrap_or_else(|_| Err(late()))
}

/// Counts how walls stand, again and again.
pub(crate) async fn count(state: Arc<State>) {
    let mut every = tokio::time::interval(BEAT_EVERY);
    loop {
        every.tick().await;
        if let Err(cause) = count_once(&state).await {
            tracing::warn!(%cause, "walls could not be counted; will try again");
        }
    }
}

async fn count_once(state: &State) -> Result<()> {
    let now = state.ports.clock.now();
    let documents = in_time(state.ports.documents.list(kinds::SHARE)).await?;
    let shares: BTreeMap<Text, Share> = documents
        .into_iter()
        .filter_map(|document| Some((document.id, serde_json::from_value::<Share>(document.body).ok()?)))
        .filter(|(_, share)| share.expires_at > now)
        .collect();
    let walls: Vec<Text> = shares.keys().cloned().collect();
    let heard = state.walls.beats(state, &walls).await;
    let mut counts = BTreeMap::<Standing, i64>::new();
    for (id, share) in &shares {
        let beats = heard.beats.get(id).map_or(&[][..], Vec::as_slice);
        *counts.entry(Standing::of_wall(share, beats, heard.since, now)).or_default() += 1;
    }
    let metrics = &state.walls.metrics;
    for (standing, name) in Standing::ALL {
        metrics.walls.with_label_values(&[name]).set(counts.get(&standing).copied().unwrap_or_default());
    }
    let expiring = shares.values().filter(|share| ends_soon(share, now)).count();
    metrics.expiring.set(i64::try_from(expiring).unwrap_or(i64::MAX));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(created: i64) -> Share {
        Share {
            title: "Entrance".into(),
            boards: Vec::new(),
            names_hidden: false,
            every: 30,
            created_by: "ann".into(),
            way: crate::auth::Way::Account,
            by_code: false,
            created_at: Micros::from_secs(created),
            expires_at: Micros::from_secs(1_000_000),
        }
    }

    fn beat(at: i64, still_s: u32) -> Beat {
        Beat {
            screen: "s".into(),
            at: Micros::from_secs(at),
            build: "b".into(),
            width: 1,
            height: 1,
            still_s,
        }
    }

    #[test]
    fn a_wall_stands_as_well_as_the_best_of_its_screens() {
        let stands = |beats: &[Beat], created| {
            Standing::of_wall(&share(created), beats, Micros::from_secs(50), Micros::from_secs(1_000))
        };
        assert_eq!(stands(&[beat(990, 0)], 60), Standing::Live);
        assert_eq!(stands(&[beat(990, 61)], 60), Standing::Still);
        assert_eq!(stands(&[beat(900, 0)], 60), Standing::Silent);
        assert_eq!(stands(&[beat(990, 90), beat(980, 0)], 60), Standing::Live);
        assert_eq!(stands(&[], 60), Standing::Never);
        assert_eq!(
            stands(&[], 40),
            Standing::Unknown,
            "it may have been heard before anything was remembered"
        );
    }

    #[test]
    fn the_last_screen_is_told_and_others_for_a_day() {
        let day = 24 * 3_600;
        let beats = [beat(100, 0), beat(90, 0)];
        assert_eq!(told(&beats, Micros::from_secs(110)).count(), 2);
        assert_eq!(told(&beats, Micros::from_secs(95 + day)).count(), 1);
        assert_eq!(told(&beats, Micros::from_secs(300 + day)).count(), 1);
    }

    #[test]
    fn a_wall_sends_no_more_than_its_screens_can_have_to_say() {
        let walls = Walls::new(Metrics::register(&Registry::new()).unwrap());
        let admitted = |wall: &str, second| walls.admits(wall, Micros::from_secs(second));
        assert_eq!((0..100).filter(|_| admitted("a", 1)).count(), SCREENS_MAX);
        assert!(admitted("b", 1), "another wall");
        assert!(admitted("a", 21), "another window");
        for n in 0..2 * SHARES_MAX as i64 {
            admitted(&n.to_string(), 100 + n);
        }
        assert!(walls.windows.lock().unwrap().len() <= SHARES_MAX + 1, "what is remembered is bounded");
    }
}
