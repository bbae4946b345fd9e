//! The events door of an LDS: its sources become feeds, its server runs beside them.

use super::sources::Opened;
use crate::settings::Events;
use actors::lds::{Arrival, Batch, Numbering, SourceFeed, SourceItem};
use anyhow::{Context, Result};
use door_cloudevents::{EventsDoor, Full, Limits, Outlet, Outside, Settings};
use model::Text;
use model::record::Record;
use model::tenant::Tenant;
use ports::record_log::RecordLog;
use prometheus::Registry;
use runtime::Clock;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Requests of one source that wait to be judged; the door itself bounds events and bytes.
const REQUESTS_MAX: usize = 4_096;

/// The feeds, by source.
struct Feeds(BTreeMap<Text, mpsc::Sender<SourceItem>>);

impl Outlet for Feeds {
    fn offer(&self, source: &str, records: Vec<Record>) -> Result<oneshot::Receiver<()>, Full> {
        let (kept, told) = oneshot::channel();
        let batch = Batch { records, kept: Some(kept), ..Batch::default() };
        let feed = self.0.get(source).ok_or(Full)?;
        feed.try_send(SourceItem::Records(batch)).map_err(|_| Full)?;
        Ok(told)
    }
}

/// Opens the door. Answers its sources, whose feeds the LDS on `log` takes, and the running server, which is shut
/// down before that LDS. Must be called within an actix system, before anything is written to these sources.
pub(super) async fn open(
    events: &Events,
    log: Arc<dyn RecordLog>,
    tenant: Option<&Tenant>,
    clock: Clock,
    registry: Registry,
) -> Result<(Vec<Opened>, EventsDoor)> {
    let (mut feeds, mut opened) = (BTreeMap::new(), Vec::new());
    for source in &events.sources {
        let (feed, items) = mpsc::channel(REQUESTS_MAX);
        feeds.insert(source.name.clone(), feed);
        opened.push(Opened {
            name: source.name.clone(),
            switch: source.switch.clone(),
            shown: format!("events of {}", source.attribute()),
            feed: Some(SourceFeed {
                name: source.name.clone(),
                switch: source.switch.clone(),
                numbering: Numbering::Ours,
                arrival: Arrival::Stamped,
                items,
                requests: None,
            }),
            agents: Vec::new(),
        });
    }
    let settings = Settings {
        listen: events.listen,
        tls: events.tls.clone(),
        token_file: events.token_file.clone(),
        sources: events.sources.clone(),
        limits: Limits::default(),
    };
    let tenant = tenant.cloned().unwrap_or_else(|| Tenant {
        tenant: "default".into(),
        time_zone: "UTC".into(),
        ..Tenant::default()
    });
    let outside = Outside { log, outlet: Arc::new(Feeds(feeds)), tenant, clock, registry };
    let door = door_cloudevents::open(settings, outside).await.context("the events door")?;
    Ok((opened, door))
}
