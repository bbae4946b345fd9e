//! An alert, as it is stored: what happened, and what people did about it.

use crate::condition::Condition;
use crate::rule::Severity;
use model::time::Micros;
use model::{Object, Text};
use serde::{Deserialize, Serialize};

/// How long an alert sleeps if nothing else is said.
pub const SNOOZE_MINUTES: u32 = 15;

/// How long it may sleep.
pub const SNOOZE_MINUTES_MAX: u32 = 24 * 60;

/// Characters of a note.
pub const NOTE_CHARS_MAX: usize = 1_000;

/// A value as it was when something turned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Told {
    /// A number.
    Number(f64),
    /// The name of a status.
    Word(Text),
}

/// Why an alert is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// All is well again.
    Well,
    /// The rule asks something else now, is off, or was removed.
    RuleChanged,
    /// The owner of the rule may not see the object any more.
    NotPermitted,
    /// The object is no longer there.
    ObjectGone,
    /// Nothing was known of it for a day.
    Forgotten,
}

/// The end of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cleared {
    /// When.
    pub at: Micros,
    /// Why.
    pub because: Because,
    /// The value then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Told>,
}

/// Somebody takes care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: Text,
    /// When.
    pub at: Micros,
    /// What they say.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub note: Text,
}

/// Somebody wants to hear of it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snoozed {
    /// Who.
    pub by: Text,
    /// Until when.
    pub until: Micros,
}

/// What is told elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It was raised.
    Raised,
    /// It was cleared.
    Cleared,
}

/// Whether that was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not yet.
    Waiting,
    /// The other side has taken it.
    Delivered {
        /// When.
        at: Micros,
    },
    /// It was given up.
    Failed {
        /// When.
        at: Micros,
        /// Why, for people.
        cause: Text,
    },
}

/// One telling elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Of what.
    pub of: Happening,
    /// How it stands.
    pub state: DeliveryState,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The rule's id.
    pub rule: Text,
    /// The rule's owner, for one whose alerts are for its owner alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_for: Option<Text>,
    /// The rule's title then.
    pub title: Text,
    /// What to do.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub text: Text,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub object: Object,
    /// Its name for people.
    pub name: Text,
    /// The definition's key, as history knows it.
    pub definition: Text,
    /// The statistic's title.
    pub statistic: Text,
    /// `count`, `seconds`, `percent`, `number`, `status`.
    pub unit: Text,
    /// What was not to be.
    pub condition: Condition,
    /// When it had been so for long enough.
    pub raised_at: Micros,
    /// The value then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Told>,
    /// Since when nothing is known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_since: Option<Micros>,
    /// Its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared: Option<Cleared>,
    /// Who takes care.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledged>,
    /// Who wants to hear of it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed: Option<Snoozed>,
    /// Where else it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Text>,
    /// What was told there, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
    /// Under which fence the evaluator wrote it: a former one writes nothing over a later one's word.
    pub fence: u64,
}

/// How an alert stands for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody has taken care yet.
    Raised,
    /// It sleeps.
    Snoozed,
    /// Somebody takes care.
    Acknowledged,
    /// It is over.
    Cleared,
}

/// Of what an alert is one: the rule, the object, the moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlertKey {
    /// The rule's id.
    pub rule: Text,
    /// Where.
    pub object: Object,
    /// When.
    pub raised_at: Micros,
}

impl AlertKey {
    /// The id under which it is stored: whoever finds the same alert finds the same id. FNV-1a, because it must be the
    /// same in every version.
    pub fn id(&self) -> Text {
        let kind = [0, self.object.kind as u8, 0];
        let bytes = self.rule.bytes().chain(kind).chain(self.object.id.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Text::from(format!("{:013x}-{hash:016x}", self.raised_at.0))
    }
}

impl Alert {
    /// Of what it is one.
    pub fn key(&self) -> AlertKey {
        AlertKey { rule: self.rule.clone(), object: self.object.clone(), raised_at: self.raised_at }
    }

