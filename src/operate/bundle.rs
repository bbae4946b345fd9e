//! `pulse support-bundle`: what somebody needs who shall help from elsewhere, in one archive, without secrets.

mod collect;
mod mask;
mod pack;

use crate::operate::words;
use anyhow::{Result, ensure};
use mask::Mask;
use pack::Pack;
use runtime::Clock;
use std::path::PathBuf;
use std::time::Duration;

/// What to gather, and where to put it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The archive to write, for instance pulse-support.tar.gz; it must not be there yet.
    #[arg(value_name = "OUT")]
    out: PathBuf,
    /// A settings file whose name tells its role (lds.toml, web.toml, standalone.toml ...), or a folder with such files.
    #[arg(long, value_name = "PATH", required = true)]
    settings: Vec<PathBuf>,
    /// A log file: its last lines come along. May be said several times.
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,
    /// How many lines of each log.
    #[arg(long, default_value_t = 5_000)]
    lines: usize,
    /// How long each question may take.
    #[arg(long, default_value = "5s", value_parser = humantime::parse_duration)]
    within: Duration,
}

/// Gathers.
pub fn run(args: Args) -> Result<()> {
    let now = Clock::of_machine().now();
    let pack = gather(&args, &words::time(now))?;
    pack.save(&args.out, now.secs().unsigned_abs())?;
    for name in pack.names() {
        println!("{name}");
    }
    println!("{}: look into it before you hand it on", args.out.display());
    Ok(())
}

fn gather(args: &Args, made: &str) -> Result<Pack> {
    let files = collect::settings_files(&args.settings)?;
    ensure!(!files.is_empty(), "no settings: name those of the roles, as in --settings /etc/pulse");
    let mut mask = Mask::default();
    if let Some(secret) = crate::settings::Secret::of_sources(None)? {
        mask.learn(secret.reveal(), "PULSE_SOURCE_SECRET");
    }
    // All secrets are known before the first text is taken.
    let settings = collect::settings(&files, &mut mask);
    let mut pack = Pack::new(mask);
    for (name, text) in settings {
        pack.add_or_why(&format!("settings/{name}"), text);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    pack.add_or_why("check.txt", collect::check(&files, args.within));
    for (role, addr) in collect::metrics_ports(&files) {
        for path in ["metrics", "ready", "seen", "log"] {
            let answer = runtime.block_on(collect::ask(addr, path, args.within));
            pack.add_or_why(&format!("roles/{role}/{path}.txt"), answer);
        }
    }
    for (role, dir) in collect::data_dirs(&files) {
        pack.add_or_why(&format!("roles/{role}/journal.txt"), collect::journal(&dir));
    }
    for (role, text) in collect::checkpoints(&files) {
        pack.add_or_why(&format!("roles/{role}/checkpoint.txt"), text);
    }
    for file in &args.log {
        let name = file.file_name().map_or_else(|| "log".into(), |name| name.to_string_lossy());
        pack.add_or_why(&format!("log/{name}"), collect::last_lines(file, args.lines));
    }
    let about = collect::about(made, &pack);
    pack.add("about.txt", &about);
    Ok(pack)
}

#[cfg(test)]
mod tests;
