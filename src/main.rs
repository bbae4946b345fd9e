//! The `pulse` command.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    pulse::cli::Cli::parse().run()
}
