//! The local clock of the centre: hours for the daily curve, instants for shifts.

use crate::error::Bad;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan, Zoned};
use model::Micros;

/// A time zone, from the database that is built in: the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct LocalClock(TimeZone);

impl LocalClock {
    /// The clock of an IANA name or of an offset such as `+02:00`.
    pub(crate) fn of(name: &str) -> Result<Self, Bad> {
        let zone = match offset(name) {
            Some(offset) => Ok(TimeZone::fixed(offset)),
            None => TimeZoneDatabase::bundled().get(name),
        };
        zone.map(Self).map_err(|_| Bad::Value {
            place: format!("time_zone {name:?}"),
            cause: "unknown; use an IANA name such as \"Europe/Berlin\", or an offset such as \"+02:00\"",
        })
    }

    fn local(&self, at: Micros) -> Zoned {
        Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.0.clone())
    }

    /// The hour of the day, with its fraction; and whether the day is a Saturday or a Sunday.
    pub(crate) fn hour(&self, at: Micros) -> (f64, bool) {
        let local = self.local(at);
        let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
        (hour, matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday))
    }

    /// The first stretch `from..to` (minutes of the day; `to` at or before `from` is the next day) that ends
    /// after `at`.
    pub(crate) fn stretch(&self, at: Micros, from: u32, to: u32) -> (Micros, Micros) {
        let today = self.local(at).date();
        let length = if to > from { 0 } else { 1 };
        let mut found = (at, at + Micros::from_secs(86_400));
        for day in -1..=1 {
            let first = today.saturating_add(day.days());
            let last = first.saturating_add(length.days());
            found = (self.instant(first, from), self.instant(last, to));
            if found.1 > at {
                break;
            }
        }
        found
    }

    fn instant(&self, day: Date, minutes: u32) -> Micros {
        let midnight = day.to_datetime(Time::midnight()).saturating_add(i64::from(minutes).minutes());
        let zoned = self.0.to_ambiguous_zoned(midnight).compatible();
        zoned.map_or(Micros::ZERO, |zoned| Micros(zoned.timestamp().as_microsecond()))
    }
}

/// `+hh:mm` or `-hh:mm`.
fn offset(name: &str) -> Option<Offset> {
    let (sign, rest) = match name.as_bytes().first()? {
        b'+' => (1, &name[1..]),
        b'-' => (-1, &name[1..]),
        _ => return None,
    };
    let minutes = i32::try_from(minute_of_day(rest)?).ok()?;
    Offset::from_seconds(sign * minutes * 60).ok()
}

/// Minutes since midnight of `hh:mm`, up to `24:00`.
pub(crate) fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours.checked_mul(60)? + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T00:00:00Z, a Monday.
    const MONDAY: i64 = 1_795_392_000;

    #[test]
    fn a_night_shift_that_began_yesterday_is_found() {
        let clock = LocalClock::of("Europe/Berlin").unwrap();
        let at = Micros::from_secs(MONDAY + 3600);
        let (from, to) = clock.stretch(at, 22 * 60, 6 * 60);
        assert_eq!(from, Micros::from_secs(MONDAY - 3 * 3600), "22:00 in Berlin is 21:00 UTC");
        assert_eq!(to, Micros::from_secs(MONDAY + 5 * 3600));
    }

    #[test]
    fn a_shift_that_is_over_comes_again_tomorrow() {
        let clock = LocalClock::of("+00:00").unwrap();
        let at = Micros::from_secs(MONDAY + 20 * 3600);
        let (from, _) = clock.stretch(at, 8 * 60, 16 * 60);
        assert_eq!(from, Micros::from_secs(MONDAY + 32 * 3600));
        assert_eq!(clock.hour(at), (20.0, false));
    }

    #[test]
    fn an_unknown_zone_is_refused_with_the_cure() {
        let error = LocalClock::of("Europe/Berlni").unwrap_err().to_string();
        assert!(error.contains("Berlni") && error.contains("IANA"), "{error}");
    }
}
