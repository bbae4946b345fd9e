//! Who is at the other end: its process, and what it proves by TLS.

use crate::process::wait_for;
use crate::world::{PATIENCE, World};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use tls::{Authorities, ClientFiles};

/// How TLS begins.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Begins {
    AtOnce,
    AsPostgres,
}

impl World {
    /// Prints who is the counterpart of a row: the process that listens on the port, and its certificate.
    pub(crate) fn tell_peer(&self, row: u8, port: u16, tls: Option<(&Path, Begins)>) {
        let connection = connections::connection(row).unwrap();
        // It may just be starting.
        let (pid, name) = wait_for(&format!("somebody listens on {port}"), PATIENCE, || listener(port));
        let private = tls.map_or_else(
            || "no TLS, on this machine".to_owned(),
            |(ca, begins)| certificate(port, ca, begins),
        );
        println!(
            "connection {row}: {} -> {}: process {pid} ({name}) on 127.0.0.1:{port}, {private}",
            connection.from.name(),
            connection.to.name()
        );
    }
}

/// What a server proves to one that trusts `ca`.
fn certificate(port: u16, ca: &Path, begins: Begins) -> String {
    let files = ClientFiles { authorities: Authorities::File(ca.to_owned()), identity: None };
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    if begins == Begins::AsPostgres {
        stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).unwrap();
        let mut answer = [0];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, *b"S", "PostgreSQL speaks TLS");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        stream.set_nonblocking(true).unwrap();
        let stream = tokio::net::TcpStream::from_std(stream).unwrap();
        let (connector, name) = files.connector("127.0.0.1").unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        let session = stream.get_ref().1;
        let certificate = &session.peer_certificates().unwrap()[0];
        let print = hex::encode(Sha256::digest(certificate));
        format!("{:?}, certificate sha256:{}", session.protocol_version().unwrap(), &print[..16])
    })
}

/// The process that listens on a port of this machine, and its name.
pub(crate) fn listener(port: u16) -> Option<(u32, String)> {
    let inode = listening_inode(port)?;
    let wanted = format!("socket:[{inode}]");
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let Ok(files) = std::fs::read_dir(entry.path().join("fd")) else { continue };
        let holds = files
            .flatten()
            .any(|file| std::fs::read_link(file.path()).is_ok_and(|link| link.to_string_lossy() == wanted));
        if holds {
            let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            return Some((pid, name.trim().to_owned()));
        }
    }
    None
}

fn listening_inode(port: u16) -> Option<String> {
    let suffix = format!(":{port:04X}");
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        for line in text.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            // 0A: it listens.
            if words.len() > 9 && words[1].ends_with(&suffix) && words[3] == "0A" {
                return Some(words[9].to_owned());
            }
        }
    }
    None
}
