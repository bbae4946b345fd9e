//! Whether files have changed since they were read.

use std::path::Path;
use std::time::SystemTime;

/// When each file was written, and how long it is; nothing for one that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<(SystemTime, u64)>>);

impl Stamp {
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = &'a Path>) -> Self {
        let of = |file: &Path| {
            let about = std::fs::metadata(file).ok()?;
            Some((about.modified().ok()?, about.len()))
        };
        Self(files.into_iter().map(of).collect())
    }
}
