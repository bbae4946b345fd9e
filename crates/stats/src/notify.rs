//! When a value is told to whoever follows it: the four notification modes, with insensitivity (statistics 5.4).

use crate::definition::{Definition, Refused};
use crate::library::Request;
use crate::time::TimeProfile;
use crate::value::{Content, Flags, Value, ValueKind};
use model::Micros;
use serde::{Deserialize, Serialize};

/// Between two looks at what time alone changes, and between two sendings by time (rule N-3), unless said otherwise.
const FREQUENCY: u32 = 10;

/// What lets a value be told; the numbers are the codes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// It has changed enough (rule N-2).
    ChangesBased = 0,
    /// Time has passed, also if nothing changed (rule N-4).
    TimeBased = 1,
    /// Nothing; it is only asked for.
    NoNotification = 2,
    /// Its interval ends (rule N-5).
    ResetBased = 3,
}

impl Mode {
    /// The mode of a name or of its alias, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        let names = [
            ("ChangesBased", Self::ChangesBased),
            ("Immediate", Self::ChangesBased),
            ("TimeBased", Self::TimeBased),
            ("Periodical", Self::TimeBased),
            ("NoNotification", Self::NoNotification),
            ("ResetBased", Self::ResetBased),
            ("Reset", Self::ResetBased),
        ];
        names.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, mode)| mode)
    }
}

/// What is told of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A value.
    Info,
    /// The value can't be trusted from now on (rule X-2).
    Invalid,
    /// It can again.
    Valid,
}

/// What one row was told last.
#[derive(Clone, Debug)]
pub struct Told {
    value: Value,
    valid: bool,
}

/// How one request wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// What lets a value be told.
    pub mode: Mode,
    /// The period of looks and sendings, at least a second.
    pub frequency: Micros,
    /// The least change: in units of a count or of seconds, in percent of everything else.
    pub insensitivity: u32,
    kind: ValueKind,
}

impl Notify {
    /// What a request asks for.
    ///
    /// # Errors
    /// An unknown mode, a frequency of 0, and `ResetBased` where nothing is ever reset (rule N-5).
    pub fn new(request: &Request, definition: &Definition) -> Result<Self, Refused> {
        let mode = match request.notification.as_deref() {
            None => Mode::ChangesBased,
            Some(name) => Mode::parse(name).ok_or_else(|| {
                Refused::new(format!(
                    "notification `{name}` is unknown; write ChangesBased, TimeBased, ResetBased or NoNotification"
                ))
            })?,
        };
        let frequency = request.frequency.unwrap_or(FREQUENCY);
        if frequency == 0 {
            return Err(Refused::new("frequency `0` is too short; the least is 1 second"));
        }
        let category = definition.category;
        if mode == Mode::ResetBased && category.is_current() {
            let name = category.name();
            return Err(Refused::new(format!("ResetBased is not for category {name}: it has no interval")));
        }
        if mode == Mode::ResetBased && !matches!(definition.profile, TimeProfile::Growing(_)) {
            let profile = &definition.profile;
            return Err(Refused::new(format!(
                "ResetBased is not for time profile `{profile}`: only Growing profiles are reset"
            )));
        }
        let insensitivity = request.insensitivity.unwrap_or(0);
        let frequency = Micros::from_secs(frequency.into());
        Ok(Self { mode, frequency, insensitivity, kind: category.value_kind() })
    }

    /// Whether `new` differs enough from what was told last (rule N-2). A value that becomes empty, or is so no
    /// longer, is shown differently: that is a change too.
    pub fn differs(&self, told: &Value, new: &Value) -> bool {
        if told.flags.has(Flags::EMPTY) != new.flags.has(Flags::EMPTY) {
            return true;
        }
        match (&told.content, &new.content) {
            (Content::Number(told), Content::Number(new)) => {
                let change = (new - told).abs();
                match self.kind {
                    ValueKind::Count | ValueKind::Seconds => change >= f64::from(self.insensitivity.max(1)),
                    _ => change > 0.0 && change >= f64::from(self.insensitivity) / 100.0 * told.abs(),
                }
            }
            (told, new) => told != new,
        }
    }

