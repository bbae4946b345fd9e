//! Sets of the 256 slots by which work is shared out.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A set of slots.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SlotSet([u64; 4]);

impl SlotSet {
    /// No slot.
    pub const NONE: Self = Self([0; 4]);
    /// All of them.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// Whether the slot is in it.
    pub fn has(&self, slot: u8) -> bool {
        self.0[usize::from(slot / 64)] & (1 << (slot % 64)) != 0
    }

    /// Puts a slot in.
    pub fn insert(&mut self, slot: u8) {
        self.0[usize::from(slot / 64)] |= 1 << (slot % 64);
    }

    /// All that is in either.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    /// What is in this one and not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & !other.0[at]))
    }

    /// What is in both.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The slots, in order.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        let set = *self;
        (0..=u8::MAX).filter(move |slot| set.has(*slot))
    }
}

impl FromIterator<u8> for SlotSet {
    fn from_iter<I: IntoIterator<Item = u8>>(slots: I) -> Self {
        let mut set = Self::NONE;
        slots.into_iter().for_each(|slot| set.insert(slot));
        set
    }
}

impl fmt::Debug for SlotSet {
    /// As ranges: `{0-85 170}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        let mut slots = self.iter().peekable();
        let mut first = true;
        while let Some(from) = slots.next() {
            let mut to = from;
            while slots.peek().is_some_and(|next| *next == to + 1) {
                to = slots.next().unwrap_or(to);
            }
            let space = if std::mem::take(&mut first) { "" } else { " " };
            if from == to { write!(f, "{space}{from}")? } else { write!(f, "{space}{from}-{to}")? }
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_do_what_sets_do() {
        let low: SlotSet = (0..100).collect();
        let mut some: SlotSet = [3, 64, 200, 255].into_iter().collect();
        assert_eq!((low.len(), some.len(), SlotSet::ALL.len(), SlotSet::NONE.len()), (100, 4, 256, 0));
        assert!(some.has(255) && !some.has(254));
        assert_eq!(some.both(low).iter().collect::<Vec<_>>(), [3, 64]);
        assert_eq!(some.without(low).iter().collect::<Vec<_>>(), [200, 255]);
        assert_eq!(SlotSet::ALL.without(low).with(low), SlotSet::ALL);
        some.insert(4);
        assert_eq!(format!("{some:?} {:?}", SlotSet::ALL), "{3-4 64 200 255} {0-255}");
    }
}
