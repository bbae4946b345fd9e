//! `pulse tail`: the events of a source, as text (contracts, part 6): one record a line, as JSON.

use crate::roles::asterisk;
use crate::settings::Secret;
use crate::source_url::{Kind, SourceUrl};
use anyhow::{Context, Result};
use link_tcp::ClientLimits;
use model::Text;
use model::record::{Body, Event, Gap, Record};
use model::snapshot::DnType;
use model::tenant::{Agent, Dn, Source, Tenant};
use model::time::Position;
use runtime::Clock;
use source_asterisk::{Delivery, Found, Link};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use wire::frame::{Hello, VERSION, Whole};
use wire::link::LinkEvent;

/// Which source, and for how long.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The source as a URL.
    #[arg(long)]
    source: String,
    /// Stop after so many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<f64>,
    /// From the oldest record that an LDS keeps, instead of from now.
    #[arg(long)]
    from_start: bool,
    /// The sources of an LDS whose oldest records are wanted; with --from-start.
    #[arg(long, value_name = "NAME")]
    of: Vec<String>,
    /// The tenant, for an LDS.
    #[arg(long, default_value = "default")]
    tenant: String,
    /// Write the tenant that was discovered to this file.
    #[arg(long)]
    tenant_out: Option<PathBuf>,
    /// The file that holds the source's secret; or the variable PULSE_SOURCE_SECRET.
    #[arg(long)]
    secret_file: Option<PathBuf>,
}

/// Prints until the source ends, the time is over, or Ctrl-C.
pub fn run(args: Args) -> Result<()> {
    let url = SourceUrl::parse(&args.source)?;
    let secret = Secret::of_sources(args.secret_file.as_deref())?;
    telemetry::init_log(telemetry::LogFormat::Human, "warn")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut seen = Seen::new(&url, &args.tenant);
    runtime.block_on(async {
        let telling = async {
            match &url.kind {
                Kind::File(path) => tell_file(path, &mut seen),
                Kind::Asterisk { .. } => tell_asterisk(&url, secret.as_ref(), &mut seen).await,
                Kind::Pulse { .. } => tell_link(&url, &args, secret.as_ref(), &mut seen).await,
                Kind::Tenant { .. } => anyhow::bail!("a tenant service tells no events: read it over HTTP"),
            }
        };
        let end = async {
            match args.seconds {
                Some(seconds) => tokio::time::sleep(Duration::from_secs_f64(seconds.max(0.0))).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            told = telling => told,
            () = end => Ok(()),
            stopped = tokio::signal::ctrl_c() => Ok(stopped?),
        }
    })?;
    if let Some(file) = &args.tenant_out {
        let text = toml::to_string(&seen.tenant()).context("the tenant can't be written as TOML")?;
        std::fs::write(file, text).with_context(|| format!("{} can't be written", file.display()))?;
    }
    Ok(())
}

/// What passed by, for the tenant file.
struct Seen {
    tenant: Text,
    source: Text,
    switch: Text,
    dns: BTreeMap<Text, DnType>,
    agents: BTreeMap<Text, Option<Text>>,
}

impl Seen {
    fn new(url: &SourceUrl, tenant: &str) -> Self {
        let source = Text::from(url.name.as_str());
        Self {
            tenant: tenant.into(),
            switch: source.clone(),
            source,
            dns: BTreeMap::new(),
            agents: BTreeMap::new(),
        }
    }

    /// Prints a record and remembers whom it names. A closed pipe ends the program in peace.
    fn tell(&mut self, record: &Record) -> Result<()> {
        self.source.clone_from(&record.source);
        let is_mediation = matches!(record.event, Event::Queued | Event::Diverted | Event::RouteRequest);
        if let (true, Some(dn)) = (is_mediation, &record.this_dn) {
            self.dns.entry(dn.clone()).or_insert(DnType::Queue);
        }
        if let (Event::AgentLogin, Some(agent)) = (&record.event, &record.agent_id) {
            self.agents.entry(agent.clone()).or_default();
        }
        if let Some(Body::Snapshot(snapshot)) = record.body.as_deref() {
            for dn in &snapshot.dns {
                self.dns.entry(dn.dn.clone()).or_insert(dn.kind);
                self.agents.extend(
                    dn.agent_id
                        .clone()
                        .map(|agent| (agent, None))
                        .filter(|(agent, _)| !self.agents.contains_key(agent)),
                );
            }
        }
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        std::io::stdout().write_all(&line).context("standard output is closed")
    }

    fn tenant(&self) -> Tenant {
        let switch = &self.switch;
        let dn = |(number, kind): (&Text, &DnType)| Dn {
            number: number.clone(),
            switch: switch.clone(),
            kind: *kind,
            name: None,
            source: None,
            use_alt_enter_time: None,
            vq_stuck_check: None,
        };
        let agent = |(id, name): (&Text, &Option<Text>)| Agent {
            id: id.clone(),
            name: name.clone(),
            ..Agent::default()
        };
        Tenant {
            tenant: self.tenant.clone(),
            time_zone: "UTC".into(),
            sources: vec![Source { name: self.source.clone(), switch: switch.clone() }],
            dns: self.dns.iter().map(dn).collect(),
            agents: self.agents.iter().map(agent).collect(),
            ..Tenant::default()
        }
    }
}

fn tell_file(path: &Path, seen: &mut Seen) -> Result<()> {
    let file = std::fs::File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("{} line {}", path.display(), number + 1))?;
        if !line.trim().is_empty() {
            let record = serde_json::from_str(&line);
            seen.tell(
                &record
                    .with_context(|| format!("{} line {} is no event record", path.display(), number + 1))?,
            )?;
        }
    }
    Ok(())
}

