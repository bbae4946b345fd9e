//! What a filter means for a category, and where it can mean nothing (rules F-5, F-6, 2.5, Q-35).

use super::{Category, Definition, Refused, mask};
use crate::filter::{Filter, quoted};
use crate::library::StatType;
use crate::walk::Mode;
use model::action::Kind;

impl Definition {
    /// When rows hear of what passes the filter; none where everything passes.
    pub(crate) fn judged(&self) -> Option<Mode> {
        if self.aggregate.is_some() {
            return Some(if self.is_current() { Mode::Reading } else { Mode::Values });
        }
        let filter = self.filter.as_ref()?;
        if self.is_current() && filter.has_duration() {
            return Some(Mode::Reading);
        }
        let by_stretch =
            if self.subject.is_status() { !self.category.is_adjusted() } else { self.category.is_level() };
        Some(if by_stretch { Mode::Stretches } else { Mode::Ends })
    }

    /// Whether the filter leaves the relative mask alone (rule F-6).
    pub(crate) fn rel_is_free(&self) -> bool {
        self.filter.is_some() && self.category == Category::AverageNumberPerRelativeHour
    }

    /// Adds the conditions that a stat type implies: its medium and its business attributes.
    pub(super) fn narrow(&mut self, stat_type: &StatType) -> Result<(), Refused> {
        let mut implied = Vec::new();
        if let Some(media) = &stat_type.media_type {
            implied.extend(self.of_medium(media));
        }
        for (key, values) in &stat_type.business_attributes {
            let pair = |value: &str| format!("PairExists({},{})", quoted(key), quoted(value.trim()));
            implied.push(values.split(',').map(pair).collect::<Vec<_>>().join(" | "));
        }
        for text in implied {
            let wrong = |cause| Refused::new(format!("MediaType or BusinessAttributes: {cause}"));
            let further = Filter::parse(&text).map_err(wrong)?;
            self.filter = Some(match self.filter.take() {
                Some(filter) => filter.and(further).map_err(wrong)?,
                None => further,
            });
        }
        Ok(())
    }

    /// What tells no medium is voice; statuses of agents and pseudo-actions of queues know none.
    fn of_medium(&self, media: &str) -> Option<String> {
        if !media.eq_ignore_ascii_case("voice") {
            return Some(format!("MediaType={}", quoted(media)));
        }
        let has_pseudo = self.main.union(self.rel).actions().any(mask::is_pseudo);
        // Estimates are for mediation DNs of one medium anyway (statistics 4.5).
        let can_tell = !self.category.is_state() && !has_pseudo;
        can_tell.then(|| "~(MediaType!=\"voice\")".to_owned())
    }

    /// Pseudo-actions serve two categories alone (statistics 2.5, `queue-use-pseudo-actions` as it is by default).
    pub(super) fn check_pseudo(&self) -> Result<(), Refused> {
        let serves =
            matches!(self.category, Category::CurrentNumber | Category::CurrentRelativeNumberPercentage);
        // Estimates count the agents of their queues by themselves.
        if serves || self.category.is_estimate() {
            return Ok(());
        }
        let pseudo = self.main.union(self.rel).actions().find(|action| mask::is_pseudo(*action));
        match pseudo.map(mask::word_of) {
            Some(name) => Err(Refused::new(format!(
                "action `{name}` of a queue is for categories CurrentNumber and CurrentRelativeNumberPercentage, not \
                 for {}",
                self.category.name()
            ))),
            None => Ok(()),
        }
    }

    /// Refuses a filter that can't be used here, with the word at fault.
    pub(super) fn check_filter(&self) -> Result<(), Refused> {
        let Some(filter) = &self.filter else { return Ok(()) };
        let category = self.category.name();
        if self.category.is_state() || self.category.is_estimate() {
            return Err(Refused::new(format!("category {category} takes no filter")));
        }
        if let Some(action) = self.main.union(self.rel).actions().find(|action| mask::is_pseudo(*action)) {
            let name = mask::word_of(action);
            return Err(Refused::new(format!("action `{name}` of a queue takes no filter")));
        }
        if !filter.has_duration() {
            return Ok(());
        }
        if self.is_current() {
            return match self.category {
                Category::CurrentContinuousTime => {
                    Err(Refused::new(format!("category {category} takes no filter with `Duration`")))
                }
                _ => Ok(()),
            };
        }
        let judged = if self.rel_is_free() { self.main } else { self.main.union(self.rel) };
        let durable = judged.actions().find(|action| action.kind() == Kind::Durable);
        match durable {
            Some(action) => Err(Refused::new(format!(
                "`Duration` in a filter means nothing for `{}`, which lasts, in category {category}: use a time \
                 range, or the action that tells its end",
                action.name()
            ))),
            None => Ok(()),
        }
    }
}
