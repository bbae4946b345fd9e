//! `pulse init`: the schema of the database, made or brought up to date, and who may enter. A job: it ends when it is
//! done, and may be run again at any time.

use crate::settings::postgres::Init;
use std::path::PathBuf;
use std::process::ExitCode;
use store_postgres::Server;
use store_postgres::schema::{self, Login};

/// It was not done; the message says why.
pub(super) const FAILED: u8 = 1;
/// The settings are wrong: trying again does not help.
pub(super) const WRONG_SETTINGS: u8 = 2;

/// `pulse init`. Ends with 0 when the schema is up to date, 1 when that failed, 2 for wrong settings.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/init.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Show which migrations would run, and change nothing.
    #[arg(long)]
    plan: bool,
}

/// Runs to its end.
pub fn run(args: Args) -> ExitCode {
    let read = || {
        let settings = Init::load(args.settings.as_deref())?;
        anyhow::Ok((settings.server()?, settings.logins(), settings))
    };
    let (server, logins, settings) = match read() {
        Ok(read) => read,
        Err(error) => return ended(WRONG_SETTINGS, &format!("{error:#}")),
    };
    let job = async {
        schema::wait(&server, settings.wait, say).await?;
        match args.plan {
            true => plan(&server, &settings).await,
            false => install(&server, &logins, &settings).await,
        }
    };
    match once(job) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ended(FAILED, &format!("{error:#}")),
    }
}

async fn plan(server: &Server, settings: &Init) -> anyhow::Result<()> {
    let plan = schema::plan(server, settings.step_max).await?;
    println!("schema of {}: at {}", server.name(), plan.version);
    for migration in &plan.missing {
        println!("would apply {migration}");
    }
    if plan.missing.is_empty() {
        println!("nothing to apply");
    }
    Ok(())
}

async fn install(server: &Server, logins: &[Login], settings: &Init) -> anyhow::Result<()> {
    let done = schema::install(server, logins, settings.step_max).await?;
    for role in &done.roles {
        println!("created group role {role}");
    }
    for migration in &done.applied {
        println!("applied {migration}");
    }
    for line in &done.logins {
        println!("{line}");
    }
    println!("schema of {}: at {}", server.name(), done.version);
    Ok(())
}

/// Does a job on a runtime of its own.
pub(super) fn once<T>(job: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(job)
}

/// A line of progress.
pub(super) fn say(line: &str) {
    eprintln!("pulse: {line}");
}

/// Says why, and ends.
pub(super) fn ended(code: u8, why: &str) -> ExitCode {
    say(why);
    ExitCode::from(code)
}
