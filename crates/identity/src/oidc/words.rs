//! The library's types with the claims that we read.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthenticationFlow, Client, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, ExtraTokenFields, IdTokenFields, IntrospectionUrl,
    ProviderMetadata, StandardErrorResponse, StandardTokenIntrospectionResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Every claim that the library does not name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Rest {
    /// By name.
    #[serde(flatten)]
    pub(super) claims: Map<String, Value>,
}

impl AdditionalClaims for Rest {}
impl ExtraTokenFields for Rest {}

/// What a service's description tells besides.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct More {
    /// Where access tokens are asked about (RFC 7662).
    pub(super) introspection_endpoint: Option<IntrospectionUrl>,
}

impl AdditionalProviderMetadata for More {}

pub(super) type Flow = AuthenticationFlow<CoreResponseType>;

pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Fields = IdTokenFields<
    Rest,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
pub(super) type Told = StandardTokenIntrospectionResponse<Rest, CoreTokenType>;
pub(super) type Refusal = StandardErrorResponse<CoreErrorResponseType>;

pub(super) type Of<Introspection> = Client<
    Rest,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    Refusal,
    Tokens,
    Told,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    Introspection,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(super) type Plain = Of<EndpointNotSet>;
pub(super) type Introspecting = Of<EndpointSet>;

/// All that was told of an access token, as claims.
pub(super) fn claims_of(told: &Told) -> Map<String, Value> {
    match serde_json::to_value(told) {
        Ok(Value::Object(claims)) => claims,
        _ => Map::new(),
    }
}

/// All claims of a token, by name.
pub(super) fn claims_map<T: Serialize>(claims: &T) -> Result<Map<String, Value>, String> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Err("its claims are no object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
