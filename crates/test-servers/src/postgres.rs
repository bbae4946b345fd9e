//! PostgreSQL with TLS.

use crate::certificates::{self, Certificates};
use crate::folder::Guard;
use crate::ports::free_port;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// Where Debian keeps the server's programs.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The user that a server may run as when the test runs as root, which PostgreSQL refuses.
const UNPRIVILEGED: &str = "postgres";
/// Tries to start: somebody else may have taken the port in the meantime.
const TRIES: usize = 5;

/// The pause between them.
const PAUSE: Duration = Duration::from_millis(200);

/// A running server.
pub struct Postgres {
    /// Where it listens.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// The authority that vouches for its certificate (PEM).
    pub ca_file: PathBuf,
    /// Of the superuser `postgres`.
    pub password: String,
    programs: Programs,
    data: PathBuf,
    // The last field: the folder goes after everything else.
    _guard: Guard,
}

/// How the server's programs are run.
struct Programs {
    folder: PathBuf,
    as_root: bool,
}

impl Postgres {
    /// Starts a server of its own.
    ///
    /// # Errors
    /// In words: that there is no PostgreSQL on this machine, or why it does not start.
    pub fn start() -> Result<Self, String> {
        let programs = Programs::find()?;
        let folder = tempfile::Builder::new().prefix("pulse-postgres-").tempdir();
        let folder = folder.map_err(|error| format!("no temporary folder: {error}"))?.keep();
        let data = folder.join("data");
        let stop = programs.line("pg_ctl", &["stop", "-m", "immediate", "-D", &data.display().to_string()]);
        let guard = Guard::new(&folder, &stop)?;
        let made = certificates::make(&folder)?;
        let password = "only for tests".to_owned();
        fs::write(folder.join("password"), &password).map_err(|error| error.to_string())?;
        programs.hand_over(&folder)?;
        programs.run(
            "initdb",
            &[
                "--no-sync",
                "--username=postgres",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                &format!("--pwfile={}", folder.join("password").display()),
                &format!("--pgdata={}", data.display()),
            ],
        )?;
        let mut server = Self {
            host: "127.0.0.1".to_owned(),
            port: 0,
            ca_file: made.authority.clone(),
            password,
            programs,
            data,
            _guard: guard,
        };
        let mut outcome = Err(String::new());
        for _ in 0..TRIES {
            server.port = free_port()?;
            server.configure(&made)?;
            outcome = server.restart();
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map(|()| server)
    }

    fn configure(&self, made: &Certificates) -> Result<(), String> {
        let text = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nssl = on\n\
             ssl_cert_file = '{}'\nssl_key_file = '{}'\nfsync = off\n\
             full_page_writes = off\nshared_buffers = 32MB\nmax_connections = 100\nlog_min_messages = warning\n",
            self.port,
            made.certificate.display(),
            made.key.display(),
        );
        fs::write(self.data.join("postgresql.conf"), text).map_err(|error| error.to_string())
    }

