//! Bounds on guessing: wrong passwords by address and user, attempts by address.

use model::time::Micros;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Wrong passwords of one user from one address within the window.
const WRONG_MAX: u32 = 5;

/// Attempts from one address within the window, whatever the user.
const ATTEMPTS_MAX: u32 = 60;

/// The length of a window.
const WINDOW: Micros = Micros::from_secs(60);

/// What is remembered at once; then the oldest windows are forgotten.
const REMEMBERED_MAX: usize = 20_000;

#[derive(Clone, Copy, Debug)]
struct Window {
    began: Micros,
    count: u32,
}

type Windows = BTreeMap<(String, Option<String>), Window>;

/// Counts attempts.
pub(crate) struct Limiter {
    wrong_max: u32,
    windows: Mutex<Windows>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::of(WRONG_MAX)
    }
}

impl Limiter {
    /// So many wrong ones within a window.
    pub(crate) fn of(wrong_max: u32) -> Self {
        Self { wrong_max, windows: Mutex::default() }
    }

    fn windows(&self) -> MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an attempt, or answers after how many seconds to try again.
    pub(crate) fn attempt(&self, address: &str, user: &str, now: Micros) -> Result<(), u64> {
        let mut windows = self.windows();
        let wrong = (address.to_owned(), Some(user.to_lowercase()));
        full(&windows, &wrong, self.wrong_max, now)?;
        let any = (address.to_owned(), None);
        full(&windows, &any, ATTEMPTS_MAX, now)?;
        count(&mut windows, any, now);
        Ok(())
    }

    /// The password was wrong.
    pub(crate) fn wrong(&self, address: &str, user: &str, now: Micros) {
        count(&mut self.windows(), (address.to_owned(), Some(user.to_lowercase())), now);
    }

    /// The password was right: what came before is forgiven.
    pub(crate) fn right(&self, address: &str, user: &str) {
        self.windows().remove(&(address.to_owned(), Some(user.to_lowercase())));
    }
}

fn full(windows: &Windows, key: &(String, Option<String>), max: u32, now: Micros) -> Result<(), u64> {
    match windows.get(key) {
        Some(window) if window.count >= max && now - window.began < WINDOW => {
            Err((WINDOW - (now - window.began)).secs().unsigned_abs() + 1)
        }
        _ => Ok(()),
    }
}

fn count(windows: &mut Windows, key: (String, Option<String>), now: Micros) {
    if windows.len() >= REMEMBERED_MAX {
        windows.retain(|_, window| now - window.began < WINDOW);
    }
    if windows.len() >= REMEMBERED_MAX {
        let mut begun: Vec<Micros> = windows.values().map(|window| window.began).collect();
        begun.sort_unstable();
        let middle = begun[begun.len() / 2];
        windows.retain(|_, window| window.began > middle);
    }
    let window = windows.entry(key).or_insert(Window { began: now, count: 0 });
    if now - window.began >= WINDOW {
        *window = Window { began: now, count: 0 };
    }
    window.count += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Micros {
        Micros::from_secs(seconds)
    }

    #[test]
    fn after_five_wrong_passwords_one_waits_for_the_window_to_end() {
        let limiter = Limiter::default();
        for _ in 0..5 {
            limiter.attempt("1.2.3.4", "ann", second(100)).unwrap();
            limiter.wrong("1.2.3.4", "Ann", second(100));
        }
        assert_eq!(limiter.attempt("1.2.3.4", "ann", second(110)), Err(51));
        assert_eq!(limiter.attempt("1.2.3.4", "bob", second(110)), Ok(()), "another user");
        assert_eq!(limiter.attempt("1.2.3.5", "ann", second(110)), Ok(()), "another address");
        assert_eq!(limiter.attempt("1.2.3.4", "ann", second(161)), Ok(()));
    }

    #[test]
    fn one_address_tries_so_many_users_only() {
        let limiter = Limiter::default();
        let tried =
            (0..200).filter(|n| limiter.attempt("1.2.3.4", &n.to_string(), second(1)).is_ok()).count();
        assert_eq!(tried, 60);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let limiter = Limiter::default();
        for n in 0..REMEMBERED_MAX as i64 * 2 {
            limiter.wrong(&n.to_string(), "ann", Micros(n));
        }
        assert!(limiter.windows().len() <= REMEMBERED_MAX);
    }
}
