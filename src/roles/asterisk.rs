//! An Asterisk as a source: the adapter's deliveries become a feed of the LDS; what a restart must know is remembered.

use super::sources::Opened;
use crate::data_dir::DataDir;
use crate::settings::{self, Secret};
use crate::source_url::{Kind, SourceUrl};
use actors::lds::{Arrival, Batch, Numbering, SourceFeed, SourceItem};
use anyhow::{Result, bail};
use model::Text;
use model::tenant::Agent;
use ports::record_log::Span;
use runtime::Clock;
use serde::{Deserialize, Serialize};
use source_asterisk::session::Tls;
use source_asterisk::{Delivery, Found, Link, Options, Resume, Settings};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Deliveries that may wait; behind them the session itself keeps up to 64 MiB.
const DELIVERIES_WAITING: usize = 64;
/// How long the first start waits for the PBX to say who it is and whom it knows.
const INTRODUCTION: Duration = Duration::from_secs(5);

/// Which PBX calls itself what. Two of one name can't be told apart: their phones and queues are `number@name`, and their
/// calls have the same numbers (pitfall 19).
#[derive(Clone, Default)]
pub(super) struct Names(Arc<Mutex<BTreeMap<Text, String>>>);

impl Names {
    /// A PBX has said its name. Says whose it is already, and what to do.
    fn claim(&self, name: &Text, shown: &str) -> Result<(), String> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = names.entry(name.clone()).or_insert_with(|| shown.to_owned());
        if owner == shown {
            return Ok(());
        }
        Err(format!(
            "{shown} and {owner} both call themselves {name}, so their phones, queues and calls can't be told apart: set another \
             systemname in asterisk.conf of one of them and restart it (or leave one out, if they are the same PBX)"
        ))
    }
}

/// What a restart must know of a PBX.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Known {
    switch: Text,
    pbx_start: Text,
}

/// Settings of a session with the PBX of a URL.
pub(crate) fn settings(url: &SourceUrl, secret: Option<&Secret>) -> Result<Settings> {
    let Kind::Asterisk { user, tls, ca } = &url.kind else { bail!("{url} is no Asterisk") };
    let Some(secret) = url.secret(secret) else {
        bail!(
            "{url} needs a secret: put it into a file and name that with --secret-file, or set PULSE_SOURCE_SECRET"
        );
    };
    let mut options = Options::new(url.name.as_str());
    options.username.clone_from(user);
    options.secret = source_asterisk::Secret::new(secret.reveal());
    let mut settings = Settings::new(url.host.as_str(), url.port, options);
    settings.tls = tls.then(|| Tls { ca_file: ca.clone(), ..Tls::default() });
    settings.seed = url.address().bytes().fold(7, |seed, byte| seed * 31 % 1_000_003 + u64::from(byte));
    Ok(settings)
}

