//! The data directory: one instance at a time, and what `standalone` must remember besides its stores.

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// A data directory that this process owns until it is dropped.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the directory if it is not there, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        std::fs::create_dir_all(path).with_context(|| {
            format!(
                "data directory {} can't be made: check its path and rights, or choose another with --data",
                path.display()
            )
        })?;
        let file = path.join("lock");
        let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&file);
        let mut lock = open.with_context(|| {
            format!("{} can't be written: check the rights and the room of the disk", file.display())
        })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                let _ = lock.read_to_string(&mut owner);
                bail!(
                    "another instance of pulse (process {}) uses the data directory {}: stop it, or choose another directory with --data",
                    owner.trim(),
                    path.display()
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("{} can't be locked", file.display()));
            }
        }
        lock.set_len(0)
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .with_context(|| format!("{} can't be written: is the disk full?", file.display()))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// A path in the directory.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What was remembered under a name, if anything.
    pub(crate) fn recall<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let file = self.join(name);
        match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .with_context(|| format!("{} can't be read: correct or remove it", file.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} can't be read", file.display())),
        }
    }

    /// Remembers something under a name: whole or not at all.
    pub(crate) fn remember(&self, name: &str, what: &impl Serialize) -> Result<()> {
        let file = self.join(name);
        let fresh = self.join(&format!("{name}.new"));
        let write = || -> Result<()> {
            let mut out = File::create(&fresh)?;
            out.write_all(&serde_json::to_vec_pretty(what)?)?;
            out.sync_all()?;
            std::fs::rename(&fresh, &file)?;
            Ok(())
        };
        write().with_context(|| format!("{} can't be written: is the disk full?", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_instance_is_refused_and_told_who_is_first() {
        let home = tempfile::tempdir().unwrap();
        let first = DataDir::open(home.path()).unwrap();
        let error = DataDir::open(home.path()).unwrap_err().to_string();
        assert!(error.contains(&std::process::id().to_string()) && error.contains("--data"), "{error}");
        drop(first);
        DataDir::open(home.path()).unwrap();
    }

    #[test]
    fn what_is_remembered_is_recalled() {
        let home = tempfile::tempdir().unwrap();
        let dir = DataDir::open(home.path()).unwrap();
        assert_eq!(dir.recall::<Vec<u8>>("things.json").unwrap(), None);
        dir.remember("things.json", &vec![1_u8, 2]).unwrap();
        assert_eq!(dir.recall::<Vec<u8>>("things.json").unwrap(), Some(vec![1, 2]));
        std::fs::write(home.path().join("things.json"), "{").unwrap();
        assert!(dir.recall::<Vec<u8>>("things.json").unwrap_err().to_string().contains("remove"));
    }
}
