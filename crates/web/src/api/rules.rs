//! Rules: made by whoever may make boards, evaluated in their owner's eyes, changed by their owner alone.

pub(crate) mod trial;

use crate::alerts::{is_of, way_name};
use crate::api::boards::{etag, expected};
use crate::api::{Answer, BASE};
use crate::auth::{Editor, Known, Session, Signed, Way, token};
use crate::error::{ApiError, Problem};
use crate::settings::new_document;
use crate::state::{Shared, State};
use access::Privilege;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use actors::web::alerts::{RULE, RULES_MAX, StoredRule, Subject};
use alerting::Rule;
use model::{Object, Text};
use ports::demand;
use ports::documents::Document;
use ports::grants::Scope;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleLine {
    id: String,
    /// The rule's ETag without quotes.
    revision: u64,
    /// What it asks: `{title, text, severity, object_type, objects, statistic, condition, for_s, clear_for_s, enabled,
    /// private, webhook}` (docs/rules.md), without objects that one may not see, and of others' rules without the webhook.
    #[schema(value_type = Object)]
    rule: Rule,
    owner: String,
    /// Whether it is one's own.
    mine: bool,
    /// `watched`, `off`, `asleep`.
    standing: &'static str,
    /// Why it is asleep, and what to do.
    cause: Option<String>,
    /// The statistic's title.
    statistic: String,
    unit: String,
    changed_by: String,
    /// µs since 1970.
    changed_at: i64,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_rule", message)
}

/// Reads and checks a rule, with its statistic.
fn parse(state: &State, body: &Value) -> Result<(Rule, Subject), ApiError> {
    let rule: Rule = serde_json::from_value(body.clone()).map_err(|error| invalid(error.to_string()))?;
    rule.check().map_err(invalid)?;
    let subject = Subject::of(&rule, &state.ports.library).map_err(invalid)?;
    Ok((rule, subject))
}

/// A webhook must be one that the settings allow.
fn check_webhook(state: &State, rule: &Rule) -> Result<(), ApiError> {
    let Some(url) = &rule.webhook else { return Ok(()) };
    match &state.ports.webhooks {
        None => Err(invalid("webhook: webhooks are off")
            .cure("ask an administrator to name its origin under [webhooks] in the settings")),
        Some(webhooks) => webhooks.allows(url).map_err(|cause| invalid(format!("webhook: {cause}"))),
    }
}

fn is_mine(session: &Session, stored: &StoredRule) -> bool {
    is_of(stored, &session.user, session.way)
}

/// Whether an object that a rule names may be told. Patterns tell nothing of what there is.
fn is_told(rule: &Rule, id: &Text, scope: &Scope) -> bool {
    id.contains(['*', '?']) || scope.holds(&Object::new(rule.object_type, id.clone()))
}

/// What one may know of a rule. The address of a webhook may be a secret.
fn redacted(mut rule: Rule, scope: &Scope, mine: bool) -> Rule {
    let all = std::mem::take(&mut rule.objects);
    rule.objects = all.into_iter().filter(|id| is_told(&rule, id, scope)).collect();
    if !mine {
        rule.webhook = None;
    }
    rule
}

/// Whoever changes a rule takes no object away that they do not see.
fn keep_unseen(rule: &mut Rule, before: &Rule, scope: &Scope) {
    if rule.object_type == before.object_type {
        let unseen =
            before.objects.iter().filter(|id| !is_told(before, id, scope) && !rule.objects.contains(id));
        let unseen: Vec<Text> = unseen.cloned().collect();
        rule.objects.extend(unseen);
    }
}

