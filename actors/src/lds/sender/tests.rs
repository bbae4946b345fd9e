//! Stories of a sender.
