//! Codes by which screens wait to be paired: six digits that one reads off the screen and types elsewhere.
//!
//! **Invariant:** a code alone opens nothing. It leads an editor to a screen, which proves by its own secret who it is.

use argon2::password_hash::rand_core::RngCore;

/// Digits of a code.
const DIGITS: usize = 6;

/// A new code, by the chance that is handed in; all are equally likely.
pub(crate) fn invent(chance: &mut impl RngCore) -> String {
    const CODES: u64 = 10_u64.pow(DIGITS as u32);
    // What lies beyond the last whole round would make low codes likelier.
    let rounds = u64::MAX / CODES * CODES;
    let drawn =
        std::iter::repeat_with(|| chance.next_u64()).find(|drawn| *drawn < rounds).unwrap_or_default();
    format!("{:0DIGITS$}", drawn % CODES)
}

/// The code that somebody typed: six digits, however they are grouped.
pub(crate) fn read(typed: &str) -> Option<String> {
    let is_between = |c: &char| !c.is_whitespace() && *c != '-';
    let digits: String = typed.chars().filter(is_between).take(DIGITS + 1).collect();
    let fits = digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::rand_core::Error;

    /// Chance that comes as told, and then again.
    struct Told(Vec<u64>);

    impl RngCore for Told {
        fn next_u32(&mut self) -> u32 {
            self.next_u64() as u32
        }
        fn next_u64(&mut self) -> u64 {
            self.0.rotate_left(1);
            self.0[self.0.len() - 1]
        }
        fn fill_bytes(&mut self, _: &mut [u8]) {}
        fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Error> {
            Ok(())
        }
    }

    #[test]
    fn a_code_has_six_digits_and_none_is_likelier_than_another() {
        assert_eq!(invent(&mut Told(vec![42])), "000042");
        assert_eq!(invent(&mut Told(vec![7_000_123_456])), "123456");
        assert_eq!(
            invent(&mut Told(vec![u64::MAX, 9])),
            "000009",
            "beyond the last whole round: drawn again"
        );
    }

    #[test]
    fn a_code_is_read_however_it_is_grouped() {
        for typed in ["123456", "123 456", " 123-456 ", "12 34 56", "123\u{a0}456"] {
            assert_eq!(read(typed).as_deref(), Some("123456"), "{typed}");
        }
        for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456 7"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
