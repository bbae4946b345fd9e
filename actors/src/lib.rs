//! The actors: mailboxes around the brains.
//!
//! **Invariant:** no actor knows a transport, a store or a product; what they need is handed in at birth.

pub mod dcu;
pub mod lds;
pub mod permissions;
pub mod web;
