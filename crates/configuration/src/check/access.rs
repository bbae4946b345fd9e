//! What is wrong with access lists. A mistake here would show what must not be seen: nothing is guessed.

use super::Checker;
use crate::Kind;
use model::tenant::{Access, Pattern, Tenant, Who};
use model::{ObjectType, Text};
use std::collections::BTreeSet;

impl Checker {
    /// Access lists are for somebody, name objects, and name DNs in full.
    pub(super) fn access(&mut self, tenant: &mut Tenant) {
        let groups: BTreeSet<Text> = tenant.access_groups.iter().map(|group| group.name.clone()).collect();
        for Access { name, who, allow, deny, .. } in &mut tenant.access {
            self.who(name, who, &groups);
            if allow.is_empty() && deny.is_empty() {
                self.fault(
                    Kind::Access,
                    name,
                    "allow",
                    "it neither allows nor denies anything: name objects",
                );
            }
            self.patterns(name, "allow", allow);
            self.patterns(name, "deny", deny);
        }
    }

    fn who(&mut self, name: &str, who: &Who, groups: &BTreeSet<Text>) {
        let Who { user, group, role, everyone } = who;
        let named = [user.is_some(), group.is_some(), role.is_some(), *everyone];
        if named.iter().filter(|named| **named).count() != 1 {
            let cause =
                "it is for exactly one of user, group, role or everyone: write who = { group = \"...\" }";
            self.fault(Kind::Access, name, "who", cause);
        }
        if [user, role].into_iter().flatten().any(|name| name.trim().is_empty()) {
            self.fault(Kind::Access, name, "who", "the name is empty: write one");
        }
        if let Some(group) = group.as_ref().filter(|group| !groups.contains(*group)) {
            let cause = format!("there is no access group {group:?}: add an [[access_group]] of that name");
            self.fault(Kind::Access, name, "who", &cause);
        }
    }

    fn patterns(&mut self, name: &str, key: &str, patterns: &mut [Text]) {
        for text in patterns {
            let pattern = match Pattern::parse(text) {
                Ok(pattern) => pattern,
                Err(cause) => {
                    self.fault(Kind::Access, name, key, &cause.to_string());
                    continue;
                }
            };
            let is_dn = |kind| matches!(kind, ObjectType::Queue | ObjectType::RoutePoint | ObjectType::RegDN);
            let Some(object) = pattern.exact().filter(|object| is_dn(object.kind)) else { continue };
            match self.in_full(&object.id) {
                Ok((number, switch)) => *text = format!("{}:{number}@{switch}", object.kind.name()).into(),
                Err(cause) => self.fault(Kind::Access, name, key, &cause),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check;
    use model::tenant::Tenant;

    fn checked(access: &str) -> Result<Tenant, String> {
        let text = format!(
            "tenant = 'a'\nsource = [{{ name = 'p', switch = 'sw1' }}, {{ name = 'q', switch = 'sw2' }}]\n\
             [[dn]]\nnumber = '8001'\nswitch = 'sw1'\ntype = 'Queue'\n\
             [[access_group]]\nname = 'leads'\nusers = ['ann']\n{access}"
        );
        let faults =
            |faults: Vec<crate::Fault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        check(&Tenant::from_toml(&text).unwrap()).map_err(faults)
    }

    #[test]
    fn dns_are_named_in_full() {
        let list = "[[access]]\nname = 'l'\nwho = { group = 'leads' }\nallow = ['Queue:8001', 'Queue:80*']";
        assert_eq!(checked(list).unwrap().access[0].allow, ["Queue:8001@sw1", "Queue:80*"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_cure() {
        for (list, cause) in [
            ("name = 'l'\nwho = {}\nallow = ['*']", "exactly one of"),
            ("name = 'l'\nwho = { user = 'a', role = 'b' }\nallow = ['*']", "exactly one of"),
            ("name = 'l'\nwho = { user = ' ' }\nallow = ['*']", "the name is empty"),
            ("name = 'l'\nwho = { group = 'lead' }\nallow = ['*']", "[[access_group]]"),
            ("name = 'l'\nwho = { everyone = true }", "neither allows nor denies"),
            ("name = 'l'\nwho = { everyone = true }\ndeny = ['Sales']", "key deny"),
            ("name = 'l'\nwho = { everyone = true }\nallow = ['Queue:9']", "number@switch"),
        ] {
            let error = checked(&format!("[[access]]\n{list}")).unwrap_err();
            assert!(error.contains(cause) && error.contains("access \"l\""), "{list}: {error}");
        }
        let twice = "[[access]]\nname = 'l'\nwho = { everyone = true }\nallow = ['*']\n".repeat(2);
        assert!(checked(&twice).unwrap_err().contains("twice"));
    }
}
