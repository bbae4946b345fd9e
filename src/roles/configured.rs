//! A Tenant Service as a source: the configuration to begin with, and its changes as `ConfigChanged` records of a
//! source of their own, numbered and kept in the journal like all others (ADR *configuration through the journal*).

mod known;

use super::process::until_stopped;
use super::sources::Opened;
use crate::data_dir::DataDir;
use crate::settings;
use crate::source_url::SourceUrl;
use actors::lds::{Arrival, Batch, Numbering, SourceFeed, SourceItem};
use anyhow::{Context, Result, bail};
use configuration::{Configuration, in_mid_stream};
use known::Known;
use link_tcp::{ClientLimits, ClientSettings};
use model::Text;
use model::record::{Body, Change, Event, Record};
use model::tenant::Tenant;
use model::time::{Micros, Position};
use ports::record_log::{Found, RecordLog};
use runtime::Clock;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tenant_link::{Delivery, News, TenantClient};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, interval_at};
use tracing::{error, info, warn};
use wire::link::Token;

/// The pause before records that were not kept are handed over again.
const RETRY: Duration = Duration::from_secs(1);
/// How often all that has changed since the start is told again: the journal must hold it even when it has dropped the
/// first telling, for statistics that are computed from the journal.
const AGAIN_EVERY: Duration = Duration::from_secs(6 * 3600);

/// What a tenant source is opened with.
pub(super) struct Opening<'a> {
    /// The file that holds the secret; a changed one is used without a restart.
    pub(super) secret_file: Option<&'a Path>,
    pub(super) log: &'a dyn RecordLog,
    pub(super) data: Arc<DataDir>,
    pub(super) clock: Clock,
    pub(super) limits: ClientLimits,
}

/// What a Tenant Service is shown: the secret of its address, else that in the file, which is followed.
pub(super) fn token(url: &SourceUrl, file: Option<&Path>) -> Result<Token> {
    match (&url.secret, file) {
        (None, Some(file)) => settings::token(Some(file)),
        _ => Ok(url.secret(None).map(|secret| Token::from(secret.reveal())).unwrap_or_default()),
    }
}

/// Opens a Tenant Service as a source: the configuration with which a replay of the journal begins, and the source of
/// its changes. Only the very first start needs the service to be there.
pub(super) async fn open(url: &SourceUrl, opening: Opening<'_>) -> Result<(Tenant, Opened)> {
    let Opening { secret_file, log, data, clock, limits } = opening;
    let name = Text::from(url.name.as_str());
    let file = format!("configuration-{name}.json");
    let mut known: Option<Known> = data.recall(&file)?;
    let client = TenantClient::new("", known.as_ref().map(|known| (known.position(), &known.latest)));
    let token = token(url, secret_file)?;
    let link = link_tcp::subscribe(url.client(limits), client.hello("lds", token))?;
    let mut deliveries = client.clone().follow(link);
    if let Some(known) = &mut known {
        known.forget_before(oldest(log, &name).await?)?;
    }
    let known = match known {
        Some(known) => known,
        None => {
            let News { position, tenant, .. } = first(&mut deliveries).await?;
            let Position { epoch, seq: revision } = position;
            Known { epoch, revision, latest: tenant.clone(), base: tenant, told: Vec::new() }
        }
    };
    data.remember(&file, &known)?;
    let base = known.base.clone();
    let (items, receiver) = mpsc::channel(4);
    let feed = SourceFeed {
        name: name.clone(),
        switch: name.clone(),
        numbering: Numbering::Ours,
        arrival: Arrival::Stamped,
        items: receiver,
        requests: None,
    };
    let start = Configuration::of(&base);
    let teller = Teller { name: name.clone(), file, data, clock, known, start, items };
    actix::spawn(teller.run(deliveries));
    let opened = Opened {
        switch: name.clone(),
        name,
        shown: url.to_string(),
        feed: Some(feed),
        agents: Vec::new(),
        configures: true,
    };
    Ok((base, opened))
}

/// The newest configuration that this tenant source has told, also in an earlier life. What the LDS begins with is
/// older: the journal holds what came since.
pub(super) fn latest(url: &SourceUrl, data: &DataDir) -> Result<Option<Tenant>> {
    let known: Option<Known> = data.recall(&format!("configuration-{}.json", url.name))?;
    Ok(known.map(|known| known.latest))
}

/// The whole configuration as the service tells it now, once.
pub(super) async fn read(client: ClientSettings, role: &str, token: Token) -> Result<Tenant> {
    let address = client.address.clone();
    let tenant = TenantClient::new("", None);
    let hello = tenant.hello(role, token);
    let mut deliveries = tenant.follow(link_tcp::subscribe(client, hello)?);
    let news = first(&mut deliveries).await.with_context(|| format!("tenant service {address}"))?;
    Ok(news.tenant)
}

