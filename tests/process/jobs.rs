//! `pulse init` and `pulse init-tenant` against a PostgreSQL of their own: what they print, and how they end.

use crate::pulse::BIN;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use test_servers::Postgres;

struct Site {
    server: Postgres,
    folder: tempfile::TempDir,
}

/// How a command ended, and what it printed.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Site {
    fn open() -> Option<Self> {
        let server = Postgres::start().inspect_err(|why| test_servers::skipped(why)).ok()?;
        let folder = tempfile::tempdir().unwrap();
        for sql in [
            "CREATE ROLE pulse LOGIN CREATEROLE PASSWORD 'secret'",
            "CREATE ROLE \"pulse-init-tenant\" LOGIN PASSWORD 'secret'",
            "CREATE DATABASE pulse OWNER pulse",
        ] {
            server.sql("postgres", sql).unwrap();
        }
        fs::write(folder.path().join("password"), "secret\n").unwrap();
        Some(Self { server, folder })
    }

    fn settings(&self, more: &str) -> PathBuf {
        let text = format!(
            "port = {}\nca_file = '{}'\npassword_file = '{}'\n{more}",
            self.server.port,
            self.server.ca_file.display(),
            self.folder.path().join("password").display()
        );
        let file = self.folder.path().join("settings.toml");
        fs::write(&file, text).unwrap();
        file
    }

    fn pulse(&self, role: &str, more: &str, flags: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(BIN);
        command.args([role, "--settings"]).arg(self.settings(more)).args(flags);
        let output = command.envs(environment.iter().copied()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

const LOGIN: &str = "[[login]]\nuser = 'pulse-init-tenant'\nrole = 'init-tenant'\ntenants = ['acme']\n";

#[test]
fn a_database_is_made_and_a_tenant_gets_its_templates() {
    let Some(site) = Site::open() else { return };
    let acme: &[(&str, &str)] = &[("PULSE_TENANT", "acme")];

    let early = site.pulse("init-tenant", "", &[], acme);
    assert!(early.code == 1 && early.err.contains("pulse init"), "{}", early.err);
    let planned = site.pulse("init", LOGIN, &["--plan"], &[]);
    assert!(
        planned.code == 0 && planned.out.contains("would apply 0001_create_documents"),
        "{}",
        planned.out
    );
    let made = site.pulse("init", LOGIN, &[], &[]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("created group role pulse_dcu"), "{}", made.out);
    assert!(made.out.contains("applied 0001_create_documents"), "{}", made.out);
    assert!(made.out.contains("pulse-init-tenant may act as pulse_init_tenant for acme"), "{}", made.out);
    let again = site.pulse("init", LOGIN, &[], &[]);
    assert!(again.code == 0 && again.out.lines().count() == 1, "nothing to do: {}", again.out);

    let missing = site.pulse("init-tenant", "", &["--check"], acme);
    assert!(missing.code == 3 && missing.out.contains("Queue_KPIs: missing"), "{}", missing.out);
    let loaded = site.pulse("init-tenant", "", &[], acme);
    assert!(loaded.code == 0 && loaded.out.contains("Queue_KPIs: loaded"), "{} {}", loaded.out, loaded.err);
    assert!(loaded.out.ends_with("25 of 25 templates are as shipped\n"), "{}", loaded.out);
    let count = "SELECT count(*) FROM pulse.documents WHERE kind = 'template'";
    assert_eq!(site.server.sql("pulse", count).unwrap(), "25");
    let same = site.pulse("init-tenant", "", &["--check"], acme);
    assert_eq!((same.code, same.out.trim()), (0, "25 of 25 templates are as shipped"));

    let edit = "UPDATE pulse.documents SET body = '{}', changed_by = 'ann' WHERE kind = 'template' AND id = 'IFRAME'";
    site.server.sql("pulse", edit).unwrap();
    let edited = site.pulse("init-tenant", "", &[], acme);
    assert!(edited.code == 0 && edited.out.contains("IFRAME: changed here"), "{}", edited.out);
    assert_eq!(site.pulse("init-tenant", "", &["--check"], acme).code, 3);

    let foreign = site.pulse("init-tenant", "", &[], &[("PULSE_TENANT", "other")]);
    assert!(foreign.code == 1 && foreign.err.contains("may not act for tenant other"), "{}", foreign.err);
}

#[test]
fn wrong_settings_and_servers_that_are_away_end_differently() {
    let Some(site) = Site::open() else { return };
    let typo = site.pulse("init", "waite = '1s'", &[], &[]);
    assert!(typo.code == 2 && typo.err.contains("waite"), "{}", typo.err);
    let clear = site.pulse("init", "tls = 'disable'\nhost = 'db.example.org'", &[], &[]);
    assert!(clear.code == 2 && clear.err.contains("this machine only"), "{}", clear.err);
    let no_authority = site.pulse("init", "", &[], &[("PULSE_CA_FILE", "/nowhere.pem")]);
    assert!(no_authority.code == 2 && no_authority.err.contains("/nowhere.pem"), "{}", no_authority.err);
    site.server.stop().unwrap();
    let away = site.pulse("init", "wait = '1s'", &[], &[]);
    assert!(away.code == 1 && away.err.contains("waiting for PostgreSQL"), "{}", away.err);
    assert!(!away.err.contains("secret\n"), "no password: {}", away.err);
}
