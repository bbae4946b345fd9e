//! Leases in memory: between the parts of one process.

use crate::lock;
use async_trait::async_trait;
use model::Text;
use ports::Result;
use ports::leases::{Held, Leases};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Default)]
struct Book {
    held: BTreeMap<Text, (Held, Instant)>,
    fences: BTreeMap<Text, u64>,
}

/// Leases that live as long as the process, by tokio's clock.
#[derive(Default)]
pub struct MemoryLeases {
    book: Mutex<Book>,
}

#[async_trait]
impl Leases for MemoryLeases {
    async fn hold(&self, lease: &str, holder: &str, term: Duration) -> Result<Option<u64>> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        if let Some((held, until)) = book.held.get_mut(lease)
            && *until > now
        {
            let renewed = held.holder == holder;
            if renewed {
                *until = now + term;
            }
            return Ok(renewed.then_some(held.fence));
        }
        let fence = book.fences.entry(lease.into()).or_default();
        *fence += 1;
        let held = Held { holder: holder.into(), fence: *fence };
        let fence = held.fence;
        book.held.insert(lease.into(), (held, now + term));
        Ok(Some(fence))
    }

    async fn release(&self, lease: &str, holder: &str) -> Result<()> {
        let mut book = lock(&self.book);
        if book.held.get(lease).is_some_and(|(held, _)| held.holder == holder) {
            book.held.remove(lease);
        }
        Ok(())
    }

    async fn holder(&self, lease: &str) -> Result<Option<Held>> {
        let (book, now) = (lock(&self.book), Instant::now());
        Ok(book.held.get(lease).filter(|(_, until)| *until > now).map(|(held, _)| held.clone()))
    }
}
