//! Lists the built pages (`ui/dist`), so that they become part of the binary; without them a page that says how to
//! build them.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    // Asked when it runs: one target folder may serve several checkouts.
    let here = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names no folder of this crate")?;
    let ui = PathBuf::from(here).join("../../ui");
    let dist = ui.join("dist");
    // A folder that is missing would make cargo run this every time; an empty one is looked at only when it changes.
    if ui.is_dir() && !dist.exists() {
        let _ = fs::create_dir(&dist);
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &mut files)?;
    }
    files.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no folder for what is built")?);
    let mut code = String::from(
        "/// Path and content of each file of the pages.\npub(crate) static FILES: &[(&str, &[u8])] = &[\n",
    );
    for (number, file) in files.iter().enumerate() {
        let name = file.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
        // A copy, because the pages may be built again while this crate compiles.
        let copy = format!("page-{number}");
        fs::copy(file, out.join(&copy))?;
        writeln!(code, "    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{copy}\"))),")?;
    }
    code.push_str("];\n");
    fs::write(out.join("files.rs"), code)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_none_or(|extension| extension != "map") {
            files.push(path);
        }
    }
    Ok(())
}
