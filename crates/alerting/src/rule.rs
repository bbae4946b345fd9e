//! A rule, as it is stored.

use crate::condition::Condition;
use model::tenant::Pattern;
use model::{Object, ObjectType, Text};
use serde::{Deserialize, Serialize};

/// Names and patterns of one rule.
pub const OBJECTS_MAX: usize = 200;

/// Characters of a title.
const TITLE_CHARS_MAX: usize = 128;

/// Characters of what is to be done.
const TEXT_CHARS_MAX: usize = 1_000;

/// Bytes of an id, a pattern, a name in a definition.
const NAME_BYTES_MAX: usize = 1_024;

/// A condition may be asked to hold for a day.
const SECONDS_MAX: u32 = 24 * 3_600;

/// How much it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Look when you can.
    #[default]
    Warning,
    /// Look now.
    Critical,
}

/// Which number: a stat type of the library, with a profile, range or filter of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// A stat type of the library.
    pub stat_type: Text,
    /// A time profile of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_profile: Option<Text>,
    /// A time range of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range: Option<Text>,
    /// A second time range, for service factors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range2: Option<Text>,
    /// A filter of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For people.
    pub title: Text,
    /// What to do when it rings.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub text: Text,
    /// How much it matters.
    #[serde(default)]
    pub severity: Severity,
    /// Of which type its objects are.
    pub object_type: ObjectType,
    /// Their ids, or patterns of ids: `*` stands for any characters, `?` for one.
    pub objects: Vec<Text>,
    /// Which number of theirs.
    pub statistic: Definition,
    /// What is worth an alert.
    pub condition: Condition,
    /// For how many seconds that must hold.
    #[serde(default)]
    pub for_s: u32,
    /// For how many seconds all must be well again until the alert is cleared.
    #[serde(default)]
    pub clear_for_s: u32,
    /// A rule that is off raises nothing.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Its alerts are for its owner alone; else for all who may see the object.
    #[serde(default)]
    pub private: bool,
    /// Where else an alert is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Text>,
}

fn yes() -> bool {
    true
}

impl Rule {
    /// Its names and patterns.
    pub fn patterns(&self) -> impl Iterator<Item = Pattern> {
        self.objects.iter().map(|id| Pattern::Like { kind: self.object_type, id: id.clone() })
    }

    /// Whether it means this object.
    pub fn means(&self, object: &Object) -> bool {
        object.kind == self.object_type && self.patterns().any(|pattern| pattern.means(object))
    }

    /// Whether it asks the same of the same objects as another one, whatever it is called.
    pub fn asks_as(&self, other: &Self) -> bool {
        let asked = |rule: &Self| (rule.object_type, rule.for_s, rule.clear_for_s, rule.enabled);
        asked(self) == asked(other)
            && self.objects == other.objects
            && self.statistic == other.statistic
            && self.condition == other.condition
    }

    /// Whether it is within its bounds; whether the statistic exists is for the library to say.
    ///
    /// # Errors
    /// For people: what is wrong.
    pub fn check(&self) -> Result<(), String> {
        let title = self.title.chars().count();
        if self.title.trim().is_empty() || title > TITLE_CHARS_MAX {
            return Err(format!("title: between 1 and {TITLE_CHARS_MAX} characters, not {title}"));
        }
        if self.text.chars().count() > TEXT_CHARS_MAX {
            return Err(format!("text: at most {TEXT_CHARS_MAX} characters"));
        }
        if self.objects.is_empty() || self.objects.len() > OBJECTS_MAX {
            let found = self.objects.len();
            return Err(format!(
                "objects: between 1 and {OBJECTS_MAX} ids or patterns, not {found}; write \"*\" for all"
            ));
        }
        let sound = |text: &Text| !text.trim().is_empty() && text.len() <= NAME_BYTES_MAX;
        if !self.objects.iter().all(sound) {
            return Err(format!("objects: an id has between 1 and {NAME_BYTES_MAX} bytes"));
        }
        let Definition { time_profile, time_range, time_range2, filter, .. } = &self.statistic;
        let parts = [time_profile, time_range, time_range2, filter];
        if !parts.into_iter().flatten().all(|part| sound(part) && !part.contains('|')) {
            return Err("statistic: profiles, ranges and filters are names of the library".to_owned());
        }
        if self.for_s > SECONDS_MAX || self.clear_for_s > SECONDS_MAX {
            return Err(format!("for_s and clear_for_s: at most {SECONDS_MAX} seconds, which is a day"));
        }
        if self.webhook.as_ref().is_some_and(|url| url.is_empty() || url.len() > 2_000) {
            return Err("webhook: an address of at most 2000 bytes".to_owned());
        }
        self.condition.check()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn rule() -> Rule {
        Rule {
            title: "Waiting too long".into(),
            text: Text::default(),
            severity: Severity::Warning,
            object_type: ObjectType::Queue,
            objects: vec!["80*".into()],
            statistic: Definition { stat_type: "Max_Wait".into(), ..Definition::default() },
            condition: Condition::Above { raise: 60.0, clear: Some(30.0) },
            for_s: 0,
            clear_for_s: 0,
            enabled: true,
            private: false,
            webhook: None,
        }
    }

    #[test]
    fn objects_are_meant_by_id_or_pattern() {
        let rule = Rule { objects: vec!["80*".into(), "9001@sw".into()], ..rule() };
        let queue = |id: &str| Object::new(ObjectType::Queue, id);
        assert!(rule.means(&queue("8001@sw")) && rule.means(&queue("9001@sw")));
        assert!(!rule.means(&queue("9002@sw")) && !rule.means(&Object::new(ObjectType::Agent, "80")));
    }

    #[test]
    fn other_words_ask_the_same() {
        let reworded = Rule { title: "Long wait".into(), severity: Severity::Critical, ..rule() };
        assert!(rule().asks_as(&reworded));
        assert!(!rule().asks_as(&Rule { for_s: 1, ..rule() }));
        assert!(!rule().asks_as(&Rule { enabled: false, ..rule() }));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong: [(Rule, &str); 5] = [
            (Rule { title: " ".into(), ..rule() }, "title"),
            (Rule { objects: vec![], ..rule() }, "\"*\" for all"),
            (Rule { for_s: 100_000, ..rule() }, "86400"),
            (Rule { condition: Condition::State { states: vec![] }, ..rule() }, "states"),
            (Rule { webhook: Some("".into()), ..rule() }, "webhook"),
        ];
        for (rule, word) in wrong {
            let cause = rule.check().unwrap_err();
            assert!(cause.contains(word), "{cause}");
        }
        assert_eq!(rule().check(), Ok(()));
    }

    #[test]
    fn a_rule_is_read_as_it_is_written_and_nothing_unknown_is_taken() {
        let text = r#"{"title":"T","object_type":"Queue","objects":["*"],"statistic":{"stat_type":"X"},
            "condition":{"is":"above","raise":3}}"#;
        let read: Rule = serde_json::from_str(text).unwrap();
        assert!(read.enabled && !read.private && read.for_s == 0);
        let again: Rule = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
        assert_eq!(again, read);
        assert!(serde_json::from_str::<Rule>(&text.replace("\"title\"", "\"colour\":1,\"title\"")).is_err());
    }
}
