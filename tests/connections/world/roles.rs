//! The settings of each role, and its start.

use super::{BIN, PASSWORD, Ports, Tenant, World, public};
use crate::process::Role;
use std::process::Command;
use test_servers::{Postgres, Redis, zone_of_noon};

impl World {
    pub(crate) fn start_simulator(&self) {
        let listen = format!("127.0.0.1:{}", self.ports.simulator);
        let arguments = ["simulator", "--open-since", "1h", "--seed", "7", "--listen", &listen];
        *self.simulator.borrow_mut() = Some(Role::run("simulator", self.folder.path(), &arguments));
    }

    /// Secrets, logins, the schema and the tenant.
    pub(super) fn prepare(&self) {
        self.file("token", "between-lds-and-dcu\n");
        self.file("tenant-http-token", "of-its-http\n");
        self.file("tenant-token", "of-the-tenant-service\n");
        self.file("redis-password", &self.redis.password);
        self.file("postgres-password", &self.postgres.password);
        self.file("admin", PASSWORD);
        let tenant = Command::new(BIN).args(["simulator", "--print-tenant", "--seed", "7"]).output().unwrap();
        assert!(tenant.status.success(), "{}", String::from_utf8_lossy(&tenant.stderr));
        let tenant = String::from_utf8_lossy(&tenant.stdout);
        let ours = "time_zone = \"Europe/Berlin\"";
        assert!(tenant.contains(ours), "{tenant}");
        self.file("tenant.toml", &tenant.replace(ours, &format!("time_zone = \"{}\"", zone_of_noon())));
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
}
