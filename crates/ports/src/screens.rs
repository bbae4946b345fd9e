//! Screens on walls: codes by which they wait to be paired, and what they told of themselves last.

use crate::Result;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Codes that wait at once.
pub const WAITING_MAX: usize = 200;

/// Screens of one wall that are remembered; then the one that was silent for longest is forgotten.
pub const SCREENS_MAX: usize = 8;

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// The code waits.
    Kept,
    /// Another screen waits by that code.
    Taken,
    /// [`WAITING_MAX`] wait already.
    Full,
}

/// A sign of life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Which screen: a name that it chose itself.
    pub screen: Text,
    /// When it was heard.
    pub at: Micros,
    /// The build of the page that it shows.
    pub build: Text,
    /// Pixels, as its page counts them.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// For so long its values had stood still then, in seconds.
    pub still_s: u32,
}

/// What is remembered of walls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// From when on anything is remembered: who was heard before it is not known.
    pub since: Micros,
    /// The last sign of life of each screen, the newest first, by wall. A wall that was never heard is left out.
    pub beats: BTreeMap<Text, Vec<Beat>>,
}

/// Where screens and those who pair them meet, and where the signs of life of walls are kept: the last of each, and no
/// earlier one. The store's clock decides how long anything lives.
#[async_trait]
pub trait Screens: Send + Sync {
    /// Lets a screen wait by a code, for so long. `wall` is the name of the wall that it becomes.
    async fn offer(&self, code: &str, wall: &str, lives: Duration) -> Result<Offered>;
    /// Takes the screen that waits by that code: whoever asks first has it, and nobody else.
    async fn take(&self, code: &str) -> Result<Option<Text>>;
    /// Keeps a sign of life over the last one of the same screen. All of the wall's are forgotten when none came for
    /// `lives`.
    async fn heard(&self, wall: &str, beat: Beat, lives: Duration) -> Result<()>;
    /// What is remembered of these walls. The first question begins the remembrance, if nothing else did.
    async fn beats(&self, walls: &[Text], now: Micros) -> Result<Heard>;
    /// Forgets a wall.
    async fn forget(&self, wall: &str) -> Result<()>;
}
