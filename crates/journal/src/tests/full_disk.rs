//! A disk that is full: on a small file system in memory, where the machine lets us mount one.

use super::*;
use std::path::Path;
use std::process::Command;

/// A mounted file system that goes away with the test.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(dir.path()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(dir))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_accepted_and_writing_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: this machine does not let the test mount a small file system (it needs root)");
        return;
    };
    let journal = Shared::new(Journal::open(disk.path(), Limits::default()).unwrap());
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![1; 100 << 10]).unwrap();
    let mut seq = 0;
    let error = loop {
        match journal.append("pbx1", None, entries(seq + 1..=seq + 40)).await {
            Ok(_) => seq += 40,
            Err(error) => break error,
        }
    };
    assert!(seq > 100, "{seq}");
    assert!(
        matches!(&error, StoreError::Full(text) if text.contains(".seg") && text.contains("room")),
        "{error}"
    );
    assert_eq!(
        read_all(&journal, Position::default(), 1 << 20).await,
        entries(1..=seq),
        "all that was accepted"
    );
    assert!(journal.append("pbx1", None, entries(seq + 1..=seq + 40)).await.is_err(), "still full");
    fs::remove_file(&ballast).unwrap();
    journal.append("pbx1", None, entries(seq + 1..=seq + 40)).await.unwrap();
    drop(journal);
    let journal = Shared::new(Journal::open(disk.path(), Limits::default()).unwrap());
    assert_eq!(journal.journal().torn_bytes(), 0, "half an append was taken back");
    assert_eq!(read_all(&journal, Position::default(), 1 << 20).await, entries(1..=seq + 40));
}
