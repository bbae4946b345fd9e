//! Who sends, and that nobody changed it on the way.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The header's value for a message that is sent at `second`: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
/// `SECONDS.BODY`. The time is signed as well, so that an old message can be told from a new one.
pub fn sign(secret: &[u8], second: i64, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(second.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    format!("t={second},v1={}", hex::encode(mac.finalize().into_bytes()))
}
