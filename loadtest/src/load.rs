//! `pulse-load`: real processes under load, open loop, every value checked.
//!
//! A [`plan`] says which event is due when. The [`source`] tells it when it is due, whoever lags; a [`watch`] looks at pages
//! and counts each event's span from the moment it was *due* to the frame that shows it. The [`ledger`] knows what every
//! cell must be then.

mod centre;
mod chart;
mod compare;
mod ledger;
mod machine;
mod plan;
mod process;
mod pulse;
mod report;
mod result;
mod roles;
mod scenario;
mod source;
mod spans;
mod table;
mod viewer;
mod watch;

pub use compare::{Comparison, compare};
pub use report::report;
pub use result::{Better, Figure, Machine, Outcome, Reference, Series, Taken, Truth};
pub use scenario::{Options, Scenario, run};
