//! A temporary folder that outlives nothing: a shell waits at the end of a pipe, and when the test's process closes
//! it (also by dying), ends the server and removes the folder.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What waits for the end.
pub(crate) struct Guard {
    shell: Child,
}

impl Guard {
    /// Runs `command` of the shell, then removes `folder`, when the guard is dropped or this process ends.
    pub(crate) fn new(folder: &Path, command: &str) -> Result<Self, String> {
        let script =
            format!("trap '' INT TERM HUP; cat >/dev/null; {command}; rm -rf '{}'", folder.display());
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        shell.spawn().map(|shell| Self { shell }).map_err(|error| format!("no shell: {error}"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A temporary folder that is removed when it is dropped or this process ends, however it ends: also where values of
/// statics are never dropped.
pub struct TempFolder {
    path: PathBuf,
    _guard: Guard,
}

impl TempFolder {
    /// Makes one.
    ///
    /// # Errors
    /// In words.
    pub fn new() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("pulse-test-").tempdir();
        let path = folder.map_err(|error| format!("no temporary folder: {error}"))?.keep();
        // Whoever writes into it ends at the same time.
        let guard = Guard::new(&path, "sleep 1")?;
        Ok(Self { path, _guard: guard })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
