//! Values as bytes: a version, then MessagePack without names. New fields are added at the end with a default.

use ports::{Result, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

const VERSION: u8 = 1;

/// As bytes.
pub(crate) fn pack(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut bytes = vec![VERSION];
    rmp_serde::encode::write(&mut bytes, value)
        .map_err(|error| StoreError::Corrupt(format!("it can't be written as MessagePack: {error}")))?;
    Ok(bytes)
}

/// From bytes; `what` names it in the error.
pub(crate) fn unpack<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T> {
    let unreadable = |cause: String| {
        StoreError::Corrupt(format!(
            "{what} in Redis can't be read: {cause}; are all Pulse processes of one version?"
        ))
    };
    match bytes.split_first() {
        Some((&VERSION, rest)) => rmp_serde::from_slice(rest).map_err(|error| unreadable(error.to_string())),
        Some((version, _)) => Err(unreadable(format!("it is of version {version}, we read {VERSION}"))),
        None => Err(unreadable("it is empty".into())),
    }
}
