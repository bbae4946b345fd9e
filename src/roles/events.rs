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
            configures: false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use actors::lds::{self, Lds, LdsLimits, LdsPorts, LdsSettings, MemoryLog};
    use async_trait::async_trait;
    use door_cloudevents::EventSource;
    use model::snapshot::Snapshot;
    use model::time::{Micros, Position};
    use ports::StoreError;
    use ports::record_log::{Appended, Entry, Found, Origin, Span};
    use std::net::SocketAddr;
    use std::rc::Rc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// A journal whose disk may be full.
    struct Disk {
        log: MemoryLog,
        is_full: AtomicBool,
    }

    #[async_trait]
    impl RecordLog for Disk {
        async fn span(&self, source: &str) -> ports::Result<Option<Span>> {
            self.log.span(source).await
        }

        async fn append(
            &self,
            source: &str,
            state: Option<Snapshot>,
            entries: Vec<Entry>,
        ) -> ports::Result<Appended> {
            if self.is_full.load(Ordering::Relaxed) {
                return Err(StoreError::Full("no space left on device".into()));
            }
            self.log.append(source, state, entries).await
        }

        async fn read(&self, source: &str, after: Position, bytes_max: usize) -> ports::Result<Found> {
            self.log.read(source, after, bytes_max).await
        }

        async fn origin(&self, source: &str, position: Position) -> ports::Result<Option<Origin>> {
            self.log.origin(source, position).await
        }

        async fn seek(&self, source: &str, received: Micros) -> ports::Result<Option<Position>> {
            self.log.seek(source, received).await
        }
    }

    fn lds(feeds: Vec<SourceFeed>, log: Arc<dyn RecordLog>, clock: Clock) -> Lds {
        let settings = LdsSettings {
            service: "lds".into(),
            tenant: "acme".into(),
            token: wire::link::Token::default(),
            limits: LdsLimits::default(),
        };
        let ports = LdsPorts {
            log,
            incoming: mpsc::channel(1).1,
            clock,
            registry: Registry::new(),
            census: runtime::Census::default(),
            give_up: Rc::new(|failure| panic!("{failure}")),
        };
        lds::start(settings, feeds, ports).unwrap()
    }

    /// The status line and the body of the answer to one event.
    async fn post(door: SocketAddr, id: &str) -> String {
        let body = format!(
            r#"{{"specversion":"1.0","type":"pulse.event.v1","source":"chat1","id":"{id}","data":{{"event":"Queued","this_dn":"9001"}}}}"#
        );
        let mut stream = tokio::net::TcpStream::connect(door).await.unwrap();
        let request = format!(
            "POST /events HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer 0123456789abcdef\r\n\
             content-type: application/cloudevents+json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[actix::test]
    async fn a_full_disk_is_told_to_senders_and_nothing_is_lost_or_counted_twice() {
        let dir = tempfile::tempdir().unwrap();
        let token_file = dir.path().join("tokens");
        std::fs::write(&token_file, "0123456789abcdef").unwrap();
        let source = EventSource { name: "chat1".into(), switch: "chat".into(), source: None };
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let events = Events { listen, token_file, sources: vec![source], tls: None };
        let disk = Arc::new(Disk { log: MemoryLog::new(1 << 20), is_full: AtomicBool::new(false) });
        let clock = Clock::of_machine();
        let (mut opened, door) = open(&events, disk.clone(), None, clock, Registry::new()).await.unwrap();
        let feeds = opened.iter_mut().filter_map(|source| source.feed.take()).collect();
        let lds = lds(feeds, disk.clone(), clock);

        let answer = post(door.addr, "1").await;
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        disk.is_full.store(true, Ordering::Relaxed);
        let answer = post(door.addr, "2").await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"unsure\""), "{answer}");
        let answer = post(door.addr, "3").await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"stalled\""), "{answer}");
        assert!(answer.to_ascii_lowercase().contains("retry-after: 5"), "{answer}");
        disk.is_full.store(false, Ordering::Relaxed);
        let answer = post(door.addr, "2").await;
        assert!(answer.starts_with("HTTP/1.1 202") && answer.contains("\"duplicates\":1"), "{answer}");
        let answer = post(door.addr, "3").await;
        assert!(answer.contains("\"accepted\":1"), "{answer}");
        assert_eq!(disk.span("chat1").await.unwrap().unwrap().newest.seq, 3);
        door.shutdown().await;
        assert!(lds.shutdown(Duration::from_secs(5)).await);
    }
}
