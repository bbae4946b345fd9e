//! Open, real-time contact-centre reporting: settings in, running roles out.
//!
//! **Invariant:** only here are adapters opened and actors wired; nothing below knows both.

pub mod check;
pub mod cli;
mod data_dir;
pub mod evaluate;
pub mod operate;
pub mod reference;
pub mod roles;
pub mod settings;
pub mod shipped;
pub mod source_url;
pub mod tail;
pub mod templates;
pub mod trace;
