//! `pulse check`: tries each of the 27 connections of a deployment and names what is broken.

mod attempt;
mod files;
pub(crate) mod http;
mod inbound;
mod plan;
mod report;
mod services;
mod tries;

use crate::roles::process::{FAILED, OK, WRONG_SETTINGS};
use anyhow::{Context, Result, bail};
use attempt::{Attempt, Finding, Limits};
use files::Settings;
pub(crate) use inbound::here;
use report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// `pulse check`. Ends with 0 when nothing failed, 1 when something did, 2 for wrong settings.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file whose name tells its role (lds.toml, lds-vq.toml, dcu-1.toml, web.toml, init.toml ...), or a folder
    /// with such files.
    #[arg(long, value_name = "PATH")]
    settings: Vec<PathBuf>,
    /// Settings of a load distribution server; with `service = "lds-vq"` those of one for virtual queues.
    #[arg(long, value_name = "FILE")]
    lds: Vec<PathBuf>,
    /// Settings of a data collection unit.
    #[arg(long, value_name = "FILE")]
    dcu: Vec<PathBuf>,
    /// Settings of the web.
    #[arg(long, value_name = "FILE")]
    web: Vec<PathBuf>,
    /// Settings of the role that computes permissions.
    #[arg(long, value_name = "FILE")]
    permissions: Vec<PathBuf>,
    /// Settings of the job that makes the schema.
    #[arg(long, value_name = "FILE")]
    init: Vec<PathBuf>,
    /// Settings of the job that loads a tenant's templates.
    #[arg(long, value_name = "FILE")]
    init_tenant: Vec<PathBuf>,
    /// Only these connections, by number: 3,8,22.
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=27))]
    only: Vec<u8>,
    /// Answer as JSON.
    #[arg(long)]
    json: bool,
    /// How long each step of a try may take.
    #[arg(long, default_value = "5s", value_parser = humantime::parse_duration)]
    within: Duration,
    /// What takes longer is called slow.
    #[arg(long, default_value = "1s", value_parser = humantime::parse_duration)]
    slow: Duration,
    /// Print the table of connections (Markdown), and try nothing.
    #[arg(long)]
    list: bool,
}

/// Tries what the settings say.
pub fn run(args: Args) -> ExitCode {
    if args.list {
        print!("{}", report::table());
        return ExitCode::from(OK);
    }
    let settings = match args.read() {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("pulse: {error:#}");
            return ExitCode::from(WRONG_SETTINGS);
        }
    };
    let limits = Limits { within: args.within, slow: args.slow };
    let report = match report(settings, &args.only, limits) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("pulse: {error}");
            return ExitCode::from(FAILED);
        }
    };
    match args.json {
        true => println!("{}", report.json()),
        false => print!("{}", report.text()),
    }
    ExitCode::from(if report.has_failed() { FAILED } else { OK })
}

fn report(settings: Settings, only: &[u8], limits: Limits) -> std::io::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    let findings = local.block_on(&runtime, async { all(plan::attempts(settings, limits), only).await });
    Ok(Report::new(findings, only, limits))
}

/// What is printed of the settings in these files; those that can't be used are told first, and files of roles without
/// connections are left out.
pub(crate) fn text_of(files: &[&Path], within: Duration) -> Result<String> {
    let (mut settings, mut unusable) = (Settings::default(), String::new());
    for file in files.iter().filter(|file| files::role_of(file).is_some()) {
        // The whole error would show the line, which may be a secret.
        if settings.take(file).is_err() {
            unusable += &format!("{}: these settings can't be used\n", file.display());
        }
    }
    let report = report(settings, &[], Limits { within, slow: Duration::from_secs(1) })?;
    Ok(unusable + &report.text())
}

impl Args {
    fn read(&self) -> Result<Settings> {
        let mut settings = Settings::default();
        for path in &self.settings {
            settings.take(path)?;
        }
        for (role, files) in [
            ("lds", &self.lds),
            ("dcu", &self.dcu),
            ("web", &self.web),
            ("permissions", &self.permissions),
            ("init", &self.init),
            ("init-tenant", &self.init_tenant),
        ] {
            for file in files {
                settings.take_as(role, file).with_context(|| format!("{}", file.display()))?;
            }
        }
        if settings.is_empty() {
            bail!("no settings: name those of the roles, as in pulse check --settings /etc/pulse");
        }
        Ok(settings)
    }
}

/// Tries them all at once.
async fn all(attempts: Vec<Attempt>, only: &[u8]) -> Vec<Finding> {
    let wanted = attempts.into_iter().filter(|attempt| only.is_empty() || only.contains(&attempt.row));
    let tries: Vec<_> = wanted.map(|attempt| tokio::task::spawn_local(attempt.run())).collect();
    let mut findings = Vec::with_capacity(tries.len());
    for one in tries {
        findings.extend(one.await);
    }
    findings
}
