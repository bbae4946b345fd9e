//! Alerts: what is generated is current; promtool finds each rule well, firing for its fault and silent without.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{has, is_current, k8s, read, root};
use manifests::alerts::{Severity, Source, name_of, rule_file, rule_object, tests};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const SOURCES: [&str; 6] = ["certificates", "core", "events", "kubernetes", "stores", "tenant"];

fn source(name: &str) -> Source {
    Source::parse(&read(&k8s(&format!("alerts/{name}.yaml"))))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// In which component the operator's object lies.
fn component(name: &str) -> String {
    match name {
        "core" | "kubernetes" => "monitoring".to_owned(),
        other => format!("monitoring-{other}"),
    }
}

#[test]
fn rule_files_and_objects_are_those_of_the_source() {
    for name in SOURCES {
        let source = source(name);
        is_current(&k8s(&format!("alerts/generated/{name}.rules.yaml")), &rule_file(name, &source));
        let file = format!("components/{}/rules-{name}.yaml", component(name));
        is_current(&k8s(&file), &rule_object(name, &source));
    }
    let folder = std::fs::read_dir(k8s("alerts")).unwrap();
    let files = folder.filter(|entry| entry.as_ref().unwrap().path().is_file()).count();
    assert_eq!(files, SOURCES.len(), "a source is not in the list of this test");
}

#[test]
fn each_alert_fires_stays_silent_and_tells_when_it_is_mute() {
    for name in SOURCES {
        for (alert, its) in source(name).alerts {
            let is_watchdog = its.severity == Severity::None;
            assert!(is_watchdog || !(its.fires.is_empty() || its.silent.is_empty()), "{alert} has no test");
            assert!(is_watchdog || !its.needs().is_empty(), "{alert} names no metric");
        }
    }
    if !has("promtool", "the tests of alerts (Debian package prometheus)") {
        return;
    }
    // Each alert by itself: promtool computes all rules of a file for every test.
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for name in SOURCES {
        for (alert, its) in source(name).alerts {
            let rules = format!("{alert}.rules.yaml");
            let tested = tests(&rules, &alert, &its);
            let alone = Source { alerts: [(alert.clone(), its)].into() };
            std::fs::write(folder.path().join(&rules), rule_file(name, &alone)).unwrap();
            std::fs::write(folder.path().join(format!("{alert}.tests.yaml")), tested).unwrap();
            files.push(format!("{alert}.tests.yaml"));
        }
        promtool(&k8s("alerts/generated"), &["check", "rules", &format!("{name}.rules.yaml")]).unwrap();
    }
    let mut arguments = vec!["test", "rules"];
    arguments.extend(files.iter().map(String::as_str));
    if let Err(told) = promtool(folder.path(), &arguments) {
        panic!("{told}");
    }
    // The tests can fail.
    let wrong = std::fs::read_to_string(folder.path().join("ValuesStale.tests.yaml"))
        .unwrap()
        .replace("30x20", "3x20");
    std::fs::write(folder.path().join("wrong.tests.yaml"), wrong).unwrap();
    assert!(promtool(folder.path(), &["test", "rules", "wrong.tests.yaml"]).is_err());
}

fn promtool(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("promtool").args(arguments).current_dir(folder).output().unwrap();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(told) }
}

/// The metrics that the program has, as docs/metrics.md lists them.
fn known() -> BTreeSet<String> {
    let text = read(&root().join("docs/metrics.md"));
    let names = text.lines().filter_map(|line| line.strip_prefix("| `")?.split(['`', '{']).next());
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    assert!(names.len() > 40, "{}", names.len());
    names
}

#[test]
fn every_metric_of_ours_that_a_rule_names_exists() {
    let known = known();
    for name in SOURCES {
        for (alert, its) in source(name).alerts {
            let named = manifests::alerts::selectors(&its.expr).into_iter().chain(its.needs());
            for selector in named {
                let metric = name_of(&selector);
                let is_ours = metric.starts_with("pulse_") || metric.starts_with("http_server_");
                let stems =
                    ["_bucket", "_count", "_sum"].map(|end| metric.strip_suffix(end).unwrap_or(metric));
                let exists = known.contains(metric) || stems.iter().any(|stem| known.contains(*stem));
                assert!(!is_ours || exists, "{alert} names {metric}, which no role has");
            }
        }
    }
}

#[test]
fn every_alert_has_a_runbook_and_a_line_in_the_list() {
    let list = read(&root().join("docs/alerts.md"));
    let mut names: BTreeSet<String> =
        SOURCES.iter().flat_map(|name| source(name).alerts.into_keys()).collect();
    names.insert("RuleMatchesNothing".to_owned());
    for alert in &names {
        let runbook = read(&root().join(format!("docs/runbooks/{alert}.md")));
        for heading in ["**Meaning.**", "**First look.**", "**Cure.**"] {
            assert!(runbook.contains(heading), "{alert}: its runbook has no {heading}");
        }
        assert!(
            list.contains(&format!("[{alert}](runbooks/{alert}.md)")),
            "{alert} is not in docs/alerts.md"
        );
    }
    for entry in std::fs::read_dir(root().join("docs/runbooks")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(name.trim_end_matches(".md")), "docs/runbooks/{name} belongs to no alert");
    }
}
