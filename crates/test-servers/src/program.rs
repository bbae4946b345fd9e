//! A server's program in the foreground, whose readiness is a port that answers.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a start may take, in pauses.
const PAUSES: usize = 800;
const PAUSE: Duration = Duration::from_millis(25);

/// Whether the program can be run on this machine.
pub(crate) fn is_there(program: &str, version: &str, package: &str) -> Result<(), String> {
    let there = Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match there {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("{program} is not installed (Debian: apt-get install {package})")),
    }
}

/// Starts it and waits until its port answers.
pub(crate) fn start(command: &mut Command, port: u16) -> Result<Child, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut process = command.stdin(Stdio::null()).spawn().map_err(|error| format!("{name}: {error}"))?;
    for _ in 0..PAUSES {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(process);
        }
        if process.try_wait().ok().flatten().is_some() {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    end(&mut process);
    Err(format!("{name} does not start"))
}

/// Ends it at once.
pub(crate) fn end(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}
