//! Objects of statistics: their types and identities (statistics rule 1.1).

use crate::Text;
use serde::{Deserialize, Serialize};

macro_rules! object_types {
    ($( $name:ident = $code:literal, $doc:literal; )*) => {
        /// The type of a statistical object; the code is that of the public enumeration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum ObjectType { $( #[doc = $doc] $name = $code, )* }

        impl ObjectType {
            /// Every type, in the order of their codes.
            pub const ALL: &'static [ObjectType] = &[ $( ObjectType::$name, )* ];

            /// The spelling of stat types.
            pub fn name(self) -> &'static str {
                match self { $( ObjectType::$name => stringify!($name), )* }
            }
        }
    };
}

object_types! {
    Agent = 0, "A person with a login.";
    Place = 1, "A seat: a set of DNs and media channels.";
    GroupAgents = 2, "A set of agents.";
    GroupPlaces = 3, "A set of places.";
    RoutePoint = 4, "A routing point (mediation DN).";
    Queue = 5, "An ACD queue or a virtual queue (mediation DN).";
    GroupQueues = 6, "A set of mediation DNs.";
    Switch = 7, "A switch.";
    RegDN = 8, "One regular DN.";
    Campaign = 9, "An outbound campaign.";
    CampaignGroup = 10, "A group at a campaign: `campaign@group`.";
    CallingList = 11, "A list of records.";
    CampaignCallingList = 12, "A list at a campaign: `campaign@list`.";
    Tenant = 13, "The whole tenant.";
    StagingArea = 14, "An interaction queue.";
    RoutingStrategy = 15, "A routing strategy.";
    Workbin = 16, "A workbin.";
}

impl ObjectType {
    /// The type of that name, compared without regard to case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Whether objects of this type are sets of other objects.
    pub fn is_group(self) -> bool {
        matches!(self, Self::GroupAgents | Self::GroupPlaces | Self::GroupQueues | Self::Tenant)
    }
}

/// One object: what it is and its full name (`number@switch` for DNs, the id or name for the rest).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Object {
    /// The type.
    pub kind: ObjectType,
    /// Unique within the tenant and the type.
    pub id: Text,
}

impl Object {
    /// The object of that type and name.
    pub fn new(kind: ObjectType, id: impl Into<Text>) -> Self {
        Self { kind, id: id.into() }
    }

    /// Its slot of the 256 by which work is shared out: FNV-1a over type code and name, folded to 8 bits.
    pub fn slot(&self) -> u8 {
        let bytes = std::iter::once(self.kind as u8).chain(self.id.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let folded = hash ^ (hash >> 32);
        let folded = folded ^ (folded >> 16);
        (folded ^ (folded >> 8)) as u8
    }
}

/// An object's number within one engine or DCU: dense, given in the order of appearance, kept in checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectIx(pub u32);

impl ObjectIx {
    /// No object.
    pub const NONE: Self = Self(u32::MAX);
}
