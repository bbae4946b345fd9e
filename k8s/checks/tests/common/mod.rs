//! Files of the tree, programs that may be missing, and manifests as kustomize builds them.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The top of the tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file under k8s/.
pub(crate) fn k8s(path: &str) -> PathBuf {
    root().join("k8s").join(path)
}

/// A text of the tree.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a generated file with what it should be; writes it where that was asked for.
pub(crate) fn is_current(path: &Path, text: &str) {
    if std::env::var_os("PULSE_WRITE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        return std::fs::write(path, text).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(there == text, "{} is not current: `make manifests` writes it anew", path.display());
}

/// Whether a program is there; says in one line what is skipped if not.
pub(crate) fn has(program: &str, what: &str) -> bool {
    let found =
        Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !found {
        eprintln!("skipped, {program} was not found: {what}");
    }
    found
}

/// An overlay as kustomize builds it; none, with a word about it, where no kustomize that knows components is there.
pub(crate) fn build(overlay: &Path) -> Option<String> {
    let programs: [(&str, &[&str]); 2] = [("kustomize", &["build"]), ("kubectl", &["kustomize"])];
    for (program, arguments) in programs {
        let output = Command::new(program).args(arguments).arg(overlay).output();
        let Ok(output) = output else { continue };
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            return Some(String::from_utf8(output.stdout).unwrap());
        }
        // kubectl before 1.21 brings a kustomize of the year 2019.
        if !told.contains("unknown field") || !told.contains("components") {
            panic!("{} can't be built: {told}", overlay.display());
        }
    }
    eprintln!("skipped, no kustomize 4 or newer (or kubectl 1.21 or newer) was found: {}", overlay.display());
    None
}
