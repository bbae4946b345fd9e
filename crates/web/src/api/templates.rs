//! Templates: what a new widget may begin with. All read them; who may manage templates makes, changes and removes them,
//! never over somebody else's change.

pub(crate) mod text;

use crate::api::boards::{etag, expected, struck};
use crate::api::{Answer, BASE};
use crate::auth::{Author, Signed};
use crate::error::{ApiError, Problem};
use crate::settings::{kinds, new_document};
use crate::state::{Shared, State};
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use actors::web::templates::{AUTHOR, ORIGIN, Template};
use model::Text;
use ports::StoreError;
use ports::documents::Document;
use ports::grants::Scope;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Templates of one tenant.
const TEMPLATES_MAX: usize = 500;

/// What a template would show.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checked {
    /// In the order of the query.
    columns: Vec<CheckedColumn>,
    /// Why it can't be stored.
    problem: Option<String>,
}

/// A column of a template, and what is wrong with it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckedColumn {
    name: String,
    title: String,
    unit: String,
    /// What it means.
    words: String,
    /// Why it can't be computed: names the word at fault and its place.
    fault: Option<String>,
}

pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_template", message)
}

/// Reads and checks what a page sends.
fn parse(state: &State, name: &str, body: &Value) -> Result<Template, ApiError> {
    let template = Template::from_body(name, body).map_err(invalid)?;
    template.check(&state.ports.library).map_err(invalid)?;
    Ok(template)
}

/// Names of templates that came with the program.
async fn shipped(state: &State) -> Result<BTreeSet<Text>, ApiError> {
    let origins = state.ports.documents.list(ORIGIN).await?;
    Ok(origins.into_iter().map(|origin| origin.id).collect())
}

/// A template as somebody with this scope may read it, with what lists tell of it.
async fn told(
    state: &State,
    scope: &Scope,
    shipped: &BTreeSet<Text>,
    document: Document,
) -> Result<Value, ApiError> {
    let is_shipped = shipped.contains(&document.id);
    let mut body = struck(state, scope, document.body).await?;
    body["revision"] = document.revision.into();
    body["changed_by"] = document.changed_by.as_str().into();
    body["changed_at"] = document.changed_at.0.into();
    body["shipped"] = is_shipped.into();
    body["edited"] = (is_shipped && document.changed_by != AUTHOR).into();
    Ok(body)
}

async fn answer(
    state: &State,
    signed: &Signed,
    mut response: actix_web::HttpResponseBuilder,
    document: Document,
) -> Result<HttpResponse, ApiError> {
    let tag = etag(document.revision);
    let scope = state.gate.scope(&signed.viewer).await;
    let body = told(state, &scope, &shipped(state).await?, document).await?;
    Ok(response.insert_header((ETAG, tag)).json(body))
}

pub(crate) async fn find(state: &State, name: &str) -> Result<Document, ApiError> {
    let found = state.ports.documents.get(kinds::TEMPLATE, name).await?;
    found.ok_or_else(|| ApiError::not_found("there is no such template").cure("it may have been removed"))
}

/// All templates of the tenant, as their documents say them: `{name, title, description, object_types, columns, pending,
/// widget}`, with `{revision, changed_by, changed_at, shipped, edited}`.
#[utoipa::path(get, path = "/templates", tag = "boards", responses(
    (status = 200, description = "By name", body = Vec<Object>),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn list(state: Shared, signed: Signed) -> Answer<Vec<Value>> {
    let scope = state.gate.scope(&signed.viewer).await;
    let shipped = shipped(&state).await?;
    let mut lines = Vec::new();
    for document in state.ports.documents.list(kinds::TEMPLATE).await? {
        lines.push(told(&state, &scope, &shipped, document).await?);
    }
    Ok(Json(lines))
}

/// One template.
#[utoipa::path(get, path = "/templates/{id}", tag = "boards", params(("id" = String, Path, description = "Its name")),
    responses(
    (status = 200, description = "The template, with its ETag", body = Object),
    (status = 404, description = "There is no such template", body = Problem)))]
pub(crate) async fn read(state: Shared, signed: Signed, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let document = find(&state, &id).await?;
    answer(&state, &signed, HttpResponse::Ok(), document).await
}

