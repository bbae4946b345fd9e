//! A link as it is told to those who may change it, with how its wall stands.

use crate::share::Share;
use crate::walls::{self, Standing};
use model::time::Micros;
use ports::screens::{Beat, Heard};
use serde::Serialize;
use utoipa::ToSchema;

/// A screen that shows what a link opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct ScreenLine {
    /// When it was heard last, µs since 1970.
    heard_at: i64,
    /// How long ago that was, in seconds.
    age_s: i64,
    state: Standing,
    /// The build of the page that it shows.
    build: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
}

/// A link, and how the wall stands that shows what it opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShareLine {
    pub(super) id: String,
    /// Its ETag without quotes.
    revision: u64,
    pub(super) title: String,
    boards: Vec<String>,
    names_hidden: bool,
    every: u32,
    created_by: String,
    /// µs since 1970.
    created_at: i64,
    /// µs since 1970.
    expires_at: i64,
    /// It ends within 48 hours.
    ends_soon: bool,
    /// A screen was paired by its code; else somebody opened the link's address.
    by_code: bool,
    state: Standing,
    /// Signs of life are remembered since then, µs since 1970.
    remembered_since: i64,
    /// Its screens, the one that was heard last first: those of a day, and the last one in any case.
    screens: Vec<ScreenLine>,
    /// The secret, once: in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

fn screen(beat: &Beat, now: Micros) -> ScreenLine {
    ScreenLine {
        heard_at: beat.at.0,
        age_s: (now - beat.at).secs().max(0),
        state: Standing::of(beat, now),
        build: beat.build.to_string(),
        width: beat.width,
        height: beat.height,
    }
}

impl ShareLine {
    /// The same, with its secret.
    pub(super) fn telling(self, token: String) -> Self {
        Self { token: Some(token), ..self }
    }
}

/// The line of a link, by what was heard of its screens.
pub(super) fn of(id: &str, revision: u64, share: &Share, heard: &Heard, now: Micros) -> ShareLine {
    let beats = heard.beats.get(id).map_or(&[][..], Vec::as_slice);
    ShareLine {
        id: id.to_owned(),
        revision,
        title: share.title.to_string(),
        boards: share.boards.iter().map(ToString::to_string).collect(),
        names_hidden: share.names_hidden,
        every: share.every,
        created_by: share.created_by.to_string(),
        created_at: share.created_at.0,
        expires_at: share.expires_at.0,
        ends_soon: walls::ends_soon(share, now),
        by_code: share.by_code,
        state: Standing::of_wall(share, beats, heard.since, now),
        remembered_since: heard.since.0,
        screens: walls::told(beats, now).map(|beat| screen(beat, now)).collect(),
        token: None,
    }
}