async fn tell_asterisk(url: &SourceUrl, secret: Option<&Secret>, seen: &mut Seen) -> Result<()> {
    let settings = asterisk::settings(url, secret)?;
    let clock = Clock::of_machine();
    let (to, mut deliveries) = mpsc::channel(64);
    let session =
        tokio::spawn(source_asterisk::run(settings, move || clock.now(), to, std::future::pending()));
    while let Some(delivery) = deliveries.recv().await {
        match delivery {
            Delivery::Records(records) => records.iter().try_for_each(|record| seen.tell(record))?,
            Delivery::Link(Link::Live(live)) => {
                eprintln!("pulse tail: {url} is live: Asterisk {}", live.version);
                seen.switch = live.switch;
            }
            Delivery::Link(Link::Down(down)) => {
                eprintln!("pulse tail: {url} is down: {}; {}", down.cause, down.cure)
            }
            Delivery::Link(_) | Delivery::Clock { .. } => {}
            Delivery::Found(Found::Queue { dn, is_virtual }) => {
                seen.dns.insert(dn, if is_virtual { DnType::VirtualQueue } else { DnType::Queue });
            }
            Delivery::Found(Found::Agent { dn, id, name }) => {
                seen.dns.insert(dn, DnType::Extension);
                seen.agents.insert(id, Some(name).filter(|name| !name.is_empty()));
            }
        }
    }
    session.await?.map_err(Into::into)
}

async fn tell_link(url: &SourceUrl, args: &Args, secret: Option<&Secret>, seen: &mut Seen) -> Result<()> {
    let names = args.of.iter().map(|name| Text::from(name.as_str()));
    let from: BTreeMap<Text, Position> = if args.from_start {
        names.map(|name| (name, Position::default())).collect()
    } else {
        BTreeMap::new()
    };
    let reached = Arc::new(Mutex::new(from));
    let (asked, tenant) = (Arc::clone(&reached), Text::from(args.tenant.as_str()));
    let token = url.secret(secret).map(|secret| Text::from(secret.reveal())).unwrap_or_default();
    let hello = move || Hello {
        v: VERSION,
        role: "tail".into(),
        tenant: tenant.clone(),
        token: token.clone(),
        positions: asked.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        filter: None,
        frame_bytes_max: None,
    };
    let mut link = link_tcp::subscribe(url.client(ClientLimits::default()), hello)?;
    while let Some(event) = link.events.recv().await {
        match event {
            LinkEvent::Events(events) => {
                for record in &events.records {
                    seen.tell(record)?;
                    let mut reached = reached.lock().unwrap_or_else(PoisonError::into_inner);
                    reached.insert(record.source.clone(), record.position());
                }
            }
            LinkEvent::Snapshot(whole) => {
                reached
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(whole.source.clone(), whole.position);
                seen.tell(&whole.into_record().unwrap_or_else(as_record))?;
            }
            LinkEvent::Gap(notice) => {
                let mut record = Record::new(notice.source, Event::Gap, notice.to);
                record.body = Some(Box::new(Body::Gap(Gap {
                    from: notice.from,
                    to: notice.to,
                    cause: notice.cause,
                    unsaved: false,
                })));
                seen.tell(&record)?;
            }
            LinkEvent::Connected(welcome) => {
                for offer in welcome.sources {
                    seen.switch = offer.switch.unwrap_or(offer.name);
                }
            }
            LinkEvent::Heartbeat(_) | LinkEvent::Changes(_) => {}
            LinkEvent::Refused { text, .. } => eprintln!("pulse tail: {url} refuses: {text}"),
            LinkEvent::Lost { cause, retry_in } => {
                eprintln!("pulse tail: no link with {url}: {cause}; next attempt in {retry_in:?}")
            }
        }
    }
    Ok(())
}

/// The state at a position, as the record of that number.
fn as_record(whole: Whole) -> Record {
    let mut record = Record::new(whole.source, Event::Snapshot, whole.snapshot.taken);
    (record.epoch, record.seq) = (whole.position.epoch, whole.position.seq);
    record.body = Some(Box::new(Body::Snapshot(whole.snapshot)));
    record
}
