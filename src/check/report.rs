//! What was found, a line for each of the 27.

use super::attempt::{Finding, Limits};
use connections::{Connection, Direction, TABLE, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::Duration;

/// All rows, with what was found of each.
pub(super) struct Report {
    rows: Vec<Row>,
    limits: Limits,
}

struct Row {
    connection: &'static Connection,
    verdict: Verdict,
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(findings: Vec<Finding>, only: &[u8], limits: Limits) -> Self {
        let mut rows: Vec<Row> = TABLE
            .iter()
            .filter(|connection| only.is_empty() || only.contains(&connection.number))
            .map(|connection| Row { connection, verdict: Verdict::NotConfigured, findings: Vec::new() })
            .collect();
        for finding in findings {
            if let Some(row) = rows.iter_mut().find(|row| row.connection.number == finding.row) {
                let before = std::mem::replace(&mut row.verdict, Verdict::NotConfigured);
                row.verdict = before.worse(finding.verdict.clone());
                row.findings.push(finding);
            }
        }
        Self { rows, limits }
    }

    pub(super) fn has_failed(&self) -> bool {
        self.rows.iter().any(|row| row.verdict.fault().is_some())
    }

    pub(super) fn text(&self) -> String {
        self.rows.iter().map(Row::line).collect()
    }

    pub(super) fn json(&self) -> Value {
        let failed: Vec<u8> = self
            .rows
            .iter()
            .filter(|row| row.verdict.fault().is_some())
            .map(|row| row.connection.number)
            .collect();
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        json!({ "connections": rows, "failed": failed, "slow_ms": self.limits.slow.as_millis() as u64 })
    }
}

impl Row {
    /// The finding that the verdict is of.
    fn telling(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.verdict == self.verdict)
    }

    fn line(&self) -> String {
        let Connection { number, from, to, .. } = self.connection;
        let ends = format!("{} -> {}", from.name(), to.name());
        let mut line = format!("{number:>2} {ends:<38} {}", self.verdict);
        if let Some(finding) = self.telling() {
            let _ = write!(line, "  {}", finding.target);
            let words = finding.words();
            if !words.is_empty() {
                let _ = write!(line, ": {words}");
            }
            match self.findings.len() {
                0 | 1 => {}
                several => {
                    let _ = write!(line, " (one of {several})");
                }
            }
        }
        line + "\n"
    }

    fn json(&self) -> Value {
        let Connection { number, from, to, protocol, port, direction, .. } = self.connection;
        let tries: Vec<Value> = self.findings.iter().map(Finding::json).collect();
        let mut row = json!({
            "connection": number, "from": from.name(), "to": to.name(), "protocol": protocol.layer(), "port": port,
            "direction": if *direction == Direction::Outbound { "outbound" } else { "inbound" },
            "status": self.verdict.name(), "tries": tries,
        });
        if let Some(fault) = self.verdict.fault() {
            row["cause"] = json!(fault.cause);
            row["kind"] = json!(fault.kind);
        }
        row
    }
}

impl Finding {
    fn words(&self) -> String {
        if let Some((sight, now)) = &self.sight {
            let age = Duration::from_secs(u64::try_from((now - sight.at) / 1_000_000).unwrap_or(0));
            let age = humantime::format_duration(age);
            return format!("last used {age} ago by {}, {} times since the start", sight.by, sight.count);
        }
        match self.verdict {
            Verdict::Ok | Verdict::Slow(_) => format!("{} ({} ms)", self.note, self.took.as_millis()),
            _ => String::new(),
        }
    }

    fn json(&self) -> Value {
        let mut found = json!({
            "target": self.target, "status": self.verdict.name(), "ms": self.took.as_millis() as u64,
        });
        if !self.note.is_empty() {
            found["seen"] = json!(self.note);
        }
        if let Some((sight, now)) = &self.sight {
            found["last_used"] = json!(sight.at);
            found["last_used_ago_ms"] = json!((now - sight.at) / 1_000);
            found["by"] = json!(sight.by);
            found["count"] = json!(sight.count);
        }
        if let Some(fault) = self.verdict.fault() {
            found["cause"] = json!(fault.cause);
            found["kind"] = json!(fault.kind);
        }
        found
    }
}

/// The table of connections, for docs/operations.md.
pub(super) fn table() -> String {
    let mut text = String::from(
        "| # | from | to | protocol, port | settings | what travels |\n|---|---|---|---|---|---|\n",
    );
    for row in &TABLE {
        let role = row.settings_of();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} {} | {}: `{}` | {} |",
            row.number,
            row.from.name(),
            row.to.name(),
            row.protocol,
            row.port,
            role.name(),
            row.key,
            row.carries
        );
    }
    text
}
