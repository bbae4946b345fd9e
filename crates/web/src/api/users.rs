//! Local accounts, for administrators.

mod presence;

pub(crate) use presence::{Presence, presences};

use crate::api::Answer;
use crate::api::boards::expected;
use crate::audit::{deeds, note};
use crate::auth::{Admin, PASSWORD_BYTES_MAX, User, Way, invent};
use crate::error::{ApiError, Problem};
use crate::share;
use crate::state::{Shared, State};
use access::Given;
use actix_web::http::StatusCode;
use actix_web::http::header::IF_MATCH;
use actix_web::http::header::LOCATION;
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use model::Text;
use model::tenant::Pattern;
use ports::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a new password, at least.
const PASSWORD_CHARS_MIN: usize = 8;
/// Accounts of one tenant.
const USERS_MAX: usize = 10_000;
/// Roles, groups or patterns of one account.
const LIST_MAX: usize = 200;

/// An account, without its password.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserLine {
    user: String,
    name: String,
    roles: Vec<String>,
    /// Access groups that it belongs to.
    groups: Vec<String>,
    /// What the account itself may see: `{allow, deny}` as in access lists; null: what access lists say.
    #[schema(value_type = Object)]
    access: Option<Given>,
    /// Nobody can sign in by it.
    disabled: bool,
    /// Its ETag without quotes.
    revision: u64,
    #[serde(flatten)]
    presence: Presence,
    /// The password that was made, once: in the answer to whoever had it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_password: Option<String>,
}

/// What an account is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserForm {
    /// The name for signing in; when an account is changed, it may be left out.
    user: Option<String>,
    /// A name for people.
    name: Option<String>,
    /// At least eight characters; when an account is changed, absent leaves it.
    password: Option<String>,
    /// A password is made, and told in the answer, once.
    #[serde(default)]
    invent_password: bool,
    /// `viewer`, `wallboard`, `editor`, `admin`, names of privileges, or roles that access lists name.
    roles: Vec<String>,
    /// Access groups that it belongs to.
    #[serde(default)]
    groups: Vec<String>,
    /// What the account itself may see: `{allow, deny}` as in access lists.
    #[serde(default)]
    #[schema(value_type = Object)]
    access: Option<Given>,
    /// Nobody can sign in by it.
    #[serde(default)]
    disabled: bool,
}

fn line(user: User, revision: u64) -> UserLine {
    let words = |texts: &[Text]| texts.iter().map(ToString::to_string).collect();
    UserLine {
        user: user.user.to_string(),
        name: user.name.to_string(),
        roles: words(&user.roles),
        groups: words(&user.groups),
        access: user.access,
        disabled: user.disabled,
        revision,
        presence: Presence::default(),
        new_password: None,
    }
}

fn invalid(cause: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_user", cause)
}

fn check(form: &UserForm) -> Result<(), ApiError> {
    let lists = [&form.roles, &form.groups];
    if lists.iter().any(|list| list.len() > LIST_MAX || list.iter().any(|word| word.trim().is_empty())) {
        return Err(invalid(format!("roles and groups: at most {LIST_MAX} names, none of them empty")));
    }
    if form.name.as_ref().is_some_and(|name| name.chars().count() > 128) {
        return Err(invalid("name: at most 128 characters"));
    }
    let patterns = form.access.iter().flat_map(|given| given.allow.iter().chain(&given.deny));
    if patterns.clone().count() > LIST_MAX {
        return Err(invalid(format!("access: at most {LIST_MAX} patterns")));
    }
    if form.invent_password && form.password.is_some() {
        return Err(invalid("password: it is either given or invented"));
    }
    for text in patterns {
        Pattern::parse(text).map_err(|error| invalid(format!("access: {error}")))?;
    }
    let Some(password) = &form.password else { return Ok(()) };
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        let cause =
            format!("password: at least {PASSWORD_CHARS_MIN} characters, at most {PASSWORD_BYTES_MAX} bytes");
        return Err(invalid(cause));
    }
    Ok(())
}

async fn hash(state: &State, password: &str) -> Result<String, ApiError> {
    state.passwords.hash(password).await.map_err(|error| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", error.to_string()).retry_after(2)
    })
}

fn texts(words: &[String]) -> Vec<Text> {
    words.iter().map(|word| word.trim().into()).collect()
}

/// All local accounts.
#[utoipa::path(get, path = "/users", tag = "users", responses(
    (status = 200, description = "By name", body = Vec<UserLine>),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn list(state: Shared, _: Admin) -> Answer<Vec<UserLine>> {
    let mut present = presences(&state, Way::Account).await?;
    let accounts = state.users.all_with_revisions().await?.into_iter();
    let lines = accounts.map(|(user, revision)| {
        let presence = present.remove(&user.user).unwrap_or_default();
        UserLine { presence, ..line(user, revision) }
    });
    Ok(Json(lines.collect()))
}

/// A new local account.
#[utoipa::path(post, path = "/users", tag = "users", request_body = UserForm, responses(
    (status = 201, description = "Made", body = UserLine),
    (status = 403, description = "For administrators only", body = Problem),
    (status = 409, description = "There is an account of that name", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem)))]
