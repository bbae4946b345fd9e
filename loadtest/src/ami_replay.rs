//! Plays a recorded session of an Asterisk's Manager Interface over TCP, as the PBX would have sent it.
//!
//! It does the login itself, answers the first question for each list with the recorded answer and later ones with an
//! error, and leaves the recorder's own answers out of the stream. Time passes for the stream whether a client is there or
//! not: who is away loses what came meanwhile, as with the real PBX.

mod answers;

use answers::Answers;
use model::time::Micros;
use source_asterisk::capture::Capture;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until, timeout};

/// What to play, and how.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The recording.
    pub capture: Arc<Capture>,
    /// The manager user's name.
    pub username: String,
    /// Its secret.
    pub secret: String,
    /// How many times faster than recorded.
    pub speed: f64,
    /// The sizes of the pieces that are written.
    pub split: Split,
    /// Offsets in the recording's events at which the connection is cut.
    pub cuts: Vec<usize>,
    /// How long to go on after the last event.
    pub linger: Duration,
}

/// The sizes of the pieces that are written.
#[derive(Clone, Copy, Debug)]
pub enum Split {
    /// As they were read when recorded.
    Recorded,
    /// Pieces of so many bytes.
    Bytes(usize),
    /// Seeded random sizes from 1 to `most`.
    Random {
        /// The seed.
        seed: u64,
        /// The largest piece.
        most: usize,
    },
}

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Sessions that logged in.
    pub logins: usize,
    /// Logins that were refused.
    pub refused: usize,
    /// Sessions cut by us.
    pub cuts: usize,
    /// Bytes of events sent.
    pub sent: usize,
    /// Bytes of events that nobody was there to take.
    pub lost: usize,
}

impl Replay {
    /// Plays `capture` as recorded, to the user that recorded it.
    pub fn new(capture: Arc<Capture>) -> Self {
        Self {
            capture,
            username: "pulse".to_owned(),
            secret: "pulse-secret".to_owned(),
            speed: 1.0,
            split: Split::Recorded,
            cuts: Vec::new(),
            linger: Duration::from_secs(5),
        }
    }

    /// The moment of the recording at which the stream begins.
    pub fn begins(&self) -> Micros {
        self.capture.reads.first().map_or(Micros::ZERO, |(at, _)| *at - Micros::from_secs(1))
    }

    /// Serves one client after the other until the recording has been played.
    ///
    /// # Errors
    /// When the listener fails; a client that breaks off is none.
    pub async fn serve(self, listener: TcpListener) -> io::Result<Report> {
        let mut stage = Stage {
            answers: Answers::new(&self),
            replay: self,
            started: None,
            next: 0,
            at: 0,
            report: Report::default(),
        };
        loop {
            let Some(end) = stage.end() else {
                let (stream, _) = listener.accept().await?;
                // A client that breaks off in the middle is its own affair.
                let _ = stage.play(stream).await;
                continue;
            };
            tokio::select! {
                accepted = listener.accept() => {
                    let _ = stage.play(accepted?.0).await;
                }
                () = sleep_until(end) => {
                    stage.skip(end);
                    return Ok(stage.report);
                }
            }
        }
    }
}

struct Stage {
    replay: Replay,
    answers: Answers,
    /// When the stream began to play: at the first login.
    started: Option<Instant>,
    /// The next read of the recording.
    next: usize,
    /// The first byte that has not been played.
    at: usize,
    report: Report,
}

impl Stage {
    fn when(&self, read: usize) -> Option<Instant> {
        let (at, _) = self.replay.capture.reads.get(read)?;
        let after = (at.0 - self.replay.begins().0).max(0) as f64 / 1e6 / self.replay.speed;
        Some(self.started? + Duration::from_secs_f64(after))
    }

    /// When all is over.
    fn end(&self) -> Option<Instant> {
        self.when(self.replay.capture.reads.len().checked_sub(1)?).map(|last| last + self.replay.linger)
    }

