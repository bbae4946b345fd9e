//! Names of keys and channels.
//!
//! `pulse:{tenant}:...` for what is one for a tenant, `pulse:{tenant/slot}:...` and `pulse:{tenant/owner}:...` for what
//! is many: what stands between the braces decides where in a cluster a key lies.

use model::{Object, ObjectType, Text};
use std::fmt::Display;

/// The keys of one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    tenant: Text,
}

impl Keys {
    /// Braces in a name would end the hash tag too early.
    pub(crate) fn new(tenant: &str) -> Self {
        Self { tenant: tenant.replace(['{', '}'], "_").into() }
    }

    /// One of the tenant's own.
    pub(crate) fn one(&self, name: &str) -> String {
        format!("pulse:{{{}}}:{name}", self.tenant)
    }

    /// One of a slot or an owner.
    pub(crate) fn of(&self, part: impl Display, name: impl Display) -> String {
        format!("pulse:{{{}/{part}}}:{name}", self.tenant)
    }
}

/// The field of an object in a hash.
pub(crate) fn field(object: &Object) -> String {
    format!("{}/{}", object.kind.name(), object.id)
}

/// The object of a field.
pub(crate) fn object(field: &str) -> Option<Object> {
    let (kind, id) = field.split_once('/')?;
    Some(Object::new(ObjectType::parse(kind)?, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_back() {
        let queue = Object::new(ObjectType::Queue, "Local/2001@from-queue/n@sw1");
        assert_eq!(object(&field(&queue)), Some(queue));
    }

    #[test]
    fn a_tenant_can_not_break_out_of_its_hash_tag() {
        assert_eq!(Keys::new("a}b{").of(3, "blocks"), "pulse:{a_b_/3}:blocks");
    }
}
