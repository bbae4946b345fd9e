//! Rules of the list of wishes.

use crate::demand::{Answer, Demand, Wanted};
use model::{ObjectType, Text};
use std::time::Duration;
use tokio::sync::broadcast;

/// A wish for a stat type of queues, all else by default.
fn wish(stat_type: &str) -> Wanted {
    Wanted {
        stat_type: Text::from(stat_type),
        object_type: ObjectType::Queue,
        time_profile: None,
        time_range: None,
        time_range2: None,
        filter: None,
        opened_at: None,
    }
}

/// Whether a change is heard within a second; what is heard with it belongs to the same change.
async fn announced(changes: &mut broadcast::Receiver<()>) -> bool {
    let heard = tokio::time::timeout(Duration::from_secs(1), changes.recv()).await.is_ok();
    while changes.try_recv().is_ok() {}
    heard
}

/// Every rule of [`Demand`].
///
/// # Panics
/// When one is broken.
pub async fn demand(store: &dyn Demand) {
    let mut changes = store.watch();
    store.want(vec![wish("Calls_Entered"), wish("Calls_Answered")]).await.expect("wished");
    assert!(announced(&mut changes).await, "a new wish is announced");
    store.want(vec![wish("Calls_Answered")]).await.expect("wished");
    assert!(changes.try_recv().is_err(), "what is wanted already is no news");
    assert_eq!(store.wanted().await.expect("answers").len(), 2, "two who want the same share it");

    let (entered, answered) = (wish("Calls_Entered").key(), wish("Calls_Answered").key());
    assert_eq!(store.answered(&entered).await.expect("answers"), None, "nobody has told yet");
    store.answer(entered.clone(), Answer::Opened).await.expect("told");
    assert!(announced(&mut changes).await, "an answer is announced");
    let refusal = Answer::Refused(Text::from("no stat type Calls_Answered"));
    store.answer(answered.clone(), refusal.clone()).await.expect("told");
    assert_eq!(store.answered(&entered).await.expect("answers"), Some(Answer::Opened));
    assert_eq!(store.answered(&answered).await.expect("answers"), Some(refusal));
    store.answer(answered.clone(), Answer::Opened).await.expect("told");
    assert_eq!(
        store.answered(&answered).await.expect("answers"),
        Some(Answer::Opened),
        "the last word holds"
    );
}
