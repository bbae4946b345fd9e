//! What was told of access tokens, for a short while.

use model::time::Micros;
use ports::identity::Person;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tokens that are remembered at once.
const REMEMBERED_MAX: usize = 10_000;

type Known = BTreeMap<[u8; 32], (Micros, Option<Person>)>;

/// Remembers whose tokens are whose, and which are nobody's.
pub struct Bearers {
    holds: Micros,
    known: Mutex<Known>,
}

fn key(token: &str) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(token.as_bytes()).into()
}

impl Bearers {
    /// What is told holds for so long.
    pub fn new(holds: Micros) -> Self {
        Self { holds, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of this token, if that still holds.
    pub fn find(&self, token: &str, now: Micros) -> Option<Option<Person>> {
        let (at, person) = self.known().get(&key(token))?.clone();
        let over = person.as_ref().and_then(|person| person.until).is_some_and(|until| until <= now);
        (now - at < self.holds && !over).then_some(person)
    }

    /// Keeps what was told of it.
    pub fn keep(&self, token: &str, person: Option<Person>, now: Micros) {
        let mut known = self.known();
        if known.len() >= REMEMBERED_MAX {
            known.retain(|_, (at, _)| now - *at < self.holds);
        }
        if known.len() >= REMEMBERED_MAX {
            // Whoever sends so many tokens has them asked about again.
            known.clear();
        }
        known.insert(key(token), (now, person));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann(until: Option<i64>) -> Option<Person> {
        let until = until.map(Micros::from_secs);
        Some(Person { user: "ann".into(), name: "Ann".into(), roles: vec!["viewer".into()], until })
    }

    #[test]
    fn what_was_told_holds_for_a_while_and_never_longer_than_the_token() {
        let bearers = Bearers::new(Micros::from_secs(30));
        let at = Micros::from_secs;
        bearers.keep("one", ann(None), at(100));
        bearers.keep("short", ann(Some(110)), at(100));
        bearers.keep("nobody's", None, at(100));
        assert_eq!(bearers.find("one", at(129)), Some(ann(None)));
        assert_eq!(bearers.find("one", at(130)), None, "asked about again");
        assert_eq!(bearers.find("short", at(109)), Some(ann(Some(110))));
        assert_eq!(bearers.find("short", at(110)), None);
        assert_eq!(bearers.find("nobody's", at(101)), Some(None));
        assert_eq!(bearers.find("another", at(101)), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let bearers = Bearers::new(Micros::from_secs(30));
        for n in 0..REMEMBERED_MAX * 2 + 5 {
            bearers.keep(&n.to_string(), None, Micros(n as i64));
        }
        assert!(bearers.known().len() <= REMEMBERED_MAX);
    }
}
