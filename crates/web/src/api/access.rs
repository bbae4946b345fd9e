//! What one may see and do; and for administrators, why somebody sees an object or does not.

use crate::api::Answer;
use crate::auth::{Admin, Signed};
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use actix_web::HttpResponse;
use actix_web::web::{Json, Query};
use actors::web::{Knowledge, Trust};
use model::Text;
use model::tenant::Pattern;
use ports::grants::{Scope, Viewer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// What is known of one's own access.
#[derive(Serialize, ToSchema)]
pub(crate) struct Own {
    /// `everything`, `some`, `nothing`.
    scope: &'static str,
    /// How many objects, by type; only where `scope` is `some`.
    objects: BTreeMap<&'static str, usize>,
    #[serde(flatten)]
    state: Standing,
    /// What one may do.
    privileges: Vec<&'static str>,
}

/// How far what is known may be believed.
#[derive(Serialize, ToSchema)]
pub(crate) struct Standing {
    /// `fresh`, `expired` (nobody confirmed it for too long: nothing is shown), `unknown` (nothing was heard yet).
    state: &'static str,
    /// Of the tenant's access rules.
    revision: u64,
    /// Seconds since it was confirmed; absent where it holds for ever, or was never confirmed.
    age_s: Option<i64>,
}

fn standing(known: &Knowledge, now: model::time::Micros) -> Standing {
    let state = match known.trust {
        Trust::Unknown => "unknown",
        Trust::Fresh => "fresh",
        Trust::Expired => "expired",
    };
    let ages = (1..i64::MAX).contains(&known.confirmed.0);
    let age_s = ages.then(|| (now - known.confirmed).secs().max(0));
    Standing { state, revision: known.revision, age_s }
}

/// What one may see and do oneself, in numbers.
#[utoipa::path(get, path = "/access", tag = "access", responses(
    (status = 200, description = "One's own access", body = Own),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn own(state: Shared, signed: Signed) -> Answer<Own> {
    let known = state.gate.known(&signed.viewer).await;
    let mut objects = BTreeMap::new();
    let scope = match &known.scope {
        Scope::Nothing => "nothing",
        Scope::Everything => "everything",
        Scope::Only(seen) => {
            for object in seen.iter() {
                *objects.entry(object.kind.name()).or_default() += 1;
            }
            "some"
        }
    };
    let privileges = signed.privileges.iter().map(access::Privilege::name).collect();
    Ok(Json(Own { scope, objects, state: standing(&known, state.ports.clock.now()), privileges }))
}

/// Whose access to what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The user.
    user: String,
    /// `Type:id`: `Queue:8001@sw1`, `Agent:A7` ...
    object: String,
    /// The roles with which the user signs in, with commas; those of the local account if absent.
    roles: Option<String>,
}

/// Why a user sees an object, or does not: the rule that decided, and all that have something to say.
#[utoipa::path(get, path = "/access/explain", tag = "access", params(Asked), responses(
    (status = 200, description = "{user, roles, object, visible, decided_by, rules, state, revision, age_s}", body = Object),
    (status = 400, description = "That is no object", body = Problem),
    (status = 403, description = "For administrators only", body = Problem)))]
pub(crate) async fn explain(state: Shared, _: Admin, asked: Query<Asked>) -> Result<HttpResponse, ApiError> {
    let Asked { user, object, roles } = asked.into_inner();
    let pattern = Pattern::parse(&object).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let exact = pattern.exact().ok_or_else(|| {
        ApiError::bad_request("one object is explained at a time")
            .cure("write its id in full, without * and ?")
    })?;
    let roles: Vec<Text> = match roles {
        Some(roles) => {
            roles.split(',').map(|role| role.trim().into()).filter(|role: &Text| !role.is_empty()).collect()
        }
        None => state.users.find(&user).await?.map(|account| account.roles).unwrap_or_default(),
    };
    let viewer = Viewer {
        tenant: state.settings.tenant.clone(),
        user: access::user_name(&user),
        roles: roles.clone(),
    };
    let known = state.gate.known(&viewer).await;
    let explained = known.statement.explain(&exact);
    let standing = standing(&known, state.ports.clock.now());
    // Rules that nobody confirms decide nothing.
    let visible = explained.visible && known.trust == Trust::Fresh;
    Ok(HttpResponse::Ok().json(serde_json::json!({
        "user": viewer.user,
        "roles": roles,
        "object": object,
        "visible": visible,
        "decided_by": explained.decided_by,
        "rules": explained.rules,
        "state": standing.state,
        "revision": standing.revision,
        "age_s": standing.age_s,
    })))
}
