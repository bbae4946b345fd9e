//! `pulse metrics`: what each metric of each role means, as a document.

use crate::roles;
use anyhow::Result;
use prometheus::Registry;
use std::fmt::Write as _;
use std::io::Write as _;
use telemetry::catalogue::{self, Described};

/// `pulse metrics`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {}

/// Prints the document, Markdown, on standard output.
pub fn run(_: Args) -> Result<()> {
    Ok(std::io::stdout().lock().write_all(document().as_bytes())?)
}

/// What a role registers.
struct Role {
    name: &'static str,
    port: &'static str,
    register: fn(&Registry) -> prometheus::Result<()>,
}

const ROLES: [Role; 8] = [
    Role { name: "lds", port: "9091", register: actors::lds::register_metrics },
    Role {
        name: "lds, where the events door is open",
        port: "9091",
        register: door_cloudevents::register_metrics,
    },
    Role {
        name: "dcu",
        port: "9091",
        register: |registry| actors::dcu::Metrics::register(registry).map(|_| ()),
    },
    Role {
        name: "permissions",
        port: "9091 in Kubernetes, else 9093",
        register: |registry| actors::permissions::Metrics::register(registry).map(|_| ()),
    },
    Role { name: "web", port: "8090", register: roles::web::register_metrics },
    Role {
        name: "every role but tenant and simulator",
        port: "as above",
        register: roles::own::register_metrics,
    },
    Role {
        name: "dcu, permissions, web: pools of connections",
        port: "as above",
        register: roles::own::register_pool_metrics,
    },
    Role { name: "tenant", port: "9091 in Kubernetes, else 9092", register: roles::tenant::register_metrics },
];

const HEAD: &str = "\
# Metrics

Written by `make docs` from the program; a test keeps it so. `pulse metrics` prints it. Every role serves `/metrics` in the text format of
Prometheus. Names of the original product are kept where the meaning is the same. Histograms have `_bucket`, `_sum` and `_count`. A metric with
labels of its own is there from the first time on that it has something to count; an LDS's counts by `sender` are there from its start.
`pulse standalone` serves all of them on one port. docs/alerts.md tells what is watched.
";

/// The document.
pub fn document() -> String {
    let mut text = String::from(HEAD);
    for role in &ROLES {
        let listed = catalogue::list(|| {
            // Names clash only within a registry, and this one is new.
            let _ = (role.register)(&Registry::new());
        });
        let _ = write!(
            text,
            "\n## {}\n\nPort {}.\n\n| metric | kind | unit | what it tells |\n|---|---|---|---|\n",
            role.name, role.port
        );
        listed.iter().for_each(|metric| line(metric, &mut text));
    }
    text
}

fn line(metric: &Described, text: &mut String) {
    let Described { name, help, kind, labels } = metric;
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(", ")) };
    let unit = metric.unit().unwrap_or_default();
    let _ = writeln!(text, "| `{name}{labels}` | {} | {unit} | {help} |", kind.name());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_is_as_the_program_registers() {
        let written = include_str!("../../docs/metrics.md");
        let now = document();
        let differs = written.lines().zip(now.lines()).find(|(written, now)| written != now);
        assert!(written == now, "docs/metrics.md is old: run `make docs`; first difference: {differs:?}");
        assert!(now.lines().filter(|line| line.starts_with("| `")).count() > 50);
    }
}
