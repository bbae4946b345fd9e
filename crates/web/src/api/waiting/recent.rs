//! What has just been told: many who look at the same queue cost as much as one.

use model::{Micros, Object};
use ports::questions::Waiting;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long an answer serves others.
const FRESH: Micros = Micros::from_secs(1);
/// Answers that are kept.
const KEPT_MAX: usize = 256;

/// The last answers, by place.
#[derive(Default)]
pub(crate) struct Recent(Mutex<BTreeMap<Object, (Micros, Arc<Waiting>)>>);

impl Recent {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<Object, (Micros, Arc<Waiting>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who waits there, if that was told less than a second ago.
    pub(super) fn get(&self, place: &Object, now: Micros) -> Option<Arc<Waiting>> {
        let kept = self.kept();
        let (told, waiting) = kept.get(place)?;
        (*told + FRESH > now).then(|| Arc::clone(waiting))
    }

    /// Keeps an answer for others.
    pub(super) fn put(&self, place: Object, waiting: Waiting, now: Micros) -> Arc<Waiting> {
        let (waiting, mut kept) = (Arc::new(waiting), self.kept());
        if kept.len() >= KEPT_MAX {
            kept.retain(|_, (told, _)| *told + FRESH > now);
        }
        if kept.len() < KEPT_MAX {
            kept.insert(place, (now, Arc::clone(&waiting)));
        }
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ObjectType;

    #[test]
    fn an_answer_serves_for_a_second_and_no_more_are_kept_than_fit() {
        let (recent, place) = (Recent::default(), Object::new(ObjectType::Queue, "9001"));
        recent.put(place.clone(), Waiting::default(), Micros(0));
        assert!(recent.get(&place, Micros(999_999)).is_some());
        assert!(recent.get(&place, FRESH).is_none());
        for at in 0..2 * KEPT_MAX {
            recent.put(Object::new(ObjectType::Queue, at.to_string()), Waiting::default(), Micros(1));
        }
        assert_eq!(recent.kept().len(), KEPT_MAX);
        recent.put(place.clone(), Waiting::default(), Micros(1) + FRESH);
        assert_eq!(recent.kept().len(), 1, "what is old makes room");
    }
}
