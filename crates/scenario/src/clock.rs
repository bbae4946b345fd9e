//! The local clock of the centre: hours for the daily curve, instants for shifts.
//!
//! A fixed offset from UTC, so that no time-zone database decides what happens: in a simulated centre a shift that
//! begins an hour earlier in winter harms nobody.

use crate::error::Bad;
use model::Micros;

const DAY_SECONDS: i64 = 86_400;

/// The clock on the wall.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalClock {
    offset: Micros,
}

impl LocalClock {
    /// The clock that is ahead of UTC by `+hh:mm`, or behind by `-hh:mm`.
    pub(crate) fn ahead_by(offset: &str) -> Result<Self, Bad> {
        let parsed = match offset.split_at_checked(1) {
            Some(("+", rest)) => minute_of_day(rest).map(i64::from),
            Some(("-", rest)) => minute_of_day(rest).map(|minutes| -i64::from(minutes)),
            _ => None,
        };
        let minutes = parsed.ok_or_else(|| Bad::Value {
            place: format!("utc_offset {offset:?}"),
            cause: "write how far the clock is ahead of UTC, such as \"+01:00\" or \"-05:30\"",
        })?;
        Ok(Self { offset: Micros::from_secs(60 * minutes) })
    }

    /// Days since 1970-01-01, and seconds since midnight, by this clock.
    fn local(&self, at: Micros) -> (i64, i64) {
        let seconds = (at + self.offset).secs();
        (seconds.div_euclid(DAY_SECONDS), seconds.rem_euclid(DAY_SECONDS))
    }

    /// The hour of the day, with its fraction; and whether the day is a Saturday or a Sunday.
    pub(crate) fn hour(&self, at: Micros) -> (f64, bool) {
        let (day, second) = self.local(at);
        // The first day of the epoch was a Thursday; 0 is Sunday.
        let weekday = (day + 4).rem_euclid(7);
        (second as f64 / 3600.0, weekday == 0 || weekday == 6)
    }

    /// The first stretch `from..to` (minutes of the day; `to` at or before `from` is the next day) that ends
    /// after `at`.
    pub(crate) fn stretch(&self, at: Micros, from: u32, to: u32) -> (Micros, Micros) {
        let (today, _) = self.local(at);
        let nights = i64::from(to <= from);
        let instant = |day: i64, minutes: u32| {
            Micros::from_secs(day * DAY_SECONDS + 60 * i64::from(minutes)) - self.offset
        };
        let on = |day: i64| (instant(day, from), instant(day + nights, to));
        (today - 1..=today).map(on).find(|(_, end)| *end > at).unwrap_or_else(|| on(today + 1))
    }
}

/// Minutes since midnight of `hh:mm`, up to `24:00`.
pub(crate) fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T00:00:00Z, a Monday.
    const MONDAY: i64 = 1_795_392_000;

    #[test]
    fn a_night_shift_that_began_yesterday_is_found() {
        let clock = LocalClock::ahead_by("+01:00").unwrap();
        let at = Micros::from_secs(MONDAY + 3600);
        let (from, to) = clock.stretch(at, 22 * 60, 6 * 60);
        assert_eq!(from, Micros::from_secs(MONDAY - 3 * 3600), "22:00 there is 21:00 UTC");
        assert_eq!(to, Micros::from_secs(MONDAY + 5 * 3600));
    }

    #[test]
    fn a_shift_that_is_over_comes_again_tomorrow() {
        let clock = LocalClock::ahead_by("+00:00").unwrap();
        let at = Micros::from_secs(MONDAY + 20 * 3600);
        let (from, _) = clock.stretch(at, 8 * 60, 16 * 60);
        assert_eq!(from, Micros::from_secs(MONDAY + 32 * 3600));
    }

    #[test]
    fn hours_and_week_ends_are_those_of_the_wall() {
        let clock = LocalClock::ahead_by("-05:30").unwrap();
        assert_eq!(clock.hour(Micros::from_secs(MONDAY + 20 * 3600)), (14.5, false));
        assert_eq!(clock.hour(Micros::from_secs(MONDAY)), (18.5, true), "it still is Sunday there");
    }

    #[test]
    fn an_offset_that_is_none_is_refused_with_the_cure() {
        for wrong in ["", "1:00", "+1:00", "+01:60", "Europe/Berlin", "\u{20ac}"] {
            let error = LocalClock::ahead_by(wrong).unwrap_err().to_string();
            assert!(error.contains("\"+01:00\""), "{error}");
        }
    }
}
