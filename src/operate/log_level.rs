//! `pulse log-level`: what a running role logs, and more or less of it, without a restart.

use crate::check::http::Target;
use crate::settings::Secret;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::time::Duration;

/// Which role, and what it shall log.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The role's metrics port.
    #[arg(long, value_name = "HOST:PORT")]
    at: String,
    /// The token of its log_token_file, first line; needed from another machine.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A level, or levels by part: `debug`, `info,actors=debug`. Without it, the present one is told. It holds until the role
    /// is started again.
    #[arg(value_name = "FILTER")]
    filter: Option<String>,
    /// How long to wait for an answer.
    #[arg(long, default_value = "5s", value_parser = humantime::parse_duration)]
    within: Duration,
}

/// Asks, or changes.
pub fn run(args: Args) -> Result<()> {
    let token = args.token_file.as_deref().map(Secret::of_file).transpose()?;
    let target = Target::parse(&format!("http://{}", args.at), None)
        .with_context(|| format!("--at {} is no HOST:PORT", args.at))?;
    let asked = async {
        match &args.filter {
            None => target.get("/log", args.within).await,
            Some(filter) => {
                target.put("/log", token.as_ref().map(Secret::first_line), filter, args.within).await
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(asked).map_err(|fault| anyhow::anyhow!("{}", fault.cause))?;
    let said = answer.body.trim();
    match answer.status {
        200 => println!("{said}"),
        404 => bail!("{} has no /log: is it the metrics port of a role of this release?", args.at),
        status => bail!("{} answers {status}: {said}", args.at),
    }
    Ok(())
}
