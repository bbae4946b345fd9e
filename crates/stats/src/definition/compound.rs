//! Compound categories: their action sets are fixed, the stat type's mask is nominal (statistics 4.5).

use super::{Category, Mask, Refused, Subject, subject::Family};
use model::Action;

/// What agents do for calls of a queue (rules C-2, Q-32).
pub(crate) const HANDLING: [Action; 4] =
    [Action::CallReleased, Action::ACWCompleted, Action::CallMissed, Action::ACWMissed];

/// Refuses a compound category on anything but actions of mediation DNs.
pub(super) fn check(
    category: Category,
    subject: Subject,
    family: Family,
    first: &str,
) -> Result<(), Refused> {
    if !category.is_compound()
        || category.is_of_lists()
        || (subject == Subject::DNAction && family == Family::Mediation)
    {
        return Ok(());
    }
    let (category, subject) = (category.name(), subject.name());
    Err(Refused::new(format!(
        "{category} needs Subject DNAction on queues or route points, not {subject} on {first}"
    )))
}

/// The masks that a category really has.
pub(super) fn masks(category: Category, main: Mask, rel: Mask) -> (Mask, Mask) {
    match category {
        // Rule C-3.
        Category::ServiceFactor1 => {
            let lost = Mask::of(&[Action::CallAbandoned, Action::CallAbandonedFromRinging]);
            (Mask::of(&[Action::CallAnswered]), lost)
        }
        // Waiting calls are in the one, ready agents in the other, active agents in both.
        category if category.is_estimate() => {
            let (ready, active) = (Action::AgentReadyOnQueue, Action::AgentActiveOnQueue);
            (Mask::of(&[Action::CallWait, active]), Mask::of(&[ready, active]))
        }
        // Rule C-6.
        category if category.is_of_lists() => {
            let finished = Mask::of(&[Action::LeadProcessed]);
            (finished, finished)
        }
        _ => (main, rel),
    }
}