async fn line(
    state: &State,
    signed: &Signed,
    scope: &Scope,
    document: Document,
) -> Result<RuleLine, ApiError> {
    let stored: StoredRule = serde_json::from_value(document.body)
        .map_err(|error| ApiError::not_found(format!("the rule can't be read: {error}")))?;
    let mine = is_mine(&signed.session, &stored);
    let subject = Subject::of(&stored.rule, &state.ports.library);
    let (standing, cause) = standing(state, &stored, &subject).await?;
    let (statistic, unit) = match &subject {
        Ok(subject) => (subject.title.to_string(), subject.unit.to_string()),
        Err(_) => (stored.rule.statistic.stat_type.to_string(), String::new()),
    };
    Ok(RuleLine {
        id: document.id.to_string(),
        revision: document.revision,
        rule: redacted(stored.rule, scope, mine),
        owner: stored.owner.to_string(),
        mine,
        standing,
        cause,
        statistic,
        unit,
        changed_by: document.changed_by.to_string(),
        changed_at: document.changed_at.0,
    })
}

/// Whether it is evaluated; if not, why.
async fn standing(
    state: &State,
    stored: &StoredRule,
    subject: &Result<Subject, String>,
) -> Result<(&'static str, Option<String>), ApiError> {
    if !stored.rule.enabled {
        return Ok(("off", None));
    }
    let subject = match subject {
        Ok(subject) => subject,
        Err(cause) => return Ok(("asleep", Some(cause.clone()))),
    };
    let way = if stored.way == way_name(Way::Service) { Way::Service } else { Way::Account };
    let owner = crate::share::viewer_of(state, &stored.owner, way).await?;
    let may = |viewer: ports::grants::Viewer| {
        access::Privileges::of_roles(&viewer.roles).has(Privilege::ManageWidgets)
    };
    if !owner.is_some_and(may) {
        let cause = "its owner may make no rules any more; somebody else makes it anew";
        return Ok(("asleep", Some(cause.to_owned())));
    }
    match state.ports.demand.answered(&subject.key).await? {
        Some(demand::Answer::Refused(cause)) => Ok(("asleep", Some(cause.to_string()))),
        Some(demand::Answer::Opened) | None => Ok(("watched", None)),
    }
}

/// A rule that one may look at: one's own, and for administrators all.
async fn find(state: &State, signed: &Signed, id: &str) -> Result<(Document, StoredRule), ApiError> {
    let found = state.ports.documents.get(RULE, id).await?;
    let found = found.and_then(|document| {
        let stored: StoredRule = serde_json::from_value(document.body.clone()).ok()?;
        let may = is_mine(&signed.session, &stored) || signed.privileges.has(Privilege::ManageUsers);
        may.then_some((document, stored))
    });
    found.ok_or_else(|| ApiError::not_found("there is no such rule of yours"))
}

/// One's own rules; for administrators all.
#[utoipa::path(get, path = "/rules", tag = "alerts", responses(
    (status = 200, description = "By title", body = Vec<RuleLine>),
    (status = 403, description = "Only who may make boards makes rules", body = Problem)))]
pub(crate) async fn list(state: Shared, editor: Editor) -> Answer<Vec<RuleLine>> {
    let signed = &editor.0;
    let scope = state.gate.scope(&signed.viewer).await;
    let sees_all = signed.privileges.has(Privilege::ManageUsers);
    let mut lines = Vec::new();
    for document in state.ports.documents.list(RULE).await? {
        let stored = serde_json::from_value::<StoredRule>(document.body.clone()).ok();
        if stored.is_some_and(|stored| sees_all || is_mine(&signed.session, &stored)) {
            lines.push(line(&state, signed, &scope, document).await?);
        }
    }
    lines.sort_by(|a, b| a.rule.title.cmp(&b.rule.title).then_with(|| a.id.cmp(&b.id)));
    Ok(Json(lines))
}

/// One rule.
#[utoipa::path(get, path = "/rules/{id}", tag = "alerts", params(("id" = String, Path, description = "The rule")),
    responses(
    (status = 200, description = "The rule, with its ETag", body = RuleLine),
    (status = 404, description = "There is no such rule of yours", body = Problem)))]
pub(crate) async fn read(state: Shared, editor: Editor, id: Path<String>) -> Result<HttpResponse, ApiError> {
    let (document, _) = find(&state, &editor.0, &id).await?;
    answer(&state, &editor.0, HttpResponse::Ok(), document).await
}

