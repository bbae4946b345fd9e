//! 2,000 agents change their groups at once, while they work: every frame must show the old groups or the new ones,
//! never a mixture.

use super::Run;
use super::logins::groups;
use super::stage::{OPEN_MAX, SETTLE_MAX, Stage, of_queues};
use crate::load::centre::GROUPS;
use crate::load::plan::Plan;
use crate::load::process::Process;
use crate::load::pulse::Pulse;
use crate::load::result::Better;
use crate::load::source::Source;
use crate::load::spans;
use crate::load::table::{Frame, Table};
use crate::load::viewer::{TODAY, Viewer, sleep_until};
use crate::load::watch::Watch;
use anyhow::{Context, Result, bail};
use model::Micros;
use model::tenant::Tenant;
use std::path::Path;
use std::time::Duration;

/// How often they move.
const TIMES: usize = 6;
/// How long one move may take.
const MOVE_MAX: Duration = Duration::from_secs(60);

pub(super) async fn run(run: &mut Run) -> Result<()> {
    let size = run.centre();
    let movers = run.scaled(2_000, 80);
    let times = run.scaled(TIMES, 2);
    let here = run.tenant(size);
    let (there, moved) = moved(&here, movers);
    let source = Source::start(run.clock).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("tenant.toml");
    write(&file, &here)?;
    let (service, url) = tenant_service(&run.program, folder.path(), &file).await?;
    let more = ["--source".to_owned(), url];
    let pulse = Pulse::with(&run.program, folder, &source, &more, run.clock).await?;
    source.log_in(size.agents).await?;
    let mut stage = Stage::of(run.clock, source, pulse);

    let plan = Plan::new(size, &[(run.seconds(5.0, 1.0), 1.0), (7.0 * times as f64, 1.0)]);
    let queues = vec![of_queues(&plan, 0..size.queues, TODAY)];
    let watch = Watch::open(&stage.pulse.door, queues, &stage.begin, &stage.seen).await?;
    watch.ready(OPEN_MAX).await?;
    let mut page = GroupsPage::open(&stage, [counts(&here), counts(&there)]).await?;
    page.until(0).await?;
    let playing = stage.play(&plan);
    sleep_until(stage.clock, stage.begin.get() + plan.span(0).1).await;
    let mut took = Vec::new();
    for turn in 1..=times {
        let to = turn % 2;
        let asked = stage.clock.now();
        write(&file, if to == 1 { &there } else { &here })?;
        let shown = page.until(to).await?;
        took.push(u32::try_from((shown - asked).0).unwrap_or(u32::MAX));
    }
    let played = playing.stop().await?;
    watch.cut(played.cut);
    watch.settled(SETTLE_MAX).await?;
    let taken = stage.taken();
    run.took(taken, played.events);
    let told = spans::told(&mut took);
    let seen = stage.seen.borrow();
    let outcome = &mut run.outcome;
    outcome.size("agents moved at once", moved as f64);
    outcome.size("moves", times as f64);
    outcome.figure("file written to all groups right on the screen, median", told.p50, "ms", Better::Lower);
    outcome.figure(
        "file written to all groups right on the screen, longest",
        told.longest,
        "ms",
        Better::Lower,
    );
    let events = seen.spans.within((plan.span(1).0, Micros::MAX));
    outcome.figure("event to screen meanwhile, p99", events.p99, "ms", Better::Lower);
    outcome.series.push(seen.spans.by_second("p99", |told| told.p99));
    run.judge(&seen);
    run.outcome.truth.compared += page.compared;
    for mixture in page.mixtures {
        run.blame(mixture);
    }
    drop(service);
    Ok(())
}

/// The first groups' agents go to groups of the other half; answers how many go.
fn moved(here: &Tenant, movers: usize) -> (Tenant, usize) {
    let mut there = here.clone();
    let half = there.agent_groups.len() / 2;
    let mut moved = 0;
    for group in 0..half {
        if moved >= movers {
            break;
        }
        let agents = std::mem::take(&mut there.agent_groups[group].agents);
        moved += agents.len();
        there.agent_groups[half + group].agents.extend(agents);
    }
    (there, moved)
}

/// How many agents each group has.
fn counts(tenant: &Tenant) -> Vec<f64> {
    tenant.agent_groups.iter().map(|group| group.agents.len() as f64).collect()
}

fn write(file: &Path, tenant: &Tenant) -> Result<()> {
    let new = file.with_extension("new");
    std::fs::write(&new, toml::to_string(tenant)?)?;
    std::fs::rename(&new, file).context("the configuration can't be changed")
}

/// `pulse tenant`, which follows the file; answers where it is.
async fn tenant_service(program: &Path, folder: &Path, file: &Path) -> Result<(Process, String)> {
    let port = test_servers::free_port().map_err(anyhow::Error::msg)?;
    let settings = folder.join("tenant-service.toml");
    let text = format!(
        "configuration = {file:?}\ndata = {:?}\nlisten = \"127.0.0.1:{port}\"\nhttp = \"127.0.0.1:0\"\nmetrics = \"127.0.0.1:0\"\n",
        folder.join("tenant")
    );
    std::fs::write(&settings, text)?;
    let arguments = ["tenant".to_owned(), "--settings".to_owned(), settings.display().to_string()];
    let process = Process::start("tenant", program, folder, &arguments)?;
    for _ in 0..400 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok((process, format!("tenant://127.0.0.1:{port}?name=tenant")));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("pulse tenant is not up: {}", process.said())
}

/// A page of all groups.
struct GroupsPage {
    viewer: Viewer,
    table: Table,
    /// What it may show.
    allowed: [Vec<f64>; 2],
    /// Whether it has ever shown one of them: logins take a moment.
    begun: bool,
    compared: u64,
    mixtures: Vec<String>,
}

impl GroupsPage {
    async fn open(stage: &Stage, allowed: [Vec<f64>; 2]) -> Result<Self> {
        let rows = GROUPS.min(allowed[0].len());
        let mut viewer = stage.pulse.door.connect().await?;
        viewer.open(1, &groups(rows), None).await?;
        Ok(Self {
            viewer,
            table: Table::new(0, rows, 1),
            allowed,
            begun: false,
            compared: 0,
            mixtures: Vec::new(),
        })
    }

    /// Looks until it shows what is wanted; answers when that was.
    async fn until(&mut self, wanted: usize) -> Result<Micros> {
        let looking = async {
            loop {
                let Some((now, text)) = self.viewer.next().await else { bail!("the stream has ended") };
                let frame: Frame<'_> = serde_json::from_slice(&text)?;
                let (id, seq) = (frame.id, frame.seq);
                if id != 1 {
                    continue;
                }
                self.viewer.acknowledge(1, seq).await?;
                if !self.table.take(frame) {
                    continue;
                }
                let shown: Vec<f64> = (0..self.allowed[0].len())
                    .map(|row| self.table.row(row).map_or(f64::NAN, |cells| cells[0]))
                    .collect();
                let which = self.allowed.iter().position(|allowed| *allowed == shown);
                self.compared += shown.len() as u64;
                self.begun |= which.is_some();
                if which.is_none() && self.begun && self.mixtures.len() < 10 {
                    self.mixtures.push(format!(
                        "neither the old groups nor the new ones: {:?} ...",
                        &shown[..8.min(shown.len())]
                    ));
                }
                if which == Some(wanted) {
                    return Ok(now);
                }
            }
        };
        tokio::time::timeout(MOVE_MAX, looking).await.context("the groups are not right on the screen")?
    }
}
