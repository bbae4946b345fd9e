//! The configuration service over HTTP: which objects there are, and what people call them.

use crate::http::{Http, HttpError};
use crate::service::ServiceToken;
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::values::ObjectInfo;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Objects asked for at once.
const PAGE: usize = 5_000;

/// More than this is no contact centre, but a fault of paging.
const OBJECTS_MAX: usize = 1_000_000;

/// Where the token comes from.
#[derive(Clone)]
pub enum Credential {
    /// One that is given, and read again for every reading.
    Given(crate::SecretSource),
    /// One of the authorization service.
    Service(Arc<ServiceToken>),
}

/// Why the configuration can't be read.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The service does not answer.
    #[error("the configuration service does not answer: {0}")]
    Unreachable(#[from] HttpError),
    /// It does not let us in.
    #[error("the configuration service refuses: {0}; look at the token under [configuration]")]
    Refused(String),
    /// It answers otherwise than expected.
    #[error("the configuration service answers what can't be read: {0}")]
    Misfit(String),
}

/// A client of the service.
#[derive(Clone)]
pub struct Directory {
    base: String,
    credential: Credential,
    http: Http,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    total_count: usize,
    #[serde(flatten)]
    lists: BTreeMap<String, serde_json::Value>,
}

/// A page of a list.
struct Paged {
    /// Of the reading that it belongs to.
    mark: String,
    /// Lines of the whole list.
    total: usize,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Answer {
    data: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: Text,
    #[serde(default)]
    name: Text,
    #[serde(rename = "type", default)]
    kind: Option<Text>,
    #[serde(default)]
    agent_groups: Vec<Text>,
    #[serde(default)]
    dns: Vec<Text>,
}

/// Lists of the service, with the objects that their lines are.
const LISTS: [(&str, ObjectType); 6] = [
    ("agents", ObjectType::Agent),
    ("agent-groups", ObjectType::GroupAgents),
    ("dns", ObjectType::RegDN),
    ("places", ObjectType::Place),
    ("place-groups", ObjectType::GroupPlaces),
    ("queue-groups", ObjectType::GroupQueues),
];

impl Directory {
    /// A client of the service at `base`.
    pub fn new(base: &str, credential: Credential, http: Http) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), credential, http }
    }

    /// All objects, unless nothing changed since the reading that answered `known`; with the mark of this reading.
    pub async fn read(
        &self,
        known: Option<String>,
        now: Micros,
    ) -> Result<Option<(String, Vec<ObjectInfo>)>, DirectoryError> {
        let this = self.clone();
        self.http.on_thread(move |http| this.read_now(http, known, now)).await?
    }

    /// How many agents there are: one look, to see whether the service lets us in.
    pub async fn look(&self, now: Micros) -> Result<usize, DirectoryError> {
        let this = self.clone();
        let looked = move |http: &Http| {
            let token = this.token(now)?;
            let page = this.page(http, &token, "agents", (0, 1), None)?;
            Ok(page.map_or(0, |page| page.total))
        };
        self.http.on_thread(looked).await?
    }

    fn token(&self, now: Micros) -> Result<String, DirectoryError> {
        match &self.credential {
            Credential::Given(given) => given().map_err(|error| DirectoryError::Refused(error.to_string())),
            Credential::Service(service) => service.get(now).map_err(DirectoryError::Refused),
        }
    }

    fn read_now(
        &self,
        http: &Http,
        known: Option<String>,
        now: Micros,
    ) -> Result<Option<(String, Vec<ObjectInfo>)>, DirectoryError> {
        let token = self.token(now)?;
        let mut lines = BTreeMap::new();
        let mut mark = String::new();
        for (list, kind) in LISTS {
            // Only the first list may say that nothing changed: then nothing did in any.
            let known = if mark.is_empty() { known.as_deref() } else { None };
            match self.list(http, &token, list, known)? {
                None => return Ok(None),
                Some((of, _)) if !mark.is_empty() && of != mark => {
                    return Err(DirectoryError::Misfit(
                        "it changed while it was read; read again".to_owned(),
                    ));
                }
                Some((of, found)) => {
                    mark = of;
                    lines.insert(kind, found);
                }
            }
        }
        Ok(Some((mark, objects(lines))))
    }

    fn list(
        &self,
        http: &Http,
        token: &str,
        list: &str,
        known: Option<&str>,
    ) -> Result<Option<(String, Vec<Line>)>, DirectoryError> {
        let (mut lines, mut mark) = (Vec::new(), String::new());
        loop {
            let Some(page) = self.page(http, token, list, (lines.len(), PAGE), known)? else {
                return Ok(None);
            };
            if !lines.is_empty() && page.mark != mark {
                let cause = format!("{list}: it changed while it was read; read again");
                return Err(DirectoryError::Misfit(cause));
            }
            mark = page.mark;
            let empty = page.lines.is_empty();
            lines.extend(page.lines);
            if empty || lines.len() >= page.total.min(OBJECTS_MAX) {
                return Ok(Some((mark, lines)));
            }
        }
    }

    /// Some lines of a list, unless nothing changed since the reading of mark `known`.
    fn page(
        &self,
        http: &Http,
        token: &str,
        list: &str,
        (offset, limit): (usize, usize),
        known: Option<&str>,
    ) -> Result<Option<Paged>, DirectoryError> {
        let url = format!("{}/configuration/v3/objects/{list}?offset={offset}&limit={limit}", self.base);
        let mut request = ::http::Request::get(url).header("Authorization", format!("Bearer {token}"));
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            request = request.header("If-None-Match", known);
        }
        let misfit = |cause: String| DirectoryError::Misfit(format!("{list}: {cause}"));
        let answer = http.send(request.body(Vec::new()).map_err(|error| misfit(error.to_string()))?)?;
        match answer.status().as_u16() {
            200 => {}
            304 => return Ok(None),
            401 | 403 => {
                if let Credential::Service(service) = &self.credential {
                    service.forget();
                }
                return Err(DirectoryError::Refused(answer.status().to_string()));
            }
            status => return Err(misfit(format!("it answers {status}"))),
        }
        let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default();
        let page: Answer =
            serde_json::from_slice(answer.body()).map_err(|error| misfit(error.to_string()))?;
        let mut data = page.data;
        let found = data.lists.remove(list).ok_or_else(|| misfit("the list is missing".to_owned()))?;
        let lines = serde_json::from_value(found).map_err(|error| misfit(error.to_string()))?;
        Ok(Some(Paged { mark: tag.to_owned(), total: data.total_count, lines }))
    }
}

