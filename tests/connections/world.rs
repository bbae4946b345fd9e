//! A whole deployment: PostgreSQL, Redis, a SIP Server (the simulator), LDS, DCU and web, each a process.

use crate::process::{Role, free_port, http, wait_for};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use test_servers::{Postgres, Redis};

pub(crate) const BIN: &str = env!("CARGO_BIN_EXE_pulse");
/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
const PASSWORD: &str = "a first password";

pub(crate) struct World {
    pub(crate) redis: Redis,
    pub(crate) postgres: Postgres,
    pub(crate) tenant: RefCell<Option<Role>>,
    pub(crate) lds: RefCell<Option<Role>>,
    pub(crate) dcu: RefCell<Option<Role>>,
    pub(crate) web: RefCell<Option<Role>>,
    pub(crate) permissions: RefCell<Option<Role>>,
    pub(crate) ports: Ports,
    simulator: Child,
    folder: tempfile::TempDir,
}

#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) simulator: u16,
    pub(crate) tenant: u16,
    pub(crate) tenant_metrics: u16,
    pub(crate) tenant_http: u16,
    pub(crate) lds: u16,
    pub(crate) lds_metrics: u16,
    pub(crate) dcu_metrics: u16,
    pub(crate) web: u16,
    pub(crate) web_metrics: u16,
    pub(crate) permissions_metrics: u16,
}

