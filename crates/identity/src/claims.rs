//! From what an authorization service tells of somebody to a person of Pulse.

use model::Text;
use model::time::Micros;
use ports::identity::{IdentityError, Person};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The roles that Pulse knows.
pub const ROLES: [&str; 3] = ["admin", "editor", "viewer"];

/// Longer names are no names.
const NAME_BYTES_MAX: usize = 256;

/// Which claims mean what. Paths go through objects by dots: `realm_access.roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The claim that names the user, as access lists do.
    pub user_claim: String,
    /// The claim that lists what somebody may do: a list of texts, or one text with spaces between.
    pub roles_claim: String,
    /// For each role of Pulse the values that give it; a value that is called like a role gives it by itself where the
    /// role is not named here.
    pub roles: BTreeMap<String, Vec<String>>,
    /// The claim that must name the tenant, if any.
    pub tenant_claim: Option<String>,
    /// The tenant.
    pub tenant: Text,
}

fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    // A claim may be called by an address, dots and all.
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    at(claims.get(first)?.as_object()?, rest)
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn text<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a str> {
    at(claims, path)?.as_str().filter(|text| !text.is_empty() && text.len() <= NAME_BYTES_MAX)
}

impl Mapping {
    fn roles(&self, told: &[&str]) -> Vec<Text> {
        let gives = |role: &str| match self.roles.get(role) {
            Some(values) => values.iter().any(|value| told.contains(&value.as_str())),
            None => told.contains(&role),
        };
        ROLES.iter().filter(|role| gives(role)).map(|role| Text::from(*role)).collect()
    }

    /// The person that these claims describe.
    pub fn person(
        &self,
        claims: &Map<String, Value>,
        until: Option<Micros>,
    ) -> Result<Person, IdentityError> {
        let user = text(claims, &self.user_claim).ok_or_else(|| {
            IdentityError::Misfit(format!(
                "it does not tell the claim '{}', which names the user; see user_claim under [identity]",
                self.user_claim
            ))
        })?;
        if let Some(claim) = &self.tenant_claim
            && !texts(at(claims, claim)).contains(&self.tenant.as_str())
        {
            return Err(IdentityError::Refused(format!("you do not belong to the tenant {}", self.tenant)));
        }
        let roles = self.roles(&texts(at(claims, &self.roles_claim)));
        if roles.is_empty() {
            return Err(IdentityError::NoRole { user: user.into() });
        }
        let name = ["name", "preferred_username", "email"].iter().find_map(|claim| text(claims, claim));
        Ok(Person { user: user.into(), name: name.unwrap_or(user).into(), roles, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mapping() -> Mapping {
        Mapping {
            user_claim: "sub".into(),
            roles_claim: "realm_access.roles".into(),
            roles: BTreeMap::from([("admin".into(), vec!["contact-centre-admins".into()])]),
            tenant_claim: None,
            tenant: "acme".into(),
        }
    }

    fn person(mapping: &Mapping, claims: Value) -> Result<Person, IdentityError> {
        mapping.person(claims.as_object().unwrap(), None)
    }

    #[test]
    fn roles_come_from_the_claim_that_the_settings_name() {
        let told =
            json!({ "sub": "7", "name": "Ann", "realm_access": { "roles": ["viewer", "admin", "x"] } });
        let ann = person(&mapping(), told).unwrap();
        assert_eq!((ann.user.as_str(), ann.name.as_str()), ("7", "Ann"));
        assert_eq!(ann.roles, ["viewer"], "'admin' of the service is not the admin of Pulse");
        let told = json!({ "sub": "7", "realm_access": { "roles": "contact-centre-admins" } });
        assert_eq!(person(&mapping(), told).unwrap().roles, ["admin"]);
    }

    #[test]
    fn who_has_no_role_or_is_of_another_tenant_stays_outside() {
        let nobody = json!({ "sub": "7", "realm_access": { "roles": ["x"] } });
        assert!(matches!(person(&mapping(), nobody), Err(IdentityError::NoRole { .. })));
        let of_tenant = Mapping { tenant_claim: Some("org".into()), ..mapping() };
        let told = |org: Value| json!({ "sub": "7", "org": org, "realm_access": { "roles": ["viewer"] } });
        assert!(person(&of_tenant, told(json!("acme"))).is_ok());
        assert!(person(&of_tenant, told(json!(["other", "acme"]))).is_ok());
        for other in [json!("acme2"), json!(null), json!({ "acme": true })] {
            assert!(matches!(person(&of_tenant, told(other)), Err(IdentityError::Refused(_))));
        }
    }

    #[test]
    fn a_user_without_a_name_is_refused() {
        for sub in [json!(""), json!(7), json!(null), json!("x".repeat(300))] {
            let told = json!({ "sub": sub, "realm_access": { "roles": ["viewer"] } });
            assert!(matches!(person(&mapping(), told), Err(IdentityError::Misfit(_))));
        }
    }
}
