//! An OpenID provider that is not ours (tests/identity-provider), in a process of its own.

use crate::process::{free_port, wait_for};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
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
    /// What it has said since it runs.
    said: Arc<Mutex<Vec<String>>>,
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
        let mut provider =
            Self { port, ca_file, certificate, key, back, process: None, said: Arc::default() };
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
        self.said = listen(&mut process);
        self.process = Some(process);
    }

    /// The newest access token that it has given somebody.
    pub(crate) fn token_of(&self, login: &str) -> String {
        let said = self.said.lock().unwrap();
        let mut tokens = said.iter().rev().filter_map(|line| line.strip_prefix(&format!("token {login} ")));
        tokens.next().expect("a token was given").to_owned()
    }

    /// What it answers to a request, or to a form of the client.
    pub(crate) fn ask(&self, path: &str, form: &[String]) -> String {
        let done = Command::new("node")
            .arg(folder().join("ask.mjs"))
            .arg(format!("{}{path}", self.issuer()))
            .args(form)
            .env("NODE_EXTRA_CA_CERTS", &self.ca_file)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// The names of the keys with which it signs.
    pub(crate) fn keys(&self) -> Vec<String> {
        let keys: Value = serde_json::from_str(&self.ask("/jwks", &[])).unwrap();
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    /// A service that lets in whoever brings a token of this provider, before `target`; its port, and what it says.
    pub(crate) fn guard(&self, target: &str, token_file: &Path) -> Guard {
        let port = free_port();
        let mut process = Command::new("node")
            .arg(folder().join("resource.mjs"))
            .args([&port.to_string(), &self.issuer(), target])
            .arg(token_file)
            .env("NODE_EXTRA_CA_CERTS", &self.ca_file)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let said = listen(&mut process);
        Guard { port, said, process }
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

/// A service that asks the provider about every token.
pub(crate) struct Guard {
    pub(crate) port: u16,
    said: Arc<Mutex<Vec<String>>>,
    process: Child,
}

impl Guard {
    /// Whether it has let that client in.
    pub(crate) fn has_let_in(&self, client: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| *line == format!("asked {client}"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Waits until it is ready; from then on keeps what it says.
fn listen(process: &mut Child) -> Arc<Mutex<Vec<String>>> {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == "ready"), "it listens");
    let said = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&said);
    std::thread::spawn(move || lines.for_each(|line| kept.lock().unwrap().push(line)));
    said
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}
