//! From actions and statuses to statistic values: definitions, profiles, categories.
//!
//! **Invariant:** pure. No clock, no I/O, no chance; `now` is an argument; values do not depend on how items are
//! cut into batches; no value is ever NaN or infinite.

mod batch;
mod checkpoint;
mod definition;
mod dirty;
mod explain;
mod family;
mod filter;
mod formula;
mod library;
mod notify;
mod roster;
mod state;
mod statistic;
mod targets;
mod time;
mod value;
mod walk;

pub use batch::Batch;
pub use checkpoint::{Chunk, ChunkError};
pub use definition::{Aggregate, Category, Definition, Family, Fold, Mask, Refused, Subject, TimeRange};
pub use explain::{Contribution, Explained, Interval, Tally, fold, fold_state, tallies};
pub use filter::Filter;
pub use formula::Formula;
pub use library::{Library, LibraryError, Passage, Request, StatType};
pub use notify::{Mode, News, Notify, Told};
pub use statistic::Statistic;
pub use targets::{Room, Target};
pub use time::{Resets, TimeProfile, parse_instant};
pub use value::{Content, Flags, State, Value, ValueKind};