async fn answer(
    state: &State,
    signed: &Signed,
    mut response: actix_web::HttpResponseBuilder,
    document: Document,
) -> Result<HttpResponse, ApiError> {
    let scope = state.gate.scope(&signed.viewer).await;
    let tag = etag(document.revision);
    let line = line(state, signed, &scope, document).await?;
    Ok(response.insert_header((ETAG, tag)).json(line))
}

/// A new rule, which is evaluated from now on, in the eyes of whoever made it.
#[utoipa::path(post, path = "/rules", tag = "alerts", request_body = Object, responses(
    (status = 201, description = "Stored; Location and ETag tell where and as what", body = RuleLine),
    (status = 403, description = "Only who may make boards makes rules", body = Problem),
    (status = 409, description = "There are too many rules", body = Problem),
    (status = 422, description = "Something in it is wrong: a statistic that there is not, limits that contradict each other, \
        a webhook that is not allowed ...", body = Problem)))]
pub(crate) async fn create(
    state: Shared,
    editor: Editor,
    body: Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let (rule, _) = parse(&state, &body)?;
    check_webhook(&state, &rule)?;
    let (documents, session) = (&state.ports.documents, &editor.0.session);
    if documents.list(RULE).await?.len() >= RULES_MAX {
        let message = format!("there are {RULES_MAX} rules already");
        return Err(
            ApiError::new(StatusCode::CONFLICT, "too_many", message).cure("remove some that nobody needs")
        );
    }
    if session.way == Way::Service {
        // A program with an access token has signed in nowhere, and sessions may be older than this memory.
        let Session { user, name, roles, began, .. } = session.clone();
        state.people.remember(&Known { user, name, roles, told_at: began }).await?;
    }
    let id = token()[..16].to_owned();
    let stored = StoredRule { rule, owner: session.user.clone(), way: way_name(session.way) };
    let body = serde_json::json!(stored);
    let mut document = new_document(RULE, &id, body, &session.user, &state.ports.clock);
    document.revision = documents.put(document.clone()).await?;
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, format!("{BASE}/rules/{id}")));
    answer(&state, &editor.0, response, document).await
}

/// Replaces a rule of one's own. One that asks something else ends its open alerts.
#[utoipa::path(put, path = "/rules/{id}", tag = "alerts", request_body = Object,
    params(("id" = String, Path, description = "The rule"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 200, description = "Stored, with its new ETag", body = RuleLine),
    (status = 403, description = "It is somebody else's", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    id: Path<String>,
    body: Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let revision = expected(&request)?;
    let (document, stored) = find(&state, &editor.0, &id).await?;
    if !is_mine(&editor.0.session, &stored) {
        return Err(ApiError::forbidden("a rule sees what its owner may see, so its owner alone changes it")
            .cure("make one of your own, or remove this one"));
    }
    let (mut rule, _) = parse(&state, &body)?;
    check_webhook(&state, &rule)?;
    keep_unseen(&mut rule, &stored.rule, &state.gate.scope(&editor.0.viewer).await);
    let by = editor.0.session.user.clone();
    let (body, now) = (serde_json::json!(StoredRule { rule, ..stored }), state.ports.clock.now());
    let mut document = Document { revision, body, changed_by: by, changed_at: now, ..document };
    document.revision = state.ports.documents.put(document.clone()).await?;
    answer(&state, &editor.0, HttpResponse::Ok(), document).await
}

/// Removes a rule; its open alerts end.
#[utoipa::path(delete, path = "/rules/{id}", tag = "alerts",
    params(("id" = String, Path, description = "The rule"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 204, description = "Removed"),
    (status = 404, description = "There is no such rule of yours", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn remove(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let revision = expected(&request)?;
    find(&state, &editor.0, &id).await?;
    let (by, now) = (&editor.0.session.user, state.ports.clock.now());
    state.ports.documents.delete(RULE, &id, revision, by, now).await?;
    Ok(HttpResponse::NoContent().finish())
}
