//! `pulse trace`: every hop of a call, how late it was told, and what the collector made of it.

mod family;
mod teller;

use crate::evaluate::events::Merge;
use anyhow::{Context, Result, bail};
use family::Links;
use model::record::Record;
use model::tenant::Tenant;
use objects::Objects;
use std::io::{Write, stdout};
use std::path::PathBuf;
use teller::Teller;

/// Which call, and where its events are.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The connection id. Calls that it came from or went into (consults, transfers) are told as well.
    conn_id: String,
    /// Files of events, one record a line: what `pulse tail --from-start` prints. They are read twice.
    #[arg(long, required = true, num_args = 1..)]
    events: Vec<PathBuf>,
    /// The tenant's configuration; without it, what the collector makes of the events is not told.
    #[arg(long)]
    tenant: Option<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Prints the hops of a call, in processing order.
pub fn run(args: Args) -> Result<()> {
    let mut links = Links::default();
    let mut events = Merge::open(&args.events)?;
    while let Some(record) = events.next()? {
        links.note(&record);
    }
    let Some(family) = links.family(&args.conn_id) else {
        bail!(
            "no record of these files is about {}. An LDS keeps the last two days by default; pulse tail --from-start prints them",
            args.conn_id
        );
    };
    let mut objects = None;
    if let Some(file) = &args.tenant {
        let place = || file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(place)?;
        let mut traced = Objects::new(&Tenant::from_toml(&text).with_context(place)?).with_context(place)?;
        traced.trace();
        objects = Some(traced);
    }
    let mut teller = Teller::new(stdout().lock(), args.json, objects, family);
    let mut events = Merge::open(&args.events)?;
    let mut instant: Vec<Record> = Vec::new();
    while let Some(record) = events.next()? {
        if instant.last().is_some_and(|last| last.received != record.received) {
            teller.take_in(&instant)?;
            instant.clear();
        }
        instant.push(record);
    }
    teller.take_in(&instant)?;
    Ok(stdout().flush()?)
}
