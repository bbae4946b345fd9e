//! Links by which a screen shows boards without an account: read-only, of named boards, until they expire or are taken
//! back.
//!
//! **Invariant:** who comes by a link sees what its author may see now, of the boards that it names, and nothing else.

use crate::auth::{Way, token};
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
    /// How they sign in.
    #[serde(default)]
    pub(crate) way: Way,
    /// A screen showed a code; else somebody opened an address.
    #[serde(default)]
    pub(crate) by_code: bool,
    /// When it was made.
    pub(crate) created_at: Micros,
    /// When it ends.
    pub(crate) expires_at: Micros,
}

/// The id of a link: who reads the store, or the list, can't enter with it.
pub(crate) fn id_of(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Keeps a new link; answers its id and its token.
pub(crate) async fn keep(state: &State, share: &Share) -> Result<(String, String), StoreError> {
    let token = token();
    let id = id_of(&token);
    keep_as(state, &id, share).await?;
    Ok((id, token))
}

/// Keeps a new link for whoever has the token of that id.
pub(crate) async fn keep_as(state: &State, id: &str, share: &Share) -> Result<(), StoreError> {
    let body = serde_json::json!(share);
    let document = new_document(kinds::SHARE, id, body, &share.created_by, &state.ports.clock);
    state.ports.documents.put(document).await.map(drop)
}

/// Takes a link back; what its screens told is forgotten, sooner or later.
pub(crate) async fn take_back(state: &State, id: &str, revision: u64, by: &str) -> Result<(), StoreError> {
    let (documents, now) = (&state.ports.documents, state.ports.clock.now());
    documents.delete(kinds::SHARE, id, revision, by, now).await?;
    // Where that fails, it ends with the time that the link had.
    let _ = state.ports.screens.forget(id).await;
    Ok(())
}

/// The link of that id, unless it has expired.
async fn living(state: &State, id: &str) -> Result<Option<Share>, StoreError> {
    let Some(document) = state.ports.documents.get(kinds::SHARE, id).await? else { return Ok(None) };
    let share = serde_json::from_value::<Share>(document.body).ok();
    Ok(share.filter(|share| share.expires_at > state.ports.clock.now()))
}

/// With whose rights a link is looked at: its author's, as they are now; nobody's where there is no such author any more.
pub(crate) async fn author(state: &State, share: &Share) -> Result<Option<Viewer>, StoreError> {
    viewer_of(state, &share.created_by, share.way).await
}

/// Somebody who signs in that way, with the rights of now; nobody where there is no such person any more.
pub(crate) async fn viewer_of(state: &State, user: &str, way: Way) -> Result<Option<Viewer>, StoreError> {
    let (tenant, settings) = (state.settings.tenant.clone(), &state.settings);
    let found = match way {
        Way::Account if settings.local_accounts => {
            let account = state.users.find(user).await?.filter(|account| !account.disabled);
            account.map(|account| (account.user, account.roles))
        }
        Way::Service if state.ports.identity.is_some() => {
            state.people.find(user).await?.map(|person| (person.user, person.roles))
        }
        Way::Account | Way::Service => None,
    };
    Ok(found.map(|(user, roles)| Viewer { tenant, user, roles }))
}

/// Takes back all links that somebody made who signs in that way; answers how many.
pub(crate) async fn take_back_all_of(
    state: &State,
    user: &str,
    way: Way,
    by: &str,
) -> Result<usize, StoreError> {
    let (user, mut taken) = (access::user_name(user), 0);
    for document in state.ports.documents.list(kinds::SHARE).await? {
        let share = serde_json::from_value::<Share>(document.body).ok();
        let is_theirs = |share: Share| access::user_name(&share.created_by) == user && share.way == way;
        if share.is_some_and(is_theirs) {
            take_back(state, &document.id, document.revision, by).await?;
            taken += 1;
        }
    }
    Ok(taken)
}

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// As when the guest came.
    AsItWas,
    /// It shows something else, or its author has other roles.
    Otherwise,
    /// It leads nowhere any more.
    Gone,
}

/// Somebody who came by a link.
pub(crate) struct Guest {
    /// The link's id.
    pub(crate) id: String,
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
        let Some(viewer) = author(state, &share).await? else { return Ok(None) };
        Ok(Some(Self { id, share, viewer }))
    }

    /// Whether the link still leads where it led; a store that does not answer takes nothing back.
    pub(crate) async fn stands(&self, state: &State) -> Stands {
        match living(state, &self.id).await {
            Ok(None) => return Stands::Gone,
            Ok(Some(share)) if share != self.share => return Stands::Otherwise,
            Ok(Some(_)) => {}
            Err(_) => return Stands::AsItWas,
        }
        match author(state, &self.share).await {
            Ok(None) => Stands::Gone,
            Ok(Some(viewer)) if viewer != self.viewer => Stands::Otherwise,
            Ok(Some(_)) | Err(_) => Stands::AsItWas,
        }
    }

    /// For how long the link still leads somewhere, in seconds.
    pub(crate) fn left_s(&self, state: &State) -> i64 {
        (self.share.expires_at - state.ports.clock.now()).0 / 1_000_000
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
