//! The grammar of time profiles (rule TP-0).

use model::Text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Over which interval a historical value is taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeProfile {
    /// From the last reset, or from the creation of the statistic.
    Growing(Resets),
    /// The last `window` seconds, seen at multiples of `step` seconds since the epoch (rule TP-4).
    Sliding {
        /// The length of the window in seconds.
        window: u32,
        /// The seconds between ticks.
        step: u32,
    },
    /// The last so many finished actions or statuses (rule TP-11).
    Selection(u32),
    /// From the agent's login (rule TP-12).
    SinceLogin,
}

/// The wall times at which a Growing interval begins anew; without entries it never does (rule TP-3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resets {
    /// Minute of the day and minutes between repetitions, by minute.
    entries: Vec<(u16, Option<u16>)>,
    /// IANA name or `+hh:mm`; the tenant's zone if absent.
    pub(crate) zone: Option<Text>,
}

const DAY: u16 = 24 * 60;

impl TimeProfile {
    /// Used where no profile is named and none is called `Default`: Growing from midnight.
    pub fn standard() -> Self {
        Self::Growing(Resets { entries: vec![(0, None)], zone: None })
    }

    /// Reads `Growing 0:00 +0:15`, `Sliding 900:15`, `Selection 10`, `SinceLogin`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (kind, rest) = text.split_once(|c: char| c.is_whitespace() || c == ',').unwrap_or((text, ""));
        let rest = rest.trim();
        match kind.to_ascii_lowercase().as_str() {
            "growing" => Resets::parse(rest).map(Self::Growing),
            "sliding" => sliding(rest),
            "selection" => match rest.parse::<u32>() {
                Ok(count) if count > 0 => Ok(Self::Selection(count)),
                _ => Err(format!("Selection needs a number of actions from 1, found `{rest}`")),
            },
            "sincelogin" if rest.is_empty() => Ok(Self::SinceLogin),
            "sincelogin" => Err(format!("SinceLogin takes no value, found `{rest}`")),
            _ => {
                Err(format!("unknown time profile type `{kind}`: Growing, Sliding, Selection or SinceLogin"))
            }
        }
    }
}

fn sliding(text: &str) -> Result<TimeProfile, String> {
    let wrong = || format!("Sliding needs `window:step` in seconds with window >= step >= 1, found `{text}`");
    let (window, step) = text.split_once(':').ok_or_else(wrong)?;
    let number = |word: &str| word.trim().parse::<u32>().map_err(|_| wrong());
    let (window, step) = (number(window)?, number(step)?);
    if step >= 1 && window >= step { Ok(TimeProfile::Sliding { window, step }) } else { Err(wrong()) }
}

impl Resets {
    fn parse(text: &str) -> Result<Self, String> {
        let mut resets = Self::default();
        let mut never = false;
        for part in text.split(',').map(str::trim) {
            if part.eq_ignore_ascii_case("never") {
                never = true;
            } else if let Some((name, zone)) = part.split_once('=') {
                if !name.trim().eq_ignore_ascii_case("TZ") {
                    return Err(format!("unknown word `{}` in a Growing profile", name.trim()));
                }
                resets.zone = Some(zone.trim().into());
            } else {
                resets.entries.push(entry(part)?);
            }
        }
        resets.entries.sort_unstable();
        if let Some(twice) = resets.entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("the reset {} stands twice", clock(twice[0].0)));
        }
        if never != resets.entries.is_empty() {
            return Err(format!("a Growing profile is `never` or a list of wall times, found `{text}`"));
        }
        Ok(resets)
    }

    /// Every minute of the day at which there is a reset, in order (rules TP-1, Q-45).
    pub(crate) fn minutes(&self) -> Vec<u16> {
        let mut minutes = Vec::new();
        for (place, (at, step)) in self.entries.iter().enumerate() {
            let next = match self.entries.get(place + 1) {
                Some((next, _)) => *next,
                None => self.entries[0].0 + DAY,
            };
            minutes.push(*at);
            if let Some(step) = step {
                let repeated = (at + step..next).step_by(usize::from(*step));
                minutes.extend(repeated.map(|minute| minute % DAY));
            }
        }
        minutes.sort_unstable();
        minutes.dedup();
        minutes
    }
}

/// Reads `hh:mm` or `hh:mm +h:mm`.
fn entry(text: &str) -> Result<(u16, Option<u16>), String> {
    let (at, step) = match text.split_once('+') {
        Some((at, step)) => (at.trim(), Some(step.trim())),
        None => (text, None),
    };
    let wrong = |word: &str| format!("`{word}` in a Growing profile is no wall time `hh:mm`");
    let at_minute = minute(at).filter(|at| *at < DAY).ok_or_else(|| wrong(at))?;
    let step = match step {
        Some(word) => Some(minute(word).filter(|s| (1..=DAY).contains(s)).ok_or_else(|| wrong(word))?),
        None => None,
    };
    Ok((at_minute, step))
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn clock(minute: u16) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

impl fmt::Display for TimeProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Growing(resets) => {
                let entry = |(at, step): &(u16, Option<u16>)| match step {
                    Some(step) => format!("{} +{}", clock(*at), clock(*step)),
                    None => clock(*at),
                };
                let mut words: Vec<String> = resets.entries.iter().map(entry).collect();
                if words.is_empty() {
                    words.push("never".into());
                }
                words.extend(resets.zone.iter().map(|zone| format!("TZ={zone}")));
                write!(f, "Growing {}", words.join(", "))
            }
            Self::Sliding { window, step } => write!(f, "Sliding {window}:{step}"),
            Self::Selection(count) => write!(f, "Selection {count}"),
            Self::SinceLogin => f.write_str("SinceLogin"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Vec<String> {
        match TimeProfile::parse(text).unwrap() {
            TimeProfile::Growing(resets) => resets.minutes().into_iter().map(clock).collect(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn an_entry_with_a_step_repeats_until_the_next_entry() {
        assert_eq!(minutes("Growing 15:00, 7:00,23:00"), ["7:00", "15:00", "23:00"], "rule TP-1");
        assert_eq!(minutes("Growing 7:30 +5:00"), ["3:30", "7:30", "12:30", "17:30", "22:30"], "rule Q-45");
        assert_eq!(minutes("Growing never"), [] as [&str; 0]);
        let mixed = minutes("Growing 8:00 +0:30, 18:00 +2:00");
        assert!(mixed.starts_with(&["0:00", "2:00", "4:00", "6:00", "8:00", "8:30"].map(String::from)));
        assert!(mixed.ends_with(&["17:30", "18:00", "20:00", "22:00"].map(String::from)), "row 35");
    }

    #[test]
    fn a_profile_is_written_as_it_is_read() {
        for text in ["Growing 0:00 +0:15, TZ=Europe/Berlin", "Sliding 900:15", "Selection 10", "SinceLogin"] {
            assert_eq!(TimeProfile::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn errors_name_the_word_at_fault() {
        for (text, word) in [
            ("Growing 25:00", "25:00"),
            ("Growing 0:00 +0:00", "0:00"),
            ("Sliding 10:20", "10:20"),
            ("Rolling 5", "Rolling"),
            ("Selection 0", "0"),
            ("Growing 0:00, ZT=UTC", "ZT"),
        ] {
            let error = TimeProfile::parse(text).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }
}
