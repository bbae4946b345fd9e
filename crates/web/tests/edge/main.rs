//! The web role over real sockets on loopback: what browsers and programs get to see.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod administration;
mod boards;
mod forbidden;
mod made;
mod notes;
mod pages;
mod past;
mod people;
mod rules;
mod shares;
mod sign_in;
mod stream;
mod templates;
mod tls;
mod values;
mod waiting;
mod walls;
mod world;
