//! `pulse checkpoint`: what DCUs would go on from. It only reads.

use crate::operate::place::Role;
use crate::operate::words;
use crate::roles::lds::tenant_of_file;
use crate::roles::process::{FAILED, OK};
use actors::dcu::{Inspected, inspect};
use anyhow::{Context, Result, bail};
use model::Text;
use ports::checkpoints::{Pointer, Restored};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store_sqlite::{Options, SqliteStore};

/// Which checkpoints, and what to tell of them.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The data directory of standalone. It may be running.
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Settings that say where they are: standalone.toml (its data directory), dcu.toml (its Redis).
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Whose, where dcu.toml names no tenant_file.
    #[arg(long)]
    tenant: Option<String>,
    /// Tell what can't be read, piece by piece, and end with 1 if there is any.
    #[arg(long)]
    verify: bool,
    /// One JSON object for each volume.
    #[arg(long)]
    json: bool,
}

/// Tells.
pub fn run(args: Args) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(find(&args))?;
    let mut whole = true;
    if found.is_empty() && !args.json {
        println!("no checkpoints");
    }
    for (volume, restored) in &found {
        let inspected = inspect(restored);
        whole &= inspected.unreadable.is_empty();
        let told = Told::new(volume, restored, &inspected);
        match args.json {
            true => println!("{}", serde_json::to_string(&told)?),
            false => print!("{}", told.text(args.verify)),
        }
    }
    Ok(ExitCode::from(if whole || !args.verify { OK } else { FAILED }))
}

/// What is printed for these settings.
pub(super) fn listed(settings: &Path) -> Result<String> {
    let args =
        Args { dir: None, settings: Some(settings.to_owned()), tenant: None, verify: true, json: false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(find(&args))?;
    let told =
        |(volume, restored): &(Text, Restored)| Told::new(volume, restored, &inspect(restored)).text(true);
    Ok(found.iter().map(told).collect())
}

async fn find(args: &Args) -> Result<Vec<(Text, Restored)>> {
    let data = match (&args.dir, &args.settings) {
        (Some(dir), None) => dir.clone(),
        (None, Some(file)) => match Role::load(file)? {
            Role::Standalone(standalone) => standalone.data,
            Role::Dcu(dcu) => {
                let tenant = match (&args.tenant, &dcu.tenant_file) {
                    (Some(tenant), _) => tenant.as_str().into(),
                    (None, Some(file)) => tenant_of_file(file)?.tenant,
                    (None, None) => {
                        bail!("these settings name no tenant_file: say whose checkpoints with --tenant NAME")
                    }
                };
                return Ok(dcu.redis.open(&tenant)?.all_checkpoints().await?);
            }
            other => {
                bail!("{} keeps no checkpoints: name the settings of a dcu or of standalone", other.name())
            }
        },
        _ => bail!("name one of them: the data directory, or --settings FILE"),
    };
    let file = data.join("pulse.sqlite");
    let store = SqliteStore::open_to_read(&file, &Options::default())
        .with_context(|| format!("{} can't be looked into", file.display()))?;
    Ok(store.all_checkpoints().await?)
}

/// A checkpoint as it is told.
#[derive(Serialize)]
struct Told<'a> {
    volume: &'a str,
    /// The number of the checkpoint.
    generation: u64,
    fence: u64,
    /// The clock of the state, and the newest values that were published, in µs.
    at: i64,
    published: i64,
    /// The last record of each source that it has seen.
    positions: BTreeMap<&'a str, (u64, u64)>,
    /// Slots of which it holds something.
    slots: usize,
    bytes: usize,
    chunks: usize,
    objects: &'a BTreeMap<&'static str, usize>,
    /// By statistic: rows, bytes, since when.
    rows: BTreeMap<&'a str, (usize, usize, i64)>,
    unreadable: &'a BTreeMap<Text, String>,
}

impl<'a> Told<'a> {
    fn new(volume: &'a str, restored: &'a Restored, inspected: &'a Inspected) -> Self {
        let Pointer { generation, positions, at, published, fence, .. } = &restored.pointer;
        let of =
            |(key, of): (&'a Text, &'a actors::dcu::RowsOf)| (key.as_str(), (of.rows, of.bytes, of.since.0));
        Self {
            volume,
            generation: *generation,
            fence: *fence,
            at: at.0,
            published: published.0,
            positions: positions.iter().map(|(name, at)| (name.as_str(), (at.epoch, at.seq))).collect(),
            slots: restored.chunks.iter().map(|chunk| chunk.slot).collect::<BTreeSet<_>>().len(),
            bytes: restored.chunks.iter().map(|chunk| chunk.bytes.len()).sum(),
            chunks: restored.chunks.len(),
            objects: &inspected.objects,
            rows: inspected.statistics.iter().map(of).collect(),
            unreadable: &inspected.unreadable,
        }
    }

    fn text(&self, verified: bool) -> String {
        let time = |at: i64| words::time(model::time::Micros(at));
        let mut text = format!(
            "{}  number {}  as of {}  {} slots  {} in {} pieces\n",
            self.volume,
            self.generation,
            time(self.at),
            self.slots,
            words::bytes(self.bytes as u64),
            self.chunks
        );
        for (source, (epoch, seq)) in &self.positions {
            text += &format!("  after {source} {epoch}/{seq}\n");
        }
        let objects: Vec<String> =
            self.objects.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        text += &format!("  objects: {}\n", objects.join(", "));
        for (key, (rows, bytes, since)) in &self.rows {
            let bytes = words::bytes(*bytes as u64);
            text += &format!("  {key}  {rows} rows, {bytes}, since {}\n", time(*since));
        }
        match (self.unreadable.len(), verified) {
            (0, true) => text += "  every piece can be read\n",
            (0, false) => {}
            (count, false) => text += &format!("  {count} pieces can't be read: see --verify\n"),
            (_, true) => {
                for (name, cause) in self.unreadable {
                    text += &format!("  {name} can't be read: {cause}\n");
                }
            }
        }
        text
    }
}
