//! Settings of the events door.

use anyhow::{Result, bail};
use door_cloudevents::{EventSource, Tls};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of the events door, as `events_...` in the file of a role.
#[derive(Clone, Debug)]
pub struct Events {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The file of its tokens.
    pub token_file: PathBuf,
    /// Its sources.
    pub sources: Vec<EventSource>,
    /// Its certificate.
    pub tls: Option<Tls>,
}

impl Events {
    /// The door that a role's keys describe, if they do.
    pub(super) fn of_keys(
        listen: Option<SocketAddr>,
        token_file: Option<&Path>,
        sources: &[EventSource],
        tls: (Option<&Path>, Option<&Path>),
        journal_age_max: Duration,
    ) -> Result<Option<Self>> {
        let Some(listen) = listen else {
            if !sources.is_empty() {
                bail!("events_sources has no door: set events_listen, for instance \"127.0.0.1:8180\"");
            }
            return Ok(None);
        };
        let Some(token_file) = token_file else {
            bail!("events_listen needs events_token_file: name a file with a token that senders must know");
        };
        let tls = match tls {
            (None, None) => None,
            (Some(certificate), Some(key)) => {
                Some(Tls { certificate: certificate.to_owned(), key: key.to_owned() })
            }
            _ => bail!("events_certificate and events_key belong together: set both, or none"),
        };
        if journal_age_max < Duration::from_secs(24 * 3600) {
            tracing::warn!(
                "journal_age_max is less than 24h: a restart knows repeated events of that time only"
            );
        }
        Ok(Some(Self { listen, token_file: token_file.to_owned(), sources: sources.to_vec(), tls }))
    }
}
