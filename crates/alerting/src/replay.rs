//! What a rule would have done: the values of one object as history kept them.

use crate::condition::Reading;
use crate::desk::Desk;
use crate::machine::Turn;
use crate::rule::Rule;
use model::Object;
use model::time::Micros;

/// One time that it would have rung.
#[derive(Clone, Debug, PartialEq)]
pub struct Firing {
    /// When.
    pub raised_at: Micros,
    /// The number then.
    pub value: Option<f64>,
    /// Until when; none: it would ring still.
    pub cleared_at: Option<Micros>,
}

/// Plays the values of one object, oldest first, each holding until the next, the last one until `to`; `None` where
/// nothing was known. What had begun before `from` is not counted.
pub fn replay(
    rule: &Rule,
    object: &Object,
    values: impl IntoIterator<Item = (Micros, Option<f64>)>,
    from: Micros,
    to: Micros,
) -> Vec<Firing> {
    let mut desk = Desk::new(rule.clone());
    let (mut firings, mut turns): (Vec<Firing>, Vec<Turn>) = (Vec::new(), Vec::new());
    for (at, value) in values {
        let reading = value.map_or(Reading::Unknown, Reading::Number);
        desk.feed(object, at, &reading, &mut turns);
    }
    let mut last = Vec::new();
    desk.advance(|_| Some(to), &mut last);
    turns.extend(last.into_iter().map(|(_, turn)| turn));
    for turn in turns {
        match turn {
            Turn::Raised { at, reading } => {
                let value = if let Reading::Number(value) = reading { Some(value) } else { None };
                firings.push(Firing { raised_at: at, value, cleared_at: None });
            }
            Turn::Cleared { at, .. } => {
                if let Some(firing) = firings.last_mut() {
                    firing.cleared_at = Some(at);
                }
            }
            Turn::Unknown { .. } | Turn::Known { .. } => {}
        }
    }
    firings.retain(|firing| firing.raised_at >= from && firing.raised_at <= to);
    firings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::tests::rule;
    use model::ObjectType;

    #[test]
    fn yesterday_would_have_rung_twice() {
        let minute = |minute: i64| Micros::from_secs(minute * 60);
        let rule = Rule { for_s: 120, ..rule() };
        let values = [(0, 70.0), (4, 50.0), (5, 20.0), (10, 80.0), (11, 20.0), (20, 61.0)];
        let values = values.map(|(at, value)| (minute(at), Some(value)));
        let object = Object::new(ObjectType::Queue, "8001@sw");
        let firings = replay(&rule, &object, values, minute(0), minute(30));
        let told: Vec<_> = firings
            .iter()
            .map(|firing| (firing.raised_at.secs() / 60, firing.cleared_at.map(|at| at.secs() / 60)))
            .collect();
        assert_eq!(told, [(2, Some(5)), (22, None)], "the one of a minute was too short");
        assert_eq!(firings[0].value, Some(70.0));
        let later = replay(&rule, &object, values, minute(3), minute(30));
        assert_eq!(later.len(), 1, "one had begun before");
        let gap = [(minute(0), Some(70.0)), (minute(1), None)];
        assert!(
            replay(&rule, &object, gap, minute(0), minute(30)).is_empty(),
            "a system that slept raises nothing"
        );
    }
}
