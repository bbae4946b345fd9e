//! An OpenID provider that is not ours (tests/identity-provider), in a process of its own.

use crate::process::{free_port, wait_for};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) const CLIENT: &str = "pulse_client";
pub(crate) const SECRET: &str = "a-secret-of-the-tests";

pub(crate) struct Provider {
    pub(crate) port: u16,
    pub(crate) ca_file: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    back: String,
    process: Option<Child>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/identity-provider")
}

impl Provider {
    /// One that sends browsers `back` there; says why not where it is not installed.
    pub(crate) fn start(certificates: &Path, back: String) -> Result<Self, String> {
        if !folder().join("node_modules/oidc-provider").is_dir() {
            return Err("there is no OpenID provider: npm ci --prefix tests/identity-provider".to_owned());
        }
        let file = |name: &str| certificates.with_file_name(name);
        let (certificate, key) = (file("server.pem"), file("server.key"));
        let (port, ca_file) = (free_port(), certificates.to_owned());
        let mut provider = Self { port, ca_file, certificate, key, back, process: None };
        provider.run();
        Ok(provider)
    }

    /// Runs it, after [`Self::stop`] with other keys than before.
    pub(crate) fn run(&mut self) {
        let mut process = Command::new("node")
            .arg(folder().join("server.mjs"))
            .arg(self.port.to_string())
            .args([&self.certificate, &self.key])
            .arg(&self.back)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line == "ready"), "the provider listens");
        self.process = Some(process);
    }

    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Goes to `url` as a browser does, and signs in at the provider as `login`: where it ended, with which cookie.
    pub(crate) fn visit(&self, url: &str, login: &str) -> (String, Option<String>) {
        let done = Command::new("node")
            .arg(folder().join("visit.mjs"))
            .args([url, login])
            .env("NODE_EXTRA_CA_CERTS", &self.ca_file)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let ended: Value = serde_json::from_slice(&done.stdout).unwrap();
        (ended["url"].as_str().unwrap().to_owned(), ended["cookie"].as_str().map(str::to_owned))
    }

    /// Waits until something is true of the world while the provider is what it is.
    pub(crate) fn until(what: &str, ask: impl FnMut() -> Option<()>) {
        wait_for(what, Duration::from_secs(180), ask);
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}