/// A new template. `widget.query` is as in boards, for all objects; settings that would name objects are left out.
#[utoipa::path(post, path = "/templates", tag = "boards", request_body = Object, responses(
    (status = 201, description = "Stored; Location and ETag tell where and as what", body = Object),
    (status = 403, description = "Who may not manage templates", body = Problem),
    (status = 409, description = "There is a template of that name", body = Problem),
    (status = 422, description = "Something in it is wrong: a statistic that there is not, a formula that is refused (with \
        the word and its place) ...", body = Problem)))]
pub(crate) async fn create(
    state: Shared,
    author: Author,
    body: Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let name = body["name"].as_str().ok_or_else(|| invalid("name: a template needs one"))?;
    let template = parse(&state, name, &body)?;
    if state.ports.documents.list(kinds::TEMPLATE).await?.len() >= TEMPLATES_MAX {
        let message = format!("there are {TEMPLATES_MAX} templates already");
        return Err(
            ApiError::new(StatusCode::CONFLICT, "too_many", message).cure("remove some that nobody uses")
        );
    }
    let by = &author.0.session.user;
    let mut document = new_document(kinds::TEMPLATE, name, template.body(), by, &state.ports.clock);
    document.revision = state.ports.documents.put(document.clone()).await.map_err(|error| match error {
        StoreError::Conflict { .. } => {
            let message = format!("there is a template '{name}' already");
            ApiError::new(StatusCode::CONFLICT, "exists", message)
                .cure("choose another name, or change that template")
        }
        other => other.into(),
    })?;
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, format!("{BASE}/templates/{name}")));
    answer(&state, &author.0, response, document).await
}

/// Replaces a template. Widgets that were made from it stay as they are; one that came with the program is kept as it is
/// from now on, whatever a later version brings.
#[utoipa::path(put, path = "/templates/{id}", tag = "boards", request_body = Object,
    params(("id" = String, Path, description = "Its name"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 200, description = "Stored, with its new ETag", body = Object),
    (status = 403, description = "Who may not manage templates", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    author: Author,
    id: Path<String>,
    body: Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let revision = expected(&request)?;
    let template = parse(&state, &id, &body)?;
    let stored = find(&state, &id).await?;
    let by = author.0.session.user.clone();
    let (body, now) = (template.body(), state.ports.clock.now());
    let mut document = Document { revision, body, changed_by: by, changed_at: now, ..stored };
    document.revision = state.ports.documents.put(document.clone()).await?;
    answer(&state, &author.0, HttpResponse::Ok(), document).await
}

/// Removes a template; widgets that were made from it stay. One that came with the program stays away.
#[utoipa::path(delete, path = "/templates/{id}", tag = "boards",
    params(("id" = String, Path, description = "Its name"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 204, description = "Removed"),
    (status = 403, description = "Who may not manage templates", body = Problem),
    (status = 404, description = "There is no such template", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn remove(
    request: HttpRequest,
    state: Shared,
    author: Author,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let revision = expected(&request)?;
    find(&state, &id).await?;
    let (by, now) = (&author.0.session.user, state.ports.clock.now());
    state.ports.documents.delete(kinds::TEMPLATE, &id, revision, by, now).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a template would show, as one writes it: its columns in words, and what is wrong. Stores nothing.
#[utoipa::path(post, path = "/templates/check", tag = "boards", request_body = Object, responses(
    (status = 200, description = "Its columns, and whether it could be stored", body = Checked),
    (status = 403, description = "Who may not manage templates", body = Problem),
    (status = 422, description = "It can't be read at all", body = Problem)))]
pub(crate) async fn check(state: Shared, _: Author, body: Json<Value>) -> Answer<Checked> {
    let name = body["name"].as_str().unwrap_or("new");
    let template = Template::from_body(name, &body).map_err(invalid)?;
    let library = &state.ports.library;
    let problem = template.check(library).err();
    let columns = match serde_json::from_value(template.body()["widget"]["query"].take()) {
        Ok(query) => library.columns(&query).unwrap_or_default(),
        Err(_) => actors::web::Columns::default(),
    };
    let mut faults: BTreeMap<usize, String> = template.faults().collect();
    faults.extend(columns.refused().map(|(at, fault)| (at, fault.to_string())));
    let column = |(at, column): (usize, &wire::stream::Column)| CheckedColumn {
        name: column.stat_type.to_string(),
        title: column.title.to_string(),
        unit: column.unit.to_string(),
        words: column.words.to_string(),
        fault: faults.remove(&at),
    };
    Ok(Json(Checked { columns: columns.list.iter().enumerate().map(column).collect(), problem }))
}
