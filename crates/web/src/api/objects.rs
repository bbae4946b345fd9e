//! Objects by name, and how sources stand.

use crate::api::Answer;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::web::{Json, Query};
use actors::web::hub::{FindObjects, ListSources};
use model::{ObjectType, Text};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use wire::stream::{SourceKind, SourceStatus};

/// How long the hub is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Objects that are answered at once.
const LIMIT_MAX: usize = 1_000;

/// Which objects.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The type: `Queue`, `Agent`, `GroupAgents` ...
    #[serde(rename = "type")]
    kind: String,
    /// Part of the id or the name.
    #[serde(default)]
    search: String,
    /// At most so many (100, at most 1000).
    limit: Option<usize>,
}

/// Objects that were found.
#[derive(Serialize, ToSchema)]
pub(crate) struct ObjectList {
    objects: Vec<ObjectLine>,
    /// How many there are.
    total: usize,
}

/// One object.
#[derive(Serialize, ToSchema)]
pub(crate) struct ObjectLine {
    object: String,
    object_type: &'static str,
    name: String,
    groups: Vec<String>,
}

/// The object type of that name.
pub(crate) fn object_type(name: &str) -> Result<ObjectType, ApiError> {
    ObjectType::parse(name).ok_or_else(|| {
        let names: Vec<_> = ObjectType::ALL.iter().map(|kind| kind.name()).collect();
        ApiError::bad_request(format!("there is no object type '{name}', but {}", names.join(", ")))
    })
}

/// Objects that one may see.
#[utoipa::path(get, path = "/objects", tag = "values", params(Wanted), responses(
    (status = 200, description = "By id", body = ObjectList),
    (status = 400, description = "There is no such type", body = Problem)))]
pub(crate) async fn list(state: Shared, signed: Signed, wanted: Query<Wanted>) -> Answer<ObjectList> {
    let ask = FindObjects {
        kind: object_type(&wanted.kind)?,
        search: Text::from(wanted.search.as_str()),
        limit: wanted.limit.unwrap_or(100).min(LIMIT_MAX),
        scope: state.gate.scope(&signed.viewer).await,
    };
    let found = state.hub.ask(ask, PATIENCE).await?;
    let line = |info: ports::values::ObjectInfo| ObjectLine {
        object: info.object.id.to_string(),
        object_type: info.object.kind.name(),
        name: info.name.to_string(),
        groups: info.groups.iter().map(ToString::to_string).collect(),
    };
    Ok(Json(ObjectList { objects: found.objects.into_iter().map(line).collect(), total: found.total }))
}

/// A source of events, or a producer of values.
#[derive(Serialize, ToSchema)]
pub(crate) struct SourceLine {
    source: String,
    /// `source` or `producer`.
    kind: &'static str,
    /// `live`, `starting`, `down`, `stalled`.
    status: &'static str,
    /// µs since 1970; 0 where it is not known.
    since: i64,
    /// Cause and cure.
    detail: String,
}

/// How sources and producers stand.
#[utoipa::path(get, path = "/sources", tag = "values", responses(
    (status = 200, description = "All of them", body = Vec<SourceLine>),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn sources(state: Shared, _: Signed) -> Answer<Vec<SourceLine>> {
    let sources = state.hub.ask(ListSources, PATIENCE).await?;
    let line = |state: &wire::stream::State| SourceLine {
        source: state.source.to_string(),
        kind: match state.kind {
            SourceKind::Source => "source",
            SourceKind::Producer => "producer",
        },
        status: match state.status {
            SourceStatus::Live => "live",
            SourceStatus::Starting => "starting",
            SourceStatus::Down => "down",
            SourceStatus::Stalled => "stalled",
            SourceStatus::Gone => "gone",
        },
        since: state.since.0,
        detail: state.detail.to_string(),
    };
    Ok(Json(sources.iter().map(line).collect()))
}
