//! SQLite's errors in the words of the ports, with the file and the cure.

use ports::StoreError;
use rusqlite::{Error, ErrorCode};
use std::path::Path;

/// As much as SQLite's shared index takes at once.
const PROBE_BYTES: usize = 64 << 10;

/// What the caller can do about `error`.
pub(crate) fn explain(path: &Path, error: Error) -> StoreError {
    let file = path.display();
    let code = error.sqlite_error_code();
    match code {
        Some(ErrorCode::DiskFull) => full(path, &error),
        // SQLite reports a file beside it that can't grow by this name, too.
        Some(ErrorCode::SystemIoFailure) if !has_room(path) => full(path, &error),
        Some(ErrorCode::SystemIoFailure) => StoreError::Unreachable(format!(
            "{file} cannot be read or written ({error}); look at its volume: is it still mounted, does the system's log \
             tell of errors of the disk or of the network drive?"
        )),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(path, &error.to_string()),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::Unreachable(format!(
            "{file} cannot be written ({error}); give the user of this process the right to write it and its folder"
        )),
        Some(ErrorCode::CannotOpen) => StoreError::Unreachable(format!(
            "{file} cannot be opened ({error}); check that its folder exists and may be written"
        )),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Unreachable(format!(
            "{file} is locked by another program ({error}); close that program, then try again"
        )),
        Some(_) => StoreError::Unreachable(format!("{file}: {error}")),
        // What was read has another shape than what we write.
        None => damaged(path, &error.to_string()),
    }
}

fn full(path: &Path, error: &Error) -> StoreError {
    let file = path.display();
    StoreError::Full(format!(
        "{file} cannot grow ({error}); free space on its volume, nothing that was stored is lost"
    ))
}

/// Whether a file beside this one could still grow by a little.
fn has_room(path: &Path) -> bool {
    let probe = path.with_extension("room");
    let grown = std::fs::write(&probe, [1; PROBE_BYTES]);
    // What can't be removed was not made.
    let _ = std::fs::remove_file(&probe);
    grown.is_ok()
}

/// The file can't be read, and is left as it is.
pub(crate) fn damaged(path: &Path, cause: &str) -> StoreError {
    let file = path.display();
    StoreError::Corrupt(format!(
        "{file} is damaged or is no store of Pulse ({cause}); it was left as it is. Put back a copy, or move it away \
         and start anew: mv '{file}' '{file}.damaged'. Boards, users and history live in it; live values come back by \
         themselves"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn an_error_of_the_disk_names_what_to_look_at_or_that_there_is_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let fails = || Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_SHMSIZE), None);
        let error = explain(&folder.path().join("pulse.sqlite"), fails());
        assert!(matches!(&error, StoreError::Unreachable(text) if text.contains("its volume")), "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the probe is gone");
        // Where nothing can grow it is room that is missing.
        let error = explain(&folder.path().join("missing/pulse.sqlite"), fails());
        assert!(matches!(&error, StoreError::Full(text) if text.contains("free space")), "{error}");
    }
}
