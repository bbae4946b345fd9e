//! A deployment with several media: PostgreSQL, Redis, Tenant Service, a simulator (SIP Server, SIP-VQ and Interaction
//! Servers), LDS, LDS-VQ, DCU and web, each a process.

use crate::process::{Role, free_port, http, wait_for};
use crate::rows::Deployment;
use crate::world::{BIN, PATIENCE};
use link_tcp::{Call, ClientLimits, ClientSettings, ClientTls, DialError, dial};
use model::{Micros, Text};
use scenario::{MediaTruth, MediaWorld, Scenario, Truth, World};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_servers::{Postgres, Redis};
use wire::frame::{Hello, VERSION};

const PASSWORD: &str = "a first password";
const SEED: u64 = 7;
/// Interaction Servers ask for this.
pub(crate) const MEDIA_TOKEN: &str = "of-the-interaction-server";
/// The inbound port of the DCU asks for this.
pub(crate) const INBOUND_TOKEN: &str = "of-the-inbound-port";

/// How events of other media reach the DCU.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The DCU subscribes at the Interaction Servers.
    Subscribed,
    /// The Interaction Servers connect to the DCU.
    Pushed,
}

/// Where each part is.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) sip: u16,
    pub(crate) sip_vq: u16,
    pub(crate) interactions: u16,
    pub(crate) interactions_vq: u16,
    pub(crate) tenant: u16,
    pub(crate) lds: u16,
    pub(crate) lds_vq: u16,
    pub(crate) lds_vq_metrics: u16,
    pub(crate) inbound: u16,
    pub(crate) dcu_metrics: u16,
    pub(crate) web: u16,
}

/// The deployment; roles by name.
pub(crate) struct Centre {
    pub(crate) roles: RefCell<BTreeMap<&'static str, Role>>,
    pub(crate) ports: Ports,
    way: Way,
    redis: Redis,
    postgres: Postgres,
    folder: tempfile::TempDir,
    scenario: Scenario,
}

