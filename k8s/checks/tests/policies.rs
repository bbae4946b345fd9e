//! Network policies are those of the table of connections.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use manifests::policies::{SETS, text};

#[test]
fn network_policies_are_those_of_the_table() {
    for set in &SETS {
        common::is_current(&common::k8s(set.file), &text(set));
    }
}
