//! The ledger over restarts, and over every new content of the files.

use super::reading::Files;
use crate::data_dir::DataDir;
use crate::settings::tenant::TenantService;
use anyhow::{Context, Result};
use configuration::{Kind, Ledger, Saved};
use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Registry};
use runtime::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tracing::{error, info, warn};

/// The file in the data directory.
const FILE: &str = "configuration.json";

/// What operators see of it.
#[derive(Clone)]
pub(crate) struct Gauges {
    revision: IntGauge,
    objects: IntGaugeVec,
    valid: IntGauge,
    reloads: IntCounterVec,
}

impl Gauges {
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let make = telemetry::Metrics::new(registry);
        Ok(Self {
            revision: make.gauge("pulse_tenant_revision", "The newest revision of the configuration.")?,
            objects: make.gauges("pulse_tenant_objects", "Objects by table.", &["object"])?,
            valid: make
                .gauge("pulse_tenant_files_valid", "1 if the files are valid as they lie there now.")?,
            reloads: make.counters(
                "pulse_tenant_reloads_total",
                "Contents of the files that were looked at: taken, same, refused.",
                &["outcome"],
            )?,
        })
    }

    fn show(&self, ledger: &Ledger) {
        self.revision.set(i64::try_from(ledger.position().seq).unwrap_or(i64::MAX));
        for kind in Kind::ALL {
            let count = i64::try_from(ledger.configuration().count(kind)).unwrap_or(i64::MAX);
            self.objects.with_label_values(&[kind.table()]).set(count);
        }
    }

    fn count(&self, outcome: &str) {
        self.reloads.with_label_values(&[outcome]).inc();
        self.valid.set(i64::from(outcome != "refused"));
    }
}

/// The ledger, and what it is kept by.
pub(super) struct State {
    settings: TenantService,
    data: Arc<DataDir>,
    gauges: Gauges,
    ledger: Ledger,
    /// The content that was taken or refused last.
    seen: Option<u64>,
    /// A content that is new; it is taken when it is still the same at the next look.
    fresh: Option<u64>,
}

impl State {
    /// What was kept, brought up to date by the files. Files that are not valid leave in force what was kept.
    ///
    /// # Errors
    /// The files are not valid and nothing was kept; another tenant was; the data directory can't be used.
    pub(super) fn open(
        settings: &TenantService,
        data: Arc<DataDir>,
        clock: Clock,
        gauges: Gauges,
    ) -> Result<Self> {
        let saved: Option<Saved> = data.recall(FILE)?;
        let kept = saved.map(|saved| Ledger::load(saved, settings.changes_kept)).transpose();
        let kept = kept.with_context(|| format!("{} can't be used: remove it", data.join(FILE).display()))?;
        let files = Files::read(&settings.configuration, &settings.discovered);
        let seen = files.as_ref().ok().map(Files::fingerprint);
        let tenant = files.and_then(|files| files.tenant());
        let ledger = match (kept, tenant) {
            (Some(mut ledger), Ok(tenant)) => {
                let changes = ledger.take(&tenant)?.len();
                gauges.count(if changes > 0 { "taken" } else { "same" });
                info!(
                    changes,
                    revision = ledger.position().seq,
                    "the configuration of {} goes on",
                    ledger.tenant()
                );
                ledger
            }
            (None, Ok(tenant)) => {
                let epoch = u64::try_from(clock.now().0).unwrap_or(0).max(1);
                let ledger = Ledger::new(epoch, &tenant, settings.changes_kept);
                gauges.count("taken");
                info!(
                    epoch,
                    revision = ledger.position().seq,
                    "the configuration of {} begins",
                    tenant.tenant
                );
                ledger
            }
            (Some(ledger), Err(cause)) => {
                gauges.count("refused");
                error!(
                    cause = format!("{cause:#}"),
                    "the configuration is not valid; what was in force stays so: {cause:#}"
                );
                ledger
            }
            (None, Err(cause)) => return Err(cause),
        };
        gauges.show(&ledger);
        data.remember(FILE, &ledger.save())?;
        Ok(Self { settings: settings.clone(), data, gauges, ledger, seen, fresh: None })
    }

    /// The ledger as it is now.
    pub(super) fn ledger(&self) -> Arc<Ledger> {
        Arc::new(self.ledger.clone())
    }

    /// Looks at the files again and again; tells the ledger whenever it has changed, for as long as it is polled.
    pub(super) async fn watch(mut self, told: Arc<watch::Sender<Arc<Ledger>>>) {
        let every = self.settings.check_every.max(Duration::from_millis(10));
        loop {
            tokio::time::sleep(every).await;
            let looked = tokio::task::spawn_blocking(move || {
                let changed = self.look();
                (self, changed)
            });
            let Ok((state, changed)) = looked.await else {
                error!("the files are no longer looked at: the reader has panicked");
                return;
            };
            self = state;
            if changed {
                told.send_replace(self.ledger());
            }
        }
    }

    /// Answers whether the ledger has changed.
    fn look(&mut self) -> bool {
        let files = match Files::read(&self.settings.configuration, &self.settings.discovered) {
            Ok(files) => files,
            Err(cause) => {
                // Told once for each time that it happens.
                if self.seen.take().is_some() {
                    self.refuse(&cause);
                }
                return false;
            }
        };
        let content = files.fingerprint();
        if self.seen == Some(content) {
            self.fresh = None;
            return false;
        }
        if self.fresh.replace(content) != Some(content) {
            return false;
        }
        let taken = files.tenant().and_then(|tenant| self.take(&tenant));
        match taken {
            Ok(changes) => {
                self.seen = Some(content);
                self.gauges.count(if changes > 0 { "taken" } else { "same" });
                changes > 0
            }
            Err(cause) => {
                self.seen = Some(content);
                self.refuse(&cause);
                false
            }
        }
    }

    /// What is told is kept first: a revision is never given twice.
    fn take(&mut self, tenant: &model::tenant::Tenant) -> Result<usize> {
        let mut ledger = self.ledger.clone();
        let changes = ledger.take(tenant)?;
        if changes.is_empty() {
            return Ok(0);
        }
        self.data.remember(FILE, &ledger.save())?;
        self.ledger = ledger;
        self.gauges.show(&self.ledger);
        info!(
            changes = changes.len(),
            revision = self.ledger.position().seq,
            "the configuration has changed: revision {}",
            self.ledger.position().seq
        );
        Ok(changes.len())
    }

    fn refuse(&self, cause: &anyhow::Error) {
        self.gauges.count("refused");
        warn!(
            cause = format!("{cause:#}"),
            "the new configuration is refused; the one before stays in force: {cause:#}"
        );
    }
}
