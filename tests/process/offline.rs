//! The same values, computed offline: records out of a journal, `pulse evaluate` over them.

use crate::pulse::BIN;
use model::Text;
use model::time::Position;
use ports::record_log::{Found, RecordLog};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// All records of a journal, one a line.
pub(crate) fn export(journal: &Path, source: &str, to: &Path) {
    let log = journal::Shared::new(journal::Journal::open(journal, journal::Limits::default()).unwrap());
    let mut lines = Vec::new();
    let mut after = Position::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        loop {
            let Found::Entries(entries) = log.read(source, after, 1 << 20).await.unwrap() else {
                panic!("gone")
            };
            let Some(last) = entries.last() else { return };
            after = last.position;
            for entry in &entries {
                serde_json::to_writer(&mut lines, &wire::frame::decode_record(&entry.bytes).unwrap())
                    .unwrap();
                lines.push(b'\n');
            }
        }
    });
    std::fs::write(to, lines).unwrap();
}

/// The records of several sources, each in a file.
pub(crate) fn export_all(journal: &Path, sources: &[Text], into: &Path) -> Vec<PathBuf> {
    let file = |source: &Text| {
        let file = into.join(format!("{source}.jsonl"));
        export(journal, source, &file);
        file
    };
    sources.iter().map(file).collect()
}

/// What is to be computed of all objects of a type.
pub(crate) struct Statistic {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) stat_type: String,
    pub(crate) time_profile: Option<String>,
}

/// The values that `pulse evaluate` computes of the records in files, by statistic and object. Statistics are
/// (object type, name, stat type).
pub(crate) fn evaluated(
    home: &Path,
    tenant: &Path,
    events: &[PathBuf],
    statistics: &[(String, String, String)],
    at: i64,
) -> BTreeMap<(String, String), Value> {
    let statistics: Vec<Statistic> = statistics
        .iter()
        .cloned()
        .map(|(kind, name, stat_type)| Statistic { kind, name, stat_type, time_profile: None })
        .collect();
    let lines = told(home, tenant, events, &statistics, at);
    lines.into_iter().map(|(key, line)| (key, line["value"].clone())).collect()
}

/// The same, with all that is told of each value.
pub(crate) fn told(
    home: &Path,
    tenant: &Path,
    events: &[PathBuf],
    statistics: &[Statistic],
    at: i64,
) -> BTreeMap<(String, String), Value> {
    let mut definitions = String::new();
    for Statistic { kind, name, stat_type, time_profile } in statistics {
        definitions += &format!(
            "[[statistic]]\nname = \"{name}\"\nstat_type = \"{stat_type}\"\nobjects = [\"*\"]\nobject_type = \"{kind}\"\n"
        );
        if let Some(profile) = time_profile {
            definitions += &format!("time_profile = \"{profile}\"\n");
        }
    }
    let file = home.join("statistics.toml");
    std::fs::write(&file, definitions).unwrap();
    let output = Command::new(BIN)
        .args(["evaluate", "--at", &at.to_string(), "--tenant"])
        .arg(tenant)
        .arg("--statistics")
        .arg(&file)
        .args(events.iter().flat_map(|file| ["--events".as_ref(), file.as_os_str()]))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let answers = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    answers
        .map(|answer| {
            let text = |key: &str| answer[key].as_str().unwrap().to_owned();
            ((text("statistic"), text("object")), answer)
        })
        .collect()
}

/// Both sides in one form: reasons that are not there and empty ones are the same.
pub(crate) fn plain(value: &Value) -> Value {
    match value {
        Value::Object(state) => serde_json::json!({"status": state["status"], "since": state["since"]}),
        other => other.clone(),
    }
}

/// The configuration of the centre that the SIP Server plays.
pub(crate) fn demo_tenant(seed: u64) -> (String, Vec<Text>) {
    let scenario = scenario::Scenario::from_toml(include_str!("../../config/scenario.toml")).unwrap();
    let world = scenario::World::new(&scenario, seed, model::Micros::ZERO).unwrap();
    let tenant = world.tenant();
    let sources = tenant.sources.iter().map(|source| source.name.clone()).collect();
    (toml::to_string(&tenant).unwrap(), sources)
}
