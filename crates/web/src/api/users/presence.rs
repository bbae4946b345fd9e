//! When people were here last, and where they are signed in.

use crate::audit::deeds;
use crate::auth::Way;
use crate::error::ApiError;
use crate::state::State;
use model::Text;
use model::time::Micros;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How somebody stands with signing in.
#[derive(Clone, Default, Serialize, ToSchema)]
pub(crate) struct Presence {
    /// Sessions that live.
    sessions: usize,
    /// When one of them was last heard, within minutes, or when the last one began: µs since 1970; absent where the audit
    /// trail knows of none.
    seen_at: Option<i64>,
}

/// How everybody stands who signs in that way.
pub(crate) async fn presences(state: &State, way: Way) -> Result<BTreeMap<Text, Presence>, ApiError> {
    let deed = match way {
        Way::Account => deeds::SIGN_IN,
        Way::Service => deeds::SIGN_IN_SERVICE,
    };
    let mut present: BTreeMap<Text, Presence> = BTreeMap::new();
    let seen = |present: &mut BTreeMap<Text, Presence>, user: Text, at: Micros, sessions: usize| {
        let presence = present.entry(user).or_default();
        presence.sessions += sessions;
        presence.seen_at = presence.seen_at.max(Some(at.0));
    };
    for (user, at) in state.ports.audit.latest(deed).await? {
        seen(&mut present, user, at, 0);
    }
    for session in state.sessions.all().await?.into_iter().filter(|session| session.way == way) {
        seen(&mut present, session.user, session.heard, 1);
    }
    Ok(present)
}
