//! nginx, with the configuration that it is given.

use crate::certificates::{self, Certificates};
use crate::folder::Guard;
use crate::ports::free_port;
use crate::program;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Debian's program, which is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/nginx";
/// Tries to start: somebody else may have taken the port in the meantime.
const TRIES: usize = 5;

/// A running server with TLS.
pub struct Nginx {
    /// Where it listens.
    pub port: u16,
    /// The authority that vouches for its certificate (PEM).
    pub ca_file: PathBuf,
    /// Its process.
    pub pid: u32,
    process: Child,
    folder: PathBuf,
    // The last field: the folder goes after everything else.
    _guard: Guard,
}

impl Nginx {
    /// Starts one. `server` gives what stands within `http { }`, for a port, the file of the certificate, and that of
    /// its key.
    ///
    /// # Errors
    /// In words: that there is no nginx on this machine, or why it does not start.
    pub fn start(server: impl Fn(u16, &str, &str) -> String) -> Result<Self, String> {
        program::is_there(PROGRAM, "-v", "nginx")?;
        let text = |error: std::io::Error| error.to_string();
        let folder = tempfile::Builder::new().prefix("pulse-nginx-").tempdir().map_err(text)?.keep();
        let pid_file = folder.join("pid");
        let guard = Guard::new(&folder, &format!("kill -9 $(cat '{}')", pid_file.display()))?;
        let Certificates { authority, certificate, key } = certificates::make(&folder)?;
        let mut outcome = Err(String::new());
        for _ in 0..TRIES {
            let port = free_port()?;
            let server = server(port, &certificate.display().to_string(), &key.display().to_string());
            // One process, so that there is one to end; its files stay within the folder.
            let settings = format!(
                "daemon off;\nmaster_process off;\npid {pid};\nerror_log {folder}/error.log warn;\n\
                 events {{ worker_connections 256; }}\nhttp {{\naccess_log {folder}/access.log;\n\
                 client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/fastcgi;\n\
                 uwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n{server}\n}}\n",
                pid = pid_file.display(),
                folder = folder.display(),
            );
            let file = folder.join("nginx.conf");
            fs::write(&file, settings).map_err(text)?;
            let mut command = Command::new(PROGRAM);
            command.arg("-p").arg(&folder).arg("-e").arg(folder.join("error.log")).arg("-c").arg(&file);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            outcome = program::start(&mut command, port).map(|process| (process, port));
            if outcome.is_ok() {
                break;
            }
        }
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let (process, port) = outcome.map_err(|error| format!("{error}: {}", read("error.log")))?;
        Ok(Self { port, ca_file: authority, pid: process.id(), process, folder, _guard: guard })
    }

    /// What went wrong, and what was asked for.
    pub fn said(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        read("error.log") + &read("access.log")
    }

    /// Ends it at once.
    pub fn kill9(&mut self) {
        program::end(&mut self.process);
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.kill9();
    }
}
