//! Load generators, replay servers, benches.
pub mod workload_w;
