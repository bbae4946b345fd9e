//! A whole deployment: PostgreSQL, Redis, a SIP Server (the simulator), LDS, DCU and web, each a process.

use crate::process::{Role, free_port, http, wait_for};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
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
        world.start_simulator();
        world.start_tenant();
        world.start_lds();
        world.start_dcu();
        world.start_permissions();
        world.start_web();
        Ok(world)
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

    pub(crate) fn start_simulator(&self) {
        let listen = format!("127.0.0.1:{}", self.ports.simulator);
        let arguments = ["simulator", "--open-since", "1h", "--seed", "7", "--listen", &listen];
        *self.simulator.borrow_mut() = Some(Role::run("simulator", self.folder.path(), &arguments));
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

    /// What Redis itself says.
    pub(crate) fn redis_cli(&self, command: &[&str]) -> String {
        self.redis_cli_as(&self.redis.user, &self.redis.password, command)
    }

    /// What Redis says to another user.
    pub(crate) fn redis_cli_as(&self, user: &str, password: &str, command: &[&str]) -> String {
        let Redis { host, port, .. } = &self.redis;
        let mut cli = Command::new("redis-cli");
        // Who Redis is has been asked elsewhere.
        cli.args(["--no-auth-warning", "--tls", "--insecure"]);
        cli.args(["-h", host, "-p", &port.to_string(), "--user", user, "--pass", password]).args(command);
        String::from_utf8(cli.output().unwrap().stdout).unwrap().trim().to_owned()
    }

    /// What `pulse check` says of all rows, and how it ends.
    pub(crate) fn check_all(&self) -> (String, Output) {
        let mut check = Command::new(BIN);
        check.args(["check", "--within", "2s", "--settings"]).arg(self.folder.path());
        let output = check.output().unwrap();
        (String::from_utf8_lossy(&output.stdout).into_owned(), output)
    }

    pub(crate) fn tenant_name(&self) -> String {
        Tenant::read(&self.path("tenant.toml")).name
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
        for login in ["pulse-dcu", "pulse-web", "pulse-permissions", "pulse-it", "pulse-other"] {
            self.sql(&format!("CREATE ROLE \"{login}\" LOGIN PASSWORD '{login}'"));
            self.file(&format!("{login}.password"), login);
        }
        let init = self.file(
            "init.toml",
            &format!(
                "user = \"postgres\"\nwait = \"2s\"\n{}\n[[login]]\nuser = \"pulse-dcu\"\nrole = \"dcu\"\ntenants = [\"*\"]\n\
                 [[login]]\nuser = \"pulse-web\"\nrole = \"web\"\ntenants = [\"*\"]\n\
                 [[login]]\nuser = \"pulse-permissions\"\nrole = \"permissions\"\ntenants = [\"*\"]\n\
                 [[login]]\nuser = \"pulse-it\"\nrole = \"init-tenant\"\ntenants = [\"*\"]\n\
                 [[login]]\nuser = \"pulse-other\"\nrole = \"dcu\"\ntenants = [\"elsewhere\"]\n",
                self.postgres_keys("postgres-password")
            ),
        );
        let done = Command::new(BIN).args(["init", "--settings"]).arg(init).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        self.file(
            "init-tenant.toml",
            &format!(
                "tenant = \"{}\"\nuser = \"pulse-it\"\nwait = \"2s\"\n{}\n",
                Tenant::read(&self.path("tenant.toml")).name,
                self.postgres_keys("pulse-it.password")
            ),
        );
    }

    /// Runs a job to its end.
    pub(crate) fn job(&self, name: &str) -> Output {
        let file = self.path(&format!("{name}.toml"));
        Command::new(BIN).arg(name).arg("--settings").arg(file).output().unwrap()
    }

    /// Runs a statement as the superuser.
    pub(crate) fn sql(&self, statement: &str) -> String {
        self.postgres.sql("postgres", statement).unwrap()
    }

    /// Sessions of a login at PostgreSQL; all of them are private.
    pub(crate) fn sessions(&self, login: &str) -> u32 {
        let sql = format!(
            "SELECT count(*), coalesce(bool_and(ssl), false) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) \
             WHERE usename = '{login}'"
        );
        let answer = self.sql(&sql);
        let (count, private) = answer.trim().split_once('|').unwrap();
        let count = count.parse().unwrap();
        assert!(count == 0 || private == "t", "{login} speaks TLS with PostgreSQL: {answer}");
        count
    }

    fn postgres_keys(&self, password: &str) -> String {
        self.postgres_keys_at(self.postgres.port, password)
    }

    fn postgres_keys_at(&self, port: u16, password: &str) -> String {
        let Postgres { host, ca_file, .. } = &self.postgres;
        format!(
            "host = \"{host}\"\nport = {port}\npassword_file = \"{}\"\nca_file = \"{}\"",
            self.path(password).display(),
            ca_file.display()
        )
    }

    /// The stores of a role, by the numbers of its connections to Redis and PostgreSQL.
    fn stores(&self, login: &str, (to_redis, to_postgres): (u8, u8)) -> String {
        let Redis { host, port, ca_file, user, .. } = &self.redis;
        let (redis, postgres) = (self.port(to_redis, *port), self.port(to_postgres, self.postgres.port));
        let patience = self.patience;
        format!(
            "[redis]\nhost = \"{host}\"\nport = {redis}\nca_file = \"{}\"\nuser = \"{user}\"\npassword_file = \"{}\"\n\
             patience = \"{patience}\"\n[postgres]\nuser = \"{login}\"\npatience = \"{patience}\"\n{}\n",
            ca_file.display(),
            self.path("redis-password").display(),
            self.postgres_keys_at(postgres, &format!("{login}.password"))
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
        let Ports { lds, lds_metrics, .. } = self.ports;
        let settings = self.lds_settings("lds", lds, lds_metrics);
        *self.lds.borrow_mut() = Some(Role::start("lds", self.folder.path(), &settings, "lds.toml"));
    }

    /// A second one, as for virtual queues.
    pub(crate) fn start_lds_vq(&self) {
        let Ports { lds_vq, lds_vq_metrics, .. } = self.ports;
        let settings =
            format!("service = \"lds-vq\"\n{}", self.lds_settings("lds-vq", lds_vq, lds_vq_metrics));
        *self.lds_vq.borrow_mut() = Some(Role::start("lds", self.folder.path(), &settings, "lds-vq.toml"));
    }

    fn lds_settings(&self, data: &str, port: u16, metrics: u16) -> String {
        let Ports { simulator, tenant: service, .. } = self.ports;
        let (simulator, service, patience) = (self.port(10, simulator), self.port(9, service), self.patience);
        let tenant = Tenant::read(&self.path("tenant.toml"));
        let sources: Vec<String> = tenant
            .sources
            .iter()
            .map(|name| format!("\"pulse://127.0.0.1:{simulator}?name={name}\""))
            .collect();
        format!(
            "data = \"{}\"\nlisten = \"127.0.0.1:{port}\"\nmetrics = \"127.0.0.1:{metrics}\"\nsources = [\"tenant://127.0.0.1:{service}?name=tenant\", {}]\n\
             patience = \"{patience}\"\ntenant = \"{}\"\ntenant_token_file = \"{}\"\ntoken_file = \"{}\"\n[tls]\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n",
            self.path(data).display(),
            sources.join(", "),
            tenant.name,
            self.path("tenant-token").display(),
            self.path("token").display(),
            self.redis.ca_file.with_file_name("server.pem").display(),
            self.redis.ca_file.with_file_name("server.key").display(),
        )
    }

    pub(crate) fn start_dcu(&self) {
        *self.dcu.borrow_mut() = Some(self.another_dcu("dcu", self.ports.dcu_metrics));
    }

    /// One of several that share the work; its name is that of its settings and of its log.
    pub(crate) fn another_dcu(&self, name: &str, metrics: u16) -> Role {
        let Ports { tenant, lds, .. } = self.ports;
        let (tenant, lds, patience) = (self.port(7, tenant), self.port(8, lds), self.patience);
        let settings = format!(
            "name = \"{name}\"\nlease = \"2s\"\nmetrics = \"127.0.0.1:{metrics}\"\ntenant_token_file = \"{}\"\ntoken_file = \"{}\"\ncheckpoint_every = \"1s\"\n\
             [tenant_service]\naddress = \"127.0.0.1:{tenant}\"\npatience = \"{patience}\"\n\
             [[lds]]\naddress = \"127.0.0.1:{lds}\"\nca_file = \"{}\"\npatience = \"{patience}\"\n{}",
            self.path("tenant-token").display(),
            self.path("token").display(),
            self.redis.ca_file.display(),
            self.stores("pulse-dcu", (3, 5))
        );
        Role::start("dcu", self.folder.path(), &settings, &format!("{name}.toml"))
    }

    /// Whoever signs in sees everything, until there are access lists.
    pub(crate) fn start_permissions(&self) {
        let Ports { tenant, permissions_metrics, .. } = self.ports;
        let settings = format!(
            "metrics = \"127.0.0.1:{permissions_metrics}\"\nwithout_access_lists = \"everything\"\nconfirm_every = \"1s\"\n\
             tenant_token_file = \"{}\"\n[tenant_service]\naddress = \"127.0.0.1:{tenant}\"\n{}",
            self.path("tenant-token").display(),
            self.stores("pulse-permissions", (2, 4))
        );
        *self.permissions.borrow_mut() =
            Some(Role::start("permissions", self.folder.path(), &settings, "permissions.toml"));
    }

    /// The web, with local accounts.
    pub(crate) fn start_web(&self) {
        let public = self.nginx.borrow().as_ref().map(public).unwrap_or_default();
        self.start_web_with(&format!("behind_proxy = true\n{public}{}", self.local_accounts()), "");
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
            self.stores("pulse-web", (22, 21))
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
        queues_at(self.ports.web, cookie, statistics)
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
            let end: Vec<&str> = said.lines().rev().take(20).collect();
            format!("--- {name}\n{}\n", end.into_iter().rev().collect::<Vec<_>>().join("\n"))
        });
        said.collect()
    }
}

/// [`World::queues`], by the port of the web.
pub(crate) fn queues_at(
    web: u16,
    cookie: &str,
    statistics: &[&str],
) -> Option<(i64, BTreeMap<String, Vec<f64>>)> {
    let path = format!("/api/v1/values?object_type=Queue&objects=*&statistics={}", statistics.join(","));
    let (_, body) = http(web, "GET", &path, cookie, "")?;
    let answer: Value = serde_json::from_str(&body).ok()?;
    let mut rows = BTreeMap::new();
    for row in answer["rows"].as_array()? {
        let cells = row["cells"].as_array()?;
        let cells = cells.iter().map(|cell| cell["v"].as_f64()).collect::<Option<Vec<f64>>>();
        rows.insert(row["object"].as_str()?.to_owned(), cells?);
    }
    (!rows.is_empty()).then_some((answer["at"].as_i64()?, rows))
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
