//! Load generators, replay servers, benches.
pub mod ami_replay;
pub mod workload_w;