/// Opens the PBX: goes on where the log ends, and waits a moment for it to introduce itself.
pub(super) async fn open(
    url: &SourceUrl,
    secret: Option<&Secret>,
    secret_file: Option<&Path>,
    (data, names): (Arc<DataDir>, Names),
    log: Option<Span>,
    clock: Clock,
) -> Result<Opened> {
    let mut settings = settings(url, secret)?;
    if let (None, Some(file)) = (&url.secret, secret_file) {
        let token = settings::token(Some(file))?;
        settings.options.secret = source_asterisk::Secret::following(move || token.shown().to_string());
    }
    let name = Text::from(url.name.as_str());
    let file = format!("source-{}.json", url.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let known: Known = data.recall(&file)?.unwrap_or_default();
    settings.resume = log.map(|span| Resume {
        position: span.newest,
        received: span.received,
        pbx_start: known.pbx_start.clone(),
    });
    let (to, mut deliveries) = mpsc::channel(DELIVERIES_WAITING);
    let shown = url.to_string();
    let session = shown.clone();
    tokio::spawn(async move {
        if let Err(error) =
            source_asterisk::run(settings, move || clock.now(), to, std::future::pending()).await
        {
            tracing::error!(source.url = session, %error, "{session}: {error}");
        }
    });

    let introduced = Introduction::hear(&mut deliveries, &shown).await;
    let switch = introduced.switch().or(Some(known.switch.clone()).filter(|switch| !switch.is_empty()));
    let switch = switch.unwrap_or_else(|| name.clone());
    names.claim(&switch, &shown).map_err(anyhow::Error::msg)?;
    let (items, receiver) = mpsc::channel(DELIVERIES_WAITING);
    let agents = introduced.agents.clone();
    let relay = Relay { shown: shown.clone(), data, names, file, known, items, corrections: 0 };
    tokio::spawn(relay.run(introduced.heard, deliveries));
    let feed = SourceFeed {
        name: name.clone(),
        switch: switch.clone(),
        numbering: Numbering::Theirs,
        // The adapter stamps with our clock, and says itself up to when it has told everything.
        arrival: Arrival::AsRecorded,
        items: receiver,
        requests: None,
    };
    Ok(Opened { name, switch, shown, feed: Some(feed), agents, configures: false })
}

/// What a PBX tells of itself at first.
#[derive(Default)]
struct Introduction {
    heard: Vec<Delivery>,
    agents: Vec<Agent>,
}

impl Introduction {
    /// Listens until the PBX is known, is found to be away, or the time is over. Nothing that is heard is lost.
    async fn hear(deliveries: &mut mpsc::Receiver<Delivery>, shown: &str) -> Self {
        let mut introduction = Self::default();
        let listening = async {
            while let Some(delivery) = deliveries.recv().await {
                let over = matches!(&delivery, Delivery::Link(Link::Live(_) | Link::Down(_)));
                if let Delivery::Found(Found::Agent { id, name, .. }) = &delivery
                    && !introduction.agents.iter().any(|agent| agent.id == *id)
                {
                    let name = Some(name.clone()).filter(|name| !name.is_empty());
                    introduction.agents.push(Agent { id: id.clone(), name, ..Agent::default() });
                }
                introduction.heard.push(delivery);
                if over {
                    return;
                }
            }
        };
        if tokio::time::timeout(INTRODUCTION, listening).await.is_err() {
            tracing::warn!("{shown} has not introduced itself yet; names will be known at the next start");
        }
        introduction
    }

    fn switch(&self) -> Option<Text> {
        self.heard.iter().find_map(|delivery| match delivery {
            Delivery::Link(Link::Live(live)) => Some(live.switch.clone()),
            _ => None,
        })
    }
}

/// Hands on what the session delivers.
struct Relay {
    shown: String,
    data: Arc<DataDir>,
    names: Names,
    file: String,
    known: Known,
    items: mpsc::Sender<SourceItem>,
    /// What the session has corrected so far.
    corrections: u64,
}

impl Relay {
    async fn run(mut self, heard: Vec<Delivery>, mut deliveries: mpsc::Receiver<Delivery>) {
        for delivery in heard {
            if self.hand_on(delivery).await.is_err() {
                return;
            }
        }
        while let Some(delivery) = deliveries.recv().await {
            if self.hand_on(delivery).await.is_err() {
                return;
            }
        }
    }

    async fn hand_on(&mut self, delivery: Delivery) -> Result<(), mpsc::error::SendError<SourceItem>> {
        let item = match delivery {
            Delivery::Records(records) => SourceItem::Records(Batch::from(records)),
            Delivery::Clock { at, counters } => {
                let more = counters.corrections.saturating_sub(self.corrections);
                if more > 0 {
                    self.corrections = counters.corrections;
                    self.items.send(SourceItem::Corrected(more)).await?;
                }
                SourceItem::Clock(at)
            }
            Delivery::Link(link) => match self.note(link) {
                Some(in_touch) => SourceItem::InTouch(in_touch),
                None => return Ok(()),
            },
            Delivery::Found(_) => return Ok(()),
        };
        self.items.send(item).await
    }

    /// Tells people how the link stands; answers whether that changes that the PBX is in touch.
    fn note(&mut self, link: Link) -> Option<bool> {
        let shown = &self.shown;
        match link {
            Link::Live(live) => {
                tracing::info!(source.url = %shown, version = %live.version, "{shown} is live: Asterisk {}", live.version);
                if let Some(advice) = &live.advice {
                    tracing::warn!(source.url = %shown, "{shown}: {advice}");
                }
                if let Err(cause) = self.names.claim(&live.switch, shown) {
                    tracing::error!(source.url = %shown, switch = %live.switch, "{cause}");
                }
                let known = Known { switch: live.switch, pbx_start: live.pbx_start };
                if known != self.known {
                    if let Err(error) = self.data.remember(&self.file, &known) {
                        tracing::error!(%error, "the start of {shown} can't be remembered; a restart of ours will look like one of the PBX");
                    }
                    self.known = known;
                }
                Some(true)
            }
            Link::Down(down) => {
                tracing::warn!(source.url = %shown, cause = %down.cause, "{shown} is down: {}; {}", down.cause, down.cure);
                Some(false)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pbxs_of_one_name_are_told_with_both_addresses_and_the_cure() {
        let names = Names::default();
        let (first, second) = ("asterisk://pulse@one:5038", "asterisk://pulse@two:5038");
        names.claim(&"pbx1".into(), first).unwrap();
        names.claim(&"pbx1".into(), first).unwrap();
        names.claim(&"pbx2".into(), second).unwrap();
        let refused = names.claim(&"pbx1".into(), second).unwrap_err();
        assert!([first, second, "pbx1", "systemname"].iter().all(|word| refused.contains(word)), "{refused}");
    }
}
