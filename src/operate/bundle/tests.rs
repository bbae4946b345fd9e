//! No secret of the settings gets into the archive, whatever speaks of it.

use super::{Args, gather};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

fn unpacked(archive: &[u8]) -> BTreeMap<String, String> {
    let mut tar = tar::Archive::new(GzDecoder::new(archive));
    let mut files = BTreeMap::new();
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(entry.path().unwrap().display().to_string(), text);
    }
    files
}

/// Settings of all roles whose secrets are all different; answers these.
fn site(home: &Path) -> Vec<String> {
    let mut secrets = Vec::new();
    let mut file = |name: &str| {
        let secret = format!("the-secret-of-{name}");
        std::fs::write(home.join(name), format!("{secret}\n")).unwrap();
        secrets.push(secret);
        home.join(name).display().to_string()
    };
    let lds = format!(
        "data = '{}'\nsources = ['asterisk://pulse:in-the-url@127.0.0.1:1']\nsecret_file = '{}'\ntoken_file = '{}'\n\
         metrics = '127.0.0.1:1' # hidden-in-a-comment\n",
        home.join("data").display(),
        file("source"),
        file("receivers"),
    );
    let web = format!(
        "metrics = '127.0.0.1:1'\nlocal_accounts = true\nfirst_password_file = '{}'\n[redis]\nport = 1\nplaintext = true\n\
         password_file = '{}'\n[postgres]\nport = 1\ntls = 'disable'\npassword_file = '{}'\n",
        file("admin"),
        file("redis"),
        file("postgres"),
    );
    std::fs::write(home.join("lds.toml"), lds).unwrap();
    std::fs::write(home.join("web.toml"), web).unwrap();
    std::fs::write(home.join("dcu.toml"), "this is = not TOML, but it says in-a-broken-file").unwrap();
    std::fs::write(home.join("tenant.toml"), "people are none of anybody's business").unwrap();
    let log = secrets.iter().map(|secret| format!("a line that tells {secret}\n")).collect::<String>();
    std::fs::write(home.join("pulse.log"), log + "last line\n").unwrap();
    secrets.extend(["in-the-url", "hidden-in-a-comment", "in-a-broken-file"].map(str::to_owned));
    secrets
}

#[test]
fn an_archive_tells_much_and_no_secret() {
    let home = tempfile::tempdir().unwrap();
    let secrets = site(home.path());
    let args = Args {
        out: home.path().join("out.tar.gz"),
        settings: vec![home.path().to_owned()],
        log: vec![home.path().join("pulse.log"), home.path().join("no.log")],
        lines: 4,
        within: Duration::from_millis(300),
    };
    let pack = gather(&args, "2026-11-29T00:00:00Z").unwrap();
    pack.save(&args.out, 0).unwrap();
    assert!(pack.save(&args.out, 0).is_err(), "what is there stays");
    let files = unpacked(&std::fs::read(&args.out).unwrap());
    for (name, text) in &files {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{name} tells {secret}:\n{text}");
        }
        assert!(!text.contains("none of anybody's business"), "{name}");
    }
    let file = |name: &str| {
        files.get(&format!("pulse-support/{name}")).unwrap_or_else(|| panic!("{name}: {files:?}"))
    };
    assert!(file("settings/lds.toml").contains("asterisk://pulse:(masked)@127.0.0.1:1"));
    assert!(file("settings/dcu.toml.missing").contains("is not TOML"));
    assert!(file("roles/web/metrics.txt.missing").contains("can't connect"));
    assert!(file("roles/lds/journal.txt.missing").contains("journal"));
    assert!(file("log/pulse.log").ends_with("last line\n") && file("log/pulse.log").lines().count() == 4);
    assert!(file("log/no.log.missing").contains("can't be read"));
    assert!(file("about.txt").starts_with(&format!("pulse {}\n", env!("CARGO_PKG_VERSION"))));
    assert!(files.keys().any(|name| name.starts_with("pulse-support/check.txt")));
}
