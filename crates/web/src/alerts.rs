//! Rules with their owners, and the evaluation that goes on whether a browser is open or not.

use crate::auth::{Way, token};
use crate::share::viewer_of;
use crate::state::State;
use access::{Privilege, Privileges};
use actors::web::alerts::{Alerts, Metrics, Owners, Parts, RULE, StoredRule, start as start_alerts};
use async_trait::async_trait;
use model::Text;
use ports::StoreError;
use ports::grants::Viewer;
use std::sync::Arc;

/// Starts the evaluation. Must be called within an actix system.
pub(crate) fn start(state: &Arc<State>, metrics: Metrics) -> Alerts {
    let ports = &state.ports;
    start_alerts(Parts {
        // Unique among the webs of a tenant, and another one after a restart: what a former life held ends by itself.
        name: Text::from(format!("web-{}", &token()[..16])),
        leases: ports.leases.clone(),
        values: ports.values.clone(),
        demand: ports.demand.clone(),
        documents: ports.documents.clone(),
        owners: Arc::new(OwnersOf(state.clone())),
        gate: state.gate.clone(),
        library: ports.library.clone(),
        webhooks: ports.webhooks.clone(),
        clock: ports.clock,
        census: ports.census.clone(),
        metrics,
        stale_after: state.settings.stale_after,
        term: state.settings.alerts_lease,
    })
}

/// How somebody signs in, as rules name it.
pub(crate) fn way_name(way: Way) -> Text {
    Text::const_new(match way {
        Way::Account => "account",
        Way::Service => "service",
    })
}

/// Whether a rule is that of somebody who signed in that way.
pub(crate) fn is_of(stored: &StoredRule, user: &str, way: Way) -> bool {
    stored.way == way_name(way) && access::user_name(&stored.owner) == access::user_name(user)
}

/// Removes all rules of somebody who signs in that way; answers how many.
pub(crate) async fn remove_rules_of(
    state: &State,
    user: &str,
    way: Way,
    by: &str,
) -> Result<usize, StoreError> {
    let (documents, now) = (&state.ports.documents, state.ports.clock.now());
    let mut removed = 0;
    for document in documents.list(RULE).await? {
        let stored = serde_json::from_value::<StoredRule>(document.body).ok();
        if stored.is_some_and(|stored| is_of(&stored, user, way)) {
            documents.delete(RULE, &document.id, document.revision, by, now).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Owners among accounts and people.
struct OwnersOf(Arc<State>);

#[async_trait]
impl Owners for OwnersOf {
    async fn viewer(&self, owner: &str, way: &str) -> ports::Result<Option<Viewer>> {
        let way = match way {
            "account" => Way::Account,
            "service" => Way::Service,
            _ => return Ok(None),
        };
        let found = viewer_of(&self.0, owner, way).await?;
        // Whoever may make no rules any more has none.
        Ok(found.filter(|viewer| Privileges::of_roles(&viewer.roles).has(Privilege::ManageWidgets)))
    }
}
