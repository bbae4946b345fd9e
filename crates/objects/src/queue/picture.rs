//! A snapshot beside what was known at a mediation DN (rule Q-10).

use super::shelf::Key;
use super::{OfferView, Outcome, QueueBrain, QueuePicture, Target, Visit, WaitView, Watch};
use crate::out::Out;
use crate::stamp::{Stamp, same_data};
use model::item::ConnIx;
use model::time::seconds_between;
use model::{Action, Micros};
use std::collections::BTreeSet;

impl QueueBrain {
    /// Takes over what the snapshot shows.
    pub(super) fn compare(&mut self, picture: &QueuePicture, stamp: Stamp, out: &mut Out) {
        if !picture.in_service {
            self.lose(Watch::Out, None, stamp, out);
            self.visits.clear();
            return;
        }
        let was_up = self.watch == Watch::Up;
        if !was_up {
            self.come_back(stamp, out);
        }
        self.drop_unlisted(picture, was_up, stamp, out);
        for view in &picture.waiting {
            self.compare_waiting(view, stamp, out);
        }
        for offer in picture.offered.iter().filter(|offer| offer.mine) {
            self.compare_offer(offer, stamp, out);
        }
    }

    /// A call that is listed nowhere ends without outcome.
    fn drop_unlisted(&mut self, picture: &QueuePicture, was_up: bool, stamp: Stamp, out: &mut Out) {
        let waiting: BTreeSet<ConnIx> = picture.waiting.iter().map(|view| view.conn).collect();
        let mine = picture.offered.iter().filter(|view| view.mine);
        let mine: BTreeSet<ConnIx> = mine.map(|view| view.conn).collect();
        // Another mediation DN brought the call, but this one had named the device too (rule Q-27). An answer that came
        // while nobody looked is told to the one that brought it only.
        let may_come = |view: &OfferView| was_up || view.established_since.is_none();
        let at_target = |visit: &Visit| {
            let named =
                |view: &OfferView| visit.target == Some(Target::Device(view.device)) && may_come(view);
            picture.offered.iter().any(|view| view.conn == visit.conn && named(view))
        };
        let is_gone = |visit: &Visit| match (visit.is_waiting, visit.outcome) {
            (true, _) => !waiting.contains(&visit.conn) && !mine.contains(&visit.conn),
            // Its device says when nothing more comes of it.
            (false, Outcome::Answered(_) | Outcome::Released(_)) => false,
            (false, _) => !mine.contains(&visit.conn) && !at_target(visit),
        };
        for key in self.visits.keys(is_gone) {
            let Some(mut visit) = self.visits.take(key) else { continue };
            self.stop_waiting(&mut visit, None, stamp, out);
            self.visits.discard(key);
        }
    }

    fn compare_waiting(&mut self, view: &WaitView, stamp: Stamp, out: &mut Out) {
        let known = self.visits.of(view.conn).find(|(_, visit)| visit.is_waiting).map(|(key, _)| key);
        let known = known.and_then(|key| self.visits.take(key).map(|visit| (key, visit)));
        let is_known = known.is_some();
        let (key, mut visit) = match known {
            Some((key, visit)) => (Some(key), visit),
            None => (None, Visit::new(view.conn, view.kind, stamp, view.data.clone())),
        };
        visit.is_waiting = true;
        visit.alive = stamp.at;
        visit.data.clone_from(&view.data);
        if visit.wait.is_none() {
            visit.kind = view.kind;
            visit.entered = (view.since, view.since);
            visit.wait = Some(self.begin(
                Action::CallWait,
                Some(view.since),
                stamp,
                (view.conn, view.kind),
                &view.data,
                out,
            ));
        }
        match key.filter(|_| is_known) {
            Some(key) => self.visits.put_back(key, visit),
            None => {
                self.visits.add(visit);
            }
        }
    }

    /// A call that is at a device: if it waited here it was diverted there; if it talks it was answered.
    pub(super) fn compare_offer(&mut self, offer: &OfferView, stamp: Stamp, out: &mut Out) {
        let answered = |visit: &Visit| matches!(visit.outcome, Outcome::Answered(device) | Outcome::Released(device) if device == offer.device);
        let newest = self.visits.of(offer.conn).last();
        if newest.is_some_and(|(_, visit)| answered(visit) && !visit.is_waiting) {
            return;
        }
        let open = |visit: &Visit| visit.is_waiting || visit.outcome == Outcome::None;
        let known: Option<Key> =
            self.visits.of(offer.conn).filter(|(_, visit)| open(visit)).map(|(key, _)| key).last();
        let Some(mut visit) = known.and_then(|key| self.visits.take(key)) else {
            return self.learn_offer(offer, stamp);
        };
        if !same_data(&visit.data, &offer.data) {
            visit.data.clone_from(&offer.data);
        }
        if let Some(since) = offer.queued_since {
            visit.entered = (since, since);
        }
        if visit.is_waiting {
            self.stop_waiting(&mut visit, Some(Action::CallDistributed), stamp, out);
        }
        visit.target = Some(Target::Device(offer.device));
        if let (Outcome::None, Some(answered)) = (visit.outcome, offer.established_since) {
            // The length is that from entering to the answer, both cut to seconds (rule G-5), told now.
            let length = Micros::from_secs(seconds_between(visit.entered.0, answered));
            let since = (stamp.at - length, stamp.time - length);
            self.past(Action::CallAnswered, since, stamp, (visit.conn, visit.kind), &visit.data, out);
            visit.outcome = Outcome::Answered(offer.device);
        }
        if let Some(key) = known {
            self.visits.put_back(key, visit);
        }
    }

    /// A call that came through here unseen: what comes of it later is told like any other's.
    fn learn_offer(&mut self, offer: &OfferView, stamp: Stamp) {
        let is_known = self.visits.of(offer.conn).any(|(_, visit)| {
            matches!(visit.outcome, Outcome::Answered(device) | Outcome::Released(device) if device == offer.device)
        });
        if is_known {
            return;
        }
        let mut visit = Visit::new(offer.conn, offer.kind, stamp, offer.data.clone());
        if let Some(since) = offer.queued_since {
            visit.entered = (since, since);
        }
        visit.target = Some(Target::Device(offer.device));
        if offer.established_since.is_some() {
            visit.outcome = Outcome::Answered(offer.device);
        }
        self.visits.add(visit);
    }
}
