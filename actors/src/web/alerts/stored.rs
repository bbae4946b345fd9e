//! Rules as documents: with their owner, in whose eyes they are evaluated.

use crate::web::library::Library;
use alerting::{Definition, Rule};
use async_trait::async_trait;
use model::Text;
use ports::demand::Wanted;
use ports::grants::{Scope, Viewer};
use serde::{Deserialize, Serialize};

/// The kind of documents of rules.
pub const RULE: &str = "rule";

/// The kind of documents of alerts.
pub const ALERT: &str = "alert";

/// A rule and whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredRule {
    /// What it asks.
    pub rule: Rule,
    /// Whose eyes it has.
    pub owner: Text,
    /// How the owner signs in: `account` or `service`.
    pub way: Text,
}

/// Finds the owners of rules.
#[async_trait]
pub trait Owners: Send + Sync {
    /// The owner with the rights of today; nobody if there is no such person any more, or one who may make no rules.
    async fn viewer(&self, owner: &str, way: &str) -> ports::Result<Option<Viewer>>;
}

/// The statistic of a rule as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What is to be computed.
    pub wanted: Wanted,
    /// Its key.
    pub key: Text,
    /// Its title.
    pub title: Text,
    /// Its unit.
    pub unit: Text,
}

impl Subject {
    /// The statistic that a rule asks for, if the library has it for such objects.
    ///
    /// # Errors
    /// For people: what is wrong.
    pub fn of(rule: &Rule, library: &Library) -> Result<Self, String> {
        let Definition { stat_type, time_profile, time_range, time_range2, filter } = rule.statistic.clone();
        let Some(info) = library.get(&stat_type) else {
            return Err(format!(
                "there is no statistic '{stat_type}'; the library (/api/v1/statistics) lists all"
            ));
        };
        if !info.object_types.contains(&rule.object_type) {
            let types: Vec<_> = info.object_types.iter().map(|kind| kind.name()).collect();
            let (name, kind, types) = (&info.name, rule.object_type.name(), types.join(", "));
            return Err(format!("'{name}' is not for objects of type {kind}, but for {types}"));
        }
        let is_state = info.unit == "status";
        if is_state != rule.condition.is_of_states() {
            let (name, cure) = (&info.name, if is_state { "name states" } else { "give a number" });
            return Err(format!("condition: '{name}' is of another kind; {cure}"));
        }
        let wanted = Wanted {
            stat_type: info.name.clone(),
            object_type: rule.object_type,
            time_profile,
            time_range,
            time_range2,
            filter,
            opened_at: None,
        };
        Ok(Self { key: wanted.key(), wanted, title: info.title.clone(), unit: info.unit.clone() })
    }
}

/// A rule that is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Watched {
    /// The rule.
    pub(super) rule: Rule,
    /// Whose it is: how the owner signs in, and the name.
    pub(super) owner: Text,
    /// Its statistic.
    pub(super) subject: Subject,
    /// What its owner may see now; none while that is not known.
    pub(super) scope: Option<Scope>,
}
