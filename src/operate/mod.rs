//! What operators run by hand: they look into what Pulse keeps, copy it, and change nothing that runs unless told so.

pub mod backup;
pub mod bundle;
pub mod checkpoint;
pub mod journal;
pub mod log_level;
pub mod reset_password;

mod place;
mod shelves;
mod words;
