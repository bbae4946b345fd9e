//! What comes with the program: definitions, boards, the demo contact centre.

use anyhow::{Context, Result};
use serde_json::Value;
use stats::Library;

const STATISTICS: &[&str] = &[
    include_str!("../config/statistics/profiles.toml"),
    include_str!("../config/statistics/agents.toml"),
    include_str!("../config/statistics/groups.toml"),
    include_str!("../config/statistics/queues.toml"),
    include_str!("../config/statistics/media.toml"),
    include_str!("../config/statistics/campaigns.toml"),
];

const BOARDS: &[&str] = &[
    include_str!("../config/boards/agents.json"),
    include_str!("../config/boards/overview.json"),
    include_str!("../config/boards/queues.json"),
];

/// The demo contact centre.
pub const SCENARIO: &str = include_str!("../config/scenario.toml");

/// The shipped library of statistics.
pub fn library() -> Result<Library> {
    let mut library = Library::default();
    for text in STATISTICS {
        library.extend(Library::from_toml(text).context("the shipped library can't be read")?);
    }
    Ok(library)
}

/// The shipped boards.
pub fn boards() -> Result<Vec<Value>> {
    BOARDS.iter().map(|text| serde_json::from_str(text).context("a shipped board can't be read")).collect()
}
