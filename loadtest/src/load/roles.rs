//! A deployment of roles as processes of their own, on a real Redis and PostgreSQL: for what happens to one of them.

use super::process::Process;
use super::source::Source;
use super::viewer::Door;
use anyhow::{Context, Result, anyhow, bail, ensure};
use model::tenant::Tenant;
use runtime::Clock;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use test_servers::{Postgres, Redis, free_port};

const PASSWORD: &str = "a first password";
/// How long a role may take until its port is open.
const START_MAX: Duration = Duration::from_secs(120);

/// All of it. Roles end before their stores.
pub(crate) struct Roles {
    pub(crate) web: Option<Process>,
    pub(crate) others: Vec<Process>,
    pub(crate) door: Door,
    program: PathBuf,
    port: u16,
    folder: tempfile::TempDir,
    _redis: Redis,
    _postgres: Postgres,
}

impl Roles {
    /// Starts all of it; says which server is missing on this machine.
    pub(crate) async fn start(
        program: &Path,
        tenant: &Tenant,
        source: &Source,
        clock: Clock,
    ) -> Result<Self> {
        let postgres = Postgres::start().map_err(|why| anyhow!(why))?;
        let redis = Redis::start(0).map_err(|why| anyhow!(why))?;
        let folder = tempfile::tempdir()?;
        let files = Files { folder: folder.path(), redis: &redis, postgres: &postgres };
        files.prepare(program, tenant)?;
        let port = |what: &str| free_port().map_err(|why| anyhow!("{what}: {why}"));
        let (lds, web) = (port("lds")?, port("web")?);
        let tenant_file = format!("tenant_file = {:?}\n", files.path("tenant.toml"));
        let metrics =
            |name: &str| Ok::<_, anyhow::Error>(format!("metrics = \"127.0.0.1:{}\"\n", port(name)?));
        let mut others = Vec::new();
        let text = format!(
            "data = {:?}\nlisten = \"127.0.0.1:{lds}\"\n{}sources = [{:?}]\ntenant = \"{}\"\n{tenant_file}",
            files.path("lds"),
            metrics("lds")?,
            source.url(),
            tenant.tenant
        );
        others.push(files.role(program, "lds", &text)?);
        let text = format!(
            "name = \"dcu-0\"\n{}{tenant_file}[[lds]]\naddress = \"127.0.0.1:{lds}\"\n{}",
            metrics("dcu")?,
            files.stores("pulse-dcu")
        );
        others.push(files.role(program, "dcu", &text)?);
        let text = format!(
            "{}without_access_lists = \"everything\"\nconfirm_every = \"1s\"\n{tenant_file}{}",
            metrics("permissions")?,
            files.stores("pulse-permissions")
        );
        others.push(files.role(program, "permissions", &text)?);
        let text = format!(
            "listen = \"127.0.0.1:{web}\"\n{}tenant = \"{}\"\nlocal_accounts = true\nfirst_password_file = {:?}\n{}",
            metrics("web")?,
            tenant.tenant,
            files.path("admin"),
            files.stores("pulse-web")
        );
        let process = files.role(program, "web", &text)?;
        listening(web, &process).await?;
        let url = format!("http://127.0.0.1:{web}");
        let mut signed = Door::sign_in(&url, PASSWORD, clock).await;
        for _ in 0..100 {
            if signed.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            signed = Door::sign_in(&url, PASSWORD, clock).await;
        }
        let door = signed?;
        Ok(Self {
            web: Some(process),
            others,
            door,
            program: program.to_owned(),
            port: web,
            folder,
            _redis: redis,
            _postgres: postgres,
        })
    }

    /// The web is asked to stop, and started again when it has ended.
    pub(crate) async fn restart_web(&mut self) -> Result<()> {
        let web = self.web.take().context("the web does not run")?;
        web.signal("TERM");
        ensure!(web.ended(START_MAX).await, "the web does not stop: {}", web.said());
        drop(web);
        let web = start(&self.program, self.folder.path(), "web")?;
        listening(self.port, &web).await?;
        self.web = Some(web);
        Ok(())
    }

    pub(crate) fn processes(&self) -> impl Iterator<Item = &Process> {
        self.others.iter().chain(&self.web)
    }
}

async fn listening(port: u16, process: &Process) -> Result<()> {
    for _ in 0..START_MAX.as_millis() / 20 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    bail!("{} is not up: {}", process.name, process.said())
}

fn start(program: &Path, folder: &Path, name: &str) -> Result<Process> {
    let settings = folder.join(format!("{name}.toml")).display().to_string();
    Process::start(name, program, folder, &[name.to_owned(), "--settings".to_owned(), settings])
}

/// What is written for the roles.
struct Files<'a> {
    folder: &'a Path,
    redis: &'a Redis,
    postgres: &'a Postgres,
}

impl Files<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        Ok(std::fs::write(self.path(name), text)?)
    }

    fn role(&self, program: &Path, name: &str, settings: &str) -> Result<Process> {
        self.write(&format!("{name}.toml"), settings)?;
        start(program, self.folder, name)
    }

    /// Secrets, logins and the schema.
    fn prepare(&self, program: &Path, tenant: &Tenant) -> Result<()> {
        self.write("tenant.toml", &toml::to_string(tenant)?)?;
        self.write("redis-password", &self.redis.password)?;
        self.write("postgres-password", &self.postgres.password)?;
        self.write("admin", PASSWORD)?;
        let sql = |text: &str| self.postgres.sql("postgres", text).map_err(|why| anyhow!(why));
        sql("CREATE DATABASE pulse")?;
        let mut text =
            format!("user = \"postgres\"\nwait = \"20s\"\n{}\n", self.postgres_keys("postgres-password"));
        for role in ["dcu", "web", "permissions"] {
            let login = format!("pulse-{role}");
            sql(&format!("CREATE ROLE \"{login}\" LOGIN PASSWORD '{login}'"))?;
            self.write(&format!("{login}.password"), &login)?;
            text += &format!("[[login]]\nuser = \"{login}\"\nrole = \"{role}\"\ntenants = [\"*\"]\n");
        }
        self.write("init.toml", &text)?;
        let done = Command::new(program).args(["init", "--settings"]).arg(self.path("init.toml")).output()?;
        ensure!(done.status.success(), "pulse init: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    fn postgres_keys(&self, password: &str) -> String {
        let Postgres { host, port, ca_file, .. } = self.postgres;
        format!(
            "host = \"{host}\"\nport = {port}\npassword_file = {:?}\nca_file = {ca_file:?}",
            self.path(password)
        )
    }

    fn stores(&self, login: &str) -> String {
        let Redis { host, port, ca_file, user, .. } = self.redis;
        format!(
            "[redis]\nhost = \"{host}\"\nport = {port}\nca_file = {ca_file:?}\nuser = \"{user}\"\npassword_file = {:?}\n\
             [postgres]\nuser = \"{login}\"\n{}\n",
            self.path("redis-password"),
            self.postgres_keys(&format!("{login}.password"))
        )
    }
}
