//! One server for all tests, a database for each.

use model::Text;
use model::time::Micros;
use ports::documents::Document;
use serde_json::json;
use std::sync::OnceLock;
use std::time::Duration;
use store_postgres::schema::{EVERY_TENANT, Login, Role, install};
use store_postgres::{Options, Password, Postgres, PostgresStore, Server, Tls};
use tokio_postgres::{Client, NoTls};

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// The server, unless there is none on this machine.
pub(crate) fn machine() -> Option<&'static test_servers::Postgres> {
    static MACHINE: OnceLock<Option<test_servers::Postgres>> = OnceLock::new();
    let start = || test_servers::Postgres::start().inspect_err(|why| test_servers::skipped(why)).ok();
    MACHINE.get_or_init(start).as_ref()
}

/// A database with logins of its own.
pub(crate) struct House {
    pub(crate) name: String,
    pub(crate) port: u16,
    /// The superuser's connection.
    pub(crate) master: Client,
    pub(crate) server: Server,
}

/// A connection that tests ask with SQL of their own.
pub(crate) async fn client(port: u16, database: &str, user: &str, password: &str) -> Client {
    let mut config = tokio_postgres::Config::new();
    config.host("127.0.0.1").port(port).dbname(database).user(user).password(password);
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl House {
    /// An empty database; `None` where there is no server.
    pub(crate) async fn empty(name: &str) -> Option<Self> {
        Some(Self::of(machine()?, name).await)
    }

    pub(crate) async fn of(machine: &test_servers::Postgres, name: &str) -> Self {
        let first = client(machine.port, "postgres", "postgres", &machine.password).await;
        first.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        for role in ["web", "dcu", "permissions", "init_tenant"] {
            let login = format!("CREATE ROLE {name}_{role} LOGIN PASSWORD 'secret'");
            first.batch_execute(&login).await.unwrap();
        }
        let server = Server {
            host: machine.host.clone(),
            port: machine.port,
            database: name.to_owned(),
            user: "postgres".to_owned(),
            password: Some(Password::new(&machine.password)),
            tls: Tls::Authority(machine.ca_file.clone()),
        };
        let master = client(machine.port, name, "postgres", &machine.password).await;
        Self { name: name.to_owned(), port: machine.port, master, server }
    }

    /// The logins that settings would name.
    pub(crate) fn logins(&self) -> Vec<Login> {
        let login = |role: Role, tenants: &[&'static str]| Login {
            user: self.user(role),
            role,
            tenants: tenants.iter().map(|tenant| Text::from(*tenant)).collect(),
        };
        vec![
            login(Role::Web, &[EVERY_TENANT]),
            login(Role::Dcu, &["acme"]),
            login(Role::Permissions, &["acme"]),
            login(Role::InitTenant, &["acme"]),
        ]
    }

    pub(crate) fn user(&self, role: Role) -> String {
        format!("{}_{}", self.name, role.group().trim_start_matches("pulse_"))
    }

    /// A database with the schema.
    pub(crate) async fn furnished(name: &str) -> Option<Self> {
        let house = Self::empty(name).await?;
        install(&house.server, &house.logins(), DEADLINE).await.unwrap();
        Some(house)
    }

    /// As one of the logins.
    pub(crate) fn server_as(&self, role: Role) -> Server {
        let password = Some(Password::new("secret"));
        Server { user: self.user(role), password, ..self.server.clone() }
    }

    pub(crate) async fn open(&self, role: Role, options: Options) -> Postgres {
        Postgres::open(self.server_as(role), options).await.unwrap()
    }

    pub(crate) async fn store(&self, role: Role) -> PostgresStore {
        // A busy machine takes its time.
        let options = Options { deadline: std::time::Duration::from_secs(60), ..Options::default() };
        self.open(role, options).await.tenant("acme").await.unwrap()
    }

    /// SQL as one of the logins, on behalf of a tenant.
    pub(crate) async fn psql(&self, role: Role, tenant: &str) -> Client {
        let client = client(self.port, &self.name, &self.user(role), "secret").await;
        client.batch_execute(&format!("SET pulse.tenant = '{tenant}'")).await.unwrap();
        client
    }

    /// Ends the connections of a login.
    pub(crate) async fn throw_out(&self, role: Role) {
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}'",
            self.user(role)
        );
        self.master.batch_execute(&sql).await.unwrap();
    }
}

pub(crate) fn document(kind: &str, id: &str, revision: u64, text: &str) -> Document {
    Document {
        kind: Text::from(kind),
        id: Text::from(id),
        revision,
        body: json!({ "title": text, "half": 0.5, "null\u{0}": null }),
        changed_by: Text::from("ann"),
        changed_at: Micros::from_secs(1),
    }
}
