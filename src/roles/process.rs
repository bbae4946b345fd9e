//! What every role does as a process: write a log, answer probes, end in order.

use crate::settings::Postgres;
use anyhow::{Context, Result, bail};
use std::future::Future;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use store_postgres::PostgresStore;
use telemetry::LogFormat;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// All went well.
pub(crate) const OK: u8 = 0;
/// It can't go on; started again, it may.
pub(crate) const FAILED: u8 = 1;
/// The settings are wrong; starting it again does not help.
pub(crate) const WRONG_SETTINGS: u8 = 2;

/// Begins the log as the settings say: `human` or `json`, and who may change its filter from another machine.
pub(crate) fn begin_log((format, token_file): (&str, Option<&Path>)) -> Result<()> {
    let format = match format {
        "human" => LogFormat::Human,
        "json" => LogFormat::Json,
        other => bail!("log = \"{other}\" is not known: write human or json"),
    };
    telemetry::let_change_log_filter(token_file);
    telemetry::init_log(format, "info,actix_server=warn").context("the log can't be written")
}

/// Runs a role to its end. `settings` that can't be used end it with [`WRONG_SETTINGS`].
pub(crate) fn run<S, F>(
    settings: Result<S>,
    log: impl FnOnce(&S) -> (&str, Option<&Path>),
    role: impl FnOnce(S) -> F,
) -> ExitCode
where
    F: Future<Output = Result<()>>,
{
    let ready = settings.and_then(|settings| begin_log(log(&settings)).map(|()| settings));
    let settings = match ready {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("pulse: {error:#}");
            return ExitCode::from(WRONG_SETTINGS);
        }
    };
    let to_its_end = async {
        tokio::select! {
            ended = role(settings) => ended,
            stopped = stopped_before_it_ran() => stopped,
        }
    };
    match actix::System::new().block_on(to_its_end) {
        Ok(()) => ExitCode::from(OK),
        Err(error) => {
            tracing::error!("{error:#}");
            eprintln!("pulse: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

/// How many wait to be asked to stop; whoever was asked counts on while it ends in order.
static LISTENING: AtomicUsize = AtomicUsize::new(0);

/// One of those who wait.
struct Listening;

impl Listening {
    fn begin() -> Self {
        LISTENING.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A role that is asked to stop while it waits for others has nothing to end in order. Without this, the request would be
/// lost: once anybody listens to a signal, the process no longer ends by it.
async fn stopped_before_it_ran() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    loop {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if LISTENING.load(Ordering::SeqCst) == 0 {
            tracing::info!("asked to stop before it ran");
            return Ok(());
        }
    }
}

/// Waits for SIGTERM or Ctrl-C, or for the cause why the role can't go on.
pub(crate) async fn until_stopped(lost: impl Future<Output = String>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let listening = Listening::begin();
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
        cause = lost => bail!("{cause}"),
    }
    std::mem::forget(listening);
    Ok(())
}

/// Finishes within a time; a second Ctrl-C ends it at once.
pub(crate) async fn finish(within: Duration, drained: impl Future<Output = ()>) -> Result<()> {
    tokio::select! {
        finished = tokio::time::timeout(within, drained) => {
            if finished.is_err() {
                bail!("not everything finished within {within:?}; what was accepted is on disk");
            }
            Ok(())
        }
        _ = tokio::signal::ctrl_c() => bail!("stopped at once; what was accepted is on disk"),
    }
}

/// A part of a process on a thread of its own.
pub(crate) struct Running {
    stop: oneshot::Sender<oneshot::Sender<()>>,
}

impl Running {
    /// The part, and what it waits for before it finishes.
    pub(crate) fn new() -> (Self, oneshot::Receiver<oneshot::Sender<()>>) {
        let (stop, stopped) = oneshot::channel();
        (Self { stop }, stopped)
    }

    /// Tells it to finish, and waits.
    pub(crate) async fn stop(self) {
        let (done, finished) = oneshot::channel();
        if self.stop.send(done).is_ok() {
            let _ = finished.await;
        }
    }
}

/// Asks until there is an answer: a server that is not there yet will come. Each cause is told once.
pub(crate) async fn patiently(
    what: &str,
    patience: Duration,
    mut ask: impl AsyncFnMut() -> ports::Result<()>,
) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(500);
    let mut told = String::new();
    loop {
        let cause = match tokio::time::timeout(patience * 2, ask()).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error @ ports::StoreError::Corrupt(_))) => return Err(error.into()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {:?}", patience * 2),
        };
        if cause != told {
            tracing::warn!(cause, "{what} is not there yet; waiting for it");
            told = cause;
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            stopped = until_stopped(std::future::pending()) => {
                stopped?;
                bail!("stopped while waiting for {what}: {told}");
            }
        }
    }
}

/// The tenant's part of a database that may still have to come up, or to get its schema.
pub(crate) async fn open_postgres(settings: &Postgres, tenant: &str) -> Result<PostgresStore> {
    let (server, options) = settings.server()?;
    let mut store = None;
    patiently("PostgreSQL", settings.patience, async || {
        let database = store_postgres::Postgres::open(server.clone(), options.clone()).await?;
        store = Some(database.tenant(tenant).await?);
        Ok(())
    })
    .await?;
    store.context("PostgreSQL has answered")
}