    /// What is told of a row whose value is looked at, in order; `is_due`: the frequency gives the reason to look.
    pub fn hear(&self, told: &mut Option<Told>, value: &Value, is_due: bool) -> Vec<News> {
        if self.mode == Mode::NoNotification {
            return Vec::new();
        }
        let valid = !value.flags.has(Flags::INVALID);
        let Some(told) = told else {
            // The first value is told in every other mode (rule N-1).
            *told = Some(Told { value: value.clone(), valid });
            return vec![News::Info];
        };
        let mut news = Vec::new();
        if told.valid != valid {
            told.valid = valid;
            if self.tells_validity() {
                news.push(if valid { News::Valid } else { News::Invalid });
            }
        }
        let wanted = match self.mode {
            Mode::ChangesBased => self.differs(&told.value, value),
            Mode::TimeBased => is_due,
            Mode::NoNotification | Mode::ResetBased => false,
        };
        if wanted {
            told.value = value.clone();
            news.push(News::Info);
        }
        news
    }

    /// Whether it is told that a value can't be trusted, and can again: of structures it is not (statistics 7.1).
    pub fn tells_validity(&self) -> bool {
        self.mode != Mode::NoNotification && self.kind != ValueKind::State
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    fn notify(kind: &str, lines: &str) -> Result<Notify, String> {
        let library = Library::from_toml(&format!(
            "[time_profiles]\nDefault = 'Growing 0:00'\nWindow = 'Sliding 60:10'\n\
             [stat_types.T]\nObjects = ['Queue']\nCategory = '{kind}'\nSubject = 'DNAction'\nMainMask = 'CallWait,CallAnswered'\n\
             [[statistic]]\nname = 's'\nstat_type = 'T'\nobjects = ['*']\n{lines}"
        ))
        .unwrap();
        let request = &library.requests[0];
        Notify::new(request, &library.define(request).unwrap()).map_err(|refused| refused.cause)
    }

    fn value(number: f64) -> Value {
        Value { content: Content::Number(number), flags: Flags::default(), at: Micros(0) }
    }

    #[test]
    fn integers_differ_by_units_and_reals_by_percent() {
        let count = notify("TotalNumber", "insensitivity = 5").unwrap();
        assert!(!count.differs(&value(5.0), &value(9.0)) && count.differs(&value(5.0), &value(10.0)));
        let average = notify("AverageTime", "insensitivity = 5").unwrap();
        assert!(
            !average.differs(&value(100.0), &value(104.9)) && average.differs(&value(100.0), &value(105.0))
        );
        assert!(average.differs(&value(0.0), &value(0.1)), "of 0 every change is enough");
        let any = notify("TotalNumber", "").unwrap();
        assert!(any.differs(&value(5.0), &value(6.0)) && !any.differs(&value(5.0), &value(5.0)));
    }

    #[test]
    fn what_can_not_be_is_refused_by_name() {
        for (kind, lines, word) in [
            ("TotalNumber", "notification = 'Sometimes'", "Sometimes"),
            ("TotalNumber", "notification = 'TimeBased'\nfrequency = 0", "`0`"),
            ("CurrentNumber", "notification = 'ResetBased'", "CurrentNumber"),
            ("TotalNumber", "notification = 'Reset'\ntime_profile = 'Window'", "Sliding 60:10"),
        ] {
            let cause = notify(kind, lines).unwrap_err();
            assert!(cause.contains(word), "{cause}");
        }
    }

    #[test]
    fn aliases_mean_the_same() {
        assert_eq!(Mode::parse("immediate"), Mode::parse("ChangesBased"));
        assert_eq!(Mode::parse("Periodical"), Some(Mode::TimeBased));
    }
}
