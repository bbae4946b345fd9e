//! When Growing intervals begin: wall times of a zone as instants (rules TP-1 to TP-3).

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use model::Micros;

/// The resets of one profile in one zone.
#[derive(Clone, Debug)]
pub(crate) struct ResetTimes {
    minutes: Vec<u16>,
    zone: TimeZone,
}

impl ResetTimes {
    /// Resets at these minutes of every day of the zone.
    pub(crate) fn new(minutes: Vec<u16>, zone: &str) -> Result<Self, String> {
        Ok(Self { minutes, zone: time_zone(zone)? })
    }

    /// The last reset at or before `at` and the first one after it.
    pub(crate) fn around(&self, at: Micros) -> (Micros, Micros) {
        let never = (Micros(i64::MIN), Micros::MAX);
        let Ok(now) = Timestamp::from_microsecond(at.0) else { return never };
        if self.minutes.is_empty() {
            return never;
        }
        let today = self.zone.to_datetime(now).date();
        let (mut last, mut next) = never;
        for days in -2..=2 {
            let Ok(date) = today.checked_add(days.days()) else { continue };
            for reset in self.minutes.iter().filter_map(|minute| self.instant(date, *minute)) {
                if reset <= at {
                    last = last.max(reset);
                } else {
                    next = next.min(reset);
                }
            }
        }
        (last, next)
    }

    /// The instant of a wall time. One that a clock change skips is the first instant after the gap; of one that
    /// comes twice it is the first (rule TP-2).
    fn instant(&self, date: Date, minute: u16) -> Option<Micros> {
        let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?;
        let wall = DateTime::from_parts(date, time);
        let instant = match self.zone.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).ok()?,
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).ok()?,
            AmbiguousOffset::Gap { after, .. } => {
                let short_of_it = after.to_timestamp(wall).ok()?;
                self.zone.following(short_of_it).next()?.timestamp()
            }
        };
        Some(Micros(instant.as_microsecond()))
    }
}

/// The zone of an IANA name or of `+hh:mm`. The table is built in, so that every machine resets alike.
fn time_zone(name: &str) -> Result<TimeZone, String> {
    let wrong = || format!("unknown time zone `{name}`: an IANA name or +hh:mm is needed");
    let Some(sign) = name.chars().next().filter(|sign| matches!(sign, '+' | '-')) else {
        return TimeZoneDatabase::bundled().get(name).map_err(|_| wrong());
    };
    let (hours, minutes) = name[1..].split_once(':').ok_or_else(wrong)?;
    let (hours, minutes) =
        (hours.parse::<i32>().map_err(|_| wrong())?, minutes.parse::<i32>().map_err(|_| wrong())?);
    if !(0..=14).contains(&hours) || !(0..60).contains(&minutes) {
        return Err(wrong());
    }
    let seconds = (hours * 60 + minutes) * 60 * if sign == '-' { -1 } else { 1 };
    Offset::from_seconds(seconds).map(TimeZone::fixed).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Micros {
        Micros(text.parse::<Timestamp>().unwrap().as_microsecond())
    }

    fn around(minutes: &[u16], zone: &str, now: &str) -> (Micros, Micros) {
        ResetTimes::new(minutes.to_vec(), zone).unwrap().around(at(now))
    }

    #[test]
    fn a_reset_belongs_to_the_interval_that_it_begins() {
        let (last, next) = around(&[0, 15], "UTC", "2026-11-23T00:15:00Z");
        assert_eq!((last, next), (at("2026-11-23T00:15:00Z"), at("2026-11-24T00:00:00Z")));
    }

    #[test]
    fn a_skipped_wall_time_resets_at_the_first_instant_after_the_gap() {
        let (last, next) = around(&[2 * 60 + 30], "Europe/Berlin", "2026-03-29T00:30:00Z");
        assert_eq!((last, next), (at("2026-03-28T01:30:00Z"), at("2026-03-29T01:00:00Z")));
    }

    #[test]
    fn a_repeated_wall_time_resets_at_its_first_occurrence_only() {
        let (last, next) = around(&[2 * 60 + 30], "Europe/Berlin", "2026-10-25T01:45:00Z");
        assert_eq!((last, next), (at("2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z")));
    }

    #[test]
    fn the_day_of_the_spring_change_has_23_hours() {
        let (last, next) = around(&[0], "Europe/Berlin", "2026-03-29T12:00:00Z");
        assert_eq!(next - last, Micros::from_secs(82_800), "row 36");
    }

    #[test]
    fn zones_are_names_or_offsets_and_others_are_refused() {
        assert_eq!(around(&[0], "+05:30", "2026-01-01T00:00:00Z").1, at("2026-01-01T18:30:00Z"));
        assert!(ResetTimes::new(vec![0], "Mars/Olympus").unwrap_err().contains("Mars/Olympus"));
        assert!(ResetTimes::new(vec![0], "+5").is_err());
    }
}
