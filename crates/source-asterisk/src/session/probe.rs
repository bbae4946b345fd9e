//! One look at a PBX: connect, TLS, its greeting, a login; and in words what is wrong.

use super::Stream;
use super::settings::{Error, Settings};
use super::tls;
use connections::{Fault, FaultKind};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A greeting and an answer are shorter than this.
const ANSWER_BYTES_MAX: usize = 8 << 10;

/// Logs in and out again; answers what the PBX says it is.
///
/// # Errors
/// What is wrong, split by what an operator does about it.
pub async fn probe(settings: &Settings, within: Duration) -> Result<String, Fault> {
    let (host, port) = (settings.host.as_str(), settings.port);
    let address = format!("{host}:{port}");
    let stream = match timeout(within, TcpStream::connect((host, port))).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            let cure = "check that the PBX runs, and that its manager is enabled and bound to this address";
            return Err(Fault::new(
                FaultKind::Unreachable,
                format!("can't connect to {address} ({error}): {cure}"),
            ));
        }
        Err(_) => {
            let cause =
                format!("no connection to {address} within {within:?}: check host, port and firewalls");
            return Err(Fault::new(FaultKind::Unreachable, cause));
        }
    };
    let silent = || {
        let cause = format!(
            "{address} takes connections but says nothing for {within:?}: it hangs, or it is no manager port"
        );
        Fault::new(FaultKind::Silent, cause)
    };
    let stream: Box<dyn Stream> = match &settings.tls {
        None => Box::new(stream),
        Some(files) => {
            let wrong = |error: Error| Fault::new(FaultKind::Settings, error.to_string());
            let shaken = timeout(within, tls::connector(files).map_err(wrong)?.wrap(host, stream)).await;
            let name = files.server_name.as_deref().unwrap_or(host);
            let shaken = shaken.map_err(|_| silent())?;
            Box::new(shaken.map_err(|error| ::tls::handshake_fault(&address, name, &error))?)
        }
    };
    timeout(within, log_in(stream, settings, &address)).await.unwrap_or_else(|_| Err(silent()))
}

async fn log_in(mut stream: Box<dyn Stream>, settings: &Settings, address: &str) -> Result<String, Fault> {
    let garbage = |cause: &str| {
        Fault::new(
            FaultKind::Garbage,
            format!("{address} is no Asterisk manager ({cause}): check the port, and whether it speaks TLS"),
        )
    };
    let greeting = read_until(&mut stream, "\r\n").await.map_err(|cause| garbage(&cause))?;
    let Some(version) = greeting.trim().strip_prefix("Asterisk Call Manager/") else {
        return Err(garbage("its greeting is another one"));
    };
    let (user, secret) = (&settings.options.username, settings.options.secret.reveal());
    let login = format!("Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\nEvents: off\r\n\r\n");
    stream.write_all(login.as_bytes()).await.map_err(|error| garbage(&error.to_string()))?;
    let answer = read_until(&mut stream, "\r\n\r\n").await.map_err(|cause| garbage(&cause))?;
    let of = |name: &str| {
        answer.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or_default()
    };
    if of("Response:") != "Success" {
        let cause = format!(
            "{address} refuses user {user} ({}): check both in manager.conf and here",
            of("Message:")
        );
        return Err(Fault::new(FaultKind::Password, cause));
    }
    // Whether it hears that does not matter.
    let _ = stream.write_all(b"Action: Logoff\r\n\r\n").await;
    let protection = if settings.tls.is_some() { "TLS" } else { "no TLS" };
    Ok(format!("{protection}, manager protocol {version}"))
}

async fn read_until(stream: &mut Box<dyn Stream>, end: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end.as_bytes()) {
        if bytes.len() >= ANSWER_BYTES_MAX {
            return Err("it talks on and on".to_owned());
        }
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => return Err("it closed the connection".to_owned()),
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
