//! Load generators, replay servers, benches.
