//! Who calls, and who is called.

/// One end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are those of the services")]
pub enum Party {
    Permissions,
    Dcu,
    Lds,
    LdsVq,
    Web,
    Init,
    InitTenant,
    TenantService,
    SipServer,
    SipVq,
    InteractionServer,
    InteractionServerVq,
    Authorization,
    GwsConfiguration,
    Redis,
    Postgres,
    Prometheus,
    Ingress,
    Internet,
}

impl Party {
    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permissions => "permissions",
            Self::Dcu => "DCU",
            Self::Lds => "LDS",
            Self::LdsVq => "LDS-VQ",
            Self::Web => "web",
            Self::Init => "init",
            Self::InitTenant => "init-tenant",
            Self::TenantService => "Tenant Service",
            Self::SipServer => "SIP Server",
            Self::SipVq => "SIP-VQ",
            Self::InteractionServer => "Interaction Server",
            Self::InteractionServerVq => "Interaction Server (VQ)",
            Self::Authorization => "Authorization service",
            Self::GwsConfiguration => "GWS Configuration service",
            Self::Redis => "Redis",
            Self::Postgres => "PostgreSQL",
            Self::Prometheus => "Prometheus",
            Self::Ingress => "Ingress controller",
            Self::Internet => "public internet",
        }
    }

    /// The role of `pulse` that it always is; none for whatever may be somebody else's.
    pub const fn role(self) -> Option<&'static str> {
        match self {
            Self::Permissions => Some("permissions"),
            Self::Dcu => Some("dcu"),
            Self::Lds | Self::LdsVq => Some("lds"),
            Self::Web => Some("web"),
            Self::Init => Some("init"),
            Self::InitTenant => Some("init-tenant"),
            _ => None,
        }
    }

    /// The role of `pulse` that plays it where a site has none of its own.
    pub const fn played_by(self) -> Option<&'static str> {
        match self {
            Self::TenantService | Self::GwsConfiguration => Some("tenant"),
            Self::SipServer
            | Self::SipVq
            | Self::InteractionServer
            | Self::InteractionServerVq
            | Self::Authorization => Some("simulator"),
            _ => None,
        }
    }
}
