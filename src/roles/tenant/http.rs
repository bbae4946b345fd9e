//! The configuration over HTTP, read only: `/configuration/v3/objects/...` (docs/tenant-service.md).

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Data, Path, Query, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use configuration::Ledger;
use model::tenant::Tenant;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::watch;
use wire::link::Token;

/// Objects on one page at most.
const PAGE_MAX: usize = 10_000;
/// Objects on one page unless asked otherwise.
const PAGE: usize = 1_000;

/// What requests are answered from. It has no `Debug`, because it holds a secret.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) ledger: watch::Receiver<Arc<Ledger>>,
    pub(super) token: Token,
}

/// The routes.
pub(super) fn routes(shared: Shared) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config: &mut ServiceConfig| {
        config
            .app_data(Data::new(shared))
            .route("/configuration/v3/objects/{type}", get().to(list))
            .route("/configuration/v3/objects/{type}/{id}", get().to(one))
            .default_service(actix_web::web::to(nothing));
    }
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    offset: usize,
    limit: Option<usize>,
}

async fn list(
    request: HttpRequest,
    kind: Path<String>,
    page: Query<Page>,
    shared: Data<Shared>,
) -> HttpResponse {
    let ledger = match admitted(&request, &shared) {
        Ok(ledger) => ledger,
        Err(refusal) => return *refusal,
    };
    let Some(objects) = objects(&ledger, &kind) else { return unknown_type(&kind) };
    let total = objects.len();
    let limit = page.limit.unwrap_or(PAGE).min(PAGE_MAX);
    let shown: Vec<Value> = objects.into_iter().skip(page.offset).take(limit).collect();
    let revision = ledger.position().seq;
    let data = json!({ "totalCount": total, "revision": revision, kind.as_str(): shown });
    answer(&ledger, json!({ "status": { "code": 0 }, "data": data }))
}

async fn one(request: HttpRequest, place: Path<(String, String)>, shared: Data<Shared>) -> HttpResponse {
    let ledger = match admitted(&request, &shared) {
        Ok(ledger) => ledger,
        Err(refusal) => return *refusal,
    };
    let (kind, id) = place.into_inner();
    let Some(objects) = objects(&ledger, &kind) else { return unknown_type(&kind) };
    match objects.into_iter().find(|object| object["id"] == *id) {
        Some(object) => answer(&ledger, json!({ "status": { "code": 0 }, "data": { "object": object } })),
        None => failure(HttpResponse::NotFound(), 3, &format!("there is none of {kind} with the id {id}")),
    }
}

async fn nothing() -> HttpResponse {
    failure(HttpResponse::NotFound(), 3, "read /configuration/v3/objects/{type} with GET")
}

/// The ledger, for those who have the token and not the same revision already.
fn admitted(request: &HttpRequest, shared: &Shared) -> Result<Arc<Ledger>, Box<HttpResponse>> {
    let headers = request.headers();
    let text = |name: header::HeaderName| value(headers, name);
    let given = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ").map(str::trim));
    if !given.is_some_and(|given| shared.token.admits(given)) {
        let mut answer = HttpResponse::Unauthorized();
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        let cause = "a bearer token is needed, and it must be the one of this service";
        return Err(Box::new(failure(answer, 2, cause)));
    }
    let ledger = shared.ledger.borrow().clone();
    if text(header::IF_NONE_MATCH).is_some_and(|known| known == tag(&ledger)) {
        let unchanged = HttpResponse::NotModified().insert_header((header::ETAG, tag(&ledger))).finish();
        return Err(Box::new(unchanged));
    }
    Ok(ledger)
}

fn value(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Tells contents apart.
fn tag(ledger: &Ledger) -> String {
    let position = ledger.position();
    format!("\"{}-{}\"", position.epoch, position.seq)
}

fn answer(ledger: &Ledger, body: Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, tag(ledger))).json(body)
}

fn failure(mut answer: actix_web::HttpResponseBuilder, code: u8, message: &str) -> HttpResponse {
    answer.json(json!({ "status": { "code": code, "message": message } }))
}

fn unknown_type(kind: &str) -> HttpResponse {
    let known = "agents, agent-groups, dns, places, place-groups, queue-groups, skills, switches";
    failure(HttpResponse::NotFound(), 1, &format!("{kind} is no type of objects: ask for one of {known}"))
}

/// All objects of a type, by id; none for a type that does not exist.
fn objects(ledger: &Ledger, kind: &str) -> Option<Vec<Value>> {
    let tenant = ledger.configuration().tenant().unwrap_or_default();
    let named = |name: &str, rest: Value| with(name, name, rest);
    Some(match kind {
        "agents" => agents(&tenant),
        "agent-groups" => {
            let group = |group: &model::tenant::AgentGroup| {
                let rest = json!({
                    "agents": group.agents, "script": group.script, "originationDns": group.origination_dns,
                });
                named(&group.name, rest)
            };
            tenant.agent_groups.iter().map(group).collect()
        }
        "dns" => {
            let dn = |dn: &model::tenant::Dn| {
                let id = format!("{}@{}", dn.number, dn.switch);
                let name = dn.name.as_ref().unwrap_or(&dn.number);
                with(&id, name, json!({ "number": dn.number, "switch": dn.switch, "type": dn.kind }))
            };
            tenant.dns.iter().map(dn).collect()
        }
        "places" => {
            tenant.places.iter().map(|place| named(&place.name, json!({ "dns": place.dns }))).collect()
        }
        "place-groups" => {
            let rest = |group: &model::tenant::PlaceGroup| json!({ "places": group.places, "originationDns": group.origination_dns });
            tenant.place_groups.iter().map(|group| named(&group.name, rest(group))).collect()
        }
        "queue-groups" => {
            tenant.queue_groups.iter().map(|group| named(&group.name, json!({ "dns": group.dns }))).collect()
        }
        "skills" => {
            let skills: BTreeSet<_> = tenant.agents.iter().flat_map(|agent| agent.skills.keys()).collect();
            skills.into_iter().map(|skill| named(skill, json!({}))).collect()
        }
        "switches" => {
            let mut switches: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for source in &tenant.sources {
                switches.entry(&source.switch).or_default().push(&source.name);
            }
            switches.into_iter().map(|(name, sources)| named(name, json!({ "sources": sources }))).collect()
        }
        _ => return None,
    })
}

fn agents(tenant: &Tenant) -> Vec<Value> {
    let agent = |agent: &model::tenant::Agent| {
        let skills: Vec<Value> =
            agent.skills.iter().map(|(name, level)| json!({ "name": name, "level": level })).collect();
        let of = tenant.agent_groups.iter().filter(|group| group.agents.contains(&agent.id));
        let groups: Vec<&str> = of.map(|group| group.name.as_str()).collect();
        let name = agent.name.as_ref().unwrap_or(&agent.id);
        with(&agent.id, name, json!({ "employeeId": agent.id, "skills": skills, "agentGroups": groups }))
    };
    tenant.agents.iter().map(agent).collect()
}

/// An object with its id and name; keys without a value are left out.
fn with(id: &str, name: &str, rest: Value) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("id".into(), id.into());
    object.insert("name".into(), name.into());
    if let Value::Object(rest) = rest {
        object.extend(rest.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(object)
}
