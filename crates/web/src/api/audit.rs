//! The audit trail, for administrators: who changed what and when, and what differs.

mod bodies;
pub(crate) mod table;

use crate::api::Answer;
use crate::audit::deeds;
use crate::auth::Admin;
use crate::error::{ApiError, Problem};
use crate::settings::kinds;
use crate::state::{Shared, State};
use actix_web::web::{Json, Path, Query};
use model::Text;
use model::time::Micros;
use ports::audit::{Asked, Entry};
use ports::grants::Scope;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::btree_map::{self, BTreeMap};
use utoipa::{IntoParams, ToSchema};

/// Entries of one page, at most.
const PAGE_MAX: usize = 200;

/// Entries of one page where nobody says how many.
const PAGE_USUAL: usize = 50;

/// Kinds of documents that people change; what programs keep for themselves is not told.
const DOCUMENTS: [&str; 7] = [
    kinds::BOARD,
    kinds::TEMPLATE,
    actors::web::alerts::RULE,
    kinds::NOTE,
    kinds::SHARE,
    kinds::USER,
    kinds::SETTING,
];

/// Which entries.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wanted {
    /// Who did it.
    who: Option<String>,
    /// Kinds, with commas: `board`, `template`, `rule`, `note`, `share`, `user`, `setting`, and deeds: `sign_in`,
    /// `sign_in_service`, `sign_in_refused`, `sign_out`, `signed_out`, `forgotten`; all if absent.
    kind: Option<String>,
    /// The document's id, or whom it concerns.
    document: Option<String>,
    /// µs since 1970: from then on.
    from: Option<i64>,
    /// µs since 1970: before then.
    to: Option<i64>,
    /// `next` of the page before.
    after: Option<String>,
    /// So many, 200 at most; 50 if absent.
    limit: Option<usize>,
}

/// An entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryLine {
    number: u64,
    /// µs since 1970.
    at: i64,
    by: String,
    kind: String,
    /// The document, or whom it concerns.
    id: String,
    /// What it is called, as far as that is still known.
    title: Option<String>,
    /// `made`, `changed`, `removed`, `done`.
    did: &'static str,
    /// A word more: where a sign-in came from.
    detail: String,
}

/// A page of the trail.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrailPage {
    entries: Vec<EntryLine>,
    /// For the next page; absent where there is none.
    next: Option<String>,
    /// So long entries are kept, in seconds.
    kept_s: u64,
}

/// An entry with what differs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Opened {
    entry: EntryLine,
    /// The document before.
    #[schema(value_type = Object)]
    before: Option<Value>,
    /// The document after.
    #[schema(value_type = Object)]
    after: Option<Value>,
    /// `told`; `nothing`: a deed changes no document; `gone`: these versions are no longer kept; `withheld`: it names objects
    /// that one may not see.
    contents: &'static str,
}

fn did(entry: &Entry) -> &'static str {
    match (entry.before, entry.after) {
        (0, 0) => "done",
        (0, _) => "made",
        (_, 0) => "removed",
        _ => "changed",
    }
}

fn line(entry: &Entry, title: Option<String>) -> EntryLine {
    EntryLine {
        number: entry.number,
        at: entry.at.0,
        by: entry.by.to_string(),
        kind: entry.kind.to_string(),
        id: entry.id.to_string(),
        title,
        did: did(entry),
        detail: entry.detail.to_string(),
    }
}

/// What is asked of the store.
fn asked(wanted: &Wanted, limit: usize) -> Result<Asked, ApiError> {
    let known = || DOCUMENTS.iter().chain(&deeds::ALL).map(|kind| Text::const_new(kind));
    let kinds = match &wanted.kind {
        None => known().collect(),
        Some(kinds) => {
            let kinds: Vec<Text> = kinds.split(',').map(|kind| kind.trim().into()).collect();
            if let Some(odd) = kinds.iter().find(|kind| known().all(|known| known != **kind)) {
                return Err(ApiError::bad_request(format!("kind: there is no '{odd}' in the audit trail")));
            }
            kinds
        }
    };
    let after = wanted.after.as_deref().map(place).transpose()?;
    let word = |word: &Option<String>| word.as_deref().filter(|word| !word.is_empty()).map(Text::from);
    Ok(Asked {
        kinds,
        by: word(&wanted.who),
        id: word(&wanted.document),
        number: None,
        from: wanted.from.map(Micros),
        to: wanted.to.map(Micros),
        after,
        limit,
    })
}