/// The objects that these lines are, with the groups that hold them.
fn objects(lines: BTreeMap<ObjectType, Vec<Line>>) -> Vec<ObjectInfo> {
    let mut groups: BTreeMap<(ObjectType, Text), BTreeSet<Text>> = BTreeMap::new();
    for group in lines.get(&ObjectType::GroupQueues).into_iter().flatten() {
        for dn in &group.dns {
            groups.entry((ObjectType::RegDN, dn.clone())).or_default().insert(group.id.clone());
        }
    }
    let mut found = Vec::new();
    for (list, lines) in lines {
        for line in lines {
            let mut held = groups.remove(&(list, line.id.clone())).unwrap_or_default();
            held.extend(line.agent_groups);
            let kind = match (list, line.kind.as_deref()) {
                (ObjectType::RegDN, Some("Queue" | "VirtualQueue")) => ObjectType::Queue,
                (ObjectType::RegDN, Some("RoutePoint")) => ObjectType::RoutePoint,
                _ => list,
            };
            let name = if line.name.is_empty() { line.id.clone() } else { line.name };
            let object = Object::new(kind, line.id.as_str());
            found.push(ObjectInfo { object, name, groups: held.into_iter().collect() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_become_queues_and_members_know_their_groups() {
        let line = |body: serde_json::Value| serde_json::from_value::<Line>(body).unwrap();
        use serde_json::json;
        let lines = BTreeMap::from([
            (ObjectType::Agent, vec![line(json!({ "id": "A1", "name": "Ann", "agentGroups": ["Sales"] }))]),
            (
                ObjectType::RegDN,
                vec![
                    line(json!({ "id": "9001@sw", "type": "Queue", "number": "9001" })),
                    line(json!({ "id": "2001@sw", "name": "", "type": "Extension" })),
                ],
            ),
            (ObjectType::GroupQueues, vec![line(json!({ "id": "All", "name": "All", "dns": ["9001@sw"] }))]),
        ]);
        let found = objects(lines);
        let say =
            |info: &ObjectInfo| format!("{} {} {:?}", info.object.kind.name(), info.object.id, info.groups);
        let said: BTreeSet<String> = found.iter().map(say).collect();
        let expected =
            [r#"Agent A1 ["Sales"]"#, r#"Queue 9001@sw ["All"]"#, "RegDN 2001@sw []", "GroupQueues All []"];
        assert_eq!(said, expected.iter().map(ToString::to_string).collect());
    }
}
