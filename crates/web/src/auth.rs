//! Who is there: local accounts, sessions in cookies, bounds on guessing.

mod guard;
mod limiter;
mod passwords;
mod proof;
mod sessions;
mod users;

pub(crate) use guard::{Admin, COOKIE, Editor, Signed, check_origin};
pub(crate) use limiter::{Limiter, remote};
pub(crate) use passwords::{PASSWORD_BYTES_MAX, Passwords, invent, token};
pub(crate) use proof::Proof;
pub(crate) use sessions::{Session, Sessions, csrf};
pub(crate) use users::{User, Users};
