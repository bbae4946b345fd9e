//! What is left of a script for one agent once his skills are known: a rule over his logins.

use super::{Expr, Operand, Skills, Where};
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A word of a rule, which is read like reverse Polish notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// Holds.
    Always,
    /// Holds for everybody: the group is the whole tenant, which has no status of its own (rule O-3).
    Everybody,
    /// He is logged in to that queue.
    Queue(ObjectIx),
    /// He is logged in at that switch.
    Switch(u16),
    /// The one before does not hold.
    Not,
    /// Both before hold.
    And,
    /// One of the two before holds.
    Or,
}

/// A rule; without words it never holds.
pub(crate) type Rule = SmallVec<[Word; 1]>;

/// The rule of members that are named.
pub(crate) fn always() -> Rule {
    Rule::from_slice(&[Word::Always])
}

/// The rule of the whole tenant.
pub(crate) fn everybody() -> Rule {
    Rule::from_slice(&[Word::Everybody])
}

/// Whether the rule is one of those that hold whatever anybody does.
pub(crate) fn is_always(rule: &Rule) -> bool {
    matches!(rule[..], [Word::Always | Word::Everybody])
}

/// Whether the rule holds for an agent who is logged in as `is` says of queues and switches.
pub(crate) fn holds(rule: &[Word], is: impl Fn(Word) -> bool) -> bool {
    let mut stack: SmallVec<[bool; 8]> = SmallVec::new();
    for word in rule {
        let value = match word {
            Word::Always | Word::Everybody => true,
            Word::Queue(_) | Word::Switch(_) => is(*word),
            Word::Not => !stack.pop().unwrap_or(false),
            Word::And | Word::Or => {
                let (second, first) = (stack.pop().unwrap_or(false), stack.pop().unwrap_or(false));
                if *word == Word::And { first && second } else { first || second }
            }
        };
        stack.push(value);
    }
    stack.pop().unwrap_or(false)
}

impl Expr {
    /// The rule for an agent of these skills.
    pub(crate) fn rule(&self, skills: &Skills) -> Rule {
        match self.reduce(skills) {
            Reduced::Known(true) => always(),
            Reduced::Known(false) => Rule::new(),
            Reduced::Open(rule) => rule,
        }
    }

    fn reduce(&self, skills: &Skills) -> Reduced {
        match self {
            Self::Compare(left, comparison, right) => {
                // An absent level makes every comparison false (rule O-6).
                let values = left.value(skills).zip(right.value(skills));
                Reduced::Known(values.is_some_and(|(left, right)| comparison.holds(left, right)))
            }
            Self::Exists(name) => Reduced::Known(skills.contains_key(name)),
            Self::LoggedIn(Where::Queue(queue)) => Reduced::Open(Rule::from_slice(&[Word::Queue(*queue)])),
            Self::LoggedIn(Where::Switch(switch)) => {
                Reduced::Open(Rule::from_slice(&[Word::Switch(*switch)]))
            }
            Self::Not(inner) => match inner.reduce(skills) {
                Reduced::Known(known) => Reduced::Known(!known),
                Reduced::Open(mut rule) => {
                    rule.push(Word::Not);
                    Reduced::Open(rule)
                }
            },
            Self::All(parts) => join(parts, skills, Word::And, false),
            Self::Any(parts) => join(parts, skills, Word::Or, true),
        }
    }
}

/// What is known of an expression without logins.
enum Reduced {
    Known(bool),
    Open(Rule),
}

/// Parts joined by `word`; a single one of the value `decides` is enough to know the whole.
fn join(parts: &[Expr], skills: &Skills, word: Word, decides: bool) -> Reduced {
    let mut whole: Option<Rule> = None;
    for part in parts {
        match part.reduce(skills) {
            Reduced::Known(known) if known == decides => return Reduced::Known(decides),
            Reduced::Known(_) => {}
            Reduced::Open(rule) => match &mut whole {
                None => whole = Some(rule),
                Some(whole) => {
                    whole.extend_from_slice(&rule);
                    whole.push(word);
                }
            },
        }
    }
    whole.map_or(Reduced::Known(!decides), Reduced::Open)
}

impl Operand {
    fn value(&self, skills: &Skills) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Level(name) => skills.get(name).copied(),
            Self::Exists { name, negated } => Some(i64::from(skills.contains_key(name) != *negated)),
        }
    }
}
