//! Alerts: one source, from which the rule file of Prometheus, the object of its operator and the tests of promtool are made.

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A file of alerts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// By name.
    pub alerts: BTreeMap<String, Alert>,
}

/// One alert, with its tests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// `critical`: somebody must look now; `warning`: today; `none`: nobody.
    pub severity: Severity,
    /// How long it must last.
    #[serde(default, rename = "for")]
    pub lasts: Option<String>,
    /// When.
    pub expr: String,
    /// What people read.
    pub summary: String,
    /// Metrics that must exist for the rule to be able to speak; those of `expr` unless given.
    #[serde(default)]
    pub needs: Option<Vec<String>>,
    /// When the tests ask.
    #[serde(default)]
    pub after: Option<String>,
    /// Series with which it fires; none: it always does.
    pub fires: Vec<String>,
    /// Series with which it stays silent.
    #[serde(default)]
    pub silent: Vec<String>,
}

/// How urgent.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "see `Alert::severity`")]
pub enum Severity {
    Critical,
    Warning,
    None,
}

impl Severity {
    /// As a label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::None => "none",
        }
    }
}

/// How long a metric must be missing. Shorter than this are restarts.
const MISSING_FOR: &str = "10m";
/// Where runbooks are, seen from the address that a site gives its documents.
const RUNBOOKS: &str = "docs/runbooks";

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_yaml_ng::from_str(text).map_err(|error| error.to_string())
    }
}

impl Alert {
    /// The selectors whose absence makes the rule mute.
    pub fn needs(&self) -> Vec<String> {
        self.needs.clone().unwrap_or_else(|| selectors(&self.expr).into_iter().collect())
    }
}

/// The metrics of an expression with their selectors: `name{label="x"}`.
pub fn selectors(expr: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = expr;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let word_on = &rest[start..];
        let end = word_on.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word_on.len());
        let (word, after) = word_on.split_at(end);
        let braces = after.starts_with('{').then(|| after.find('}')).flatten().map(|end| &after[..=end]);
        // Lists of labels, functions and keywords are no metrics.
        let is_metric = word == "up" || METRIC_PREFIXES.iter().any(|prefix| word.starts_with(prefix));
        if is_metric {
            found.insert(format!("{word}{}", braces.unwrap_or_default()));
        }
        rest = &after[braces.map_or(0, str::len)..];
    }
    found
}

const METRIC_PREFIXES: [&str; 9] = [
    "pulse_",
    "http_server_",
    "kube_",
    "container_",
    "kubelet_",
    "redis_",
    "pg_",
    "certmanager_",
    "process_",
];

/// The name of a metric without its selector.
pub fn name_of(selector: &str) -> &str {
    selector.split('{').next().unwrap_or(selector)
}

/// The rules of a source, with one for each selector that would make a rule mute.
pub fn group(name: &str, source: &Source) -> Value {
    let mut rules = Vec::new();
    let mut needed: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (alert, its) in &source.alerts {
        let mut rule = json!({
            "alert": alert,
            "expr": its.expr,
            "labels": {"severity": its.severity.name()},
            "annotations": {"summary": its.summary, "runbook_url": format!("{RUNBOOKS}/{alert}.md")},
        });
        if let Some(lasts) = &its.lasts {
            rule["for"] = json!(lasts);
        }
        rules.push(rule);
        for selector in its.needs() {
            needed.entry(selector).or_default().push(alert);
        }
    }
    for (selector, alerts) in needed {
        rules.push(json!({
            "alert": "RuleMatchesNothing",
            "expr": format!("absent({selector})"),
            "for": MISSING_FOR,
            "labels": {"severity": "warning", "metric": name_of(&selector), "selector": selector},
            "annotations": {
                "summary": format!("{} can't fire: nothing is called {selector}.", alerts.join(", ")),
                "runbook_url": format!("{RUNBOOKS}/RuleMatchesNothing.md"),
            },
        }));
    }
    json!({"name": format!("pulse-{name}"), "rules": rules})
}

/// The file for Prometheus.
pub fn rule_file(name: &str, source: &Source) -> String {
    format!("{}{}", crate::HEAD, crate::yaml(&json!({"groups": [group(name, source)]})))
}

/// The object for the Prometheus operator.
pub fn rule_object(name: &str, source: &Source) -> String {
    let object = json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": format!("pulse-{name}")},
        "spec": {"groups": [group(name, source)]},
    });
    format!("{}{}", crate::HEAD, crate::yaml(&object))
}

/// The tests of one alert for promtool: it fires, it stays silent, and when its metrics are missing that is told.
pub fn tests(rule_file: &str, alert: &str, its: &Alert) -> String {
    let after = its.after.as_deref().unwrap_or("10m");
    let fires = format!("count(ALERTS{{alertname=\"{alert}\", alertstate=\"firing\"}})");
    let mut tests = vec![test(&format!("{alert} fires"), &its.fires, after, &fires, true)];
    if !its.silent.is_empty() {
        tests.push(test(&format!("{alert} stays silent"), &its.silent, after, &fires, false));
    }
    for selector in its.needs() {
        let metric = name_of(&selector);
        let told = format!(
            "count(ALERTS{{alertname=\"RuleMatchesNothing\", alertstate=\"firing\", metric=\"{metric}\"}})"
        );
        tests.push(test(&format!("{alert} without {metric}"), &[], "15m", &told, true));
        // With it, it is not told. What the rule itself asks for is in its series.
        let series = if its.needs.is_some() { vec![format!("{selector} 1x500")] } else { its.fires.clone() };
        tests.push(test(&format!("{alert} with {metric}"), &series, after, &told, false));
    }
    crate::yaml(&json!({"rule_files": [rule_file], "evaluation_interval": "1m", "tests": tests}))
}

fn test(name: &str, series: &[String], after: &str, expr: &str, is_so: bool) -> Value {
    let series: Vec<Value> = series
        .iter()
        .map(|line| {
            let at = line.rfind('}').map_or_else(|| line.find(' ').unwrap_or(line.len()), |brace| brace + 1);
            let (series, values) = line.split_at(at);
            json!({"series": series, "values": values.trim()})
        })
        .collect();
    // What does not fire has no sample.
    let expr = format!("{expr} > bool 0");
    let samples = if is_so { json!([{"labels": "{}", "value": 1}]) } else { json!([]) };
    json!({
        "name": name,
        "interval": "1m",
        "input_series": series,
        "promql_expr_test": [{"expr": expr, "eval_time": after, "exp_samples": samples}],
    })
}

#[cfg(test)]
mod tests_of_this {
    use super::*;

    #[test]
    fn the_metrics_of_an_expression_are_found_with_their_selectors() {
        let found = selectors(
            "sum by (namespace) (rate(http_server_requests_seconds_count{status=~\"5..\"}[5m])) > 1 and up{job=~\"pulse-.*\"} == 0",
        );
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["http_server_requests_seconds_count{status=~\"5..\"}", "up{job=~\"pulse-.*\"}"]);
        assert_eq!(name_of(found[1]), "up");
    }

    #[test]
    fn a_rule_that_can_be_mute_has_one_that_tells_it() {
        let source = Source::parse("alerts:\n  A:\n    severity: warning\n    expr: pulse_x > 1\n    summary: s\n    fires: ['pulse_x 2x9']\n").unwrap();
        let group = group("core", &source);
        assert_eq!(group["rules"][1]["expr"], "absent(pulse_x)");
        assert!(group["rules"][1]["annotations"]["summary"].as_str().unwrap().starts_with("A can't fire"));
    }
}
