//! Dashboards ask for metrics that exist.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{k8s, read, root};
use manifests::alerts::{name_of, selectors};
use serde_json::Value;

#[test]
fn every_query_of_a_dashboard_names_a_metric_that_exists() {
    let known = read(&root().join("docs/metrics.md"));
    let is_known = |metric: &str| {
        let stem =
            ["_bucket", "_count", "_sum"].iter().find_map(|end| metric.strip_suffix(end)).unwrap_or(metric);
        [metric, stem]
            .iter()
            .any(|name| known.contains(&format!("| `{name}`")) || known.contains(&format!("| `{name}{{")))
    };
    let mut asked = 0;
    for entry in std::fs::read_dir(k8s("components/monitoring/dashboards")).unwrap() {
        let path = entry.unwrap().path();
        let dashboard: Value = serde_json::from_str(&read(&path)).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            let targets = panel["targets"].as_array().unwrap();
            assert!(!targets.is_empty(), "{}: {}", path.display(), panel["title"]);
            for target in targets {
                let named = selectors(target["expr"].as_str().unwrap());
                assert!(!named.is_empty(), "{}: {}", path.display(), target["expr"]);
                for selector in &named {
                    let metric = name_of(selector);
                    assert!(is_known(metric), "{}: {metric} does not exist", path.display());
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 20, "{asked}");
    assert!(!is_known("pulse_no_such_metric"));
}
