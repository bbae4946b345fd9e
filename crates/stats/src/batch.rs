//! A batch of items, indexed once by action, so that a statistic walks only what its masks name.

use model::action::COUNT;
use model::item::{Item, Items, What};
use std::ops::Range;

/// Items in order, and where each action stands in them. Shared by all statistics.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    items: Items,
    /// By code: the end of the action's list in `places`. Codes below `COUNT` are ends and happenings, the ones
    /// above are beginnings; the last are the records that calling lists have left.
    ends: Vec<u32>,
    places: Vec<u32>,
    pub(crate) statuses: Vec<u32>,
    /// Changes of membership with the place of the first item of their instant: they hold for all of it.
    pub(crate) memberships: Vec<(u32, u32)>,
    pub(crate) validities: Vec<u32>,
}

enum Home {
    Action(usize),
    Status,
    Membership,
    Validity,
}

fn home(item: &Item) -> Home {
    match item.what {
        What::Ended { action, .. } | What::Lost { action, .. } | What::Happened { action } => {
            Home::Action(action.code())
        }
        // A change of the call or its data travels with beginnings: only who follows those cares.
        What::Changed { action, .. } => Home::Action(COUNT + action.code()),
        What::Began { action, .. } => Home::Action(COUNT + action.code()),
        What::Status { .. } | What::Unseen => Home::Status,
        What::Joined { .. } | What::Left { .. } => Home::Membership,
        What::Records { .. } => Home::Action(usize::from(RECORDS)),
        What::Validity { .. } => Home::Validity,
    }
}

impl Batch {
    /// Indexes a batch.
    pub fn index(items: Items) -> Self {
        let mut batch = Self::default();
        batch.refill(items);
        batch
    }

    /// Takes other items, with the memory that the former ones used; answers those.
    pub fn refill(&mut self, items: Items) -> Items {
        let former = std::mem::replace(&mut self.items, items);
        self.ends.clear();
        self.ends.resize(2 * COUNT + 1, 0);
        self.statuses.clear();
        self.memberships.clear();
        self.validities.clear();
        self.count();
        self.place();
        former
    }

    /// The items themselves.
    pub fn items(&self) -> &Items {
        &self.items
    }

    fn count(&mut self) {
        let mut instant = 0;
        for (place, item) in self.items.items.iter().enumerate() {
            let place = place as u32;
            if item.at != self.items.items[instant as usize].at {
                instant = place;
            }
            match home(item) {
                Home::Action(code) => self.ends[code] += 1,
                Home::Status => self.statuses.push(place),
                Home::Membership => self.memberships.push((instant, place)),
                Home::Validity => self.validities.push(place),
            }
        }
    }

    /// A counting sort: stable, so every action's list stands in order.
    fn place(&mut self) {
        let mut start = 0;
        for end in &mut self.ends {
            let count = *end;
            *end = start;
            start += count;
        }
        self.places.clear();
        self.places.resize(start as usize, 0);
        for (place, item) in self.items.items.iter().enumerate() {
            if let Home::Action(code) = home(item) {
                self.places[self.ends[code] as usize] = place as u32;
                self.ends[code] += 1;
            }
        }
    }

    fn list(&self, code: usize) -> &[u32] {
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        let range: Range<usize> = start as usize..self.ends[code] as usize;
        &self.places[range]
    }

    /// Gathers the places of these action codes, and of statuses if asked for, in order.
    pub(crate) fn gather(&self, codes: &[u16], statuses: bool, into: &mut Vec<u32>) {
        into.clear();
        let mut lists = 0;
        let mut take = |list: &[u32]| {
            lists += usize::from(!list.is_empty());
            into.extend_from_slice(list);
        };
        for code in codes {
            take(self.list(usize::from(*code)));
        }
        if statuses {
            take(&self.statuses);
        }
        if lists > 1 {
            // The stable sort merges runs that are in order, which the lists are.
            into.sort();
        }
    }
}

/// The code of [`What::Records`] in [`Batch::gather`].
pub(crate) const RECORDS: u16 = 2 * COUNT as u16;

/// The code of an action's beginnings in [`Batch::gather`]; ends and happenings have the action's own.
pub(crate) fn beginnings(action: model::Action) -> u16 {
    (COUNT + action.code()) as u16
}
