//! Load generators, replay servers, benches.
pub mod ami_replay;
pub mod load;
pub mod workload_w;
