//! A directory of tables (CSV, RFC 4180) as a tenant. Columns stand in any order; a column that is not known, a cell that
//! can't be read and a name that is missing are told with file, line and column.
//!
//! | file | columns; those in brackets may be left out |
//! |---|---|
//! | `tenant.csv` | tenant, \[time_zone\]: one row |
//! | `sources.csv` | name, switch |
//! | `dns.csv` | number, switch, type, \[name\], \[source\], \[use_alt_enter_time\], \[vq_stuck_check\] |
//! | `places.csv` | name, \[dns\], \[capacity\] |
//! | `agents.csv` | id, \[name\], \[skills\], \[capacity\] |
//! | `agent_groups.csv` | name, \[agents\], \[script\], \[origination_dns\] |
//! | `place_groups.csv` | name, \[places\], \[origination_dns\] |
//! | `queue_groups.csv` | name, \[dns\] |
//!
//! Lists are written with `;` between their members, skills as `Spanish=7;French=2`, capacity as `chat=3`. An empty cell is an absent key.

mod cells;
mod table;

use model::tenant::{Agent, AgentGroup, Capacity, Dn, Place, PlaceGroup, QueueGroup, Source, Tenant};
use model::{Text, snapshot::DnType};
use std::collections::BTreeMap;
use table::{Row, Table};

/// The files that a directory may hold.
pub const FILES: [&str; 8] = [
    "tenant.csv",
    "sources.csv",
    "dns.csv",
    "places.csv",
    "agents.csv",
    "agent_groups.csv",
    "place_groups.csv",
    "queue_groups.csv",
];

/// Something in a table that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", place(self))]
pub struct CsvError {
    /// The file's name.
    pub file: String,
    /// The line, from 1; 0 where it is the whole file.
    pub line: usize,
    /// The column's name, where it is one alone.
    pub column: Option<String>,
    /// Cause and cure.
    pub cause: String,
}

fn place(error: &CsvError) -> String {
    let CsvError { file, line, column, .. } = error;
    let line = if *line > 0 { format!(" line {line}") } else { String::new() };
    let column = column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
    format!("{file}{line}{column}")
}

/// Reads the tables; `files` are their texts by their names. Files that are not there are empty tables, but there must
/// be a `tenant.csv`.
///
/// # Errors
/// The first thing that can't be read.
pub fn read(files: &BTreeMap<String, String>) -> Result<Tenant, CsvError> {
    if let Some(unknown) = files.keys().find(|name| !FILES.contains(&name.as_str())) {
        let cause = format!("this table is not known; known are {}", FILES.join(", "));
        return Err(CsvError { file: unknown.clone(), line: 0, column: None, cause });
    }
    let mut tenant = the_tenant(files)?;
    tenant.sources = rows(files, "sources.csv", &["name", "switch"], &[], |row| {
        Ok(Source { name: row.needed("name")?, switch: row.needed("switch")? })
    })?;
    tenant.dns = rows(
        files,
        "dns.csv",
        &["number", "switch", "type"],
        &["name", "source", "use_alt_enter_time", "vq_stuck_check"],
        dn,
    )?;
    tenant.places = rows(files, "places.csv", &["name"], &["dns", "capacity"], |row| {
        Ok(Place { name: row.needed("name")?, dns: row.list("dns"), capacity: capacity(row)? })
    })?;
    tenant.agents = rows(files, "agents.csv", &["id"], &["name", "skills", "capacity"], |row| {
        let (skills, capacity) = (skills(row)?, capacity(row)?);
        Ok(Agent { id: row.needed("id")?, name: row.text("name"), skills, capacity })
    })?;
    tenant.agent_groups =
        rows(files, "agent_groups.csv", &["name"], &["agents", "script", "origination_dns"], |row| {
            let (agents, script) = (row.list("agents"), row.text("script"));
            if script.is_some() && !agents.is_empty() {
                return Err(row.wrong("script", "a group has agents or a script, not both: leave one empty"));
            }
            let origination_dns = row.list("origination_dns");
            Ok(AgentGroup { name: row.needed("name")?, agents, script, origination_dns })
        })?;
    tenant.place_groups =
        rows(files, "place_groups.csv", &["name"], &["places", "origination_dns"], |row| {
            let origination_dns = row.list("origination_dns");
            Ok(PlaceGroup { name: row.needed("name")?, places: row.list("places"), origination_dns })
        })?;
    tenant.queue_groups = rows(files, "queue_groups.csv", &["name"], &["dns"], |row| {
        Ok(QueueGroup { name: row.needed("name")?, dns: row.list("dns") })
    })?;
    Ok(tenant)
}

