//! Loading templates into a tenant's documents, without ever overwriting what somebody changed there.

use super::{KIND, Template, hash};
use actors::web::templates::{AUTHOR, ORIGIN};
use model::Text;
use model::time::Micros;
use ports::documents::{Document, Documents};
use ports::{Result, StoreError};
use serde_json::json;
use std::collections::BTreeMap;

/// What becomes of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is as shipped.
    Same,
    /// It was not there: it is loaded.
    New,
    /// It is as an earlier version shipped it: it is replaced.
    Upgraded,
    /// Somebody changed it: it stays.
    Edited,
    /// Somebody removed it: it stays away.
    Removed,
}

/// What becomes of each, by name.
pub type Report = BTreeMap<Text, Fate>;

/// A template with what is stored of it.
struct Found<'a> {
    template: &'a Template,
    stored: Option<Document>,
    origin: Option<Document>,
    fate: Fate,
}

async fn find<'a>(documents: &dyn Documents, templates: &'a [Template]) -> Result<Vec<Found<'a>>> {
    let by_id = async |kind: &str| -> Result<BTreeMap<Text, Document>> {
        Ok(documents.list(kind).await?.into_iter().map(|found| (found.id.clone(), found)).collect())
    };
    let (mut stored, mut origins) = (by_id(KIND).await?, by_id(ORIGIN).await?);
    let found = templates.iter().map(|template| {
        let (stored, origin) = (stored.remove(&template.name), origins.remove(&template.name));
        let shipped = hash(&template.body());
        let here = stored.as_ref().map(|document| hash(&document.body));
        let loaded = origin.as_ref().and_then(|document| document.body["hash"].as_str().map(str::to_owned));
        let fate = match (here, loaded) {
            (None, None) => Fate::New,
            (None, Some(_)) => Fate::Removed,
            (Some(here), Some(loaded)) if here == shipped && loaded == shipped => Fate::Same,
            // As shipped, but that it was loaded is not noted: the note is made up for.
            (Some(here), _) if here == shipped => Fate::Upgraded,
            (Some(here), Some(loaded)) if here == loaded => Fate::Upgraded,
            (Some(_), _) => Fate::Edited,
        };
        Found { template, stored, origin, fate }
    });
    Ok(found.collect())
}

/// What [`load`] would do. Changes nothing.
///
/// # Errors
/// Of the store.
pub async fn check(documents: &dyn Documents, templates: &[Template]) -> Result<Report> {
    let found = find(documents, templates).await?;
    Ok(found.into_iter().map(|found| (found.template.name.clone(), found.fate)).collect())
}

/// Loads what is missing, upgrades what nobody changed, and leaves the rest as it is. May be run again at any time,
/// also by several at once: who comes second finds the other's work.
///
/// # Errors
/// Of the store; what was loaded before the error stays.
pub async fn load(documents: &dyn Documents, templates: &[Template], now: Micros) -> Result<Report> {
    let mut report = Report::new();
    for found in find(documents, templates).await? {
        let name = found.template.name.clone();
        let fate = match found.fate {
            Fate::New | Fate::Upgraded => match replace(documents, &found, now).await {
                // Somebody else was quicker; the next run tells what became of it.
                Err(StoreError::Conflict { .. }) => Fate::Edited,
                outcome => outcome.map(|()| found.fate)?,
            },
            fate => fate,
        };
        report.insert(name, fate);
    }
    Ok(report)
}

async fn replace(documents: &dyn Documents, found: &Found<'_>, now: Micros) -> Result<()> {
    let body = found.template.body();
    let document = |kind: &str, former: &Option<Document>, body| Document {
        kind: Text::from(kind),
        id: found.template.name.clone(),
        revision: former.as_ref().map_or(0, |former| former.revision),
        body,
        changed_by: AUTHOR.into(),
        changed_at: now,
    };
    let hash = hash(&body);
    if found.stored.as_ref().is_none_or(|stored| stored.body != body) {
        documents.put(document(KIND, &found.stored, body)).await?;
    }
    // Afterwards: when this fails, the next run finds the template as shipped, and makes the note.
    documents.put(document(ORIGIN, &found.origin, json!({ "hash": hash }))).await?;
    Ok(())
}
