//! Screens in memory: those of one process.

use crate::lock;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::Result;
use ports::screens::{Beat, Heard, Offered, SCREENS_MAX, Screens, WAITING_MAX};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Default)]
struct Book {
    /// Who waits, by code, and until when.
    waiting: BTreeMap<Text, (Text, Instant)>,
    /// The last beats, the newest first, by wall, and until when they are kept.
    beats: BTreeMap<Text, (Vec<Beat>, Instant)>,
    since: Option<Micros>,
}

/// Screens that are remembered as long as the process lives, by tokio's clock.
#[derive(Default)]
pub struct MemoryScreens {
    book: Mutex<Book>,
}

#[async_trait]
impl Screens for MemoryScreens {
    async fn offer(&self, code: &str, wall: &str, lives: Duration) -> Result<Offered> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        book.waiting.retain(|_, (_, until)| *until > now);
        if book.waiting.contains_key(code) {
            return Ok(Offered::Taken);
        }
        if book.waiting.len() >= WAITING_MAX {
            return Ok(Offered::Full);
        }
        book.waiting.insert(code.into(), (wall.into(), now + lives));
        Ok(Offered::Kept)
    }

    async fn take(&self, code: &str) -> Result<Option<Text>> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        let taken = book.waiting.remove(code);
        Ok(taken.filter(|(_, until)| *until > now).map(|(wall, _)| wall))
    }

    async fn heard(&self, wall: &str, beat: Beat, lives: Duration) -> Result<()> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        book.since.get_or_insert(beat.at);
        // Walls are bounded by those that may beat; those that ended give way here.
        book.beats.retain(|_, (_, until)| *until > now);
        let (beats, until) = book.beats.entry(wall.into()).or_insert_with(|| (Vec::new(), now));
        *until = now + lives;
        beats.retain(|known| known.screen != beat.screen);
        beats.push(beat);
        beats.sort_by_key(|beat| std::cmp::Reverse(beat.at));
        beats.truncate(SCREENS_MAX);
        Ok(())
    }

    async fn beats(&self, walls: &[Text], now: Micros) -> Result<Heard> {
        let (mut book, instant) = (lock(&self.book), Instant::now());
        let since = *book.since.get_or_insert(now);
        let of = |wall: &Text| {
            let (beats, until) = book.beats.get(wall)?;
            (*until > instant).then(|| (wall.clone(), beats.clone()))
        };
        Ok(Heard { since, beats: walls.iter().filter_map(of).collect() })
    }

    async fn forget(&self, wall: &str) -> Result<()> {
        lock(&self.book).beats.remove(wall);
        Ok(())
    }
}
