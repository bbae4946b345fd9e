//! Two PBXs that call themselves the same (pitfall 19): what they tell can't be told apart, so it is not mixed.

use crate::pulse::BIN;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

/// The manager of a PBX without queues and calls.
fn manager(name: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || drop(answer(stream, name)));
        }
    });
    port
}

fn answer(mut stream: TcpStream, name: &str) -> std::io::Result<()> {
    stream.write_all(b"Asterisk Call Manager/11.0.0\r\n")?;
    let (mut action, mut id) = (String::new(), String::new());
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        if let Some(value) = line.strip_prefix("Action: ") {
            action = value.to_owned();
        } else if let Some(value) = line.strip_prefix("ActionID: ") {
            id = value.to_owned();
        } else if line.is_empty() {
            let success = |rest: &str| format!("Response: Success\r\nActionID: {id}\r\n{rest}\r\n");
            let list = |done: &str| {
                let end =
                    format!("Event: {done}\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 0\r\n\r\n");
                success("EventList: start\r\n") + &end
            };
            let said = match action.as_str() {
                "Challenge" => success("Challenge: 1\r\n"),
                "Login" => success("") + "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n",
                "CoreSettings" => success(&format!("AsteriskVersion: 22.10.1\r\nSystemName: {name}\r\n")),
                "CoreStatus" => success("CoreStartupDate: 2026-11-23\r\nCoreStartupTime: 10:00:00\r\n"),
                "Ping" => success("Ping: Pong\r\n"),
                lists => list(&format!("{lists}Complete")),
            };
            stream.write_all(said.as_bytes())?;
        }
    }
    Ok(())
}

#[test]
fn two_pbxs_with_one_systemname_are_refused_with_both_named_and_the_cure() {
    let ports = [manager("pbx1"), manager("pbx1")];
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(BIN);
    command.args(["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]);
    command.env("PULSE_SOURCE_SECRET", "s").arg("--data").arg(data.path());
    for (port, name) in ports.iter().zip(["north", "south"]) {
        command.args(["--source", &format!("asterisk://pulse@127.0.0.1:{port}?name={name}")]);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    for word in
        [ports[0].to_string(), ports[1].to_string(), "call themselves pbx1".into(), "asterisk.conf".into()]
    {
        assert!(said.contains(&word), "{word} in {said}");
    }
}
