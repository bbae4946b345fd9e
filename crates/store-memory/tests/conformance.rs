//! The memory stores keep every rule of their ports.

use ports::conformance;
use store_memory::{
    MemoryCheckpoints, MemoryDemand, MemoryDocuments, MemoryGrants, MemoryHistory, MemoryLeases,
    MemoryQuestions, MemoryScreens, MemorySlots, MemoryValues,
};

#[tokio::test]
async fn values_are_handed_over() {
    conformance::values(&MemoryValues::default()).await;
}

#[tokio::test]
async fn wishes_are_listed() {
    conformance::demand(&MemoryDemand::default()).await;
}

#[tokio::test]
async fn documents_have_revisions() {
    conformance::documents(&MemoryDocuments::default()).await;
    conformance::archive(&MemoryDocuments::default()).await;
}

#[tokio::test]
async fn whatever_is_done_leaves_an_entry() {
    conformance::audit(&MemoryDocuments::default()).await;
}

#[tokio::test]
async fn checkpoints_flip_at_once() {
    conformance::checkpoints(&MemoryCheckpoints::default()).await;
}

#[tokio::test]
async fn history_is_bounded_and_ordered() {
    conformance::history(&MemoryHistory::default()).await;
}

#[tokio::test]
async fn slots_have_one_owner() {
    conformance::slots(&MemorySlots::default()).await;
}

#[tokio::test]
async fn questions_find_their_answers() {
    conformance::questions(&MemoryQuestions::default()).await;
}

#[tokio::test]
async fn screens_are_paired_and_heard() {
    conformance::screens(&MemoryScreens::default()).await;
}

#[tokio::test]
async fn leases_have_one_holder() {
    conformance::leases(&MemoryLeases::default()).await;
}

#[tokio::test]
async fn grants_are_told_and_read() {
    let store = MemoryGrants::default();
    conformance::grants(&store, &store).await;
}
