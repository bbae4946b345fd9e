//! The ids of the last day: which came already, and whether with the same body.
//!
//! **Invariant:** an id is known from its [`Window::note`] until its age is reached or so many others came after
//! it, whichever is first. Memory is bounded by the number of ids: 48 bytes each, and 5 more in the table.

use crate::digest::Digest;
use hashbrown::HashTable;
use model::time::Micros;
use std::collections::VecDeque;
use std::ops::Range;

/// The ids of one source, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Window {
    age_max: Micros,
    ids_max: usize,
    entries: VecDeque<Entry>,
    /// The number of the oldest entry; numbers go on for ever.
    first: u64,
    /// From keys to numbers (their low half: fewer than 2^32 are kept).
    table: HashTable<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Digest,
    body: Digest,
    received: Micros,
}

/// What is known of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing.
    Never,
    /// It came under this number, with the same body.
    Same(u64),
    /// It came with another body.
    Other,
}

impl Window {
    /// A window in which nothing has come yet.
    pub(crate) fn new(age_max: Micros, ids_max: usize) -> Self {
        let ids_max = ids_max.clamp(1, u32::MAX as usize / 2);
        Self { age_max, ids_max, entries: VecDeque::new(), first: 0, table: HashTable::new() }
    }

    /// How many ids are known.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// Looks an id up, at `now`.
    pub(crate) fn look(&mut self, key: Digest, body: Digest, now: Micros) -> Seen {
        self.expire(now);
        let Some(number) = self.find(key) else { return Seen::Never };
        match self.entries.get((number - self.first) as usize) {
            Some(entry) if entry.body == body => Seen::Same(number),
            _ => Seen::Other,
        }
    }

    /// Notes an id; answers its number. An id that is known already is noted anew, as the journal of a former life
    /// may hold it after its age.
    pub(crate) fn note(&mut self, key: Digest, body: Digest, received: Micros) -> u64 {
        self.drop_key(key, None);
        while self.entries.len() >= self.ids_max {
            self.drop_oldest();
        }
        let number = self.first + self.entries.len() as u64;
        self.entries.push_back(Entry { key, body, received });
        let (entries, first) = (&self.entries, self.first);
        self.table.insert_unique(hash(key), number as u32, |low| hash(key_of(entries, first, *low)));
        number
    }

    /// Forgets ids whose records did not get into the journal.
    pub(crate) fn forget(&mut self, numbers: Range<u64>) {
        for number in numbers {
            let at = number.checked_sub(self.first).and_then(|at| self.entries.get(at as usize));
            if let Some(entry) = at.copied() {
                self.drop_key(entry.key, Some(number));
            }
        }
    }

    fn expire(&mut self, now: Micros) {
        while self.entries.front().is_some_and(|oldest| now - oldest.received >= self.age_max) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.entries.front().copied() {
            self.drop_key(oldest.key, Some(self.first));
            self.entries.pop_front();
            self.first += 1;
        }
    }

    fn find(&self, key: Digest) -> Option<u64> {
        let low = self.table.find(hash(key), |low| key_of(&self.entries, self.first, *low) == key)?;
        Some(number_of(self.first, *low))
    }

    /// Takes a key out of the table, if it stands there (under that number).
    fn drop_key(&mut self, key: Digest, under: Option<u64>) {
        let (entries, first) = (&self.entries, self.first);
        let is_it = |low: &u32| {
            key_of(entries, first, *low) == key && under.is_none_or(|number| number as u32 == *low)
        };
        if let Ok(found) = self.table.find_entry(hash(key), is_it) {
            found.remove();
        }
    }
}

/// Keys are hashes already.
fn hash(key: Digest) -> u64 {
    key.0 as u64
}

fn number_of(first: u64, low: u32) -> u64 {
    first + u64::from(low.wrapping_sub(first as u32))
}

