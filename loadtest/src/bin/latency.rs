//! How long it takes from an event at the source to the frame in a browser: `pulse standalone` as it is shipped, a SIP
//! Server that changes agents' states, and one page that shows them all.
//!
//! `cargo run --release -p loadtest --bin latency -- --pulse target/release/pulse`

use actors::lds::{
    self, Arrival, Batch, LdsLimits, LdsPorts, LdsSettings, MemoryLog, Numbering, SourceFeed, SourceItem,
};
use anyhow::{Context, Result, bail};
use awc::ws::{Frame, Message};
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use link_tcp::{ServerHandle, ServerLimits, ServerSettings};
use model::record::{Event, KeyValue, Record, WorkMode};
use model::tenant::{Agent, Source, Tenant};
use model::time::Micros;
use runtime::{Census, Clock};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Columns of every agent that the page shows; the first tells when each event arrives.
const STATISTICS: [&str; 5] = [
    "Current_Status_Reasons",
    "Total_Login_Time",
    "Total_Not_Ready_Time",
    "Ready_Percentage",
    "Calls_Handled",
];

#[derive(Parser)]
struct Args {
    /// The program.
    #[arg(long)]
    pulse: PathBuf,
    /// Rows are five times as many.
    #[arg(long, default_value_t = 2_000)]
    agents: usize,
    /// Events a second.
    #[arg(long, default_value_t = 1_000)]
    rate: usize,
    /// How long it is measured.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

fn main() -> Result<()> {
    let args = Args::parse();
    actix::System::new().block_on(measure(args))
}

async fn measure(args: Args) -> Result<()> {
    let clock = Clock::of_machine();
    let home = tempfile::tempdir()?;
    let (server, outlet, _lds) = sip_server(clock).await?;
    let tenant = tenant(args.agents);
    let file = home.path().join("tenant.toml");
    std::fs::write(&file, toml::to_string(&tenant)?)?;
    let source = format!("pulse://{}?name=sip1", server.addr());
    let pulse = Pulse::start(&args.pulse, home.path(), &source, &file)?;
    let mut seq = 0;
    let mut tell = |record: Record| {
        seq += 1;
        Record { epoch: 1, seq, ..record }
    };
    let logins = (0..args.agents).map(|agent| tell(about(agent, Event::AgentLogin, clock.now())));
    outlet.send(SourceItem::Records(Batch::from(logins.collect::<Vec<_>>()))).await?;

    let mut page = pulse.page().await?;
    let query = json!({"object_type": "Agent", "objects": "*", "statistics": STATISTICS});
    page.send(Message::Text(json!({"op": "open", "id": 1, "query": query}).to_string().into())).await?;
    let mut rows = BTreeMap::new();
    let mut sent: BTreeMap<String, Micros> = BTreeMap::new();
    let mut spans = Vec::new();
    let mut turn = tokio::time::interval(Duration::from_millis(10));
    let (mut told, mut owed) = (0_usize, 0_usize);
    let mut until = Micros::MAX;
    while clock.now() < until {
        tokio::select! {
            _ = turn.tick(), if rows.len() >= args.agents => {
                if until == Micros::MAX {
                    until = clock.now() + Micros::from_secs(i64::try_from(args.seconds)?);
                }
                owed += args.rate;
                let mut records = Vec::new();
                for _ in 0..owed / 100 {
                    let agent = told * 7_919 % args.agents;
                    let event = if (told / args.agents).is_multiple_of(2) { Event::AgentReady } else { Event::AgentNotReady };
                    let record = tell(about(agent, event, clock.now()));
                    sent.insert(name_of(agent), record.received);
                    records.push(record);
                    told += 1;
                }
                owed %= 100;
                outlet.send(SourceItem::Records(Batch::from(records))).await?;
            }
            Some(frame) = page.next() => {
                let Frame::Text(text) = frame? else { continue };
                let now = clock.now();
                let frame: Value = serde_json::from_slice(&text)?;
                learn(&frame, &mut rows);
                for row in changed(&frame) {
                    if let Some(at) = rows.get(&row).and_then(|name| sent.remove(name)) {
                        spans.push(now - at);
                    }
                }
                if let Some(seq) = frame["seq"].as_u64() {
                    page.send(Message::Text(json!({"op": "ack", "id": 1, "seq": seq}).to_string().into())).await?;
                }
            }
        }
    }
    report(&args, told, &mut spans)
}

/// Whose row is whose.
fn learn(frame: &Value, rows: &mut BTreeMap<u64, String>) {
    for list in ["rows", "new"] {
        for row in frame[list].as_array().into_iter().flatten() {
            if let (Some(row), Some(name)) = (row["row"].as_u64(), row["object"].as_str()) {
                rows.insert(row, name.to_owned());
            }
        }
    }
}

/// Rows whose first column changed.
fn changed(frame: &Value) -> Vec<u64> {
    let set = frame["set"].as_array().into_iter().flatten();
    set.filter(|change| change[1].as_u64() == Some(0)).filter_map(|change| change[0].as_u64()).collect()
}

fn report(args: &Args, told: usize, spans: &mut [Micros]) -> Result<()> {
    if spans.is_empty() {
        bail!("no event arrived");
    }
    spans.sort_unstable();
    let at = |share: f64| spans[((spans.len() - 1) as f64 * share) as usize].0 as f64 / 1_000.0;
    println!(
        "{} events at {}/s, {} rows open, {} seen to arrive: p50 {:.0} ms, p90 {:.0} ms, p99 {:.0} ms, longest {:.0} ms",
        told,
        args.rate,
        args.agents * STATISTICS.len(),
        spans.len(),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    );
    Ok(())
}

fn name_of(agent: usize) -> String {
    format!("E{agent:05}")
}

fn about(agent: usize, event: Event, now: Micros) -> Record {
    let mut record = Record::new("sip1", event, now);
    record.this_dn = Some(format!("{}", 200_000 + agent).into());
    record.agent_id = Some(name_of(agent).into());
    if record.event == Event::AgentNotReady {
        record.work_mode = Some(WorkMode::AuxWork);
        record.reasons = Some(Box::new([("ReasonCode".into(), KeyValue::Text("Lunch".into()))].into()));
    }
    record
}

fn tenant(agents: usize) -> Tenant {
    let agent = |number| Agent { id: name_of(number).into(), ..Agent::default() };
    Tenant {
        tenant: "default".into(),
        time_zone: "UTC".into(),
        sources: vec![Source { name: "sip1".into(), switch: "sw1".into() }],
        agents: (0..agents).map(agent).collect(),
        ..Tenant::default()
    }
}

/// The source: the link protocol's server side, with records from us.
async fn sip_server(clock: Clock) -> Result<(ServerHandle, mpsc::Sender<SourceItem>, lds::Lds)> {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = ServerSettings { addr: listen, tls: None, limits: ServerLimits::default() };
    let (server, incoming) = link_tcp::serve(settings).await?;
    let (outlet, items) = mpsc::channel(64);
    let feed = SourceFeed {
        name: "sip1".into(),
        switch: "sw1".into(),
        numbering: Numbering::Theirs,
        arrival: Arrival::Stamped,
        items,
        requests: None,
    };
    let limits = LdsLimits { write_every: Duration::from_millis(1), ..LdsLimits::default() };
    let settings = LdsSettings { service: "sip".into(), tenant: "default".into(), token: "".into(), limits };
    let ports = LdsPorts {
        log: Arc::new(MemoryLog::new(64 << 20)),
        incoming,
        clock,
        registry: prometheus::Registry::new(),
        census: Census::default(),
        give_up: Rc::new(|failure| eprintln!("{failure}")),
    };
    Ok((server, outlet, lds::start(settings, vec![feed], ports)?))
}

/// The program as it is shipped.
struct Pulse {
    child: Child,
    url: String,
    password: String,
}

impl Pulse {
    fn start(
        program: &PathBuf,
        home: &std::path::Path,
        source: &str,
        tenant: &std::path::Path,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command.args([
            "standalone",
            "--listen",
            "127.0.0.1:0",
            "--metrics",
            "127.0.0.1:0",
            "--source",
            source,
        ]);
        command.arg("--data").arg(home.join("data")).arg("--tenant").arg(tenant);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("pulse does not start")?;
        let (mut url, mut password) = (String::new(), String::new());
        for line in BufReader::new(child.stdout.take().context("no output")?).lines() {
            let line = line?;
            if let Some(at) = line.find("http://").filter(|_| line.contains("is running")) {
                url = line[at..].trim().to_owned();
            }
            if let Some((_, rest)) = line.split_once("password ") {
                password = rest.split_whitespace().next().unwrap_or_default().to_owned();
            }
            if line.contains("Ctrl-C") {
                break;
            }
        }
        Ok(Self { child, url, password })
    }

    async fn page(&self) -> Result<actix_codec::Framed<awc::BoxedSocket, awc::ws::Codec>> {
        let client = awc::Client::builder().disable_timeout().finish();
        let who = json!({"user": "admin", "password": self.password});
        let signed = client.post(format!("{}/api/v1/session", self.url)).send_json(&who).await;
        let signed = signed.map_err(|error| anyhow::anyhow!("sign-in: {error}"))?;
        let cookies = signed.cookies().context("no cookie")?.first().cloned().context("no cookie")?;
        let request = client.ws(format!("{}/api/v1/stream", self.url)).cookie(cookies).origin(&self.url);
        let connected = request.max_frame_size(64 << 20).connect().await;
        Ok(connected.map_err(|error| anyhow::anyhow!("stream: {error}"))?.1)
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
