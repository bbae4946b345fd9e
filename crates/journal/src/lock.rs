//! One process at a time.

use ports::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

/// How long a lock may be held by something that is just ending: a former instance, or a child of this process
/// that was forked and has not yet become its own program (until then it shares every open file).
const PATIENCE: Duration = Duration::from_millis(500);

fn patiently(file: &File) -> Result<(), TryLockError> {
    let pause = Duration::from_millis(20);
    for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            other => return other,
        }
    }
    file.try_lock()
}

/// Held as long as it lives; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Takes the lock of a directory, and leaves our process id for whoever finds it taken.
    pub(crate) fn take(dir: &Path) -> ports::Result<Self> {
        let path = dir.join("LOCK");
        let failed = |error: std::io::Error| crate::unreachable(&path, &error);
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = options.map_err(failed)?;
        match patiently(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                return Err(StoreError::Fenced(format!(
                    "the journal in {} is in use by process {}; stop that instance, or give this one a data \
                     directory of its own",
                    dir.display(),
                    if holder.trim().is_empty() { "(unknown)" } else { holder.trim() },
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        file.write_all(std::process::id().to_string().as_bytes()).map_err(failed)?;
        Ok(Self(file))
    }
}