/// The first news: a service that is not there yet will come. Each cause is told once.
async fn first(deliveries: &mut mpsc::Receiver<Delivery>) -> Result<News> {
    let mut told = String::new();
    loop {
        let delivery = tokio::select! {
            delivery = deliveries.recv() => delivery,
            stopped = until_stopped(std::future::pending()) => {
                stopped?;
                bail!("stopped while waiting for the tenant service: {told}");
            }
        };
        match delivery {
            Some(Delivery::News(news)) => return Ok(*news),
            Some(Delivery::Away { cause, refused: true }) => bail!("the tenant service refuses: {cause}"),
            Some(Delivery::Away { cause, .. }) if cause == told => {}
            Some(Delivery::Away { cause, .. }) => {
                warn!(cause, "the tenant service is not there yet; waiting for it: {cause}");
                told = cause;
            }
            None => bail!("the link has ended"),
        }
    }
}

/// The `time` of the oldest record of the source that the journal holds.
async fn oldest(log: &dyn RecordLog, name: &str) -> Result<Option<Micros>> {
    let Some(origin) = log.origin(name, Position::default()).await? else { return Ok(None) };
    let Found::Entries(entries) = log.read(name, origin.position, 1).await? else { return Ok(None) };
    let Some(entry) = entries.first() else { return Ok(None) };
    let record =
        wire::frame::decode_record(&entry.bytes).context("the journal's oldest change can't be read")?;
    Ok(Some(record.time))
}

/// Turns news into records, and remembers what is safe.
struct Teller {
    name: Text,
    file: String,
    data: Arc<DataDir>,
    clock: Clock,
    known: Known,
    /// What the DCU of this process began with.
    start: Configuration,
    items: mpsc::Sender<SourceItem>,
}

/// The LDS takes nothing any more.
struct Over;

impl Teller {
    async fn run(mut self, mut deliveries: mpsc::Receiver<Delivery>) {
        let mut again = interval_at(Instant::now() + AGAIN_EVERY, AGAIN_EVERY);
        loop {
            let told = tokio::select! {
                () = self.items.closed() => return,
                delivery = deliveries.recv() => match delivery {
                    Some(Delivery::News(news)) => self.take(*news).await,
                    Some(Delivery::Away { cause, .. }) => {
                        warn!(sender = %self.name, cause, "the configuration is not to be had; what is known still holds: {cause}");
                        Ok(())
                    }
                    None => return,
                },
                _ = again.tick() => self.tell_again().await,
            };
            if told.is_err() {
                return;
            }
        }
    }

    async fn take(&mut self, news: News) -> Result<(), Over> {
        let News { position, tenant, .. } = news;
        let changes = Configuration::of(&self.known.latest).difference(&Configuration::of(&tenant));
        let (changes, later) = in_mid_stream(changes);
        let is_access = |change: &Change| {
            configuration::Kind::of_table(&change.object).is_some_and(configuration::Kind::is_access)
        };
        for change in later.iter().filter(|change| !is_access(change)) {
            warn!(
                sender = %self.name, object = %change.object, id = %change.id,
                "{} {} has changed: that holds from the next start on", change.object, change.id
            );
        }
        let count = changes.len();
        self.tell(changes).await?;
        (self.known.epoch, self.known.revision) = (position.epoch, position.seq);
        self.known.latest = tenant;
        self.remember().await;
        info!(sender = %self.name, revision = position.seq, changes = count, "the configuration is that of revision {}", position.seq);
        Ok(())
    }

    /// Everything that has changed since the start, once more: it changes nothing where it is known.
    async fn tell_again(&mut self) -> Result<(), Over> {
        let (changes, _) = in_mid_stream(self.start.difference(&Configuration::of(&self.known.latest)));
        self.tell(changes).await?;
        self.remember().await;
        Ok(())
    }

    /// Hands changes over as records of one instant, and waits until they are on disk. An LDS that dies before that is
    /// told them again; one that dies after that too, which does no harm.
    async fn tell(&mut self, changes: Vec<Change>) -> Result<(), Over> {
        if changes.is_empty() {
            return Ok(());
        }
        let after = self.known.told.last().map_or(Micros::ZERO, |(time, _)| *time + Micros(1));
        let first = self.clock.now().max(after);
        let timed: Vec<(Micros, Change)> = (first.0..).map(Micros).zip(changes).collect();
        loop {
            let records = timed.iter().map(|(time, change)| self.record(*time, change)).collect();
            let (kept, is_kept) = oneshot::channel();
            let batch = Batch { records, new_epoch: false, kept: Some(kept) };
            self.items.send(SourceItem::Records(batch)).await.map_err(|_| Over)?;
            if is_kept.await.is_ok() {
                self.known.told.extend(timed);
                return Ok(());
            }
            error!(sender = %self.name, "changes of the configuration were not kept; they are told again");
            tokio::time::sleep(RETRY).await;
        }
    }

    fn record(&self, time: Micros, change: &Change) -> Record {
        let mut record = Record::new(self.name.clone(), Event::ConfigChanged, time);
        record.body = Some(Box::new(Body::Change(change.clone())));
        record
    }

    async fn remember(&self) {
        let (data, file, known) = (Arc::clone(&self.data), self.file.clone(), self.known.clone());
        let remembered = tokio::task::spawn_blocking(move || data.remember(&file, &known)).await;
        if let Ok(Err(cause)) = remembered {
            // A restart tells the same changes again.
            error!(sender = %self.name, cause = format!("{cause:#}"), "the configuration is not remembered: {cause:#}");
        }
    }
}
