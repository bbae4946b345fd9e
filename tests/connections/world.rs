//! A whole deployment: PostgreSQL, Redis, a SIP Server (the simulator), LDS, DCU and web, each a process.

pub(crate) mod questions;
mod roles;

use crate::process::{Role, free_port, wait_for};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use test_servers::{FaultProxy, Nginx, Postgres, Redis, TempFolder, Trouble, skipped};

pub(crate) const BIN: &str = env!("CARGO_BIN_EXE_pulse");
/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
const PASSWORD: &str = "a first password";

/// The deployment that the rows share: one test at a time.
pub(crate) fn shared() -> Option<MutexGuard<'static, World>> {
    static WORLD: OnceLock<Result<Mutex<World>, String>> = OnceLock::new();
    match WORLD.get_or_init(|| World::start().map(Mutex::new)) {
        // A test that failed has said so; whoever comes next finds out what still works.
        Ok(world) => Some(world.lock().unwrap_or_else(PoisonError::into_inner)),
        Err(why) => {
            skipped(why);
            None
        }
    }
}

/// For a test with a deployment of its own: one such at a time.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) struct World {
    /// Proxies before the counterparts of connections, where trouble is wanted.
    edges: BTreeMap<u8, FaultProxy>,
    /// How long roles wait for an answer.
    patience: &'static str,
    pub(crate) redis: Redis,
    pub(crate) postgres: Postgres,
    pub(crate) nginx: RefCell<Option<Nginx>>,
    pub(crate) simulator: RefCell<Option<Role>>,
    pub(crate) tenant: RefCell<Option<Role>>,
    pub(crate) lds: RefCell<Option<Role>>,
    pub(crate) lds_vq: RefCell<Option<Role>>,
    pub(crate) dcu: RefCell<Option<Role>>,
    pub(crate) web: RefCell<Option<Role>>,
    pub(crate) permissions: RefCell<Option<Role>>,
    pub(crate) ports: Ports,
    folder: TempFolder,
}

#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) simulator: u16,
    pub(crate) tenant: u16,
    pub(crate) tenant_metrics: u16,
    pub(crate) tenant_http: u16,
    pub(crate) lds: u16,
    pub(crate) lds_metrics: u16,
    pub(crate) lds_vq: u16,
    pub(crate) lds_vq_metrics: u16,
    pub(crate) dcu_metrics: u16,
    pub(crate) web: u16,
    pub(crate) web_metrics: u16,
    pub(crate) permissions_metrics: u16,
}

impl World {
    /// Starts everything; says why not where a server is missing.
    pub(crate) fn start() -> Result<Self, String> {
        let world = Self::new("2s")?;
        world.start_all();
        Ok(world)
    }

    pub(crate) fn start_all(&self) {
        self.start_simulator();
        self.start_tenant();
        self.start_lds();
        self.start_dcu();
        self.start_permissions();
        self.start_web();
    }

    /// Prepares everything with a proxy before each counterpart, all of them away, and deadlines of fractions of a
    /// second. Nothing is started yet but the stores.
    pub(crate) fn start_behind_proxies() -> Result<Self, String> {
        let mut world = Self::new("700ms")?;
        let Ports { simulator, tenant, lds, .. } = world.ports;
        let (redis, postgres) = (world.redis.port, world.postgres.port);
        for (row, behind) in [
            (3, redis),
            (5, postgres),
            (7, tenant),
            (8, lds),
            (9, tenant),
            (10, simulator),
            (21, postgres),
            (22, redis),
        ] {
            let proxy =
                FaultProxy::start((Ipv4Addr::LOCALHOST, behind).into()).map_err(|error| error.to_string())?;
            proxy.set(Trouble::Refuse).map_err(|error| error.to_string())?;
            world.edges.insert(row, proxy);
        }
        Ok(world)
    }

    /// The proxy of a connection.
    pub(crate) fn edge(&self, row: u8) -> &FaultProxy {
        &self.edges[&row]
    }