    /// Runs SQL as the superuser; answers the rows, columns separated by `|`.
    ///
    /// # Errors
    /// What the server says.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.folder.join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", &self.host, "-U", "postgres"]);
        psql.args(["-p", &self.port.to_string(), "-d", database, "-c", sql])
            .env("PGPASSWORD", &self.password);
        let output =
            psql.stdin(Stdio::null()).output().map_err(|error| format!("psql can't be run: {error}"))?;
        let rows = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        said("psql", Ok(output)).map(|()| rows)
    }

    /// Ends it in order: clients are thrown out, everything is on disk.
    ///
    /// # Errors
    /// In words.
    pub fn stop(&self) -> Result<(), String> {
        self.programs.run("pg_ctl", &["stop", "-w", "-m", "fast", "-D", &self.data.display().to_string()])
    }

    /// Kills it without warning, its helpers with it.
    ///
    /// # Errors
    /// In words.
    pub fn kill9(&self) -> Result<(), String> {
        let pid = fs::read_to_string(self.data.join("postmaster.pid")).map_err(|error| error.to_string())?;
        let pid = pid.lines().next().unwrap_or_default().trim().to_owned();
        let helpers = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        said("kill", Command::new("kill").args(["-9", &pid]).output())?;
        if !helpers.trim().is_empty() {
            // One of them may be gone already.
            let _ = Command::new("kill").arg("-9").args(helpers.split_whitespace()).output();
        }
        // Where nobody collects dead processes, a server that starts would take the dead one for a living one.
        fs::remove_file(self.data.join("postmaster.pid")).map_err(|error| error.to_string())
    }

    /// Starts it again on the same port, after [`Self::stop`] or [`Self::kill9`].
    ///
    /// # Errors
    /// In words.
    pub fn restart(&self) -> Result<(), String> {
        let (data, log) = (self.data.display().to_string(), self.data.join("log").display().to_string());
        let start = || self.programs.run("pg_ctl", &["start", "-w", "-t", "30", "-D", &data, "-l", &log]);
        let mut outcome = start();
        // The helpers of a server that was killed take a moment to notice, and hold its memory until then.
        for _ in 0..TRIES {
            if outcome.is_err() {
                std::thread::sleep(PAUSE);
                outcome = start();
            }
        }
        outcome.map_err(|error| format!("{error}{}", fs::read_to_string(&log).unwrap_or_default()))
    }
}

impl Programs {
    /// The newest server on this machine.
    fn find() -> Result<Self, String> {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
            .filter(|(_, folder)| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
            .collect();
        versions.sort();
        let (_, folder) = versions.pop().ok_or_else(|| {
            format!("there is no PostgreSQL server under {DEBIAN}: install the package postgresql")
        })?;
        let whoami = Command::new("id").arg("-u").output().map_err(|error| format!("id: {error}"))?;
        Ok(Self { folder, as_root: whoami.stdout.trim_ascii() == b"0" })
    }

    /// Gives the folder to the user that the server runs as.
    fn hand_over(&self, folder: &Path) -> Result<(), String> {
        let key = folder.join("server.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).map_err(|error| error.to_string())?;
        if self.as_root {
            return said("chown", Command::new("chown").args(["-R", UNPRIVILEGED]).arg(folder).output());
        }
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let path = self.folder.join(program);
        if self.as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", UNPRIVILEGED, "--"]).arg(path);
            return command;
        }
        Command::new(path)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        // Output goes to a file or nowhere: a server that inherits a pipe would keep it open.
        let mut command = self.command(program);
        command.args(arguments).current_dir("/").stdin(Stdio::null());
        if program == "pg_ctl" {
            command.stdout(Stdio::null()).stderr(Stdio::null());
        }
        said(program, command.output())
    }

    /// The same as a line for a shell; no argument holds a quote.
    fn line(&self, program: &str, arguments: &[&str]) -> String {
        let command = self.command(program);
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let words = words.map(|word| word.to_string_lossy().into_owned());
        let words = words.chain(arguments.iter().map(|word| (*word).to_owned()));
        words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
    }
}

fn said(program: &str, output: std::io::Result<Output>) -> Result<(), String> {
    let output = output.map_err(|error| format!("{program} can't be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed ({}): {}", output.status, told.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn a_server_lives_as_long_as_its_guard_and_leaves_nothing() {
        let server = match Postgres::start() {
            Ok(server) => server,
            Err(why) => return crate::skipped(&why),
        };
        let reachable = |port: u16| TcpStream::connect(("127.0.0.1", port)).is_ok();
        let (port, folder) = (server.port, server.data.parent().unwrap().to_owned());
        assert!(reachable(port));
        server.kill9().unwrap();
        server.restart().unwrap();
        assert!(reachable(port), "the same port after a kill");
        assert_eq!(server.sql("postgres", "SELECT 1, 'a'").unwrap(), "1|a");
        server.stop().unwrap();
        assert!(!reachable(port));
        server.restart().unwrap();
        drop(server);
        assert!(!reachable(port));
        assert!(!folder.exists(), "{} is left", folder.display());
    }
}
