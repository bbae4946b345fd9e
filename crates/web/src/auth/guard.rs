//! The guard before every route that is not public: a session, and for changes the proof that our page sent them.

use crate::auth::{Proof, Session, csrf};
use crate::error::ApiError;
use crate::state::{Shared, State};
use access::{Privilege, Privileges};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::{FromRequest, HttpRequest};
use ports::grants::Viewer;
use std::future::Future;
use std::pin::Pin;

/// The name of the cookie.
pub(crate) const COOKIE: &str = "pulse_session";

/// Somebody who is signed in.
pub(crate) struct Signed {
    /// What proved it.
    pub(crate) proof: Proof,
    /// Who.
    pub(crate) session: Session,
    /// As rights know them.
    pub(crate) viewer: Viewer,
    /// What they may do.
    pub(crate) privileges: Privileges,
}

/// Somebody who may make and change boards.
pub(crate) struct Editor(pub(crate) Signed);

/// Somebody who may make and change templates and statistics.
pub(crate) struct Author(pub(crate) Signed);

/// Somebody who runs the system.
pub(crate) struct Admin(pub(crate) Signed);

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl Signed {
    /// Whether they hold a privilege.
    ///
    /// # Errors
    /// Names what is missing.
    pub(crate) fn require(&self, privilege: Privilege) -> Result<(), ApiError> {
        if self.privileges.has(privilege) {
            return Ok(());
        }
        let name = privilege.name();
        Err(ApiError::forbidden(format!("you lack the privilege '{name}'"))
            .cure("ask an administrator for a role that has it, and for those that it needs"))
    }
}

/// A request comes from our own pages, or from an origin that the settings name. Requests without an origin come from
/// no page at all.
pub(crate) fn check_origin(request: &HttpRequest, state: &State) -> Result<(), ApiError> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = header(ORIGIN) else { return Ok(()) };
    let host = request.uri().authority().map(|authority| authority.as_str()).or_else(|| header(HOST));
    let ours = origin.split_once("://").map(|(_, origin)| origin);
    if ours.is_some() && ours == host
        || state.settings.allowed_origins.iter().any(|allowed| allowed == origin)
    {
        return Ok(());
    }
    Err(ApiError::forbidden(format!("pages of {origin} may not do this"))
        .cure("add the origin to allowed_origins in the settings, if it is yours"))
}

/// Compares without telling by its duration where two texts differ.
fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
    one.len() == other.len() && differing == 0
}

async fn signed(request: HttpRequest) -> Result<Signed, ApiError> {
    let state = request.app_data::<Shared>().cloned().ok_or_else(ApiError::unauthenticated)?;
    let proof = Proof::of(&request).ok_or_else(ApiError::unauthenticated)?;
    let session = proof.session(&state).await?.ok_or_else(ApiError::unauthenticated)?;
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    // A page of another site can make browsers send our cookie, but not a token that it does not know.
    if let (false, Proof::Cookie(token)) = (safe, &proof) {
        check_origin(&request, &state)?;
        let sent = request.headers().get("x-csrf").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !same(sent, &csrf(token)) {
            return Err(ApiError::forbidden("the header X-CSRF is missing or wrong")
                .cure("send the value of 'csrf' that GET /api/v1/session answers"));
        }
    }
    let viewer = Viewer {
        tenant: state.settings.tenant.clone(),
        user: session.user.clone(),
        roles: session.roles.clone(),
    };
    let privileges = Privileges::of_roles(&session.roles);
    Ok(Signed { proof, session, viewer, privileges })
}

impl FromRequest for Signed {
    type Error = ApiError;
    type Future = Answer<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(signed(request.clone()))
    }
}

/// What asks for a session that may do something.
macro_rules! demands {
    ($guard:ident, $privilege:ident) => {
        impl FromRequest for $guard {
            type Error = ApiError;
            type Future = Answer<Self>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let signed = signed(request).await?;
                    signed.require(Privilege::$privilege)?;
                    Ok(Self(signed))
                })
            }
        }
    };
}

demands!(Editor, ManageWidgets);
demands!(Author, ManageTemplates);
demands!(Admin, ManageUsers);
