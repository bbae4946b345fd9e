//! To whom boards are shared.

use crate::api::Answer;
use crate::api::boards::{etag, expected, find, share_of};
use crate::auth::{Admin, Editor, Signed};
use crate::error::{ApiError, Problem};
use crate::settings::{kinds, new_document};
use crate::state::Shared;
use access::{Privilege, Right, Share};
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use model::Text;
use model::time::Micros;
use ports::documents::Document;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Entries of one share.
const ENTRIES_MAX: usize = 500;

fn told(share: Option<&Share>, right: Right) -> Value {
    match share {
        Some(share) => {
            json!({ "owner": share.owner, "with": share.with, "everybody": false, "right": right })
        }
        None => json!({ "owner": null, "with": [], "everybody": true, "right": right }),
    }
}

/// To whom a board is shared.
#[utoipa::path(get, path = "/boards/{id}/sharing", tag = "boards",
    params(("id" = String, Path, description = "The board")), responses(
    (status = 200, description = "{owner, with: [{who: {user | role | everyone}, right}], everybody, right}: `right` is one's own", body = Object),
    (status = 404, description = "There is no such board", body = Problem)))]
pub(crate) async fn read(state: Shared, signed: Signed, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let (document, right) = find(&state, &signed.viewer, &id, Right::Read).await?;
    let told = told(share_of(&document.body).as_ref(), right);
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(document.revision))).json(told))
}

fn check(share: &Share) -> Result<(), ApiError> {
    let wrong = |cause: String| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_share", cause);
    if share.owner.trim().is_empty() {
        return Err(wrong("owner: a board belongs to somebody".to_owned()));
    }
    if share.with.len() > ENTRIES_MAX {
        return Err(wrong(format!("{} entries; at most {ENTRIES_MAX}: share to a role", share.with.len())));
    }
    for (place, with) in share.with.iter().enumerate() {
        let who = &with.who;
        if who.group.is_some() {
            return Err(wrong(format!(
                "with {place}: boards are shared to users, roles or everyone, not to access groups"
            )));
        }
        let named = [who.user.is_some(), who.role.is_some(), who.everyone];
        if named.iter().filter(|named| **named).count() != 1 {
            return Err(wrong(format!("with {place}: who is exactly one of user, role or everyone")));
        }
    }
    Ok(())
}

/// Writes down who gave what is new, and when; of what stays as it was, that is known already.
fn sign(share: &mut Share, former: Option<&Share>, by: &Text, now: Micros) {
    for with in &mut share.with {
        let is_same = |old: &&access::Shared| old.who == with.who && old.right == with.right;
        let known = former.and_then(|former| former.with.iter().find(is_same));
        (with.by, with.at) = match known {
            Some(known) => (known.by.clone(), known.at),
            None => (Some(by.clone()), Some(now)),
        };
    }
}

/// A board that was given to somebody.
#[derive(Serialize, ToSchema)]
pub(crate) struct Given {
    board: String,
    title: String,
    /// The board's ETag without quotes.
    revision: u64,
    /// Whose it is; null: everybody's.
    owner: Option<String>,
    /// `[{who: {user | role | everyone}, right, by, at}]`: to whom it is given, by whom and when, as far as that is known.
    #[schema(value_type = Vec<Object>)]
    with: Vec<access::Shared>,
}

/// Every board, whose it is and to whom it is given.
#[utoipa::path(get, path = "/sharing", tag = "boards", responses(
    (status = 200, description = "By the board's id", body = Vec<Given>),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn list(state: Shared, _: Admin) -> Answer<Vec<Given>> {
    let boards = state.ports.documents.list(kinds::BOARD).await?.into_iter();
    let given = boards.map(|document| {
        let share = share_of(&document.body);
        Given {
            title: document.body["title"].as_str().unwrap_or_default().to_owned(),
            board: document.id.to_string(),
            revision: document.revision,
            owner: share.as_ref().map(|share| share.owner.to_string()),
            with: share.map(|share| share.with).unwrap_or_default(),
        }
    });
    Ok(Json(given.collect()))
}

/// Shares a board anew: `{owner, with: [{who: {user | role | everyone}, right}]}`.
#[utoipa::path(put, path = "/boards/{id}/sharing", tag = "boards", request_body = Object,
    params(("id" = String, Path, description = "The board"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 200, description = "Stored, with the board's new ETag", body = Object),
    (status = 403, description = "It may be looked at, but not shared", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    id: Path<String>,
    share: Json<Share>,
) -> Result<HttpResponse, ApiError> {
    let (revision, mut share, signed) = (expected(&request)?, share.into_inner(), &editor.0);
    check(&share)?;
    let (stored, right) = find(&state, &signed.viewer, &id, Right::Share).await?;
    if !share.with.is_empty() {
        signed.require(Privilege::ManageSharedDashboards)?;
    }
    // A board that changes hands is given away by whoever may do everything with it.
    let former = share_of(&stored.body);
    sign(&mut share, former.as_ref(), &signed.session.user, state.ports.clock.now());
    let owner = former.map(|share| share.owner);
    if owner.as_ref() != Some(&share.owner) && right < Right::Admin {
        return Err(ApiError::forbidden("only the owner gives a board away"));
    }
    let mut body = stored.body;
    body["share"] = json!(share);
    let document = new_document(kinds::BOARD, &id, body, &signed.session.user, &state.ports.clock);
    let revision = state.ports.documents.put(Document { revision, ..document }).await?;
    let right = Right::of(&signed.viewer.user, &signed.viewer.roles, Some(&share)).unwrap_or(Right::Read);
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(revision))).json(told(Some(&share), right)))
}
