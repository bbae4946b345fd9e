//! `pulse backup`, `pulse restore`: from SQLite into an empty store, into PostgreSQL, and back.

use crate::pulse::{BIN, Pulse};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Command;
use test_servers::Postgres;

/// How it ended, and all that it said.
fn pulse(home: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(BIN).args(arguments).current_dir(home).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

fn well(home: &Path, arguments: &[&str]) -> String {
    let (ended_well, said) = pulse(home, arguments);
    assert!(ended_well, "{arguments:?}: {said}");
    said
}

fn refused(home: &Path, arguments: &[&str]) -> String {
    let (ended_well, said) = pulse(home, arguments);
    assert!(!ended_well, "{arguments:?}: {said}");
    said
}

/// The changes of a copy. Stores list them in orders of their own.
fn changes(file: &Path) -> Vec<String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut changes: Vec<String> = lines[1..lines.len() - 1].iter().map(|line| (*line).to_owned()).collect();
    changes.sort();
    changes
}

/// A demo's documents: those of its start, and a user's password that was changed.
fn demo(home: &Path, password: &mut Option<String>) {
    let pulse = Pulse::start(&home.join("data"), &[], password);
    assert!(!pulse.get("/api/v1/boards").as_array().unwrap().is_empty());
    well(home, &["backup", "--data", "data", "live.json.gz"]);
    assert!(pulse.stop());
}

#[test]
fn a_copy_is_made_of_a_pulse_that_lives_and_another_one_lives_on_with_it() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let mut password = None;
    demo(home, &mut password);
    let told = well(home, &["backup", "--data", "data", "copy.json.gz"]);
    assert!(told.contains("template 25") && told.contains("user 1"), "{told}");
    assert_eq!(changes(&home.join("live.json.gz")), changes(&home.join("copy.json.gz")));
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(home.join("copy.json.gz")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "it holds password hashes");
    assert!(refused(home, &["backup", "--data", "data", "copy.json.gz"]).contains("is there already"));

    let into_itself = refused(home, &["restore", "--data", "data", "copy.json.gz"]);
    assert!(into_itself.contains("--replace"), "{into_itself}");
    well(home, &["restore", "--data", "other", "copy.json.gz"]);
    well(home, &["backup", "--data", "other", "again.json.gz"]);
    assert_eq!(changes(&home.join("copy.json.gz")), changes(&home.join("again.json.gz")));
    // The password of the first one opens the second one.
    let other = Pulse::start(&home.join("other"), &[], &mut password);
    let busy = refused(home, &["restore", "--data", "other", "copy.json.gz", "--replace"]);
    assert!(busy.contains("another instance"), "{busy}");
    assert!(other.stop());
    let replaced = well(home, &["restore", "--data", "other", "copy.json.gz", "--replace"]);
    assert!(replaced.contains("are earlier versions now"), "{replaced}");

    let whole = fs::read(home.join("copy.json.gz")).unwrap();
    fs::write(home.join("half.json.gz"), &whole[..whole.len() / 2]).unwrap();
    let half = refused(home, &["restore", "--data", "third", "half.json.gz"]);
    assert!(half.contains("no whole backup"), "{half}");
}

#[test]
fn a_site_grows_out_of_sqlite_into_postgresql_and_could_go_back() {
    let server = match Postgres::start() {
        Ok(server) => server,
        Err(why) => return test_servers::skipped(&why),
    };
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    demo(home, &mut None);
    for sql in [
        "CREATE ROLE pulse LOGIN CREATEROLE PASSWORD 'secret'",
        "CREATE ROLE \"pulse-web\" LOGIN PASSWORD 'secret'",
        "CREATE DATABASE pulse OWNER pulse",
    ] {
        server.sql("postgres", sql).unwrap();
    }
    fs::write(home.join("password"), "secret\n").unwrap();
    let place = format!(
        "port = {}\nca_file = '{}'\npassword_file = 'password'\n",
        server.port,
        server.ca_file.display()
    );
    let login = "[[login]]\nuser = 'pulse-web'\nrole = 'web'\ntenants = ['acme', 'other']\n";
    fs::write(home.join("init.toml"), format!("{place}{login}")).unwrap();
    fs::write(home.join("web.toml"), format!("tenant = 'acme'\nlocal_accounts = true\n[postgres]\n{place}"))
        .unwrap();
    well(home, &["init", "--settings", "init.toml"]);

    let told = well(home, &["restore", "--settings", "web.toml", "live.json.gz"]);
    assert!(told.contains("restored into acme of"), "{told}");
    well(home, &["backup", "--settings", "web.toml", "server.json.gz"]);
    assert_eq!(changes(&home.join("live.json.gz")), changes(&home.join("server.json.gz")));
    let count = "SELECT count(*) FROM pulse.audit WHERE kind = 'template'";
    assert_eq!(server.sql("pulse", count).unwrap(), "25", "the audit trail tells what was put there");
    let full = refused(home, &["restore", "--settings", "web.toml", "server.json.gz"]);
    assert!(full.contains("--replace"), "{full}");

    let foreign = refused(home, &["restore", "--settings", "other/web.toml", "server.json.gz"]);
    assert!(foreign.contains("web.toml"), "{foreign}");
    fs::create_dir(home.join("other")).unwrap();
    let other = format!("tenant = 'other'\nlocal_accounts = true\n[postgres]\n{place}");
    fs::write(home.join("other/web.toml"), other).unwrap();
    let foreign = refused(home, &["restore", "--settings", "other/web.toml", "server.json.gz"]);
    assert!(foreign.contains("of tenant acme"), "{foreign}");

    well(home, &["restore", "--data", "back", "server.json.gz"]);
    well(home, &["backup", "--data", "back", "back.json.gz"]);
    assert_eq!(changes(&home.join("live.json.gz")), changes(&home.join("back.json.gz")));
}
