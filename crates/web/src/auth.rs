//! Who is there: local accounts, sessions in cookies, bounds on guessing.

mod first;
mod guard;
mod limiter;
mod passwords;
mod people;
mod proof;
mod proxies;
mod reset;
mod sessions;
mod users;

pub(crate) use first::{ADMIN, FirstPassword};
pub(crate) use guard::{Admin, Author, COOKIE, Editor, Signed, check_origin};
pub(crate) use limiter::Limiter;
pub(crate) use passwords::{PASSWORD_BYTES_MAX, PasswordError, Passwords, invent, token};
pub(crate) use people::{Known, People};
pub(crate) use proof::Proof;
pub use proxies::Proxies;
pub use reset::{ResetError, reset_password};
pub(crate) use sessions::{Session, Sessions, Way, csrf};
pub(crate) use users::{User, Users};
