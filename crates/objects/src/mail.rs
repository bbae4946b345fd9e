//! Post for many brains: filled in any order, opened as one slice per brain.

use model::object::ObjectIx;
use std::ops::Range;

/// Events that wait for brains of one kind. Filled with [`Mail::push`], then sorted once by [`Mail::sort`], then
/// read slice by slice and emptied. Buffers are kept from batch to batch.
#[derive(Clone, Debug)]
pub struct Mail<E> {
    to: Vec<ObjectIx>,
    events: Vec<E>,
    slices: Vec<(ObjectIx, Range<u32>)>,
    /// By object: how many, then where its next event goes. Zero between batches.
    counts: Vec<u32>,
    /// By event: where it goes.
    places: Vec<u32>,
}

impl<E> Default for Mail<E> {
    fn default() -> Self {
        Self {
            to: Vec::new(),
            events: Vec::new(),
            slices: Vec::new(),
            counts: Vec::new(),
            places: Vec::new(),
        }
    }
}

/// An event that knows its step in the batch.
pub trait Dated {
    /// The step.
    fn step(&self) -> u32;
}

impl<E: Dated> Mail<E> {
    /// Posts an event.
    pub fn push(&mut self, to: ObjectIx, event: E) {
        self.to.push(to);
        self.events.push(event);
    }

    /// Takes over what another part posted.
    pub fn append(&mut self, posted: &mut Vec<(ObjectIx, E)>) {
        for (to, event) in posted.drain(..) {
            self.push(to, event);
        }
    }

    /// Sorts what was posted into one slice per brain, brains in ascending order, events by step and then in the
    /// order of posting.
    pub fn sort(&mut self) {
        self.slices.clear();
        for to in &self.to {
            let at = to.0 as usize;
            if at >= self.counts.len() {
                self.counts.resize(at + 1, 0);
            }
            if self.counts[at] == 0 {
                self.slices.push((*to, 0..0));
            }
            self.counts[at] += 1;
        }
        self.slices.sort_unstable_by_key(|(to, _)| *to);
        let mut next = 0;
        for (to, range) in &mut self.slices {
            let count = &mut self.counts[to.0 as usize];
            *range = next..next + *count;
            next += *count;
            *count = range.start;
        }
        self.settle();
        for (to, range) in &self.slices {
            self.counts[to.0 as usize] = 0;
            let slice = &mut self.events[range.start as usize..range.end as usize];
            if !slice.is_sorted_by_key(Dated::step) {
                slice.sort_by_key(Dated::step);
            }
        }
    }

    /// Moves every event to its place, by swapping along the cycles of the permutation.
    fn settle(&mut self) {
        self.places.clear();
        for to in &self.to {
            let next = &mut self.counts[to.0 as usize];
            self.places.push(*next);
            *next += 1;
        }
        for from in 0..self.places.len() {
            while self.places[from] as usize != from {
                let place = self.places[from] as usize;
                self.events.swap(from, place);
                self.places.swap(from, place);
            }
        }
    }

    /// The slices, in ascending order of brains.
    pub fn slices(&self) -> impl Iterator<Item = (ObjectIx, &[E])> {
        self.slices.iter().map(|(to, range)| (*to, &self.events[range.start as usize..range.end as usize]))
    }

    /// Whose slice number `at` is; after [`Mail::sort`], below [`Mail::len`].
    pub fn recipient(&self, at: usize) -> ObjectIx {
        self.slices[at].0
    }

    /// Slice number `at`.
    pub fn slice(&self, at: usize) -> &[E] {
        let (_, range) = &self.slices[at];
        &self.events[range.start as usize..range.end as usize]
    }

    /// How many brains have post.
    pub fn len(&self) -> usize {
        self.slices.len()
    }

    /// Whether nobody has post.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Forgets all post, keeps the buffers.
    pub fn clear(&mut self) {
        self.to.clear();
        self.events.clear();
        self.slices.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Letter(u32, &'static str);

    impl Dated for Letter {
        fn step(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn each_brain_gets_its_events_by_step_and_brains_come_in_order() {
        let mut mail = Mail::default();
        for (to, step, text) in [(7, 0, "a"), (2, 5, "d"), (7, 1, "b"), (2, 3, "c"), (2, 5, "e")] {
            mail.push(ObjectIx(to), Letter(step, text));
        }
        for _ in 0..2 {
            mail.sort();
            let read: Vec<_> = mail
                .slices()
                .map(|(to, slice)| (to.0, slice.iter().map(|letter| letter.1).collect::<String>()))
                .collect();
            mail.clear();
            assert_eq!(read, [(2, "cde".to_owned()), (7, "ab".to_owned())]);
            for (to, step, text) in [(2, 3, "c"), (7, 0, "a"), (2, 5, "d"), (2, 5, "e"), (7, 1, "b")] {
                mail.push(ObjectIx(to), Letter(step, text));
            }
        }
    }
}
