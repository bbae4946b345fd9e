//! Requests with a deadline, on threads of their own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Semaphore;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Answers larger than this are no answers of such services.
const ANSWER_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Requests at once; others wait within their deadline.
const AT_ONCE: usize = 8;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The authorities can't be read.
    #[error("{file}: {cause}; name a PEM file with the certificates of the authorities", file = file.display())]
    Authorities {
        /// Their file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Nothing came, or not in time, or not from whom it should.
    #[error("{0}")]
    Failed(String),
}

/// Makes requests.
#[derive(Clone)]
pub struct Http {
    ca_file: Option<PathBuf>,
    now: Arc<Mutex<Present>>,
    turns: Arc<Semaphore>,
    patience: Duration,
}

/// What requests are made by, until the authorities' file changes.
struct Present {
    stamp: Option<(SystemTime, u64)>,
    agent: ureq::Agent,
}

fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn authorities(file: &Path) -> Result<Vec<Certificate<'static>>, HttpError> {
    let wrong = |cause: String| HttpError::Authorities { file: file.to_owned(), cause };
    let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(wrong("it holds no certificate".to_owned()));
    }
    Ok(found)
}

fn agent(ca_file: Option<&Path>, patience: Duration) -> Result<ureq::Agent, HttpError> {
    let tls = TlsConfig::builder();
    let tls = match ca_file {
        Some(file) => tls.root_certs(RootCerts::Specific(Arc::new(authorities(file)?))),
        None => tls,
    };
    let config = ureq::Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false);
    Ok(config.build().new_agent())
}

impl Http {
    /// Requests that may take so long, to servers that `ca_file` vouches for (PEM; well-known authorities if absent).
    pub fn new(ca_file: Option<&Path>, patience: Duration) -> Result<Self, HttpError> {
        let present = Present { stamp: ca_file.and_then(stamp), agent: agent(ca_file, patience)? };
        let (now, turns) = (Arc::new(Mutex::new(present)), Arc::new(Semaphore::new(AT_ONCE)));
        Ok(Self { ca_file: ca_file.map(Path::to_owned), now, turns, patience })
    }

    /// The authorities are read again when their file has changed; one that can't be used changes nothing.
    fn agent(&self) -> ureq::Agent {
        let mut present = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = self.ca_file.as_deref() else { return present.agent.clone() };
        let stamp = stamp(file);
        if stamp != present.stamp {
            present.stamp = stamp;
            match agent(Some(file), self.patience) {
                Ok(renewed) => present.agent = renewed,
                Err(cause) => tracing::warn!(%cause, "the authorities that were known still hold"),
            }
        }
        present.agent.clone()
    }

    /// Sends one request from this thread, and waits for its whole answer.
    pub fn send(&self, request: ::http::Request<Vec<u8>>) -> Result<::http::Response<Vec<u8>>, HttpError> {
        let failed = |error: ureq::Error| HttpError::Failed(error.to_string());
        let (parts, mut body) = self.agent().run(request).map_err(failed)?.into_parts();
        let bytes = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(failed)?;
        Ok(::http::Response::from_parts(parts, bytes))
    }

    /// Does `work`, which may send several requests, on a thread where waiting is allowed.
    pub async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, HttpError> {
        let busy = || HttpError::Failed("too many requests wait already".to_owned());
        let turn = tokio::time::timeout(self.patience, self.turns.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| busy())?.map_err(|_| busy())?;
        let http = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&http)
        });
        done.await.map_err(|_| HttpError::Failed("the request was given up".to_owned()))
    }
}
