//! `pulse init-tenant`: the widget templates of a tenant, loaded or brought up to date. A job, as `pulse init`.

use super::init::{FAILED, WRONG_SETTINGS, ended, once, say};
use crate::settings::postgres::InitTenant;
use crate::templates::{self, Fate, Report};
use runtime::Clock;
use std::path::PathBuf;
use std::process::ExitCode;
use store_postgres::{Options, Postgres, Server, schema};

/// `--check` found templates that are not as shipped.
const DRIFT: u8 = 3;

/// `pulse init-tenant`. Ends with 0 when it is done, 1 when that failed, 2 for wrong settings; with `--check` 3 when
/// there is drift.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/init-tenant.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Show which templates are not as shipped, and change nothing.
    #[arg(long)]
    check: bool,
}

/// Runs to its end.
pub fn run(args: Args) -> ExitCode {
    let read = || {
        let settings = InitTenant::load(args.settings.as_deref())?;
        anyhow::ensure!(
            !settings.tenant.is_empty(),
            "tenant is empty: name the tenant whose templates these are"
        );
        anyhow::Ok((settings.server()?, settings))
    };
    let (server, settings) = match read() {
        Ok(read) => read,
        Err(error) => return ended(WRONG_SETTINGS, &format!("{error:#}")),
    };
    match once(job(server, &settings, args.check)) {
        Ok(report) => {
            let has_drift = tell(&report, args.check);
            if args.check && has_drift { ExitCode::from(DRIFT) } else { ExitCode::SUCCESS }
        }
        Err(error) => ended(FAILED, &format!("{error:#}")),
    }
}

async fn job(server: Server, settings: &InitTenant, is_check: bool) -> anyhow::Result<Report> {
    schema::wait(&server, settings.wait, say).await?;
    let shipped = templates::shipped()?;
    let store = Postgres::open(server, Options::default()).await?.tenant(&settings.tenant).await?;
    Ok(match is_check {
        true => templates::check(&store, &shipped).await?,
        false => templates::load(&store, &shipped, Clock::of_machine().now()).await?,
    })
}

/// One line for each that was not as shipped, and one for all; answers whether any is not.
fn tell(report: &Report, is_check: bool) -> bool {
    let is_same = |fate: &Fate| match fate {
        Fate::Same => true,
        Fate::New | Fate::Upgraded => !is_check,
        Fate::Edited | Fate::Removed => false,
    };
    let same = report.values().filter(|fate| is_same(fate)).count();
    for (name, fate) in report {
        let words = match (fate, is_check) {
            (Fate::Same, _) => continue,
            (Fate::New, false) => "loaded",
            (Fate::New, true) => "missing",
            (Fate::Upgraded, false) => "upgraded",
            (Fate::Upgraded, true) => "older than the shipped one",
            (Fate::Edited, _) => "changed here: kept as it is",
            (Fate::Removed, _) => "removed here: stays away",
        };
        println!("{name}: {words}");
    }
    println!("{same} of {} templates are as shipped", report.len());
    same < report.len()
}
