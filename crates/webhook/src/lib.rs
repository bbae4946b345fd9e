//! Webhooks over HTTP.
//!
//! **Invariant:** nothing goes to an origin that the settings do not name, no redirect is followed, every message is
//! signed, and every attempt has a deadline.

mod origin;
mod signature;

pub use origin::Origin;
pub use signature::sign;

use async_trait::async_trait;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{Request, StatusCode};
use ports::webhooks::{WebhookError, Webhooks};
use runtime::Clock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Who a message comes from, and that nobody changed it: `t=SECONDS,v1=HEX`.
pub const SIGNATURE: &str = "pulse-signature";

/// The message's id: the same however often it is sent.
pub const ID: &str = "pulse-id";

/// A shorter secret could be guessed.
const SECRET_BYTES_MIN: usize = 16;

/// Where messages may go, and how.
#[derive(Clone, Debug)]
pub struct HttpWebhooks {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    origins: Vec<Origin>,
    secret_file: PathBuf,
    ca_file: Option<PathBuf>,
    patience: Duration,
    clock: Clock,
}

impl HttpWebhooks {
    /// Messages to these origins alone, signed with the secret in a file, which is read for each message; servers are
    /// vouched for by `ca_file` (PEM; well-known authorities if absent). No attempt takes longer than `patience`.
    ///
    /// # Errors
    /// For people: what can't be used.
    pub fn new(
        origins: &[String],
        secret_file: &Path,
        ca_file: Option<&Path>,
        patience: Duration,
        clock: Clock,
    ) -> Result<Self, String> {
        let origins = origins.iter().map(|text| Origin::parse(text)).collect::<Result<Vec<_>, String>>()?;
        secret(secret_file)?;
        ca_file.map(authorities).transpose()?;
        let (secret_file, ca_file) = (secret_file.to_owned(), ca_file.map(Path::to_owned));
        Ok(Self { inner: Arc::new(Inner { origins, secret_file, ca_file, patience, clock }) })
    }
}

#[async_trait]
impl Webhooks for HttpWebhooks {
    fn allows(&self, url: &str) -> Result<(), String> {
        let origin = Origin::of(url)?;
        if self.inner.origins.contains(&origin) {
            return Ok(());
        }
        Err(format!(
            "messages may not go to {origin}; ask an administrator to add it to origins under [webhooks] in the settings"
        ))
    }

    async fn post(&self, url: &str, id: &str, body: Vec<u8>) -> Result<(), WebhookError> {
        self.allows(url).map_err(WebhookError::Never)?;
        let (inner, url, id) = (self.inner.clone(), url.to_owned(), id.to_owned());
        let sent = tokio::task::spawn_blocking(move || inner.send(&url, &id, body));
        let given_up = |_| WebhookError::Later { cause: "the attempt was given up".to_owned(), after: None };
        sent.await.map_err(given_up)?
    }
}

impl Inner {
    /// Sends from this thread. The agent is made for each message: messages are rare, and files may have changed.
    fn send(&self, url: &str, id: &str, body: Vec<u8>) -> Result<(), WebhookError> {
        let later = |cause: String| WebhookError::Later { cause, after: None };
        let secret = secret(&self.secret_file).map_err(later)?;
        let mut tls = TlsConfig::builder();
        if let Some(file) = &self.ca_file {
            tls = tls.root_certs(RootCerts::Specific(Arc::new(authorities(file).map_err(later)?)));
        }
        let config = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .timeout_global(Some(self.patience))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false);
        let request = Request::post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ID, id)
            .header(SIGNATURE, sign(secret.as_bytes(), self.clock.now().secs(), &body))
            .body(body)
            .map_err(|error| WebhookError::Never(error.to_string()))?;
        let answer = config.build().new_agent().run(request).map_err(|error| later(error.to_string()))?;
        let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        judge(answer.status(), after.map(Duration::from_secs))
    }
}

/// What an answer means.
fn judge(status: StatusCode, after: Option<Duration>) -> Result<(), WebhookError> {
    match status.as_u16() {
        200..300 => Ok(()),
        408 | 425 | 429 | 500.. => Err(WebhookError::Later { cause: format!("it answered {status}"), after }),
        300..400 => Err(WebhookError::Never(format!(
            "it answered {status}: no redirect is followed; give the address to which it leads"
        ))),
        _ => Err(WebhookError::Never(format!("it answered {status}; look there why, or change the address"))),
    }
}

/// The secret; the end of its line does not belong to it.
fn secret(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{}: {error}; name a file with the secret of webhooks", file.display()))?;
    let secret = text.trim_end_matches(['\r', '\n']).to_owned();
    if secret.len() < SECRET_BYTES_MIN {
        return Err(format!(
            "{}: the secret of webhooks has {} bytes; at least {SECRET_BYTES_MIN} are needed",
            file.display(),
            secret.len()
        ));
    }
    Ok(secret)
}

fn authorities(file: &Path) -> Result<Vec<Certificate<'static>>, String> {
    let wrong = |cause: String| {
        format!("{}: {cause}; name a PEM file with the certificates of the authorities", file.display())
    };
    let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(wrong("it holds no certificate".to_owned())) } else { Ok(found) }
}

#[cfg(test)]
mod tests;