impl Centre {
    /// Starts everything; says why not where a server is missing.
    pub(crate) fn start(way: Way) -> Result<Self, String> {
        let (postgres, redis) = (Postgres::start()?, Redis::start(0)?);
        let folder = tempfile::tempdir().unwrap();
        let ports = Ports {
            sip: free_port(),
            sip_vq: free_port(),
            interactions: free_port(),
            interactions_vq: free_port(),
            tenant: free_port(),
            lds: free_port(),
            lds_vq: free_port(),
            lds_vq_metrics: free_port(),
            inbound: free_port(),
            dcu_metrics: free_port(),
            web: free_port(),
        };
        let shipped = include_str!("../../../config/scenario.toml");
        let text = shipped.replacen("Europe/Berlin", "UTC", 1).replacen(
            "switch = \"sw1\"",
            "switch = \"sw1\"\nvirtual_queues = \"vq1\"",
            1,
        );
        std::fs::write(folder.path().join("scenario.toml"), &text).unwrap();
        let scenario = Scenario::from_toml(&text).unwrap();
        let centre = Self { roles: RefCell::default(), ports, way, redis, postgres, folder, scenario };
        centre.prepare();
        for role in ["tenant", "simulator", "lds", "lds-vq", "dcu", "permissions", "web"] {
            // What is pushed is kept nowhere: its statistics are opened before the first record comes.
            if way == Way::Subscribed || role != "simulator" {
                centre.start_role(role);
            }
        }
        Ok(centre)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where a role keeps its data.
    pub(crate) fn folder_of(&self, role: &str) -> PathBuf {
        self.path(role)
    }

    fn shown(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The authority that vouches for every TLS server here, and the servers' certificate and key.
    fn pem(&self) -> (String, String, String) {
        let ca = &self.redis.ca_file;
        let beside = |name: &str| ca.with_file_name(name).display().to_string();
        (ca.display().to_string(), beside("server.pem"), beside("server.key"))
    }

    fn prepare(&self) {
        let files = [
            ("token", "between-lds-and-dcu"),
            ("tenant-token", "of-the-tenant-service"),
            ("media-token", MEDIA_TOKEN),
            ("inbound-token", INBOUND_TOKEN),
            ("redis-password", &self.redis.password),
            ("postgres-password", &self.postgres.password),
            ("admin", PASSWORD),
            ("pulse-dcu.password", "pulse-dcu"),
            ("pulse-web.password", "pulse-web"),
            ("pulse-permissions.password", "pulse-permissions"),
        ];
        for (name, text) in files {
            std::fs::write(self.path(name), text).unwrap();
        }
        let mut command = Command::new(BIN);
        command.args(["simulator", "--print-tenant", "--seed", &SEED.to_string(), "--scenario"]);
        let tenant = command.arg(self.path("scenario.toml")).output().unwrap();
        assert!(tenant.status.success(), "{}", String::from_utf8_lossy(&tenant.stderr));
        std::fs::write(self.path("tenant.toml"), tenant.stdout).unwrap();
        self.postgres.sql("postgres", "CREATE DATABASE pulse").unwrap();
        for login in ["pulse-dcu", "pulse-web", "pulse-permissions"] {
            let create = format!("CREATE ROLE \"{login}\" LOGIN PASSWORD '{login}'");
            self.postgres.sql("postgres", &create).unwrap();
        }
        let init = format!(
            "user = \"postgres\"\nwait = \"20s\"\n{}\n[[login]]\nuser = \"pulse-dcu\"\nrole = \"dcu\"\ntenants = [\"*\"]\n\
             [[login]]\nuser = \"pulse-web\"\nrole = \"web\"\ntenants = [\"*\"]\n\
             [[login]]\nuser = \"pulse-permissions\"\nrole = \"permissions\"\ntenants = [\"*\"]\n",
            self.postgres_keys("postgres-password")
        );
        std::fs::write(self.path("init.toml"), init).unwrap();
        let done =
            Command::new(BIN).args(["init", "--settings"]).arg(self.path("init.toml")).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn postgres_keys(&self, password: &str) -> String {
        let Postgres { host, port, ca_file, .. } = &self.postgres;
        let (password, ca) = (self.shown(password), ca_file.display());
        format!("host = \"{host}\"\nport = {port}\npassword_file = \"{password}\"\nca_file = \"{ca}\"")
    }

    fn stores(&self, login: &str) -> String {
        let Redis { host, port, ca_file, user, .. } = &self.redis;
        format!(
            "[redis]\nhost = \"{host}\"\nport = {port}\nca_file = \"{}\"\nuser = \"{user}\"\npassword_file = \"{}\"\n\
             [postgres]\nuser = \"{login}\"\n{}\n",
            ca_file.display(),
            self.shown("redis-password"),
            self.postgres_keys(&format!("{login}.password"))
        )
    }

    /// Starts a role, or starts it again.
    pub(crate) fn start_role(&self, name: &'static str) {
        let (program, settings) = match name {
            "tenant" => ("tenant", self.tenant_settings()),
            "simulator" => ("simulator", self.simulator_settings()),
            "lds" => ("lds", self.lds_settings(self.ports.lds, free_port(), "lds", "sip1", self.ports.sip)),
            "lds-vq" => {
                let Ports { lds_vq, lds_vq_metrics, sip_vq, .. } = self.ports;
                ("lds", self.lds_settings(lds_vq, lds_vq_metrics, "lds-vq", "vq1", sip_vq))
            }
            "dcu" => ("dcu", self.dcu_settings()),
            "permissions" => ("permissions", self.permissions_settings()),
            _ => ("web", self.web_settings()),
        };
        let role = Role::start(program, self.folder.path(), &settings, &format!("{name}-settings.toml"));
        self.roles.borrow_mut().insert(name, role);
    }

    /// Takes a role away, as a power cut would.
    pub(crate) fn kill(&self, name: &str) {
        drop(self.roles.borrow_mut().remove(name));
    }

    fn tenant_settings(&self) -> String {
        format!(
            "configuration = \"{}\"\ndata = \"{}\"\nlisten = \"127.0.0.1:{}\"\nhttp = \"127.0.0.1:0\"\n\
             metrics = \"127.0.0.1:{}\"\ntoken_file = \"{}\"\n",
            self.shown("tenant.toml"),
            self.shown("tenant-data"),
            self.ports.tenant,
            free_port(),
            self.shown("tenant-token"),
        )
    }

    fn simulator_settings(&self) -> String {
        let Ports { sip, sip_vq, interactions, interactions_vq, inbound, .. } = self.ports;
        let (ca, certificate, key) = self.pem();
        let push = match self.way {
            Way::Subscribed => String::new(),
            Way::Pushed => format!(
                "push = [{{ address = \"127.0.0.1:{inbound}\", ca_file = \"{ca}\" }}]\npush_token_file = \"{}\"\n",
                self.shown("inbound-token")
            ),
        };
        format!(
            "scenario = \"{}\"\nseed = {SEED}\nopen_since = \"40m\"\nlisten = \"127.0.0.1:{sip}\"\n\
             virtual_queues = \"127.0.0.1:{sip_vq}\"\ninteractions = \"127.0.0.1:{interactions}\"\n\
             interactions_vq = \"127.0.0.1:{interactions_vq}\"\n{push}\
             [interactions_tls]\ncertificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n",
            self.shown("scenario.toml"),
        )
    }

    fn lds_settings(&self, listen: u16, metrics: u16, service: &str, source: &str, upstream: u16) -> String {
        let (_, certificate, key) = self.pem();
        let tenant_source = if service == "lds" { "tenant" } else { "tenant-vq" };
        format!(
            "data = \"{}\"\nlisten = \"127.0.0.1:{listen}\"\nmetrics = \"127.0.0.1:{metrics}\"\nservice = \"{service}\"\n\
             sources = [\"tenant://127.0.0.1:{}?name={tenant_source}\", \"pulse://127.0.0.1:{upstream}?name={source}\"]\ntenant = \"demo\"\n\
             tenant_token_file = \"{}\"\ntoken_file = \"{}\"\n[tls]\ncertificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n",
            self.shown(service),
            self.ports.tenant,
            self.shown("tenant-token"),
            self.shown("token"),
        )
    }

    fn dcu_settings(&self) -> String {
        let Ports { tenant, lds, lds_vq, interactions, interactions_vq, inbound, dcu_metrics, .. } =
            self.ports;
        let (ca, certificate, key) = self.pem();
        let upstream = |table: &str, port: u16| {
            format!("[[{table}]]\naddress = \"127.0.0.1:{port}\"\nca_file = \"{ca}\"\n")
        };
        let servers = match self.way {
            Way::Subscribed => {
                upstream("interaction_server", interactions)
                    + &upstream("interaction_server", interactions_vq)
                    + "service = \"ixn-vq\"\n"
            }
            Way::Pushed => String::new(),
        };
        format!(
            "metrics = \"127.0.0.1:{dcu_metrics}\"\ntenant_token_file = \"{}\"\ntoken_file = \"{}\"\ncheckpoint_every = \"1s\"\n\
             [tenant_service]\naddress = \"127.0.0.1:{tenant}\"\n{}{}{servers}\
             [inbound]\nlisten = \"127.0.0.1:{inbound}\"\ntoken_file = \"{}\"\n\
             [inbound.tls]\ncertificate_file = \"{certificate}\"\nkey_file = \"{key}\"\n{}",
            self.shown("tenant-token"),
            self.shown("token"),
            upstream("lds", lds),
            upstream("lds", lds_vq) + "service = \"lds-vq\"\n",
            self.shown("inbound-token"),
            self.stores("pulse-dcu")
        )
    }

    fn permissions_settings(&self) -> String {
        format!(
            "metrics = \"127.0.0.1:{}\"\nwithout_access_lists = \"everything\"\ntenant_token_file = \"{}\"\n\
             [tenant_service]\naddress = \"127.0.0.1:{}\"\n{}",
            free_port(),
            self.shown("tenant-token"),
            self.ports.tenant,
            self.stores("pulse-permissions")
        )
    }

    fn web_settings(&self) -> String {
        format!(
            "listen = \"127.0.0.1:{}\"\nmetrics = \"127.0.0.1:{}\"\ntenant = \"demo\"\nlocal_accounts = true\nfirst_password_file = \"{}\"\n{}",
            self.ports.web,
            free_port(),
            self.shown("admin"),
            self.stores("pulse-web")
        )
    }

    /// A link of our own to one of the TLS ports, as that role.
    pub(crate) async fn call(&self, port: u16, role: &str, token: &str) -> Result<Call, DialError> {
        let authority = self.redis.ca_file.clone();
        let tls = Some(ClientTls { authority, server_name: None, identity: None });
        let settings =
            ClientSettings { address: format!("127.0.0.1:{port}"), tls, limits: ClientLimits::default() };
        let (tenant, token) = ("demo".into(), token.into());
        dial(&settings, Hello { v: VERSION, role: role.into(), tenant, token, ..Hello::default() }).await
    }

    /// When the simulator's centre opened: its numberings began then.
    pub(crate) fn opened(&self) -> Micros {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        wait_for("the Interaction Server answers", PATIENCE, || {
            let call = runtime.block_on(self.call(self.ports.interactions, "test", "")).ok()?;
            call.welcome.sources.first().map(|offer| Micros(offer.epoch as i64))
        })
    }

    /// What happened to interactions from the opening up to `at`: an independent count.
    pub(crate) fn media_truth(&self, opened: Micros, at: Micros) -> MediaTruth {
        let mut world = MediaWorld::new(&self.scenario, SEED, opened).unwrap().unwrap();
        world.advance(at, &mut Vec::new());
        world.truth()
    }

    /// What happened to calls from the opening up to `at`.
    pub(crate) fn truth(&self, opened: Micros, at: Micros) -> Truth {
        let mut world = World::new(&self.scenario, SEED, opened).unwrap();
        world.advance(at, &mut Vec::new());
        world.truth()
    }

    /// Signs in; answers the cookie.
    pub(crate) fn sign_in(&self) -> String {
        wait_for("the web lets people in", PATIENCE, || {
            let body = serde_json::json!({"user": "admin", "password": PASSWORD}).to_string();
            let (head, _) = http(self.ports.web, "POST", "/api/v1/session", "", &body)?;
            let cookie = head.lines().filter_map(|line| line.split_once(": "));
            let (_, cookie) = cookie.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("set-cookie"))?;
            cookie.split(';').next().map(str::to_owned)
        })
    }

    /// The values of all objects of a type, by object; with the event time that they hold for.
    pub(crate) fn values(
        &self,
        cookie: &str,
        kind: &str,
        statistics: &[&str],
    ) -> Option<(Micros, BTreeMap<Text, Vec<i64>>)> {
        let path = format!("/api/v1/values?object_type={kind}&objects=*&statistics={}", statistics.join(","));
        let (_, body) = http(self.ports.web, "GET", &path, cookie, "")?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        let mut rows = BTreeMap::new();
        for row in answer["rows"].as_array()? {
            let cells = row["cells"].as_array()?.iter();
            let cells = cells.map(|cell| cell["v"].as_f64().map(|value| value as i64));
            rows.insert(row["object"].as_str()?.into(), cells.collect::<Option<Vec<i64>>>()?);
        }
        (!rows.is_empty()).then_some((Micros(answer["at"].as_i64()?), rows))
    }

    /// A metric of the process that shows its metrics there, of the line that holds `label`.
    pub(crate) fn metric(&self, port: u16, name: &str, label: &str) -> Option<f64> {
        let (_, text) = http(port, "GET", "/metrics", "", "")?;
        let line = text.lines().find(|line| line.starts_with(name) && line.contains(label))?;
        line.rsplit_once(' ')?.1.parse().ok()
    }

    /// Waits until a link of the DCU is up, or down.
    pub(crate) fn link_is(&self, link: &str, up: bool) {
        let what = format!("the link {link} is {}", if up { "up" } else { "down" });
        wait_for(&what, PATIENCE, || {
            let shown = self.metric(self.ports.dcu_metrics, "pulse_dcu_link_up", link)?;
            ((shown == 1.0) == up).then_some(())
        });
    }

    /// The process that plays a role, for people who read the test's output.
    pub(crate) fn process(&self, name: &str) -> String {
        self.roles.borrow().get(name).map(|role| format!("process {}", role.pid())).unwrap_or_default()
    }
}

impl Deployment for Centre {
    fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn all_said(&self) -> String {
        let roles = self.roles.borrow();
        let said = roles.iter().map(|(name, role)| {
            let said = role.said();
            let end: Vec<&str> = said.lines().rev().take(15).collect();
            format!("--- {name}\n{}\n", end.into_iter().rev().collect::<Vec<_>>().join("\n"))
        });
        said.collect()
    }
}

impl Drop for Centre {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.all_said());
        }
    }
}
