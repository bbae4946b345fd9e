//! The image: the same bytes twice, nobody is root in it, its parts are listed.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{has, root};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs `scripts/image`; answers what it printed.
fn image(output: &Path) -> String {
    // Any program will do; this one needs shared libraries.
    let told = Command::new(root().join("scripts/image"))
        .arg("/bin/cat")
        .arg(output)
        .args(["--name", "pulse:test", "--sbom"])
        .arg(output.with_extension("json"))
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8(told.stdout).unwrap()
}

fn tar(arguments: &[&str], archive: &Path) -> Vec<u8> {
    Command::new("tar").args(arguments).arg(archive).output().unwrap().stdout
}

#[test]
fn an_image_is_the_same_twice_has_no_root_and_lists_its_parts() {
    if !has("python3", "the image") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first.tar"), folder.path().join("second.tar"));
    let told = image(&first);
    assert_eq!(told, image(&second));
    assert!(
        std::fs::read(&first).unwrap() == std::fs::read(&second).unwrap(),
        "two images of one program differ"
    );

    tar(&["-C", folder.path().to_str().unwrap(), "-xf"], &first);
    let json = |path: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.path().join(path)).unwrap()).unwrap()
    };
    let blob = |digest: &str| format!("blobs/sha256/{}", digest.strip_prefix("sha256:").unwrap());
    let digest = json("index.json")["manifests"][0]["digest"].as_str().unwrap().to_owned();
    assert!(told.contains(&digest), "{told} does not name {digest}");
    let manifest = json(&blob(&digest));
    let config = json(&blob(manifest["config"]["digest"].as_str().unwrap()));
    assert_eq!(config["config"]["User"], "65532:65532");
    assert_eq!(config["config"]["Entrypoint"][0], "/pulse");

    let layer = folder.path().join(blob(manifest["layers"][0]["digest"].as_str().unwrap()));
    let files = String::from_utf8(tar(&["-tvf"], &layer)).unwrap();
    for wanted in [" pulse\n", "libc.so.6\n", "etc/passwd\n", "usr/share/pulse/sbom.cdx.json\n"] {
        assert!(files.contains(wanted), "{wanted} is missing: {files}");
    }
    assert!(!files.contains("bin/sh"), "there is a shell");
    assert!(files.lines().all(|line| line.contains(" 0/0 ")), "somebody owns something");

    let parts = json("first.json");
    let names: Vec<&str> =
        parts["components"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"tokio") && names.contains(&"libc6"), "{names:?}");
}
