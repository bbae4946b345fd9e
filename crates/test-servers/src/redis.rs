//! Redis with TLS and a user of its own.

use crate::certificates::{self, Certificates};
use crate::folder::Guard;
use crate::ports::free_port;
use std::cell::RefCell;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Debian's program.
const PROGRAM: &str = "redis-server";
/// Tries to start: somebody else may have taken the port in the meantime.
const TRIES: usize = 5;
/// How long a start may take, in pauses.
const PAUSES: usize = 200;
const PAUSE: Duration = Duration::from_millis(25);

/// A running server. Only TLS is spoken.
pub struct Redis {
    /// Where it listens.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// The authority that vouches for its certificate (PEM).
    pub ca_file: PathBuf,
    /// A user that may do what Pulse needs, on keys that begin with `pulse:`.
    pub user: String,
    /// Of that user.
    pub password: String,
    folder: PathBuf,
    certificates: Certificates,
    process: RefCell<Option<Child>>,
    // The last field: the folder goes after everything else.
    _guard: Guard,
}

impl Redis {
    /// Starts a server of its own, with at most `maxmemory` bytes of data (0: no bound).
    ///
    /// # Errors
    /// In words: that there is no Redis on this machine, or why it does not start.
    pub fn start(maxmemory: u64) -> Result<Self, String> {
        let there =
            Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !there.is_ok_and(|status| status.success()) {
            return Err(format!("{PROGRAM} is not installed (Debian: apt-get install redis-server)"));
        }
        let folder = tempfile::Builder::new().prefix("pulse-redis-").tempdir();
        let folder = folder.map_err(|error| format!("no temporary folder: {error}"))?.keep();
        let stop = format!("kill -9 $(cat '{}')", folder.join("pid").display());
        let guard = Guard::new(&folder, &stop)?;
        let certificates = certificates::make(&folder)?;
        let mut server = Self {
            host: "127.0.0.1".to_owned(),
            port: 0,
            ca_file: certificates.authority.clone(),
            user: "pulse".to_owned(),
            password: "only-for-tests".to_owned(),
            folder,
            certificates,
            process: RefCell::new(None),
            _guard: guard,
        };
        let mut outcome = Err(String::new());
        for _ in 0..TRIES {
            server.port = free_port()?;
            server.configure(maxmemory)?;
            outcome = server.restart();
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map(|()| server)
    }

    fn configure(&self, maxmemory: u64) -> Result<(), String> {
        let Self { port, user, password, folder, certificates, .. } = self;
        let text = format!(
            "bind 127.0.0.1\nport 0\ntls-port {port}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\n\
             tls-auth-clients no\ndir {}\npidfile {}\nlogfile {}\nsave \"\"\nappendonly no\ndaemonize no\n\
             maxmemory {maxmemory}\nmaxmemory-policy noeviction\nuser default off\n\
             user {user} on >{password} ~pulse:* &pulse:* +@all -@admin -@dangerous +info\n\
             user root on >{password} ~* &* +@all\n",
            certificates.certificate.display(),
            certificates.key.display(),
            certificates.authority.display(),
            folder.display(),
            folder.join("pid").display(),
            folder.join("log").display(),
        );
        fs::write(folder.join("redis.conf"), text).map_err(|error| error.to_string())
    }

    /// Kills it without warning: all it knew is lost.
    pub fn kill9(&self) {
        if let Some(mut process) = self.process.borrow_mut().take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Stops it in mid-work, as a machine that hangs would, or lets it go on.
    pub fn freeze(&self, frozen: bool) {
        if let Some(process) = &*self.process.borrow() {
            let signal = if frozen { "-STOP" } else { "-CONT" };
            let _ = Command::new("kill").args([signal, &process.id().to_string()]).status();
        }
    }

    /// Starts it again on the same port, empty, after [`Self::kill9`].
    ///
    /// # Errors
    /// In words.
    pub fn restart(&self) -> Result<(), String> {
        let mut redis = Command::new(PROGRAM);
        redis
            .arg(self.folder.join("redis.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = redis.spawn().map_err(|error| format!("{PROGRAM}: {error}"))?;
        for _ in 0..PAUSES {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                *self.process.borrow_mut() = Some(process);
                return Ok(());
            }
            if process.try_wait().ok().flatten().is_some() {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        let _ = process.kill();
        let _ = process.wait();
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("{PROGRAM} does not start: {log}"))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill9();
    }
}