fn place(after: &str) -> Result<(Micros, u64), ApiError> {
    let parts = after.split_once('.').and_then(|(at, number)| Some((at.parse().ok()?, number.parse().ok()?)));
    let bounded = parts.filter(|(_, number)| *number <= i64::MAX.cast_unsigned());
    let (at, number) = bounded.ok_or_else(|| {
        ApiError::bad_request("after: that is no place in the trail").cure("send `next` of the page before")
    })?;
    Ok((Micros(at), number))
}

/// What documents are called, each asked for once.
async fn titled(state: &State, scope: &Scope, entries: &[Entry]) -> Result<Vec<EntryLine>, ApiError> {
    let mut known: BTreeMap<(&Text, &Text), Option<String>> = BTreeMap::new();
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let key = (&entry.kind, &entry.id);
        if let btree_map::Entry::Vacant(place) = known.entry(key) {
            place.insert(match did(entry) {
                "done" => None,
                _ => bodies::title(state, scope, entry).await?,
            });
        }
        lines.push(line(entry, known.get(&key).cloned().flatten()));
    }
    Ok(lines)
}

/// Who did what and when.
#[utoipa::path(get, path = "/audit", tag = "audit", params(Wanted), responses(
    (status = 200, description = "Newest first", body = TrailPage),
    (status = 400, description = "There is no such kind, or no such page", body = Problem),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn list(state: Shared, admin: Admin, wanted: Query<Wanted>) -> Answer<TrailPage> {
    let limit = wanted.limit.unwrap_or(PAGE_USUAL).clamp(1, PAGE_MAX);
    // One more tells whether there is a next page.
    let mut entries = state.ports.audit.trail(&asked(&wanted, limit + 1)?).await?;
    let has_next = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| has_next).map(|last| format!("{}.{}", last.at.0, last.number));
    let scope = state.gate.scope(&admin.0.viewer).await;
    let entries = titled(&state, &scope, &entries).await?;
    Ok(Json(TrailPage { entries, next, kept_s: state.settings.audit_age_max.as_secs() }))
}

/// What an entry changed: the document before and after it, without secrets.
#[utoipa::path(get, path = "/audit/{number}", tag = "audit", params(("number" = u64, Path, description = "The entry")),
    responses(
    (status = 200, description = "The entry with the document before and after", body = Opened),
    (status = 403, description = "For administrators only", body = Problem),
    (status = 404, description = "There is no such entry, or no longer", body = Problem)))]
pub(crate) async fn read(state: Shared, admin: Admin, number: Path<u64>) -> Answer<Opened> {
    let number = Some(*number).filter(|number| *number <= i64::MAX.cast_unsigned());
    let only = Asked { number, limit: 1, ..asked(&Wanted::default(), 1)? };
    let found = match number {
        Some(_) => state.ports.audit.trail(&only).await?.pop(),
        None => None,
    };
    let entry = found.ok_or_else(|| ApiError::not_found("there is no such entry, or no longer"))?;
    let scope = state.gate.scope(&admin.0.viewer).await;
    let bodies::Bodies { before, after, contents } = bodies::of(&state, &scope, &entry).await?;
    let entry = titled(&state, &scope, std::slice::from_ref(&entry)).await?.pop();
    let entry = entry.ok_or_else(|| ApiError::not_found("there is no such entry, or no longer"))?;
    Ok(Json(Opened { entry, before, after, contents }))
}
