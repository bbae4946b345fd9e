//! SQLite's errors in the words of the ports, with the file and the cure.

use ports::StoreError;
use rusqlite::{Error, ErrorCode};
use std::path::Path;

/// What the caller can do about `error`.
pub(crate) fn explain(path: &Path, error: Error) -> StoreError {
    let file = path.display();
    let code = error.sqlite_error_code();
    match code {
        Some(ErrorCode::DiskFull) => StoreError::Full(format!(
            "{file} cannot grow ({error}); free space on its volume, nothing that was stored is lost"
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

/// The file can't be read, and is left as it is.
pub(crate) fn damaged(path: &Path, cause: &str) -> StoreError {
    let file = path.display();
    StoreError::Corrupt(format!(
        "{file} is damaged or is no store of Pulse ({cause}); it was left as it is. Put back a copy, or move it away \
         and start anew: mv '{file}' '{file}.damaged'. Boards, users and history live in it; live values come back by \
         themselves"
    ))
}
