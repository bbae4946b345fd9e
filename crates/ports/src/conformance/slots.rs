//! Rules of the ownership of slots.

use crate::StoreError;
use crate::slots::{Fences, Slots};
use model::{SlotSet, Text};
use placement::Member;
use std::time::Duration;

/// Every rule of [`Slots`], on a store whose clock is the machine's.
///
/// # Panics
/// When one is broken.
pub async fn slots(store: &dyn Slots) {
    let (long, short) = (Duration::from_secs(60), Duration::from_millis(60));
    let member = |name: &str, life| Member { name: name.into(), life };
    let set = |slots: &[u8]| slots.iter().copied().collect::<SlotSet>();
    let (first, second) = (member("dcu-0", 7), member("dcu-1", 3));
    let claim = async |member: &Member, slots, term| store.claim(member, slots, term).await.expect("answers");
    let turn =
        async |member: &Member, owned: &Fences, term| store.turn(member, owned, term).await.expect("answers");

    let table = turn(&first, &Fences::new(), long).await;
    assert_eq!(table.members.into_iter().collect::<Vec<_>>(), [("dcu-0".into(), 7)], "it lives");
    assert!(table.leases.is_empty() && table.volumes.is_empty(), "nobody owns anything at first");
    let own = claim(&first, set(&[1, 2, 3]), long).await;
    assert_eq!(own.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
    assert!(claim(&second, set(&[3]), long).await.is_empty(), "a slot has one owner");
    let other = claim(&second, set(&[3, 4]), short).await;
    assert_eq!(other.keys().copied().collect::<Vec<_>>(), [4], "what is free is given all the same");

    let table = turn(&second, &other, short).await;
    assert_eq!(table.leases.len(), 4, "everybody may know");
    assert_eq!((table.leases[&4].holder.as_str(), table.leases[&4].life), ("dcu-1", 3));
    assert_eq!(table.leases[&4].fence, other[&4], "who renews keeps the fence");

    ledger(store, &own, &other).await;

    tokio::time::sleep(short * 4).await;
    let table = turn(&first, &own, long).await;
    assert!(!table.members.contains_key("dcu-1"), "who is not heard of lives no longer");
    assert!(!table.leases.contains_key(&4), "a lease ends with its term");
    let table = turn(&second, &other, short).await;
    assert_eq!(table.leases[&4].fence, other[&4], "who was away goes on if nobody came between");
    tokio::time::sleep(short * 4).await;
    let taken = claim(&first, set(&[4]), long).await;
    assert!(taken[&4] > other[&4], "a new owner has a higher fence");
    let table = turn(&second, &other, short).await;
    assert_eq!(table.leases[&4].holder, "dcu-0", "who was away too long has lost it");

    let again = member("dcu-0", 8);
    turn(&again, &Fences::new(), long).await;
    let back = claim(&again, set(&[1, 4]), long).await;
    assert_eq!(back.len(), 2, "a new life takes over from its former one at once");
    assert!(back[&1] > own[&1], "under a higher fence");
    let table = turn(&first, &own, long).await;
    assert_eq!(table.leases[&1].life, 8, "which the former one can't undo");
    assert_eq!(table.members["dcu-0"], 8, "nor does it count as the newest");

    store.release(&first, set(&[1])).await.expect("answers");
    assert!(claim(&second, set(&[1]), long).await.is_empty(), "only the owner can give it back");
    store.release(&again, set(&[1])).await.expect("answers");
    assert_eq!(claim(&second, set(&[1]), long).await.len(), 1);
    store.leave(&again).await.expect("answers");
    let table = turn(&second, &Fences::new(), long).await;
    assert!(!table.members.contains_key("dcu-0"), "who leaves lives no longer");
    assert!(!table.leases.contains_key(&4), "and owns nothing");
}

async fn ledger(store: &dyn Slots, own: &Fences, other: &Fences) {
    let settle = async |volume, slots: &Fences| store.settle(volume, slots).await;
    assert_eq!(settle("dcu-0.a", own).await.expect("it owns them"), Vec::<Text>::new());
    assert_eq!(settle("dcu-1.a", other).await.expect("it owns them"), Vec::<Text>::new());
    let some: Fences =
        own.iter().filter(|(slot, _)| **slot != 1).map(|(slot, fence)| (*slot, *fence)).collect();
    assert!(
        settle("dcu-0.b", &some).await.expect("it owns them").is_empty(),
        "slot 1 still lies in the old one"
    );
    let left = settle("dcu-0.b", own).await.expect("it owns them");
    assert_eq!(left, ["dcu-0.a"], "nothing lies there any more");
    let stale = own.iter().map(|(slot, fence)| (*slot, fence - 1)).collect();
    let refused = settle("dcu-0.c", &stale).await;
    assert!(matches!(refused, Err(StoreError::Fenced(_))), "{refused:?}");
    let member = Member { name: "onlooker".into(), life: 1 };
    let table = store.turn(&member, &Fences::new(), Duration::from_millis(1)).await.expect("answers");
    let volumes: Vec<&str> = table.volumes.values().map(Text::as_str).collect();
    assert_eq!(volumes, ["dcu-0.b", "dcu-0.b", "dcu-0.b", "dcu-1.a"], "all or nothing");
}