fn rows<T>(
    files: &BTreeMap<String, String>,
    file: &str,
    needed: &[&str],
    others: &[&str],
    make: impl Fn(&Row<'_>) -> Result<T, CsvError>,
) -> Result<Vec<T>, CsvError> {
    let Some(text) = files.get(file) else { return Ok(Vec::new()) };
    let table = Table::read(file, text, needed, others)?;
    table.rows().map(|row| make(&row)).collect()
}

fn the_tenant(files: &BTreeMap<String, String>) -> Result<Tenant, CsvError> {
    let zone = |row: &Row<'_>| row.text("time_zone").unwrap_or_else(|| "UTC".into());
    let tenants = rows(files, "tenant.csv", &["tenant"], &["time_zone"], |row| {
        Ok(Tenant { tenant: row.needed("tenant")?, time_zone: zone(row), ..Tenant::default() })
    })?;
    let count = tenants.len();
    let cause = match count {
        0 => "it names no tenant: write a row below the columns tenant and time_zone",
        _ => "a configuration is that of one tenant: leave one row",
    };
    let wrong = CsvError { file: "tenant.csv".into(), line: 0, column: None, cause: cause.into() };
    tenants.into_iter().next().filter(|_| count == 1).ok_or(wrong)
}

fn dn(row: &Row<'_>) -> Result<Dn, CsvError> {
    let word = row.needed("type")?;
    let kind = match word.as_str() {
        "Queue" => DnType::Queue,
        "RoutePoint" => DnType::RoutePoint,
        "VirtualQueue" => DnType::VirtualQueue,
        "Extension" => DnType::Extension,
        "Position" => DnType::Position,
        _ => {
            let cause = format!(
                "{word:?} is no type of a DN: write Queue, RoutePoint, VirtualQueue, Extension or Position"
            );
            return Err(row.wrong("type", &cause));
        }
    };
    let seconds = row.text("vq_stuck_check").map(|text| text.parse::<u32>());
    let truth = match row.text("use_alt_enter_time").as_deref() {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return Err(row.wrong("use_alt_enter_time", "write true, false or nothing")),
    };
    Ok(Dn {
        number: row.needed("number")?,
        switch: row.needed("switch")?,
        kind,
        name: row.text("name"),
        source: row.text("source"),
        use_alt_enter_time: truth,
        vq_stuck_check: seconds
            .transpose()
            .map_err(|_| row.wrong("vq_stuck_check", "write whole seconds, 0 for no check, or nothing"))?,
    })
}

fn capacity(row: &Row<'_>) -> Result<Capacity, CsvError> {
    let one = |rule: Text| {
        let (medium, number) = rule.split_once('=')?;
        Some((Text::from(medium.trim()), number.trim().parse().ok()?))
    };
    let wrong = |rule: &Text| {
        row.wrong("capacity", &format!("{rule:?} is no medium with a number: write chat=3;email=5"))
    };
    row.list("capacity").into_iter().map(|rule| one(rule.clone()).ok_or_else(|| wrong(&rule))).collect()
}

fn skills(row: &Row<'_>) -> Result<BTreeMap<Text, i64>, CsvError> {
    let one = |skill: Text| {
        let (name, level) = skill.split_once('=')?;
        Some((Text::from(name.trim()), level.trim().parse().ok()?))
    };
    let wrong = |skill: &Text| {
        row.wrong("skills", &format!("{skill:?} is no skill with a level: write Spanish=7;French=2"))
    };
    row.list("skills").into_iter().map(|skill| one(skill.clone()).ok_or_else(|| wrong(&skill))).collect()
}

#[cfg(test)]
mod tests;
