//! Numbers and times over an interval: what has ended in it, and the statuses that go on.

use super::Pick;
use crate::definition::Category;
use crate::explain::log::{How, Past};
use crate::explain::{Contribution, Interval};
use crate::time::BEFORE;
use model::Micros;
use model::time::seconds_between;

impl Pick<'_> {
    /// Numbers and times over an interval (rules P-1 to P-5, TP-5 to TP-8).
    pub(super) fn sums(&self) -> Vec<Contribution> {
        let mut items: Vec<Contribution> = Vec::new();
        for past in &self.log.past {
            let counted = match past.how {
                How::Ended => self.ended(past),
                How::Happened => self.is_within(past, past.touch.at).then_some(past.touch.length),
                How::Going | How::Valued(_) => None,
            };
            let of = |seconds| Contribution::of(past, seconds);
            // Adjusted totals count when the whole is over, also where a filter let only a part through (rule P-4).
            let is_whole = self.definition.category.is_adjusted();
            let over = |one: Contribution| Contribution { ended: Some(past.touch.at), ..one };
            items.extend(counted.map(of).map(|one| if is_whole { over(one) } else { one }));
        }
        let is_empty = !items.iter().any(|one| one.main);
        if self.definition.category != Category::MinTime || is_empty {
            self.still(&mut items);
        }
        items.extend(self.left());
        items
    }

    /// What a calling list has left (rule C-6).
    fn left(&self) -> Option<Contribution> {
        let head = &self.statistic.roster.rows[self.row as usize];
        let left = self
            .statistic
            .roster
            .records
            .get(&head.own)
            .filter(|_| self.definition.category.is_of_lists())?;
        let value = Some(f64::from(*left));
        let fact = Contribution::going(model::Action::LeadProcessed, head.object, self.last);
        Some(Contribution { rel: true, value, ..fact })
    }

    /// The seconds of what has ended, if it counts.
    pub(super) fn ended(&self, past: &Past) -> Option<i64> {
        let (touch, adjusted) = (past.touch, self.definition.category.is_adjusted());
        let whole = if adjusted { touch.at } else { touch.until };
        if !self.is_within(past, touch.at) || self.edge.is_some_and(|edge| whole <= edge) {
            return None;
        }
        let from = if self.edge.is_some() { self.creation } else { past.from };
        if !self.reaches(past, from) {
            return None;
        }
        let seconds = touch.clipped(if adjusted { self.creation } else { from });
        let most = self.edge.filter(|_| !adjusted).map(|_| touch.until.secs() - self.interval.from.secs());
        Some(most.map_or(seconds, |most| seconds.min(most)))
    }

    pub(super) fn reaches(&self, past: &Past, from: Micros) -> bool {
        let touch = past.touch;
        let clip = if self.definition.category.is_adjusted() { self.creation } else { from };
        match self.definition.subject.is_status() {
            true => touch.at > touch.begun.max(from) && touch.until > clip.max(touch.begun),
            false => touch.until >= clip,
        }
    }

    /// Whether something that became known at `at` lies in the interval.
    pub(super) fn is_within(&self, past: &Past, at: Micros) -> bool {
        if past.from == BEFORE {
            return false;
        }
        match self.edge {
            Some(edge) => at > edge && at <= self.interval.until,
            None => self.definition.is_since_login() || at >= self.interval.from,
        }
    }

    /// Statuses that go on, up to the end of the interval (rules G-2, P-2).
    pub(super) fn still(&self, items: &mut Vec<Contribution>) {
        let is_status = self.definition.subject.is_status();
        if !is_status || self.definition.category.is_adjusted() || self.definition.dist_by_conn_id {
            return;
        }
        let Interval { from, until } = self.interval;
        if self.edge.is_some() {
            let later = self.past(|how| how == How::Ended).filter(|past| past.touch.at > until);
            for past in later.filter(|past| past.from != BEFORE && self.reaches(past, self.creation)) {
                let touch = past.touch;
                if touch.until > from && touch.begun <= until {
                    let seconds = seconds_between(touch.begun.max(from), until.min(touch.until));
                    items.push(Contribution {
                        ended: None,
                        ended_by: None,
                        ..Contribution::of(past, seconds)
                    });
                }
            }
        }
        let (main, rel) = (self.definition.main, self.definition.rel);
        for running in self.statistic.roster.running(self.row).filter(|running| running.begun <= until) {
            let what = running.status.action();
            let (of_main, of_rel) = running.sides;
            let sides = (of_main && main.has(what), of_rel && rel.has(what));
            if sides == (false, false) {
                continue;
            }
            let known = self.past(|how| how == How::Going).find(|past| {
                past.touch.action == what
                    && past.touch.begun == running.begun
                    && past.touch.member == running.member
            });
            items.push(Contribution {
                seconds: seconds_between(running.begun.max(from), until),
                main: sides.0,
                rel: sides.1,
                began_by: known.and_then(|past| past.began_by.clone()),
                ..Contribution::going(what, running.member, running.begun)
            });
        }
    }
}
