//! What the web role itself writes into the audit trail: deeds that change no document.

use crate::state::State;
use model::Text;
use model::time::Micros;
use ports::audit::{Deed, Keep};

/// Deeds that are kept; changes of documents are bounded by age alone.
const DEEDS_MAX: usize = 50_000;

/// Characters of a word more.
const DETAIL_CHARS_MAX: usize = 200;

/// The words for deeds.
pub(crate) mod deeds {
    /// Somebody signed in by an account.
    pub(crate) const SIGN_IN: &str = "sign_in";
    /// Somebody signed in by the authorization service.
    pub(crate) const SIGN_IN_SERVICE: &str = "sign_in_service";
    /// Somebody was not let in.
    pub(crate) const REFUSED: &str = "sign_in_refused";
    /// Somebody signed out.
    pub(crate) const SIGN_OUT: &str = "sign_out";
    /// All sessions of somebody were ended.
    pub(crate) const SIGNED_OUT: &str = "signed_out";
    /// Somebody whom the authorization service knows was forgotten here.
    pub(crate) const FORGOTTEN: &str = "forgotten";
    /// All of them.
    pub(crate) const ALL: [&str; 6] = [SIGN_IN, SIGN_IN_SERVICE, REFUSED, SIGN_OUT, SIGNED_OUT, FORGOTTEN];
}

/// Writes down that `by` did something that concerns `id`. What can't be written is logged: a full disk keeps nobody
/// out.
pub(crate) async fn note(state: &State, kind: &'static str, id: &str, by: &str, detail: &str) {
    let detail: String = detail.chars().take(DETAIL_CHARS_MAX).collect();
    let deed = Deed {
        kind: Text::const_new(kind),
        id: id.into(),
        by: by.into(),
        at: state.ports.clock.now(),
        detail: detail.into(),
    };
    if let Err(cause) = state.ports.audit.note(&deed).await {
        tracing::warn!(%cause, deed = kind, "the audit trail could not be written");
    }
}

/// Removes entries that are older than the settings say, and deeds beyond their bound.
pub(crate) async fn sweep(state: &State) -> Result<(), ports::StoreError> {
    let age = i64::try_from(state.settings.audit_age_max.as_micros()).unwrap_or(i64::MAX);
    let from = Micros(state.ports.clock.now().0.saturating_sub(age));
    state.ports.audit.forget(Keep { from, deeds_max: DEEDS_MAX }).await.map(drop)
}
