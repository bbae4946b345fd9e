//! The task that holds the socket: connects, feeds the adapter, hands on what it gives, reconnects.
//!
//! **Invariant:** the socket is always read at once (the PBX cuts readers that are slower than `writetimeout`); what the
//! receiver has not taken yet is bounded in bytes, and when the bound is reached the session is closed and a gap told.

mod output;
mod probe;
mod reader;
mod settings;
mod tls;

pub use output::{Delivery, Gone, Output};
pub use probe::probe;
pub use settings::{Error, Settings, Tls};

use crate::adapter::Adapter;
use crate::steps::{Link, Step};
use model::time::Micros;
use reader::{Read, Reader};
use std::future::Future;

use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, WriteHalf};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Most records in one delivery.
const BATCH: usize = 1024;
/// How often a silent link tells the time.
const IDLE: Duration = Duration::from_millis(100);

/// Runs one source until `shutdown` resolves. `clock` gives microseconds since 1970; it decides `received` and all timers.
///
/// # Errors
/// [`Error`] if the settings can't work, or if the receiver of the output is gone. A PBX that can't be reached is no
/// error: it is told as [`Link::Down`] and tried again.
pub async fn run(
    settings: Settings,
    clock: impl Fn() -> Micros + Clone + Send + 'static,
    out: impl Output,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let connector = settings.tls.as_ref().map(tls::connector).transpose()?;
    let adapter = match settings.resume.clone() {
        Some(resume) => Adapter::resume(settings.options.clone(), resume),
        None => Adapter::new(settings.options.clone()),
    };
    let mut session = Session { backoff: Backoff::new(&settings), settings, connector, clock, adapter, out };
    tokio::select! {
        biased;
        () = shutdown => Ok(()),
        ended = session.forever() => ended,
    }
}

struct Session<C, O> {
    settings: Settings,
    connector: Option<tls::Connector>,
    clock: C,
    adapter: Adapter,
    out: O,
    backoff: Backoff,
}

