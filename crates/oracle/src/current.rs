//! Values of what goes on now (statistics 4.3).

use crate::answer::{Question, extreme, plain, ratio, seconds};
use crate::count::{firsts, going_on};
use crate::definition::{Category, Range};
use model::time::seconds_between;

impl Question<'_> {
    pub(crate) fn current_value(&self, range: Range) -> (f64, bool) {
        use Category as C;
        let on = going_on(&self.pieces, &self.main, self.now);
        let (number, time) = self.current(&self.main, self.now);
        let (rel_number, rel_time) = self.current(&self.rel, self.now);
        let in_range =
            firsts(&on, self.definition.distinct).iter().filter(|one| range.has(one.seconds)).count();
        match self.definition.category {
            C::CurrentNumber => plain(number),
            C::CurrentTime => plain(time),
            C::CurrentMaxTime => extreme(seconds(&on).max()),
            C::CurrentMinTime => extreme(seconds(&on).min()),
            C::CurrentAverageTime => ratio(1, time, rel_number),
            C::CurrentRelativeNumberPercentage => ratio(100, number, rel_number),
            C::CurrentRelativeTimePercentage => ratio(100, time, rel_time),
            C::CurrentNumberInTimeRange => plain(in_range as i64),
            C::CurrentNumberInTimeRangePercentage => ratio(100, in_range as i64, number),
            C::CurrentDistinctNumber => plain(firsts(&on, true).len() as i64),
            C::CurrentContinuousTime => {
                let present = self.runs().into_iter().next_back().filter(|run| run.2.is_none());
                plain(present.map_or(0, |run| seconds_between(run.0, self.now)))
            }
            other => unreachable!("{} is historical", other.name()),
        }
    }
}
