//! The first start: whatever becomes of it, its password is not lost before somebody has used it.

use crate::pulse::{BIN, Pulse, until};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn standalone(data: &Path, listen: &str) -> Command {
    let mut command = Command::new(BIN);
    command.args(["standalone", "--metrics", "127.0.0.1:0", "--listen", listen, "--data"]).arg(data);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_start_whose_port_is_taken_locks_nobody_out() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = taken.local_addr().unwrap().to_string();
    let output = standalone(data.path(), &place).output().unwrap();
    assert!(!output.status.success());
    let told = said(&output);
    assert!(told.contains(&place) && told.contains("choose another one"), "{told}");

    let mut password = None;
    let _pulse = Pulse::start(data.path(), &[], &mut password);
    assert!(password.is_some(), "the next start shows the password, and it signs in");
}

#[test]
fn a_start_that_is_killed_locks_nobody_out() {
    let home = tempfile::tempdir().unwrap();
    // As soon as there is a password, and some time after the account was made.
    for (name, later) in [("at once", 0), ("with the account", 150), ("before it is shown", 600)] {
        let data = home.path().join(name);
        let waiting = data.join("first-password");
        let mut first =
            standalone(&data, "127.0.0.1:0").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        until("a password", Duration::from_secs(60), || waiting.exists());
        std::thread::sleep(Duration::from_millis(later));
        first.kill().unwrap();
        first.wait().unwrap();
        assert_eq!(std::fs::metadata(&waiting).unwrap().permissions().mode() & 0o777, 0o600);

        let mut password = None;
        Pulse::start(&data, &[], &mut password).kill();
        assert!(password.is_some(), "{name}: the next start shows it, and it signs in");
        assert!(!waiting.exists(), "{name}: what was used is kept nowhere");
    }
}

#[test]
fn a_lost_password_is_replaced() {
    let data = tempfile::tempdir().unwrap();
    let reset = |user: &str| {
        Command::new(BIN).args(["reset-password", user, "--data"]).arg(data.path()).output().unwrap()
    };
    let mut lost = None;
    let pulse = Pulse::start(data.path(), &[], &mut lost);
    let while_it_runs = reset("admin");
    assert!(!while_it_runs.status.success());
    assert!(said(&while_it_runs).contains("another instance"), "{}", said(&while_it_runs));
    assert!(pulse.stop());

    assert!(said(&reset("eve")).contains("there are: admin"), "{}", said(&reset("eve")));
    let told = said(&reset("admin"));
    let fresh = told.split_once("password ").map(|(_, rest)| rest.split_whitespace().next().unwrap());
    let mut password = fresh.map(str::to_owned);
    assert_ne!(password, lost, "{told}");
    let pulse = Pulse::start(data.path(), &[], &mut password);
    assert_eq!(password.as_deref(), fresh, "no other one is shown");
    assert!(!pulse.signs_in(&lost.unwrap()), "the old one is no password any more");
}
