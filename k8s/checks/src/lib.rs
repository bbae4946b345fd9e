//! What is generated for Kubernetes and Prometheus: network policies from the table of connections, rule files and their tests
//! from the alerts. The tests of this package check what lies in k8s/; with `PULSE_WRITE=1` (`make manifests`) they write it anew.
//!
//! **Invariant:** texts in, texts out; files and programs are the tests' business.

pub mod alerts;
pub mod policies;

use serde_json::Value;

/// The head of a generated file.
pub const HEAD: &str = "# Generated: `make manifests` writes it anew, and a test fails when it differs.\n";

/// As YAML, one document.
pub fn yaml(value: &Value) -> String {
    serde_yaml_ng::to_string(value).unwrap_or_default()
}

/// As YAML, a document each.
pub fn documents(values: &[Value]) -> String {
    let texts: Vec<String> = values.iter().map(yaml).collect();
    format!("{HEAD}{}", texts.join("---\n"))
}
