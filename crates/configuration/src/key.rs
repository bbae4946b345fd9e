//! Which object of which table.

use crate::Fault;
use model::Text;
use serde_json::Value;

/// The tables of tenant.toml, in the order in which their objects need each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The keys of the tenant itself; its only object has the tenant's name.
    Tenant,
    /// Event sources.
    Source,
    /// DNs; an id is `number@switch`.
    Dn,
    /// Places.
    Place,
    /// Agents.
    Agent,
    /// Groups of agents.
    AgentGroup,
    /// Groups of places.
    PlaceGroup,
    /// Groups of mediation DNs.
    QueueGroup,
    /// Interaction queues.
    StagingArea,
    /// Workbins.
    Workbin,
    /// Outbound campaigns.
    Campaign,
    /// Users who are meant together by access lists.
    AccessGroup,
    /// Access lists.
    Access,
}

impl Kind {
    /// All, in order.
    pub const ALL: [Self; 13] = [
        Self::Tenant,
        Self::Source,
        Self::Dn,
        Self::Place,
        Self::Agent,
        Self::AgentGroup,
        Self::PlaceGroup,
        Self::QueueGroup,
        Self::StagingArea,
        Self::Workbin,
        Self::Campaign,
        Self::AccessGroup,
        Self::Access,
    ];

    /// The table's name in tenant.toml.
    pub fn table(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Source => "source",
            Self::Dn => "dn",
            Self::Place => "place",
            Self::Agent => "agent",
            Self::AgentGroup => "agent_group",
            Self::PlaceGroup => "place_group",
            Self::QueueGroup => "queue_group",
            Self::StagingArea => "staging_area",
            Self::Workbin => "workbin",
            Self::Campaign => "campaign",
            Self::AccessGroup => "access_group",
            Self::Access => "access",
        }
    }

    /// The table of that name.
    pub fn of_table(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.table() == name)
    }

    /// Whether its objects may change while records flow (`ConfigChanged`, contracts part 3).
    pub fn changes_in_mid_stream(self) -> bool {
        let stays =
            matches!(self, Self::Tenant | Self::Source | Self::StagingArea | Self::Workbin | Self::Campaign);
        !stays && !self.is_access()
    }

    /// Whether it tells who may see what: no business of those who count.
    pub fn is_access(self) -> bool {
        matches!(self, Self::AccessGroup | Self::Access)
    }
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its table.
    pub kind: Kind,
    /// Its id or name; `number@switch` of a DN.
    pub id: Text,
}

impl Key {
    /// The object that a change names.
    ///
    /// # Errors
    /// A table that does not exist; a DN without its switch; no id at all.
    pub fn of_change(object: &str, id: &str) -> Result<Self, Fault> {
        let unknown = || {
            let tables: Vec<_> = Kind::ALL.into_iter().map(Kind::table).collect();
            Fault::of(object, id, format!("there is no such table: write one of {}", tables.join(", ")))
        };
        let kind = Kind::of_table(object).ok_or_else(unknown)?;
        if id.is_empty() {
            return Err(Fault::of(object, id, "it has no id or name: give it one"));
        }
        if kind == Kind::Dn && !id.contains('@') {
            return Err(Fault::of(object, id, "it names no switch: write number@switch"));
        }
        Ok(Self { kind, id: id.into() })
    }

    /// The keys by which the object is found, as its table writes them.
    pub(crate) fn identity(&self) -> Vec<(&'static str, Value)> {
        let id = self.id.as_str();
        match self.kind {
            Kind::Tenant => vec![("tenant", id.into())],
            Kind::Dn => {
                let (number, switch) = id.rsplit_once('@').unwrap_or((id, ""));
                vec![("number", number.into()), ("switch", switch.into())]
            }
            Kind::Agent => vec![("id", id.into())],
            _ => vec![("name", id.into())],
        }
    }

    pub(crate) fn fault(&self, cause: impl Into<String>) -> Fault {
        Fault::of(self.kind.table(), &self.id, cause)
    }
}
