//! Media channels, interactions and staging areas (statistics 2.6, rules A-11, ST-3, ST-5).

mod areas;
mod links;
mod states;
mod tasks;
mod world;
