//! The brains of objects and statistics, driven one after the other.
//!
//! **Invariant:** pure, like the brains themselves: records, time and definitions go in, values come out. What actors
//! compute in parallel is computed here in sequence, by the same code.

mod asked;
mod engine;
mod image;
mod inquiry;
mod notifier;
mod study;

pub use asked::RefusedRequest;
pub use engine::{Answer, Engine, EngineError};
pub use image::EngineImage;
pub use inquiry::{Inquiry, InquiryError, Witness};
pub use notifier::{Info, News, Notifier};
pub use study::Study;