    /// What should have been sent before `now` is lost, up to a whole message.
    fn skip(&mut self, now: Instant) {
        let before = self.at;
        while self.when(self.next).is_some_and(|at| at <= now) {
            self.at = self.replay.capture.reads[self.next].1.end;
            self.next += 1;
        }
        let events = &self.replay.capture.events;
        let whole = self.at == 0 || events[..self.at].ends_with(b"\r\n\r\n");
        if !whole {
            self.at += events[self.at..]
                .windows(4)
                .position(|w| w == b"\r\n\r\n")
                .map_or(events.len() - self.at, |n| n + 4);
        }
        self.report.lost += self.at - before;
    }

    async fn play(&mut self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.write_all(&self.replay.capture.banner.clone()).await?;
        let mut asked = Vec::new();
        self.answers.new_session();
        while !self.answers.logged_in {
            let mut buffer = [0; 4096];
            let n = stream.read(&mut buffer).await?;
            if !self.take_actions(&mut stream, &mut asked, &buffer[..n]).await? {
                self.report.refused += 1;
                return Ok(());
            }
        }
        self.report.logins += 1;
        let now = Instant::now();
        self.started.get_or_insert(now);
        self.skip(now);
        while let Some(end) = self.end() {
            let due = self.when(self.next).unwrap_or(end);
            if due <= Instant::now() {
                if self.next >= self.replay.capture.reads.len() {
                    return Ok(());
                }
                if !self.send_read(&mut stream).await? {
                    return Ok(());
                }
                continue;
            }
            let mut buffer = [0; 4096];
            let read = timeout(due - Instant::now(), stream.read(&mut buffer)).await;
            if let Ok(n) = read
                && !self.take_actions(&mut stream, &mut asked, &buffer[..n?]).await?
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Answers the actions that are whole. False when the client is gone or was refused.
    async fn take_actions(
        &mut self,
        stream: &mut TcpStream,
        asked: &mut Vec<u8>,
        bytes: &[u8],
    ) -> io::Result<bool> {
        asked.extend_from_slice(bytes);
        if bytes.is_empty() {
            return Ok(false);
        }
        while let Some(end) = asked.windows(4).position(|w| w == b"\r\n\r\n") {
            let action: Vec<u8> = asked.drain(..end + 4).collect();
            let (answer, goes_on) = self.answers.to(&String::from_utf8_lossy(&action));
            stream.write_all(&answer).await?;
            if !goes_on {
                return Ok(false);
            }
        }
        // Nobody sends that much without an empty line.
        Ok(asked.len() < 64 * 1024)
    }

    /// Sends the whole messages of the next read. False when the connection was cut.
    async fn send_read(&mut self, stream: &mut TcpStream) -> io::Result<bool> {
        let capture = Arc::clone(&self.replay.capture);
        let read = capture.reads[self.next].1.clone();
        let cut = self.replay.cuts.iter().copied().find(|cut| (self.at..read.end).contains(cut));
        if let Some(cut) = cut {
            self.write(stream, &capture.events[self.at..cut]).await?;
            self.replay.cuts.retain(|c| *c != cut);
            self.report.cuts += 1;
            self.at = cut;
            // The rest of the message is lost with the connection.
            return Ok(false);
        }
        self.next += 1;
        let part = &capture.events[self.at.min(read.end)..read.end];
        // Answers may only come between two messages.
        let whole = part.windows(4).rposition(|w| w == b"\r\n\r\n").map_or(0, |n| n + 4);
        self.write(stream, &part[..whole]).await?;
        self.at += whole;
        Ok(true)
    }

    async fn write(&mut self, stream: &mut TcpStream, mut bytes: &[u8]) -> io::Result<()> {
        self.report.sent += bytes.len();
        while !bytes.is_empty() {
            let most = match &mut self.replay.split {
                Split::Recorded => bytes.len(),
                Split::Bytes(n) => (*n).max(1),
                Split::Random { seed, most } => {
                    *seed =
                        seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    1 + usize::try_from(*seed >> 33).unwrap_or(0) % (*most).max(1)
                }
            };
            let (piece, rest) = bytes.split_at(most.min(bytes.len()));
            stream.write_all(piece).await?;
            bytes = rest;
        }
        Ok(())
    }
}
