//! The interval that a statistic is in, as its clock moves on.

use super::profile::TimeProfile;
use super::resets::ResetTimes;
use model::Micros;

/// Before creation the interval begins here; what is counted then is thrown away at creation.
pub(crate) const BEFORE: Micros = Micros(i64::MIN);

/// Where a statistic stands in time. The opening acts like a reset: what a row gathered before is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    resets: Option<ResetTimes>,
    creation: Micros,
    from: Micros,
    until: Micros,
    now: Micros,
}

impl Clock {
    /// The clock of a profile; `zone` serves profiles that name none.
    pub(crate) fn new(profile: &TimeProfile, creation: Micros, zone: &str) -> Result<Self, String> {
        let resets = match profile {
            TimeProfile::Growing(resets) => {
                Some(ResetTimes::new(resets.minutes(), resets.zone.as_deref().unwrap_or(zone))?)
            }
            _ => None,
        };
        Ok(Self { resets, creation, from: BEFORE, until: creation, now: BEFORE })
    }

    /// When the statistic was opened.
    pub(crate) fn creation(&self) -> Micros {
        self.creation
    }

    /// Where the present interval begins: the later of the last reset and the opening.
    #[inline]
    pub(crate) fn from(&self) -> Micros {
        self.from
    }

    /// When the present interval ends.
    pub(crate) fn until(&self) -> Micros {
        self.until
    }

    /// The instant up to which the statistic is complete.
    pub(crate) fn now(&self) -> Micros {
        self.now
    }

    /// Moves on; never back. True if a new interval has begun.
    #[inline]
    pub(crate) fn move_to(&mut self, at: Micros) -> bool {
        self.now = self.now.max(at);
        if at < self.until {
            return false;
        }
        (self.from, self.until) = self.interval(at);
        true
    }

    /// The same with the interval of a login: the later of login and opening; none before both, and after the logout.
    pub(crate) fn since(&self, session: Option<(Micros, Option<Micros>)>, at: Micros) -> Self {
        let going = session.filter(|(_, until)| until.is_none_or(|until| at <= until));
        let from = match going {
            Some((login, _)) if self.from > BEFORE => login.max(self.creation),
            _ => BEFORE,
        };
        Self { resets: None, from, ..*self }
    }

    /// Where the interval that holds `at` begins.
    pub(crate) fn beginning_at(&self, at: Micros) -> Micros {
        if at < self.until { self.from } else { self.interval(at).0 }
    }

    #[cold]
    fn interval(&self, at: Micros) -> (Micros, Micros) {
        if at < self.creation {
            return (BEFORE, self.creation);
        }
        let (last, next) = match &self.resets {
            Some(resets) => resets.around(at),
            None => (BEFORE, Micros::MAX),
        };
        (last.max(self.creation), next)
    }
}
