//! Rules of leases.

use crate::leases::{Held, Leases};
use std::time::Duration;

/// Every rule of [`Leases`], on a store whose clock is the machine's.
///
/// # Panics
/// When one is broken.
pub async fn leases(store: &dyn Leases) {
    let (long, short) = (Duration::from_secs(60), Duration::from_millis(50));
    let hold = async |holder, term| store.hold("slot/7", holder, term).await.expect("answers");
    assert_eq!(store.holder("slot/7").await.expect("answers"), None, "nobody holds it at first");
    let first = hold("dcu-0", long).await.expect("the first who asks gets it");
    assert_eq!(hold("dcu-1", long).await, None, "there is one holder");
    assert_eq!(hold("dcu-0", short).await, Some(first), "who renews keeps the fence");
    let held = Held { holder: "dcu-0".into(), fence: first };
    assert_eq!(store.holder("slot/7").await.expect("answers"), Some(held), "everybody may know");

    tokio::time::sleep(short * 4).await;
    assert_eq!(store.holder("slot/7").await.expect("answers"), None, "it ends with its term");
    let second = hold("dcu-1", long).await.expect("it is free again");
    assert!(second > first, "a new holder has a higher fence");
    store.release("slot/7", "dcu-0").await.expect("answers");
    assert_eq!(hold("dcu-0", long).await, None, "only the holder can give it back");
    store.release("slot/7", "dcu-1").await.expect("answers");
    let third = hold("dcu-1", long).await.expect("it was given back");
    assert!(third > second, "also the same holder, when it has been free between");
    assert!(store.hold("slot/8", "dcu-0", long).await.expect("answers").is_some(), "leases do not touch");
}