pub(crate) async fn create(
    state: Shared,
    admin: Admin,
    form: Json<UserForm>,
) -> Result<HttpResponse, ApiError> {
    check(&form)?;
    let user = access::user_name(form.user.as_deref().unwrap_or_default());
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '/';
    if user.is_empty() || user.len() > 128 || user.contains(odd) {
        return Err(invalid("user: between 1 and 128 characters, no spaces and no '/'"));
    }
    let Some((password, new_password)) = password_of(&form) else {
        return Err(invalid("password: a new account needs one"));
    };
    if state.users.all().await?.len() >= USERS_MAX {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "too_many",
            format!("there are {USERS_MAX} accounts"),
        ));
    }
    let account = User {
        name: form.name.as_deref().map_or_else(|| user.clone(), Text::from),
        roles: texts(&form.roles),
        password: hash(&state, &password).await?,
        groups: texts(&form.groups),
        access: form.access.clone(),
        disabled: form.disabled,
        user,
    };
    let revision =
        state.users.create(&account, &admin.0.session.user).await.map_err(|error| match error {
            StoreError::Conflict { .. } => {
                ApiError::new(StatusCode::CONFLICT, "exists", "there is an account of that name")
                    .cure("choose another name, or change that account")
            }
            other => other.into(),
        })?;
    let location = format!("{}/users/{}", crate::api::BASE, account.user);
    let told = UserLine { new_password, ..line(account, revision) };
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(told))
}

/// Changes a local account; its sessions end, as they may be of other rights. With `If-Match`, only as it was read.
#[utoipa::path(put, path = "/users/{user}", tag = "users", request_body = UserForm,
    params(("user" = String, Path, description = "The name for signing in")), responses(
    (status = 200, description = "Changed", body = UserLine),
    (status = 404, description = "There is no such account", body = Problem),
    (status = 409, description = "Nobody would be left to manage accounts", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    admin: Admin,
    user: Path<String>,
    form: Json<UserForm>,
) -> Answer<UserLine> {
    check(&form)?;
    let (mut account, found) = found(&state, &user).await?;
    let revision = if request.headers().contains_key(IF_MATCH) { expected(&request)? } else { found };
    if form.user.as_ref().is_some_and(|named| access::user_name(named) != account.user) {
        return Err(invalid("user: an account keeps its name; make another one and remove this one"));
    }
    account.roles = texts(&form.roles);
    account.disabled = form.disabled;
    others_manage(&state, &account.user, if account.disabled { &[] } else { &account.roles }).await?;
    account.groups = texts(&form.groups);
    account.access.clone_from(&form.access);
    if let Some(name) = &form.name {
        account.name = name.as_str().into();
    }
    let mut new_password = None;
    if let Some((password, invented)) = password_of(&form) {
        account.password = hash(&state, &password).await?;
        new_password = invented;
    }
    let revision = state.users.replace(&account, revision, &admin.0.session.user).await?;
    state.sessions.end_all_of(&account.user, Way::Account).await?;
    Ok(Json(UserLine { new_password, ..line(account, revision) }))
}

/// Removes a local account; its sessions end, the links that it made are taken back, and its rules are removed.
#[utoipa::path(delete, path = "/users/{user}", tag = "users",
    params(("user" = String, Path, description = "The name for signing in")), responses(
    (status = 204, description = "Removed"),
    (status = 404, description = "There is no such account", body = Problem),
    (status = 409, description = "Nobody would be left to manage accounts", body = Problem)))]
pub(crate) async fn remove(
    state: Shared,
    admin: Admin,
    user: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (account, revision) = found(&state, &user).await?;
    others_manage(&state, &account.user, &[]).await?;
    let by = &admin.0.session.user;
    state.users.remove(&account.user, revision, by).await?;
    state.sessions.end_all_of(&account.user, Way::Account).await?;
    // Another account of that name, later, is somebody else.
    share::take_back_all_of(&state, &account.user, Way::Account, by).await?;
    crate::alerts::remove_rules_of(&state, &account.user, Way::Account, by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all sessions of a local account.
#[utoipa::path(delete, path = "/users/{user}/sessions", tag = "users",
    params(("user" = String, Path, description = "The name for signing in")), responses(
    (status = 204, description = "It is signed out everywhere"),
    (status = 403, description = "For administrators only", body = Problem),
    (status = 404, description = "There is no such account", body = Problem)))]
pub(crate) async fn sign_out(
    state: Shared,
    admin: Admin,
    user: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (account, _) = found(&state, &user).await?;
    state.sessions.end_all_of(&account.user, Way::Account).await?;
    note(&state, deeds::SIGNED_OUT, &account.user, &admin.0.session.user, "").await;
    Ok(HttpResponse::NoContent().finish())
}

/// The password that a form asks for, and once more if it was made here.
fn password_of(form: &UserForm) -> Option<(String, Option<String>)> {
    match form.invent_password {
        true => {
            let password = invent();
            Some((password.clone(), Some(password)))
        }
        false => form.password.clone().map(|password| (password, None)),
    }
}

async fn found(state: &State, user: &str) -> Result<(User, u64), ApiError> {
    state.users.find_with_revision(user).await?.ok_or_else(|| ApiError::not_found("there is no such account"))
}

/// Somebody must be left who can let others in: with these roles the user, or somebody else.
async fn others_manage(state: &State, user: &Text, roles: &[Text]) -> Result<(), ApiError> {
    let manages = |roles: &[Text]| access::Privileges::of_roles(roles).has(access::Privilege::ManageUsers);
    let others = state.users.all().await?;
    if manages(roles)
        || others.iter().any(|other| other.user != *user && !other.disabled && manages(&other.roles))
    {
        return Ok(());
    }
    Err(ApiError::new(StatusCode::CONFLICT, "last_admin", "nobody would be left to manage accounts")
        .cure("give another account the role 'admin' first"))
}
