//! Where the session hands its results: one ordered stream.

use crate::steps::{Counters, Found, Link};
use model::Record;
use model::time::Micros;
use std::future::Future;

/// One delivery. The order of all deliveries is the order in which things became known.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// Records, in the order of their numbers.
    Records(Vec<Record>),
    /// The link changed.
    Link(Link),
    /// Configuration became known.
    Found(Found),
    /// Every record that was received before `at` has been delivered. Comes every 100 ms while nothing else does.
    Clock {
        /// The moment, on the session's clock.
        at: Micros,
        /// Running totals.
        counters: Counters,
    },
}

/// The receiver is gone; the source stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Takes deliveries. It may make the session wait as long as it likes: the socket is read meanwhile, up to the bound.
pub trait Output: Send {
    /// Takes one delivery, when there is room for it.
    ///
    /// # Errors
    /// [`Gone`] if nobody will ever take one again.
    fn deliver(&mut self, delivery: Delivery) -> impl Future<Output = Result<(), Gone>> + Send;
}

impl Output for tokio::sync::mpsc::Sender<Delivery> {
    async fn deliver(&mut self, delivery: Delivery) -> Result<(), Gone> {
        self.send(delivery).await.map_err(|_| Gone)
    }
}
