//! The stream of values as a browser follows it: a WebSocket, by hand.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// An open WebSocket.
pub(crate) struct Stream {
    socket: TcpStream,
    bytes: Vec<u8>,
}

impl Stream {
    /// Opens it, and a table on it.
    pub(crate) fn open(port: u16, cookie: &str, query: &Value) -> Option<Self> {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).ok()?;
        socket.set_read_timeout(Some(Duration::from_millis(200))).ok()?;
        write!(
            socket,
            "GET /api/v1/stream HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {cookie}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        )
        .ok()?;
        let mut stream = Self { socket, bytes: Vec::new() };
        let until = Instant::now() + Duration::from_secs(10);
        let end = loop {
            if let Some(end) = stream.bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if Instant::now() > until || !stream.fill() {
                return None;
            }
        };
        let head: Vec<u8> = stream.bytes.drain(..end).collect();
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        stream.say(&serde_json::json!({ "op": "open", "id": 1, "query": query }).to_string());
        Some(stream)
    }

    fn say(&mut self, text: &str) {
        let length = u16::try_from(text.len()).unwrap().to_be_bytes();
        // One whole text frame, masked with zeros.
        let mut frame = vec![0x81, 0x80 | 126, length[0], length[1], 0, 0, 0, 0];
        frame.extend_from_slice(text.as_bytes());
        self.socket.write_all(&frame).unwrap();
    }

    /// Reads what is there; false when the other side has closed.
    fn fill(&mut self) -> bool {
        let mut part = [0; 16 * 1024];
        match self.socket.read(&mut part) {
            Ok(0) => false,
            Ok(read) => {
                self.bytes.extend_from_slice(&part[..read]);
                true
            }
            Err(error) => {
                matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
            }
        }
    }

    /// A whole frame, if one is there. The server sends its messages in one frame each.
    fn frame(&mut self) -> Option<Vec<u8>> {
        let short = usize::from(self.bytes.get(1)? & 0x7f);
        let (length, start) = match short {
            126 => (usize::from(u16::from_be_bytes(self.bytes.get(2..4)?.try_into().ok()?)), 4),
            127 => (usize::try_from(u64::from_be_bytes(self.bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
            short => (short, 2),
        };
        let body = self.bytes.get(start..start + length)?.to_vec();
        let is_text = self.bytes[0] & 0x0f == 1;
        self.bytes.drain(..start + length);
        if is_text { Some(body) } else { self.frame() }
    }

    /// The objects of the next snapshot that `wanted` takes.
    pub(crate) fn snapshot(
        &mut self,
        patience: Duration,
        wanted: impl Fn(&[String]) -> bool,
    ) -> Option<Vec<String>> {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            while let Some(frame) = self.frame() {
                let message: Value = serde_json::from_slice(&frame).unwrap();
                let rows = message["rows"].as_array().or(message["body"]["rows"].as_array());
                let Some(rows) = rows else { continue };
                let objects: Vec<String> =
                    rows.iter().filter_map(|row| row["object"].as_str().map(str::to_owned)).collect();
                if wanted(&objects) {
                    return Some(objects);
                }
            }
            if !self.fill() {
                return None;
            }
        }
        None
    }
}
