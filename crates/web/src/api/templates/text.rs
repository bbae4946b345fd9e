//! Templates as text files, to be kept beside other texts and brought to another installation.

use super::{find, invalid};
use crate::api::Answer;
use crate::api::boards::struck;
use crate::auth::{Author, Signed};
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::HttpResponse;
use actix_web::web::{Json, Path};
use actors::web::templates::Template;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A file that somebody brings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// The template's name: that of the file, without its ending.
    name: String,
    /// What is in it.
    text: String,
}

/// A template as a text file: TOML, as the files of shipped templates, always in the same order.
#[utoipa::path(get, path = "/templates/{id}/text", tag = "boards",
    params(("id" = String, Path, description = "Its name")), responses(
    (status = 200, description = "The file", content_type = "application/toml", body = String),
    (status = 404, description = "There is no such template", body = Problem)))]
pub(crate) async fn write(state: Shared, signed: Signed, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let document = find(&state, &id).await?;
    let scope = state.gate.scope(&signed.viewer).await;
    let body = struck(&state, &scope, document.body).await?;
    let text = Template::from_body(&id, &body)
        .and_then(|template| template.write().map_err(|fault| fault.to_string()))
        .map_err(invalid)?;
    Ok(HttpResponse::Ok().content_type("application/toml; charset=utf-8").body(text))
}

/// Reads a text file and checks it. Stores nothing: what is answered is the body with which a template is made or replaced.
#[utoipa::path(post, path = "/templates/read", tag = "boards", request_body = File, responses(
    (status = 200, description = "The template as its document would say it", body = Object),
    (status = 403, description = "Who may not manage templates", body = Problem),
    (status = 422, description = "What is wrong, with its line where one line is", body = Problem)))]
pub(crate) async fn read(state: Shared, _: Author, file: Json<File>) -> Answer<Value> {
    let template = Template::read(&file.name, &file.text).map_err(|fault| invalid(fault.to_string()))?;
    template.check(&state.ports.library).map_err(invalid)?;
    Ok(Json(template.body()))
}
