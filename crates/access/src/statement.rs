//! What is known of one viewer: the rules that concern him.

use crate::{Reach, Rule, Scope};
use model::{Object, Text};
use serde::Serialize;
use std::sync::Arc;

/// The rules that concern one viewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    rules: Vec<Arc<Rule>>,
}

/// What a rule does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "their names say it")]
pub enum Effect {
    Allow,
    Deny,
}

/// One rule that has something to say of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The access list.
    pub rule: Text,
    /// For whom it is.
    pub who: Text,
    /// What it does.
    pub effect: Effect,
}

/// Why an object is seen, or is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Whether it is seen.
    pub visible: bool,
    /// The rule that decided; none where no rule has anything to say, which means no.
    pub decided_by: Option<Reason>,
    /// All rules that have something to say of it, denials first.
    pub rules: Vec<Reason>,
}

impl Statement {
    /// These rules and no others.
    pub fn of(mut rules: Vec<Arc<Rule>>) -> Self {
        rules.sort_by(|a, b| a.name.cmp(&b.name));
        rules.dedup_by(|a, b| a.name == b.name);
        Self { rules }
    }

    /// A statement that allows everything, by that name.
    pub fn everything(name: &str, who: &str) -> Self {
        let rule = Rule {
            name: name.into(),
            who: who.into(),
            allows: Reach::All(Arc::default()),
            denies: Reach::default(),
        };
        Self { rules: vec![Arc::new(rule)] }
    }

    /// Its rules, by name.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
    }

    /// What may be seen: what some rule allows and none denies.
    pub fn scope(&self) -> Scope {
        let denies: Vec<&Reach> =
            self.rules.iter().map(|rule| &rule.denies).filter(|reach| !reach.is_empty()).collect();
        let allows = || self.rules.iter().map(|rule| &rule.allows);
        if denies.is_empty() && allows().any(|reach| matches!(reach, Reach::All(_))) {
            return Scope::Everything;
        }
        let listed = allows().map(|reach| match reach {
            Reach::All(objects) | Reach::These(objects) => objects,
        });
        let listed: Vec<_> = listed.filter(|objects| !objects.is_empty()).collect();
        // One list alone is shared by all whom it concerns.
        if let ([one], []) = (&listed[..], &denies[..]) {
            return Scope::Only(Arc::clone(one));
        }
        let allowed = listed.into_iter().flat_map(|objects| objects.iter());
        let seen = allowed.filter(|object| !denies.iter().any(|reach| reach.holds(object)));
        Scope::only(seen.cloned().collect())
    }

    /// Why an object is seen, or is not.
    pub fn explain(&self, object: &Object) -> Explanation {
        let reason =
            |rule: &Arc<Rule>, effect| Reason { rule: rule.name.clone(), who: rule.who.clone(), effect };
        let denials = self.rules.iter().filter(|rule| rule.denies.holds(object));
        let allowances = self.rules.iter().filter(|rule| rule.allows.holds(object));
        let rules: Vec<Reason> = denials
            .map(|rule| reason(rule, Effect::Deny))
            .chain(allowances.map(|rule| reason(rule, Effect::Allow)))
            .collect();
        let visible = self.scope().holds(object);
        Explanation { visible, decided_by: rules.first().cloned(), rules }
    }
}