    /// How it stands.
    pub fn phase(&self, now: Micros) -> Phase {
        match (&self.cleared, &self.acknowledged, &self.snoozed) {
            (Some(_), ..) => Phase::Cleared,
            (None, Some(_), _) => Phase::Acknowledged,
            (None, None, Some(snoozed)) if snoozed.until > now => Phase::Snoozed,
            _ => Phase::Raised,
        }
    }

    /// Whether it is over.
    pub fn is_open(&self) -> bool {
        self.cleared.is_none()
    }

    /// Marks that this is to be told elsewhere, if the rule wants that.
    pub fn tell(&mut self, of: Happening) {
        let told = self.deliveries.iter().any(|delivery| delivery.of == of);
        if self.webhook.is_some() && !told {
            self.deliveries.push(Delivery { of, state: DeliveryState::Waiting });
        }
    }

    /// What is to be told elsewhere next; what came before must be done with.
    pub fn next_delivery(&self) -> Option<Happening> {
        let waiting = |delivery: &&Delivery| delivery.state == DeliveryState::Waiting;
        self.deliveries.iter().find(waiting).map(|delivery| delivery.of)
    }

    /// Notes what became of a telling.
    pub fn delivered(&mut self, of: Happening, state: DeliveryState) {
        for delivery in self.deliveries.iter_mut().filter(|delivery| delivery.of == of) {
            delivery.state = state.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ObjectType;

    fn alert() -> Alert {
        Alert {
            rule: "r1".into(),
            only_for: None,
            title: "Waiting too long".into(),
            text: Text::default(),
            severity: Severity::Critical,
            object: Object::new(ObjectType::Queue, "8001@sw"),
            name: "Sales".into(),
            definition: "Max_Wait|Queue|Default|||".into(),
            statistic: "Longest wait".into(),
            unit: "seconds".into(),
            condition: Condition::Above { raise: 60.0, clear: None },
            raised_at: Micros::from_secs(100),
            value: Some(Told::Number(61.0)),
            unknown_since: None,
            cleared: None,
            acknowledged: None,
            snoozed: None,
            webhook: Some("https://hooks.example.org/pulse".into()),
            deliveries: Vec::new(),
            fence: 1,
        }
    }

    #[test]
    fn an_alert_sleeps_rings_again_is_taken_care_of_and_ends() {
        let (mut alert, second) = (alert(), Micros::from_secs);
        assert_eq!(alert.phase(second(101)), Phase::Raised);
        alert.snoozed = Some(Snoozed { by: "ann".into(), until: second(1_000) });
        assert_eq!(alert.phase(second(999)), Phase::Snoozed);
        assert_eq!(alert.phase(second(1_000)), Phase::Raised, "it rings again");
        alert.acknowledged =
            Some(Acknowledged { by: "ann".into(), at: second(1_001), note: "calling".into() });
        assert_eq!(alert.phase(second(1_002)), Phase::Acknowledged);
        alert.cleared = Some(Cleared { at: second(2_000), because: Because::Well, value: None });
        assert_eq!(alert.phase(second(2_001)), Phase::Cleared);
        let written = serde_json::to_value(&alert).unwrap();
        assert_eq!(serde_json::from_value::<Alert>(written).unwrap(), alert);
    }

    #[test]
    fn what_happened_is_told_elsewhere_in_its_order_and_once() {
        let mut alert = alert();
        alert.tell(Happening::Raised);
        alert.tell(Happening::Raised);
        alert.tell(Happening::Cleared);
        assert_eq!(alert.next_delivery(), Some(Happening::Raised));
        alert.delivered(Happening::Raised, DeliveryState::Delivered { at: Micros(1) });
        assert_eq!(alert.next_delivery(), Some(Happening::Cleared));
        alert.delivered(Happening::Cleared, DeliveryState::Failed { at: Micros(2), cause: "503".into() });
        assert_eq!(alert.next_delivery(), None);
        let mut silent = Alert { webhook: None, ..self::alert() };
        silent.tell(Happening::Raised);
        assert_eq!(silent.next_delivery(), None);
    }
}
