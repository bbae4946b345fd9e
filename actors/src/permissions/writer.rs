//! A keeper: writes what differs, and says again and again that the rest still holds.

use super::{Outside, Settings, Standing};
use access::Book;
use ports::grants::Told;
use ports::{Result, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{info, warn};

/// Who holds it writes.
pub(super) const LEASE: &str = "permissions";
/// The pause after a store did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Writes until there is nobody any more who computes books.
pub(super) async fn run(
    settings: Settings,
    outside: Outside,
    mut books: watch::Receiver<Option<Arc<Book>>>,
    standing: watch::Sender<Standing>,
) {
    let mut writer = Writer { term: settings.confirm_every * 3, settings, outside, known: None };
    let mut every = interval(writer.settings.confirm_every.min(RETRY));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut confirmed: Option<Instant> = None;
    let mut told_cause = String::new();
    loop {
        let is_news = tokio::select! {
            biased;
            changed = books.changed() => match changed {
                Ok(()) => true,
                Err(_) => return,
            },
            _ = every.tick() => false,
        };
        writer.measure(confirmed);
        let Some(book) = books.borrow_and_update().clone() else { continue };
        let is_due = confirmed.is_none_or(|at| at.elapsed() >= writer.settings.confirm_every);
        if !is_news && !is_due {
            continue;
        }
        let stands = match writer.turn(&book).await {
            Ok(stands) => {
                told_cause.clear();
                stands
            }
            Err(cause) => {
                writer.known = None;
                writer.outside.metrics.failed.inc();
                let cause = cause.to_string();
                if cause != told_cause {
                    warn!(cause, "grants are not written; trying again: {cause}");
                    told_cause = cause;
                }
                Standing::Failing
            }
        };
        if stands == Standing::Writing {
            confirmed = Some(Instant::now());
        }
        writer.outside.metrics.writing.set(i64::from(stands == Standing::Writing));
        writer.measure(confirmed);
        standing.send_if_modified(|before| std::mem::replace(before, stands) != stands);
    }
}

struct Writer {
    settings: Settings,
    outside: Outside,
    term: Duration,
    /// The book as it was told last, where that is known.
    known: Option<Told>,
}

impl Writer {
    /// Writes what differs, or confirms.
    async fn turn(&mut self, book: &Arc<Book>) -> Result<Standing> {
        let held = self.outside.leases.hold(LEASE, &self.settings.name, self.term).await?;
        if held.is_none() {
            self.known = None;
            return Ok(Standing::Standby);
        }
        match self.write(book).await {
            // Somebody has written in between, or the store has been emptied: what is there is read.
            Err(StoreError::Conflict { .. }) => {
                self.known = None;
                self.write(book).await?;
            }
            done => done?,
        }
        Ok(Standing::Writing)
    }

    async fn write(&mut self, book: &Arc<Book>) -> Result<()> {
        let told = match self.known.take() {
            Some(told) => told,
            None => match self.outside.book.told().await {
                // What an older or newer version has written is written anew, whole.
                Err(StoreError::Corrupt(cause)) => {
                    warn!(
                        cause,
                        "the grants that are stored can't be read; they are forgotten and written anew"
                    );
                    self.outside.book.forget().await?;
                    Told::default()
                }
                told => told?,
            },
        };
        let news = told.book.news(book);
        let now = self.outside.clock.now();
        if news.is_empty() && told.revision > 0 {
            self.outside.book.confirm(told.revision, now).await?;
            self.known = Some(told);
            return Ok(());
        }
        let revision = self.outside.book.tell(&news, told.revision, now).await?;
        let metrics = &self.outside.metrics;
        metrics.changes.inc();
        metrics.concerned.inc_by(news.concerned.len() as u64);
        metrics.revision.set(revision as f64);
        info!(
            revision,
            concerned = news.concerned.len(),
            "grants of {} users and roles changed",
            news.concerned.len()
        );
        self.known = Some(Told { revision, book: (**book).clone() });
        Ok(())
    }

    fn measure(&self, confirmed: Option<Instant>) {
        let age = confirmed.map_or(0.0, |at| at.elapsed().as_secs_f64());
        self.outside.metrics.age.set(age);
    }
}