    /// Ends the trouble of connections.
    pub(crate) fn open(&self, rows: &[u8]) {
        for row in rows {
            wait_for("the port of a proxy", PATIENCE, || self.edge(*row).set(Trouble::None).ok());
        }
    }

    /// Where the caller of a connection finds its counterpart.
    fn port(&self, row: u8, direct: u16) -> u16 {
        self.edges.get(&row).map_or(direct, FaultProxy::port)
    }

    /// All that a role has said.
    pub(crate) fn said_of(&self, role: &str) -> String {
        let role = match role {
            "lds" => &self.lds,
            "dcu" => &self.dcu,
            _ => &self.web,
        };
        role.borrow().as_ref().map(Role::said).unwrap_or_default()
    }

    fn new(patience: &'static str) -> Result<Self, String> {
        let (postgres, redis) = (Postgres::start()?, Redis::start(0)?);
        let folder = TempFolder::new()?;
        let ports = Ports {
            simulator: free_port(),
            tenant: free_port(),
            tenant_metrics: free_port(),
            tenant_http: free_port(),
            lds: free_port(),
            lds_metrics: free_port(),
            lds_vq: free_port(),
            lds_vq_metrics: free_port(),
            dcu_metrics: free_port(),
            web: free_port(),
            web_metrics: free_port(),
            permissions_metrics: free_port(),
        };
        let nginx = Nginx::start(|port, certificate, key| example_proxy(port, ports.web, certificate, key))?;
        let world = Self {
            edges: BTreeMap::new(),
            patience,
            redis,
            postgres,
            nginx: RefCell::new(Some(nginx)),
            simulator: RefCell::default(),
            tenant: RefCell::default(),
            lds: RefCell::default(),
            lds_vq: RefCell::default(),
            dcu: RefCell::default(),
            web: RefCell::default(),
            permissions: RefCell::default(),
            ports,
            folder,
        };
        world.prepare();
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

    /// Where the settings of its roles lie.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A new proxy in the place of the old one; the web is told where the public finds it.
    pub(crate) fn restart_nginx(&self) {
        let nginx =
            Nginx::start(|port, certificate, key| example_proxy(port, self.ports.web, certificate, key));
        *self.nginx.borrow_mut() = Some(nginx.unwrap());
        drop(self.web.take());
        self.start_web();
    }

    /// Changes the text of the tenant's configuration.
    pub(crate) fn configure(&self, change: impl FnOnce(String) -> String) {
        let file = self.path("tenant.toml");
        let text = change(std::fs::read_to_string(&file).unwrap());
        std::fs::write(file, text).unwrap();
    }

    /// All that the roles have said, for the message of a test that fails.
    pub(crate) fn said(&self) -> String {
        let roles = [
            ("simulator", &self.simulator),
            ("tenant", &self.tenant),
            ("lds", &self.lds),
            ("dcu", &self.dcu),
            ("permissions", &self.permissions),
            ("web", &self.web),
        ];
        let said = roles.iter().map(|(name, role)| {
            let said = role.borrow().as_ref().map(Role::said).unwrap_or_default();
            let end: Vec<&str> = said.lines().rev().take(60).collect();
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
    }
}

/// The example of docs/examples, for this deployment.
fn example_proxy(port: u16, web: u16, certificate: &str, key: &str) -> String {
    let example = include_str!("../../docs/examples/nginx.conf");
    [
        ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
        ("server 127.0.0.1:8080", format!("server 127.0.0.1:{web}")),
        ("/etc/nginx/pulse.crt", certificate.to_owned()),
        ("/etc/nginx/pulse.key", key.to_owned()),
    ]
    .iter()
    .fold(example.to_owned(), |text, (ours, theirs)| {
        assert!(text.contains(ours), "the example has no `{ours}`");
        text.replace(ours, theirs)
    })
}

fn public(nginx: &Nginx) -> String {
    format!(
        "public_url = \"https://127.0.0.1:{}\"\npublic_ca_file = \"{}\"\n",
        nginx.port,
        nginx.ca_file.display()
    )
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
