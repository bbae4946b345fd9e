//! `pulse standalone` with our source, and what it takes.

use super::process::{Process, Usage};
use super::source::Source;
use super::viewer::Door;
use anyhow::{Context, Result};
use model::tenant::Tenant;
use runtime::Clock;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a start may take on a busy machine.
const START_MAX: Duration = Duration::from_secs(180);

/// A running Pulse, in one process.
pub(crate) struct Pulse {
    pub(crate) process: Process,
    pub(crate) door: Door,
    _folder: tempfile::TempDir,
}

impl Pulse {
    pub(crate) async fn start(
        program: &Path,
        tenant: &Tenant,
        source: &Source,
        clock: Clock,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("tenant.toml");
        std::fs::write(&file, toml::to_string(tenant)?)?;
        let more = ["--tenant".to_owned(), file.display().to_string()];
        Self::with(program, folder, source, &more, clock).await
    }

    /// The same, with further arguments in place of a tenant's file.
    pub(crate) async fn with(
        program: &Path,
        folder: tempfile::TempDir,
        source: &Source,
        more: &[String],
        clock: Clock,
    ) -> Result<Self> {
        let mut arguments: Vec<String> =
            ["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--source"]
                .map(String::from)
                .into();
        arguments.extend([
            source.url(),
            "--data".to_owned(),
            folder.path().join("data").display().to_string(),
        ]);
        arguments.extend_from_slice(more);
        let process = Process::start("standalone", program, folder.path(), &arguments)?;
        let (url, password) = process.until_said(START_MAX, greeting).await?;
        let door = Door::sign_in(&url, &password, clock).await?;
        Ok(Self { process, door, _folder: folder })
    }
}

/// The address and the first password.
fn greeting(said: &str) -> Option<(String, String)> {
    let line = |with: &str| said.lines().find(|line| line.contains(with));
    line("Ctrl-C")?;
    let url = line("is running")?.split_whitespace().find(|word| word.starts_with("http://"))?;
    let password = line("shown until it is used")?.split_once("password ")?.1.split_whitespace().next()?;
    Some((url.to_owned(), password.to_owned()))
}

/// The program, as it was named or beside our own.
pub(crate) fn program(given: Option<&Path>) -> Result<PathBuf> {
    let path = match given {
        Some(path) => path.to_owned(),
        None => std::env::current_exe()?.with_file_name("pulse"),
    };
    let found = path.canonicalize();
    found.with_context(|| format!("there is no {}: build it, or name another one by --pulse", path.display()))
}

/// What processes have taken, by name.
pub(crate) fn usages<'a>(processes: impl IntoIterator<Item = &'a Process>) -> BTreeMap<String, Usage> {
    processes.into_iter().map(|process| (process.name.clone(), process.usage())).collect()
}
