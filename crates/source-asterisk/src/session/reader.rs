//! Reads the socket without ever waiting for anybody, into a queue that is bounded in bytes.

use model::time::Micros;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// What came, and when.
#[derive(Debug)]
pub(super) enum Read {
    Bytes(Vec<u8>, Micros),
    Closed(String, Micros),
}

/// The receiving end. Dropping it ends the reading.
#[derive(Debug)]
pub(super) struct Reader {
    queue: mpsc::UnboundedReceiver<Read>,
    waiting: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Reader {
    pub(super) fn spawn(
        mut from: impl AsyncRead + Send + Unpin + 'static,
        most: usize,
        clock: impl Fn() -> Micros + Send + 'static,
    ) -> Self {
        // Unbounded in items, bounded in bytes by `waiting`.
        let (into, queue) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let metered = Arc::clone(&waiting);
        let task = tokio::spawn(async move {
            let mut buffer = vec![0; 64 * 1024];
            let cause = loop {
                match from.read(&mut buffer).await {
                    Ok(0) => break "the PBX closed the connection".to_owned(),
                    Ok(n) => {
                        if metered.fetch_add(n, Ordering::AcqRel) + n > most {
                            break format!(
                                "the receiver is too slow: more than {most} bytes of events are waiting"
                            );
                        }
                        if into.send(Read::Bytes(buffer[..n].to_vec(), clock())).is_err() {
                            return;
                        }
                    }
                    Err(error) => break format!("the connection broke: {error}"),
                }
            };
            // A receiver that is gone needs no cause.
            let _ = into.send(Read::Closed(cause, clock()));
        });
        Self { queue, waiting, task }
    }

    pub(super) async fn next(&mut self) -> Read {
        match self.queue.recv().await {
            Some(Read::Bytes(bytes, at)) => {
                self.waiting.fetch_sub(bytes.len(), Ordering::AcqRel);
                Read::Bytes(bytes, at)
            }
            Some(closed) => closed,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}
