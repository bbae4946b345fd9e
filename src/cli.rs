//! The command line: `pulse <role>` and the tools.

use crate::{check, evaluate, operate, reference, roles, tail, trace};
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Open, real-time contact-centre reporting.
#[derive(Debug, Parser)]
#[command(name = "pulse", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All roles in one process on embedded stores: the way to start.
    Standalone(roles::standalone::Args),
    /// The demo contact centre as SIP Server, SIP-VQ and Interaction Server, over the link protocol.
    Simulator(roles::simulator::Args),
    /// The load distribution server: takes events from sources, keeps them, tells them to receivers.
    Lds(roles::lds::Args),
    /// The data collection unit: takes events from load distribution servers, computes statistics.
    Dcu(roles::dcu::Args),
    /// Who may see what: computed from the tenant's access lists and accounts, for the web.
    Permissions(roles::permissions::Args),
    /// The pages, the REST interface and the streams.
    Web(roles::web::Args),
    /// The database schema: made, or brought up to date.
    Init(roles::init::Args),
    /// A tenant's widget templates: loaded, or brought up to date.
    InitTenant(roles::init_tenant::Args),
    /// The Tenant Service: tells the configuration of a tenant to LDS, DCU and permissions.
    Tenant(roles::tenant::Args),
    /// Tries each of the 27 connections of a deployment and names what is broken.
    Check(check::Args),
    /// Statistics from event files, offline.
    Evaluate(evaluate::Args),
    /// What each statistic means, with its formula and an example.
    Statistics(reference::Args),
    /// What each metric means, by role.
    Metrics(reference::metrics::Args),
    /// The events of a source, as text.
    Tail(tail::Args),
    /// Every hop of a call: how late it was told, what the collector made of it.
    Trace(trace::Args),
    /// What a journal holds, whether it is whole, its records as text. It only reads.
    Journal(operate::journal::Args),
    /// What DCUs would go on from: number, time, size, rows. It only reads.
    Checkpoint(operate::checkpoint::Args),
    /// What a running role logs, and more or less of it, without a restart.
    LogLevel(operate::log_level::Args),
    /// A new password for an account whose old one is lost.
    ResetPassword(operate::reset_password::Args),
    /// What helps somebody elsewhere to help, in one archive, without secrets.
    SupportBundle(operate::bundle::Args),
    /// Copies boards, users, shares, templates with their earlier versions into one file.
    Backup(operate::backup::BackupArgs),
    /// Puts such a copy back: into an empty store, SQLite or PostgreSQL.
    Restore(operate::backup::RestoreArgs),
}

impl Cli {
    /// Does what was asked for.
    pub fn run(self) -> ExitCode {
        let outcome = match self.command {
            Command::Standalone(args) => roles::standalone::run(args),
            Command::Simulator(args) => return roles::simulator::run(args),
            Command::Lds(args) => return roles::lds::run(args),
            Command::Dcu(args) => return roles::dcu::run(args),
            Command::Permissions(args) => return roles::permissions::run(args),
            Command::Web(args) => return roles::web::run(args),
            Command::Init(args) => return roles::init::run(args),
            Command::InitTenant(args) => return roles::init_tenant::run(args),
            Command::Tenant(args) => return roles::tenant::run(args),
            Command::Check(args) => return check::run(args),
            Command::Evaluate(args) => return evaluate::run(args),
            Command::Statistics(args) => reference::run(args),
            Command::Metrics(args) => reference::metrics::run(args),
            Command::Tail(args) => tail::run(args),
            Command::Trace(args) => trace::run(args),
            Command::LogLevel(args) => operate::log_level::run(args),
            Command::ResetPassword(args) => operate::reset_password::run(args),
            Command::SupportBundle(args) => operate::bundle::run(args),
            Command::Backup(args) => operate::backup::backup(args),
            Command::Restore(args) => operate::backup::restore(args),
            Command::Journal(args) => return ended(operate::journal::run(args)),
            Command::Checkpoint(args) => return ended(operate::checkpoint::run(args)),
        };
        ended(outcome.map(|()| ExitCode::SUCCESS))
    }
}

fn ended(outcome: Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("pulse: {error:#}");
        ExitCode::FAILURE
    })
}
