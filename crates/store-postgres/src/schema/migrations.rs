//! The migrations that this program knows.

use sha2::{Digest, Sha256};

/// One step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    /// `0001_create_documents`; the number is its place.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) sql: &'static str,
    /// The oldest schema whose programs still work after it.
    pub(crate) serves: i32,
}

impl Migration {
    /// Tells whether what was applied is what is known.
    pub(crate) fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql))
    }
}

macro_rules! migrations {
    ($( $name:literal serves $serves:literal, )*) => {
        &[ $( Migration { name: $name, sql: include_str!(concat!("../../migrations/", $name, ".sql")), serves: $serves }, )* ]
    };
}

/// In the order in which they are applied; the schema's version is how many have been.
pub(crate) const MIGRATIONS: &[Migration] = migrations![
    "0001_create_documents" serves 1,
    "0002_create_history" serves 1,
    "0003_audit_deeds" serves 1,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_their_place() {
        for (place, migration) in MIGRATIONS.iter().enumerate() {
            assert!(migration.name.starts_with(&format!("{:04}_", place + 1)), "{}", migration.name);
            assert!((1..=place as i32 + 1).contains(&migration.serves), "{}", migration.name);
        }
    }

    #[test]
    fn every_file_is_a_migration() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), MIGRATIONS.len());
    }
}