impl World {
    /// Starts everything; says why not where a server is missing.
    pub(crate) fn start() -> Result<Self, String> {
        let (postgres, redis) = (Postgres::start()?, Redis::start(0)?);
        let folder = tempfile::tempdir().unwrap();
        let ports = Ports {
            simulator: free_port(),
            tenant: free_port(),
            tenant_metrics: free_port(),
            tenant_http: free_port(),
            lds: free_port(),
            lds_metrics: free_port(),
            dcu_metrics: free_port(),
            web: free_port(),
            web_metrics: free_port(),
            permissions_metrics: free_port(),
        };
        let simulator = Command::new(BIN)
            .args(["simulator", "--open-since", "1h", "--seed", "7", "--listen"])
            .arg(format!("127.0.0.1:{}", ports.simulator))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let world = Self {
            redis,
            postgres,
            tenant: RefCell::default(),
            lds: RefCell::default(),
            dcu: RefCell::default(),
            web: RefCell::default(),
            permissions: RefCell::default(),
            ports,
            simulator,
            folder,
        };
        world.prepare();
        world.start_tenant();
        world.start_lds();
        world.start_dcu();
        world.start_permissions();
        world.start_web();
        Ok(world)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Secrets, logins, the schema and the tenant.
    fn prepare(&self) {
        self.file("token", "between-lds-and-dcu\n");
        self.file("tenant-http-token", "of-its-http\n");
        self.file("tenant-token", "of-the-tenant-service\n");
        self.file("redis-password", &self.redis.password);
        self.file("postgres-password", &self.postgres.password);
        self.file("admin", PASSWORD);
        let tenant = Command::new(BIN).args(["simulator", "--print-tenant", "--seed", "7"]).output().unwrap();
        assert!(tenant.status.success(), "{}", String::from_utf8_lossy(&tenant.stderr));
        self.file("tenant.toml", &String::from_utf8_lossy(&tenant.stdout));
        self.sql("CREATE DATABASE pulse");
        for login in ["pulse-dcu", "pulse-web", "pulse-permissions"] {
            self.sql(&format!("CREATE ROLE \"{login}\" LOGIN PASSWORD '{login}'"));
            self.file(&format!("{login}.password"), login);
        }
        let init = self.file(
            "init.toml",
            &format!(
                "user = \"postgres\"\nwait = \"20s\"\n{}\n[[login]]\nuser = \"pulse-dcu\"\nrole = \"dcu\"\ntenants = [\"*\"]\n\
                 [[login]]\nuser = \"pulse-web\"\nrole = \"web\"\ntenants = [\"*\"]\n\
                 [[login]]\nuser = \"pulse-permissions\"\nrole = \"permissions\"\ntenants = [\"*\"]\n",
                self.postgres_keys("postgres-password")
            ),
        );
        let done = Command::new(BIN).args(["init", "--settings"]).arg(init).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Runs a statement as the superuser.
    pub(crate) fn sql(&self, statement: &str) -> String {
        self.postgres.sql("postgres", statement).unwrap()
    }

    fn postgres_keys(&self, password: &str) -> String {
        let Postgres { host, port, ca_file, .. } = &self.postgres;
        format!(
            "host = \"{host}\"\nport = {port}\npassword_file = \"{}\"\nca_file = \"{}\"",
            self.path(password).display(),
            ca_file.display()
        )
    }

    fn stores(&self, login: &str) -> String {
        let Redis { host, port, ca_file, user, .. } = &self.redis;
        format!(
            "[redis]\nhost = \"{host}\"\nport = {port}\nca_file = \"{}\"\nuser = \"{user}\"\npassword_file = \"{}\"\n\
             patience = \"2s\"\n[postgres]\nuser = \"{login}\"\npatience = \"2s\"\n{}\n",
            ca_file.display(),
            self.path("redis-password").display(),
            self.postgres_keys(&format!("{login}.password"))
        )
    }

    pub(crate) fn start_tenant(&self) {
        let Ports { tenant, tenant_metrics, tenant_http, .. } = self.ports;
        let settings = format!(
            "configuration = \"{}\"\ndata = \"{}\"\nlisten = \"127.0.0.1:{tenant}\"\nhttp = \"127.0.0.1:{tenant_http}\"\nhttp_token_file = \"{}\"\n\
             metrics = \"127.0.0.1:{tenant_metrics}\"\ntoken_file = \"{}\"\n",
            self.path("tenant.toml").display(),
            self.path("tenant").display(),
            self.path("tenant-http-token").display(),
            self.path("tenant-token").display(),
        );
        *self.tenant.borrow_mut() =
            Some(Role::start("tenant", self.folder.path(), &settings, "tenant-service.toml"));
    }

    /// Changes the text of the tenant's configuration.
    pub(crate) fn configure(&self, change: impl FnOnce(String) -> String) {
        let file = self.path("tenant.toml");
        let text = change(std::fs::read_to_string(&file).unwrap());
        std::fs::write(file, text).unwrap();
    }

    /// The name of a queue, as people read it.
    pub(crate) fn name_of(&self, cookie: &str, queue: &str) -> Option<String> {
        let (_, body) = http(self.ports.web, "GET", "/api/v1/objects?type=Queue", cookie, "")?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        let line = answer["objects"].as_array()?.iter().find(|line| line["object"] == queue)?;
        line["name"].as_str().map(str::to_owned)
    }

    pub(crate) fn start_lds(&self) {
        let Ports { simulator, tenant: service, lds, lds_metrics, .. } = self.ports;
        let tenant = Tenant::read(&self.path("tenant.toml"));
        let sources: Vec<String> = tenant
            .sources
            .iter()
            .map(|name| format!("\"pulse://127.0.0.1:{simulator}?name={name}\""))
            .collect();
        let settings = format!(
            "data = \"{}\"\nlisten = \"127.0.0.1:{lds}\"\nmetrics = \"127.0.0.1:{lds_metrics}\"\nsources = [\"tenant://127.0.0.1:{service}?name=tenant\", {}]\n\
             tenant = \"{}\"\ntenant_token_file = \"{}\"\ntoken_file = \"{}\"\n[tls]\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n",
            self.path("lds").display(),
            sources.join(", "),
            tenant.name,
            self.path("tenant-token").display(),
            self.path("token").display(),
            self.redis.ca_file.with_file_name("server.pem").display(),
            self.redis.ca_file.with_file_name("server.key").display(),
        );
        *self.lds.borrow_mut() = Some(Role::start("lds", self.folder.path(), &settings, "lds.toml"));
    }

    pub(crate) fn start_dcu(&self) {
        let Ports { tenant, lds, dcu_metrics, .. } = self.ports;
        let settings = format!(
            "metrics = \"127.0.0.1:{dcu_metrics}\"\ntenant_token_file = \"{}\"\ntoken_file = \"{}\"\ncheckpoint_every = \"1s\"\n\
             [tenant_service]\naddress = \"127.0.0.1:{tenant}\"\n[[lds]]\naddress = \"127.0.0.1:{lds}\"\nca_file = \"{}\"\n{}",
            self.path("tenant-token").display(),
            self.path("token").display(),
            self.redis.ca_file.display(),
            self.stores("pulse-dcu")
        );
        *self.dcu.borrow_mut() = Some(Role::start("dcu", self.folder.path(), &settings, "dcu.toml"));
    }

    /// Whoever signs in sees everything, until there are access lists.
    pub(crate) fn start_permissions(&self) {
        let Ports { tenant, permissions_metrics, .. } = self.ports;
        let settings = format!(
            "metrics = \"127.0.0.1:{permissions_metrics}\"\nwithout_access_lists = \"everything\"\nconfirm_every = \"1s\"\n\
             tenant_token_file = \"{}\"\n[tenant_service]\naddress = \"127.0.0.1:{tenant}\"\n{}",
            self.path("tenant-token").display(),
            self.stores("pulse-permissions")
        );
        *self.permissions.borrow_mut() =
            Some(Role::start("permissions", self.folder.path(), &settings, "permissions.toml"));
    }

    /// The web, with local accounts.
    pub(crate) fn start_web(&self) {
        self.start_web_with(&self.local_accounts(), "");
    }

    /// The keys by which people have accounts at the web.
    pub(crate) fn local_accounts(&self) -> String {
        format!("local_accounts = true\nfirst_password_file = \"{}\"\n", self.path("admin").display())
    }

    /// The web, with further keys and tables.
    pub(crate) fn start_web_with(&self, keys: &str, tables: &str) {
        let Ports { web, web_metrics, .. } = self.ports;
        let tenant = Tenant::read(&self.path("tenant.toml"));
        let settings = format!(
            "listen = \"127.0.0.1:{web}\"\nmetrics = \"127.0.0.1:{web_metrics}\"\ntenant = \"{}\"\n\
             {keys}{}{tables}",
            tenant.name,
            self.stores("pulse-web")
        );
        *self.web.borrow_mut() = Some(Role::start("web", self.folder.path(), &settings, "web.toml"));
    }

    /// Whether the probe of a role says yes.
    pub(crate) fn ready(&self, metrics: u16) -> bool {
        http(metrics, "GET", "/ready", "", "").is_some_and(|(head, _)| head.contains(" 200 "))
    }

    /// A metric of a role: the sum over its labels.
    pub(crate) fn metric(&self, port: u16, name: &str) -> Option<f64> {
        let (_, text) = http(port, "GET", "/metrics", "", "")?;
        let of_name = text
            .lines()
            .filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' '])));
        let values: Vec<f64> = of_name
            .filter_map(|line| line.rsplit_once(' ').and_then(|(_, value)| value.parse().ok()))
            .collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }

    /// Signs in; answers the cookie.
    pub(crate) fn sign_in(&self) -> String {
        wait_for("the web lets people in", PATIENCE, || self.sign_in_as("admin", PASSWORD))
    }

    /// Signs somebody in; answers the cookie.
    pub(crate) fn sign_in_as(&self, user: &str, password: &str) -> Option<String> {
        let body = serde_json::json!({"user": user, "password": password}).to_string();
        let (head, _) = http(self.ports.web, "POST", "/api/v1/session", "", &body)?;
        let cookie = head.lines().filter_map(|line| line.split_once(": "));
        let (_, cookie) = cookie.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("set-cookie"))?;
        cookie.split(';').next().map(str::to_owned)
    }

    /// A request that changes something, as the page of whoever is signed in sends it.
    pub(crate) fn change(
        &self,
        method: &str,
        path: &str,
        cookie: &str,
        body: &str,
    ) -> Option<(String, String)> {
        let (_, who) = http(self.ports.web, "GET", "/api/v1/session", cookie, "")?;
        let who: Value = serde_json::from_str(&who).ok()?;
        // The header goes with the cookie's line.
        let with_proof = format!("{cookie}\r\nx-csrf: {}", who["csrf"].as_str()?);
        http(self.ports.web, method, path, &with_proof, body)
    }

    /// The values of all queues, by queue: numbers in the order of `statistics`; with the time as of which they hold.
    pub(crate) fn queues(
        &self,
        cookie: &str,
        statistics: &[&str],
    ) -> Option<(i64, BTreeMap<String, Vec<f64>>)> {
        let path = format!("/api/v1/values?object_type=Queue&objects=*&statistics={}", statistics.join(","));
        let (_, body) = http(self.ports.web, "GET", &path, cookie, "")?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        let mut rows = BTreeMap::new();
        for row in answer["rows"].as_array()? {
            let cells = row["cells"].as_array()?;
            let cells = cells.iter().map(|cell| cell["v"].as_f64()).collect::<Option<Vec<f64>>>();
            rows.insert(row["object"].as_str()?.to_owned(), cells?);
        }
        (!rows.is_empty()).then_some((answer["at"].as_i64()?, rows))
    }

    /// All that the roles have said, for the message of a test that fails.
    pub(crate) fn said(&self) -> String {
        let roles = [
            ("tenant", &self.tenant),
            ("lds", &self.lds),
            ("dcu", &self.dcu),
            ("permissions", &self.permissions),
            ("web", &self.web),
        ];
        let said = roles.iter().map(|(name, role)| {
            let said = role.borrow().as_ref().map(Role::said).unwrap_or_default();
            let end: Vec<&str> = said.lines().rev().take(20).collect();
            format!("--- {name}\n{}\n", end.into_iter().rev().collect::<Vec<_>>().join("\n"))
        });
        said.collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.said());
        }
        let _ = self.simulator.kill();
        let _ = self.simulator.wait();
    }
}

/// What the settings of roles need to know of the tenant.
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) sources: Vec<String>,
}

impl Tenant {
    pub(crate) fn read(file: &Path) -> Self {
        let tenant: toml::Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        let sources = tenant["source"].as_array().unwrap();
        Self {
            name: tenant["tenant"].as_str().unwrap().to_owned(),
            sources: sources.iter().map(|source| source["name"].as_str().unwrap().to_owned()).collect(),
        }
    }
}
