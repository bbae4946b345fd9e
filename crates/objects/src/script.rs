//! Scripts of virtual agent groups (statistics 1.3, rules O-6 to O-8): who is a member, by skills and logins.
//!
//! ```text
//! any        = all { "|" all }
//! all        = condition { "&" condition }
//! condition  = { "~" } ( "(" any ")" | LoggedIn("switch") | LoggedIn("queue@switch") )
//!            | exists | operand comparison operand
//! operand    = Skill("name") | exists | integer
//! exists     = { "~" } SkillExists("name")                 compared, it is 1 or 0
//! comparison = "=" | "!=" | ">=" | "<=" | ">" | "<"
//! ```

mod parse;
mod rule;

pub use parse::ScriptError;
pub(crate) use parse::parse;
pub use rule::Word;
pub(crate) use rule::{Rule, always, everybody, holds, is_always};

use model::Text;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Levels by skill.
pub(crate) type Skills = BTreeMap<Text, i64>;

/// Where an agent may be logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Where {
    /// At a switch.
    Switch(u16),
    /// To a queue.
    Queue(ObjectIx),
}

/// A script that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Expr {
    Compare(Operand, Comparison, Operand),
    Exists(Text),
    LoggedIn(Where),
    Not(Box<Expr>),
    All(Vec<Expr>),
    Any(Vec<Expr>),
}

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Operand {
    Number(i64),
    /// Absent where the agent does not have the skill (rule O-6).
    Level(Text),
    /// 1 or 0.
    Exists {
        name: Text,
        negated: bool,
    },
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl Comparison {
    fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::AtLeast => left >= right,
            Self::AtMost => left <= right,
            Self::Above => left > right,
            Self::Below => left < right,
        }
    }
}

#[cfg(test)]
mod tests;
