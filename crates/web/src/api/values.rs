//! Current values, once: for programs that ask, not for pages (those follow the stream).

use crate::api::objects::{PATIENCE, object_type};
use crate::api::past;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::{self, State};
use actix_web::http::header::{ETAG, IF_NONE_MATCH};
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse};
use actors::web::hub::Look;
use model::Text;
use model::time::Micros;
use ports::grants::Viewer;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;
use wire::stream::{Formula, Objects, Reason, Shared, Snapshot, StatisticRef};

/// How long the first values of a statistic are waited for.
const OPENING: Duration = Duration::from_secs(3);

/// How often it is looked whether they are there.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What is asked for, and as of when.
struct Ask {
    query: wire::stream::Query,
    /// None: as it is now.
    at: Option<Micros>,
}

/// An instant in µs.
pub(crate) fn instant(value: &str) -> Result<Micros, ApiError> {
    let wrong = || ApiError::bad_request(format!("'{value}' is no instant")).cure("give µs since 1970");
    value.parse().map(Micros).map_err(|_| wrong())
}

/// Reads what is asked; `objects` may come several times.
fn parse(pairs: Vec<(String, String)>) -> Result<Ask, ApiError> {
    let (mut kind, mut at, mut whole) = (None, None, None);
    let (mut objects, mut statistics) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        match key.as_str() {
            "at" => at = Some(instant(&value)?),
            "query" => {
                let wrong = |error| ApiError::bad_request(format!("query: {error}"));
                whole = Some(serde_json::from_str(&value).map_err(wrong)?);
            }
            "object_type" => kind = Some(object_type(&value)?),
            "objects" => objects.push(Text::from(value)),
            "statistics" => {
                statistics.extend(value.split(',').map(|name| StatisticRef::Name(Text::from(name.trim()))))
            }
            "formula" => statistics
                .push(StatisticRef::Formula(Formula { formula: Text::from(value), ..Formula::default() })),
            other => return Err(ApiError::bad_request(format!("unknown parameter '{other}'"))),
        }
    }
    if let Some(query) = whole {
        if kind.is_some() || !objects.is_empty() || !statistics.is_empty() {
            return Err(ApiError::bad_request("'query' says it all: leave the other parameters out"));
        }
        return Ok(Ask { query, at });
    }
    let object_type = kind.ok_or_else(|| ApiError::bad_request("the parameter object_type is missing"))?;
    let all = objects.is_empty() || objects.iter().any(|id| id == "*");
    let objects = if all { Objects::All } else { Objects::These(objects) };
    Ok(Ask { query: wire::stream::Query { object_type, objects, statistics }, at })
}

/// Statistics that nobody looked at so far are computed from now on: their first values are waited for a little.
async fn look_patiently(state: &State, look: Look) -> Result<Shared, ApiError> {
    let until = state.ports.clock.instant() + OPENING;
    loop {
        let shared = state.hub.ask(look.clone(), PATIENCE).await?;
        if shared.snapshot().is_some_and(is_filled) || state.ports.clock.instant() >= until {
            return Ok(shared);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Whether every column has something to say.
fn is_filled(table: &Snapshot) -> bool {
    let said = |column: usize| table.rows.iter().any(|row| row.cells[column].reason != Some(Reason::NoData));
    // Where objects are not known yet, they are waited for as well; rows that may not be seen are not.
    let hidden = table.visible.shown == 0 && table.visible.of > 0;
    hidden || (0..table.columns.len()).all(said)
}

/// Current values of objects that one may see: a table as the stream's snapshots have it.
#[utoipa::path(get, path = "/values", tag = "values", params(
    ("object_type" = String, Query, description = "`Queue`, `Agent` ..."),
    ("objects" = Option<Vec<String>>, Query, description = "Ids, one a parameter; `*` or none for all"),
    ("statistics" = String, Query, description = "Names, with commas"),
    ("formula" = Option<Vec<String>>, Query, description = "Columns computed from the statistics, one a parameter, \
        such as `percent(Calls_Answered, Calls_Entered)`; docs/protocol-stream.md, *Formulas*"),
    ("query" = Option<String>, Query, description = "Instead of all these: the query of the stream's `open`, as JSON"),
    ("at" = Option<i64>, Query, description = "As it stood at the step of history at or before this instant (µs since \
        1970): steps of 10 s for 24 hours, of a minute for 35 days. The answer's `at` is the step's; `awake` is false \
        where no values were computed then. Cells of which nothing is kept have the reason `no_data`")), responses(
    (status = 200, description = "{at, columns, rows, visible}; with `at` also {awake}", body = Object),
    (status = 304, description = "As the caller has it"),
    (status = 400, description = "Asks for what there is not or for a time of which nothing is kept, or a formula is \
        refused", body = Problem)))]
pub(crate) async fn read(
    request: HttpRequest,
    state: state::Shared,
    signed: Signed,
    pairs: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, ApiError> {
    let Ask { query, at } = parse(pairs.into_inner())?;
    told(&request, table(&state, &signed.viewer, query, at).await?)
}

/// The table of a query for `viewer`, now or as it stood.
pub(crate) async fn table(
    state: &State,
    viewer: &Viewer,
    query: wire::stream::Query,
    at: Option<Micros>,
) -> Result<Value, ApiError> {
    let asked = state.door().ask(viewer, query).await?;
    if let Some((_, cause)) = asked.columns.refused().next() {
        return Err(ApiError::bad_request(cause.to_string()));
    }
    let look = Look { query: asked.query, scope: asked.scope, columns: asked.columns };
    if let Some(at) = at {
        return past::table(state, look, at).await;
    }
    let shared = look_patiently(state, look).await?;
    let Some(table) = shared.snapshot() else {
        return Err(ApiError::from(runtime::AskError::Gone));
    };
    Ok(serde_json::json!({
        "at": table.at, "columns": table.columns, "rows": table.rows, "visible": table.visible
    }))
}

/// The answer, with an ETag of its content.
pub(crate) fn told(request: &HttpRequest, body: Value) -> Result<HttpResponse, ApiError> {
    let text = body.to_string();
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(text.as_bytes())[..16]));
    if request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    Ok(HttpResponse::Ok().content_type("application/json").insert_header((ETAG, tag)).body(text))
}
