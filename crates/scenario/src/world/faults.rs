//! Links that fail by plan.

use super::World;
use crate::plan::source_ix;
use crate::state::Due;
use model::Micros;

impl World {
    pub(super) fn expect_faults(&mut self) {
        let faults = self.plan.scenario.faults.clone();
        for (outages, begin, end) in [
            (faults.link_losses, Due::LinkLost as fn(usize) -> Due, Due::LinkBack as fn(usize) -> Due),
            (faults.gaps, Due::GapBegin, Due::GapEnd),
        ] {
            for outage in outages {
                let source = source_ix(&self.plan.scenario, outage.source.as_ref());
                let at = self.start + Micros(outage.at.as_micros() as i64);
                self.plan_at(at, begin(source));
                self.plan_at(at + Micros(outage.lasts.as_micros() as i64), end(source));
            }
        }
    }

    pub(super) fn link_back(&mut self, source: usize) {
        let picture = self.picture(source);
        self.desk.regain_link(source, self.now, picture);
    }

    pub(super) fn gap_end(&mut self, source: usize) {
        let picture = self.picture(source);
        self.desk.regain_numbering(source, self.now, picture);
    }
}
