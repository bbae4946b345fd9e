//! One try of one connection, and what it found.

use connections::{Fault, FaultKind, Verdict};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use telemetry::Sight;
use tokio::time::{Instant, timeout};

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Each step of a try.
    pub(super) within: Duration,
    /// What takes longer is slow.
    pub(super) slow: Duration,
}

/// What a try that did not fail has seen.
pub(super) enum Outcome {
    /// It works; what was seen of the counterpart, in words.
    Works(String),
    /// Our listener answers, and tells when it was used last.
    Listens {
        /// The last use, if there was one since the start.
        sight: Option<Sight>,
        /// The time there.
        now: i64,
    },
}

type Work = Pin<Box<dyn Future<Output = Result<Outcome, Fault>>>>;

/// One try.
pub(super) struct Attempt {
    /// The number of the connection.
    pub(super) row: u8,
    target: String,
    limits: Limits,
    work: Work,
}

/// What came of it.
pub(super) struct Finding {
    pub(super) row: u8,
    /// Where, and as whom; without secrets.
    pub(super) target: String,
    pub(super) verdict: Verdict,
    /// In words, what was seen.
    pub(super) note: String,
    pub(super) took: Duration,
    /// The last use of a listener, with the time there.
    pub(super) sight: Option<(Sight, i64)>,
}

impl Attempt {
    pub(super) fn new(
        row: u8,
        target: impl Into<String>,
        limits: Limits,
        work: impl Future<Output = Result<Outcome, Fault>> + 'static,
    ) -> Self {
        Self { row, target: target.into(), limits, work: Box::pin(work) }
    }

    /// One that fails because of what the settings say.
    pub(super) fn hopeless(
        row: u8,
        target: impl Into<String>,
        limits: Limits,
        cause: &anyhow::Error,
    ) -> Self {
        let fault = Fault::new(FaultKind::Settings, format!("{cause:#}"));
        Self::new(row, target, limits, async { Err(fault) })
    }

    pub(super) async fn run(self) -> Finding {
        let Self { row, target, limits, work } = self;
        // A net under the steps' own deadlines.
        let whole = limits.within * 4;
        let begun = Instant::now();
        let outcome = timeout(whole, work).await.unwrap_or_else(|_| {
            Err(Fault::new(FaultKind::Silent, format!("no answer within {whole:?}: the counterpart hangs")))
        });
        let took = begun.elapsed();
        let finding = |verdict, note, sight| Finding { row, target, verdict, note, took, sight };
        match outcome {
            Err(fault) => finding(fault.into(), String::new(), None),
            Ok(Outcome::Works(note)) if took > limits.slow => {
                let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
                finding(Verdict::Slow(ms), note, None)
            }
            Ok(Outcome::Works(note)) => finding(Verdict::Ok, note, None),
            Ok(Outcome::Listens { sight: None, .. }) => finding(Verdict::NeverSeen, String::new(), None),
            Ok(Outcome::Listens { sight: Some(sight), now }) => {
                finding(Verdict::Ok, String::new(), Some((sight, now)))
            }
        }
    }
}
