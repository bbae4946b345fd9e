//! Where everything comes from.

use super::mask::Mask;
use super::pack::Pack;
use crate::check;
use crate::check::http::Target;
use crate::operate::place::Role;
use crate::operate::{checkpoint, journal};
use crate::settings::tenant::TenantService;
use crate::settings::{Dcu, Lds, Permissions, Standalone, Web};
use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::fmt::Write;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A journal that is larger is only listed: reading it takes the disk from the role that writes there.
const JOURNAL_BYTES_MAX: u64 = 2 << 30;

/// Roles whose settings may be named, longer names first.
const ROLES: [&str; 9] =
    ["init-tenant", "init", "lds", "dcu", "web", "permissions", "standalone", "tenant-service", "simulator"];

/// A settings file, and whose it is.
pub(super) struct Named {
    role: &'static str,
    /// The file's name without its end: lds-vq, dcu-1.
    name: String,
    path: PathBuf,
}

/// The files themselves, and those of folders whose names tell a role.
pub(super) fn settings_files(paths: &[PathBuf]) -> Result<Vec<Named>> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            let Some(named) = named(path) else {
                bail!("{}: its name tells no role ({})", path.display(), ROLES.join(", "));
            };
            found.push(named);
            continue;
        }
        let listed = std::fs::read_dir(path).with_context(|| format!("{} can't be read", path.display()))?;
        let files = listed.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        found.extend(files.iter().filter(|file| file.is_file()).filter_map(|file| named(file)));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn named(path: &Path) -> Option<Named> {
    let name = path.file_stem()?.to_str()?.to_owned();
    let is_of =
        |role: &str| name.strip_prefix(role).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let role = ROLES
        .into_iter()
        .find(|role| is_of(role))
        .filter(|_| path.extension().is_some_and(|e| e == "toml"))?;
    Some(Named { role, name, path: path.to_owned() })
}

/// Settings without comments and secrets; the mask learns all of them.
pub(super) fn settings(files: &[Named], mask: &mut Mask) -> Vec<(String, Result<String>)> {
    let read = |Named { path, .. }: &Named, mask: &mut Mask| {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))?;
        // What can't be read can't be masked either; the error's text would show the line.
        let Ok(mut table) = text.parse::<toml::Table>() else { bail!("{} is not TOML", path.display()) };
        mask.settings(&mut table);
        Ok(toml::to_string(&table)?)
    };
    files.iter().map(|file| (format!("{}.toml", file.name), read(file, mask))).collect()
}

pub(super) fn check(files: &[Named], within: Duration) -> Result<String> {
    let files: Vec<&Path> = files.iter().map(|file| file.path.as_path()).collect();
    check::text_of(&files, within)
}

/// Where each role tells of itself.
pub(super) fn metrics_ports(files: &[Named]) -> Vec<(String, SocketAddr)> {
    let of = |Named { role, path, .. }: &Named| -> Result<Option<SocketAddr>> {
        let file = Some(path.as_path());
        Ok(match *role {
            "lds" => Some(Lds::load(file)?.metrics),
            "dcu" => Some(Dcu::load(file)?.metrics),
            "web" => Some(Web::load(file)?.metrics),
            "permissions" => Some(Permissions::load(file)?.metrics),
            "standalone" => Some(Standalone::load(file)?.metrics),
            "tenant-service" => Some(TenantService::load(file)?.metrics),
            _ => None,
        })
    };
    // Settings that can't be used are told by the check.
    files.iter().filter_map(|file| Some((file.name.clone(), of(file).ok()??))).collect()
}

/// What a role answers.
pub(super) async fn ask(addr: SocketAddr, path: &str, within: Duration) -> Result<String> {
    let answer = Target::plain(check::here(addr)).get(&format!("/{path}"), within).await;
    let answer = answer.map_err(|fault| anyhow::anyhow!("{}", fault.cause))?;
    match answer.status {
        // Not ready is an answer, too.
        200 | 503 => Ok(answer.body),
        status => bail!("{addr}/{path} answers {status}"),
    }
}

/// Data directories with a journal.
pub(super) fn data_dirs(files: &[Named]) -> Vec<(String, PathBuf)> {
    let of = |Named { role, path, .. }: &Named| -> Result<Option<PathBuf>> {
        Ok(match *role {
            "lds" => Some(Lds::load(Some(path))?.data),
            "standalone" => Some(Standalone::load(Some(path))?.data),
            _ => None,
        })
    };
    files.iter().filter_map(|file| Some((file.name.clone(), of(file).ok()??))).collect()
}

pub(super) fn journal(data: &Path) -> Result<String> {
    let dir = data.join("journal");
    let mut listed = String::new();
    let mut total = 0;
    for source in std::fs::read_dir(&dir).with_context(|| format!("{} can't be read", dir.display()))? {
        let source = source?.path();
        for segment in std::fs::read_dir(&source).into_iter().flatten().flatten() {
            let bytes = segment.metadata().map_or(0, |about| about.len());
            total += bytes;
            let _ = writeln!(listed, "{} {bytes} bytes", segment.path().display());
        }
    }
    if total > JOURNAL_BYTES_MAX {
        return Ok(listed);
    }
    journal::listed(&dir)
}

/// What DCUs would go on from.
pub(super) fn checkpoints(files: &[Named]) -> Vec<(String, Result<String>)> {
    let keeps = |file: &&Named| matches!(file.role, "dcu" | "standalone");
    let listed = |file: &Named| {
        // The whole error would show the line, which may be a secret.
        if Role::load(&file.path).is_err() {
            bail!("{}: these settings can't be used", file.path.display());
        }
        checkpoint::listed(&file.path)
    };
    files.iter().filter(keeps).map(|file| (file.name.clone(), listed(file))).collect()
}

pub(super) fn last_lines(file: &Path, count: usize) -> Result<String> {
    let open = File::open(file).with_context(|| format!("{} can't be read", file.display()))?;
    let mut last = VecDeque::with_capacity(count.min(1 << 16));
    let mut reader = BufReader::new(open);
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if last.len() >= count.max(1) {
            last.pop_front();
        }
        last.push_back(String::from_utf8_lossy(&line).into_owned());
    }
    Ok(last.into_iter().collect())
}

pub(super) fn about(made: &str, pack: &Pack) -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default().trim().to_owned();
    let mut text = format!(
        "pulse {}\nmade {made}\nsystem {} {} {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        read("/proc/sys/kernel/osrelease")
    );
    let _ = writeln!(text, "processors {}", std::thread::available_parallelism().map_or(0, usize::from));
    let memory = read("/proc/meminfo");
    let _ = writeln!(text, "{}", memory.lines().take(3).collect::<Vec<_>>().join("\n"));
    for file in &pack.mask.too_short {
        let _ = writeln!(text, "not masked in other texts, for it is too short: what is in {file}");
    }
    let _ = writeln!(text, "\n{}", pack.names().join("\n"));
    text
}