impl<C: Fn() -> Micros + Clone + Send + 'static, O: Output> Session<C, O> {
    async fn forever(&mut self) -> Result<(), Error> {
        loop {
            self.renew();
            match self.connect().await {
                Ok(stream) => self.converse(stream).await?,
                Err((cause, cure)) => {
                    self.adapter.on_refused(&cause, &cure, (self.clock)());
                    self.hand_on(None).await?;
                }
            }
            let wait = self.backoff.next();
            self.rest(wait).await?;
        }
    }

    /// Authorities may have changed; a file that can't be used changes nothing.
    fn renew(&mut self) {
        if let Some(Ok(connector)) = self.settings.tls.as_ref().map(tls::connector) {
            self.connector = Some(connector);
        }
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, (String, String)> {
        let (host, port) = (self.settings.host.as_str(), self.settings.port);
        let address = format!("{host}:{port}");
        let limit = self.settings.connect_within;
        let late = |_| (format!("{address} does not answer"), "check host, port and firewalls".to_owned());
        let stream = timeout(limit, TcpStream::connect((host, port))).await.map_err(late)?;
        let stream = stream.map_err(|e| {
            (
                format!("{address} can't be reached: {e}"),
                "is the PBX running, and its manager enabled and bound to this address?".to_owned(),
            )
        })?;
        // Small questions must not wait for more.
        let _ = stream.set_nodelay(true);
        match &self.connector {
            None => Ok(Box::new(stream)),
            Some(connector) => {
                let done = timeout(limit, connector.wrap(host, stream)).await.map_err(late)?;
                done.map(|s| Box::new(s) as Box<dyn Stream>).map_err(|e| tls::explain(&address, &e))
            }
        }
    }

    /// One session, from connect to close.
    async fn converse(&mut self, stream: Box<dyn Stream>) -> Result<(), Error> {
        let (read, mut write) = tokio::io::split(stream);
        let mut reader = Reader::spawn(read, self.settings.buffer, self.clock.clone());
        self.adapter.on_connected((self.clock)());
        let mut open = self.hand_on(Some(&mut write)).await?;
        while open {
            let now = (self.clock)();
            let due = self.adapter.next_deadline().map_or(IDLE, |due| span(due - now).min(IDLE));
            tokio::select! {
                biased;
                read = reader.next() => match read {
                    Read::Bytes(bytes, received) => self.adapter.on_bytes(&bytes, received),
                    Read::Closed(cause, received) => {
                        self.adapter.on_closed(&cause, received);
                        open = false;
                    }
                },
                () = sleep(due) => open &= self.tell_time(Some(&mut write)).await?,
            }
            open &= self.hand_on(Some(&mut write)).await?;
        }
        Ok(())
    }

    /// Waits between two sessions; timers go on.
    async fn rest(&mut self, wait: Duration) -> Result<(), Error> {
        let until = (self.clock)() + Micros(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX));
        loop {
            let left = span(until - (self.clock)());
            if left.is_zero() {
                return Ok(());
            }
            sleep(left.min(IDLE)).await;
            self.tell_time(None).await?;
        }
    }

    /// All that was received before this moment has been handed on. False when the session has ended.
    async fn tell_time(&mut self, write: Option<&mut WriteHalf<Box<dyn Stream>>>) -> Result<bool, Error> {
        let now = (self.clock)();
        self.adapter.on_timer(now);
        let open = self.hand_on(write).await?;
        let counters = self.adapter.counters();
        self.out.deliver(Delivery::Clock { at: now, counters }).await?;
        Ok(open)
    }

    /// Takes everything out of the adapter. False when the session has ended.
    async fn hand_on(&mut self, mut write: Option<&mut WriteHalf<Box<dyn Stream>>>) -> Result<bool, Error> {
        let mut open = true;
        let mut batch = Vec::new();
        while let Some(step) = self.adapter.poll() {
            let delivery = match step {
                Step::Record(record) => {
                    batch.push(record);
                    if batch.len() >= BATCH {
                        self.out.deliver(Delivery::Records(std::mem::take(&mut batch))).await?;
                    }
                    continue;
                }
                Step::Send(bytes) => {
                    if let Some(write) = write.as_deref_mut()
                        && open
                    {
                        self.write(write, &bytes).await;
                    }
                    continue;
                }
                Step::Close => {
                    open = false;
                    continue;
                }
                Step::Link(link) => {
                    self.backoff.hear(&link);
                    Delivery::Link(link)
                }
                Step::Found(found) => Delivery::Found(found),
            };
            if !batch.is_empty() {
                self.out.deliver(Delivery::Records(std::mem::take(&mut batch))).await?;
            }
            self.out.deliver(delivery).await?;
        }
        if !batch.is_empty() {
            self.out.deliver(Delivery::Records(batch)).await?;
        }
        Ok(open)
    }

    async fn write(&mut self, write: &mut WriteHalf<Box<dyn Stream>>, bytes: &[u8]) {
        let sent = timeout(self.settings.write_within, async {
            write.write_all(bytes).await?;
            write.flush().await
        });
        let cause = match sent.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("the connection broke: {error}"),
            Err(_) => "the PBX takes no more bytes".to_owned(),
        };
        self.adapter.on_broken(&cause, (self.clock)());
    }
}

/// How long to wait before the next attempt: doubling, with a seeded jitter so that many sources do not come at once.
#[derive(Debug)]
struct Backoff {
    least: Duration,
    most: Duration,
    next: Duration,
    dice: u64,
}

impl Backoff {
    fn new(settings: &Settings) -> Self {
        let (least, most) = settings.backoff;
        Self { least, most, next: least, dice: settings.seed }
    }

    fn hear(&mut self, link: &Link) {
        match link {
            Link::Live(_) => self.next = self.least,
            Link::Down(down) if down.stubborn => self.next = self.most,
            _ => {}
        }
    }

    fn next(&mut self) -> Duration {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = 0.75 + (self.dice >> 40) as f64 / f64::from(1 << 24) / 2.0;
        let wait = self.next.mul_f64(share);
        self.next = (self.next * 2).min(self.most);
        wait
    }
}

fn span(micros: Micros) -> Duration {
    Duration::from_micros(u64::try_from(micros.0).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::Down;

    #[test]
    fn waits_double_with_jitter_and_a_stubborn_cause_waits_longest() {
        let mut settings = Settings::new("h", 1, crate::Options::new("a"));
        settings.backoff = (Duration::from_millis(100), Duration::from_millis(1000));
        let mut backoff = Backoff::new(&settings);
        for expected in [100.0, 200.0, 400.0, 800.0, 1000.0, 1000.0] {
            let ms = backoff.next().as_secs_f64() * 1000.0;
            assert!((ms / expected - 1.0).abs() <= 0.2501, "{ms} for {expected}");
        }
        backoff.hear(&Link::Live(crate::Live::default()));
        assert!(backoff.next() < Duration::from_millis(126));
        backoff.hear(&Link::Down(Down::stubborn("a", "b")));
        assert!(backoff.next() >= Duration::from_millis(750));
    }
}
