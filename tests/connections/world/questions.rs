//! What the roles are asked.

use super::{BIN, PASSWORD, PATIENCE, Tenant, World};
use crate::process::{http, wait_for};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Output};
use test_servers::Redis;

impl World {
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

    /// The name of a queue, as people read it.
    pub(crate) fn name_of(&self, cookie: &str, queue: &str) -> Option<String> {
        let (_, body) = http(self.ports.web, "GET", "/api/v1/objects?type=Queue", cookie, "")?;
        let answer: Value = serde_json::from_str(&body).ok()?;
        let line = answer["objects"].as_array()?.iter().find(|line| line["object"] == queue)?;
        line["name"].as_str().map(str::to_owned)
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
