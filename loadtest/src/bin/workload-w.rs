//! Workload W as an event file for `pulse evaluate`, or for any other engine.
//!
//! `cargo run --release -p loadtest --bin workload-w -- --tenant tenant.toml --statistics statistics.toml > events.jsonl`

use anyhow::{Context, Result};
use clap::Parser;
use loadtest::workload_w::Workload;
use loadtest::workload_w::asked::definitions;
use loadtest::workload_w::records::{Records, tenant};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

#[derive(Parser)]
struct Args {
    /// Where the configuration of W's centre is written.
    #[arg(long)]
    tenant: Option<PathBuf>,
    /// Where the statistics that W asks for are written.
    #[arg(long)]
    statistics: Option<PathBuf>,
    /// No more records than these.
    #[arg(long, default_value_t = usize::MAX)]
    records: usize,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let write = |path: &PathBuf, text: String| {
        std::fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
    };
    if let Some(path) = &args.tenant {
        write(path, toml::to_string(&tenant())?)?;
    }
    if let Some(path) = &args.statistics {
        write(path, definitions())?;
    }
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    for record in Records::new(Workload::default()).take(args.records) {
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}
