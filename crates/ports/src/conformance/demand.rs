//! Rules of the list of wishes.

use crate::demand::{Answer, Demand, Wanted};
use model::{ObjectType, Text};

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

/// Every rule of [`Demand`].
///
/// # Panics
/// When one is broken.
pub async fn demand(store: &dyn Demand) {
    let mut changes = store.watch();
    store.want(vec![wish("Calls_Entered"), wish("Calls_Answered")]).await.expect("wished");
    changes.try_recv().expect("a new wish is announced");
    store.want(vec![wish("Calls_Answered")]).await.expect("wished");
    assert!(changes.try_recv().is_err(), "what is wanted already is no news");
    assert_eq!(store.wanted().await.expect("answers").len(), 2, "two who want the same share it");

    let (entered, answered) = (wish("Calls_Entered").key(), wish("Calls_Answered").key());
    assert_eq!(store.answered(&entered).await.expect("answers"), None, "nobody has told yet");
    store.answer(entered.clone(), Answer::Opened).await.expect("told");
    changes.try_recv().expect("an answer is announced");
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
