//! Links by which a screen shows boards without an account: read-only, of named boards, until they expire or are taken
//! back.
//!
//! **Invariant:** who comes by a link sees what its author may see now, of the boards that it names, and nothing else.

use crate::auth::token;
use crate::error::ApiError;
use crate::settings::{kinds, new_document};
use crate::state::{Shared, State};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use model::Text;
use model::time::Micros;
use ports::StoreError;
use ports::grants::Viewer;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::future::Future;
use std::pin::Pin;

/// The name of the cookie; it goes to the routes of links alone.
pub(crate) const COOKIE: &str = "pulse_wall";

/// Links of one tenant.
pub(crate) const SHARES_MAX: usize = 500;

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Share {
    /// Where the screen hangs.
    pub(crate) title: Text,
    /// What it shows, in turn.
    pub(crate) boards: Vec<Text>,
    /// The pages number the agents instead of naming them.
    pub(crate) names_hidden: bool,
    /// Seconds for each page.
    pub(crate) every: u32,
    /// With whose rights.
    pub(crate) created_by: Text,
    /// When it was made.
    pub(crate) created_at: Micros,
    /// When it ends.
    pub(crate) expires_at: Micros,
}

/// The id of a link: who reads the store, or the list, can't enter with it.
fn id_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Keeps a new link; answers its id and its token.
pub(crate) async fn keep(state: &State, share: &Share) -> Result<(String, String), StoreError> {
    let token = token();
    let id = id_of(&token);
    let body = serde_json::json!(share);
    let document = new_document(kinds::SHARE, &id, body, &share.created_by, &state.ports.clock);
    state.ports.documents.put(document).await?;
    Ok((id, token))
}

/// The link of that id, unless it has expired.
async fn living(state: &State, id: &str) -> Result<Option<Share>, StoreError> {
    let Some(document) = state.ports.documents.get(kinds::SHARE, id).await? else { return Ok(None) };
    let share = serde_json::from_value::<Share>(document.body).ok();
    Ok(share.filter(|share| share.expires_at > state.ports.clock.now()))
}

/// Somebody who came by a link.
pub(crate) struct Guest {
    id: String,
    /// The link.
    pub(crate) share: Share,
    /// Its author, with the rights that they have now.
    pub(crate) viewer: Viewer,
}

impl Guest {
    /// Who holds that token; nobody when the link is gone, or its author.
    pub(crate) async fn find(state: &State, token: &str) -> Result<Option<Self>, ApiError> {
        // Anything else is no token of ours.
        if token.len() != 64 {
            return Ok(None);
        }
        let id = id_of(token);
        let Some(share) = living(state, &id).await? else { return Ok(None) };
        let Some(author) = state.users.find(&share.created_by).await? else { return Ok(None) };
        let viewer = Viewer { tenant: state.settings.tenant.clone(), user: author.user, roles: author.roles };
        Ok(Some(Self { id, share, viewer }))
    }

    /// Whether the link still leads anywhere; a store that does not answer takes nothing back.
    pub(crate) async fn lives(&self, state: &State) -> bool {
        let share = living(state, &self.id).await;
        let author = state.users.find(&self.share.created_by).await;
        share.map_or(true, |share| share.is_some()) && author.map_or(true, |author| author.is_some())
    }

    /// Whether the link names that board.
    pub(crate) fn sees(&self, board: &str) -> bool {
        self.share.boards.iter().any(|named| named == board)
    }
}

impl FromRequest for Guest {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<Shared>().cloned().ok_or_else(ApiError::unauthenticated)?;
            let token = request.cookie(COOKIE).ok_or_else(ApiError::unauthenticated)?;
            Self::find(&state, token.value()).await?.ok_or_else(ApiError::unauthenticated)
        })
    }
}
