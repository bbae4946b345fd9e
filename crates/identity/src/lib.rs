//! Clients of the services that know people and configuration, over HTTP.
//!
//! **Invariant:** no secret and no token is ever logged or shown; every request has a deadline, follows no redirect, and
//! reads a bounded answer.

mod bearer;
mod claims;
mod directory;
mod http;
mod oidc;
mod service;

pub use bearer::Bearers;
pub use claims::{Mapping, ROLES};
pub use directory::{Credential, Directory, DirectoryError};
pub use http::{Http, HttpError};
pub use oidc::{Looked, Oidc, OidcSettings, SecretSource};
pub use service::ServiceToken;