fn key_of(entries: &VecDeque<Entry>, first: u64, low: u32) -> Digest {
    let at = (number_of(first, low) - first) as usize;
    entries.get(at).map_or(Digest(0), |entry| entry.key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const DAY: Micros = Micros::from_secs(86_400);

    fn id(number: u64) -> Digest {
        Digest::of_id("chat1", &number.to_string())
    }

    #[test]
    fn an_id_is_known_for_a_day_to_the_microsecond() {
        let mut window = Window::new(DAY, 10);
        window.note(id(1), id(7), Micros(5));
        assert_eq!(window.look(id(1), id(7), Micros(4) + DAY), Seen::Same(0));
        assert_eq!(window.look(id(1), id(8), Micros(4) + DAY), Seen::Other);
        assert_eq!(window.look(id(1), id(7), Micros(5) + DAY), Seen::Never);
        assert_eq!(window.len(), 0);
    }

    #[test]
    fn an_id_is_known_until_so_many_others_came() {
        let mut window = Window::new(DAY, 3);
        for number in 0..4 {
            window.note(id(number), id(0), Micros(1));
        }
        assert_eq!(window.look(id(0), id(0), Micros(1)), Seen::Never);
        assert_eq!(window.look(id(1), id(0), Micros(1)), Seen::Same(1));
        assert_eq!(window.look(id(3), id(0), Micros(1)), Seen::Same(3));
    }

    #[test]
    fn what_did_not_get_into_the_journal_is_forgotten_and_the_rest_is_not() {
        let mut window = Window::new(DAY, 10);
        (0..4).for_each(|number| {
            window.note(id(number), id(0), Micros(1));
        });
        window.forget(1..3);
        let known: Vec<Seen> = (0..4).map(|number| window.look(id(number), id(0), Micros(1))).collect();
        assert_eq!(known, [Seen::Same(0), Seen::Never, Seen::Never, Seen::Same(3)]);
        window.note(id(1), id(0), Micros(2));
        assert_eq!(window.look(id(1), id(0), Micros(2)), Seen::Same(4));
    }

    #[test]
    fn a_million_ids_need_less_than_64_mib() {
        let entry = std::mem::size_of::<Entry>();
        assert!(entry <= 48, "{entry}");
        // The ring may double, and the table holds a number and a byte in each of 2^21 places.
        assert!(entry * (1 << 20) + 5 * (1 << 21) < 64 << 20);
    }

    proptest! {
        #[test]
        fn the_window_knows_what_a_list_of_everything_knows(
            steps in proptest::collection::vec((0_u64..12, 0_u64..3, 0_i64..40, any::<bool>()), 1..200),
            ids_max in 1_usize..10,
        ) {
            let age_max = Micros(100);
            let mut window = Window::new(age_max, ids_max);
            let (mut all, mut now): (Vec<(u64, u64, i64, bool)>, i64) = (Vec::new(), 0);
            for (key, body, pause, is_lost) in steps {
                now += pause;
                let live = |at: usize, received: i64, length: usize| {
                    now - received < age_max.0 && at + ids_max >= length
                };
                let newest: BTreeMap<u64, (usize, u64)> = all.iter().enumerate()
                    .filter(|(at, (_, _, received, is_lost))| !is_lost && live(*at, *received, all.len()))
                    .map(|(at, (key, body, ..))| (*key, (at, *body)))
                    .collect();
                let expected = match newest.get(&key) {
                    None => Seen::Never,
                    Some((at, known)) if *known == body => Seen::Same(*at as u64),
                    Some(_) => Seen::Other,
                };
                let seen = window.look(id(key), Digest(u128::from(body)), Micros(now));
                prop_assert_eq!(seen, expected);
                if seen == Seen::Never {
                    let number = window.note(id(key), Digest(u128::from(body)), Micros(now));
                    prop_assert_eq!(number, all.len() as u64);
                    if is_lost {
                        window.forget(number..number + 1);
                    }
                    all.push((key, body, now, is_lost));
                }
            }
        }
    }
}
