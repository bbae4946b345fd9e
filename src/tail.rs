//! `pulse tail`: the events of a source, as text.

use anyhow::{Result, bail};
use std::path::PathBuf;

/// Which source, and for how long.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The source as a URL.
    #[arg(long)]
    source: String,
    /// Stop after so many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<f64>,
    /// Write the tenant that was discovered to this file.
    #[arg(long)]
    tenant_out: Option<PathBuf>,
    /// The file that holds the source's secret; or the variable PULSE_SOURCE_SECRET.
    #[arg(long)]
    secret_file: Option<PathBuf>,
}

/// Prints until the source ends, the time is over, or Ctrl-C.
pub fn run(_args: Args) -> Result<()> {
    bail!("not wired yet")
}
