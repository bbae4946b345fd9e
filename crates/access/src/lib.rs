//! Who may see and do what. Pure: configuration, accounts and shares in; scopes, explanations and rights out.
//!
//! ```text
//! tenant.toml: access_group, access ┐
//! accounts: roles, groups, access   ┴▶ Book: rules (which objects) and sheets (whose rules) ▶ News: what differs
//! a viewer's sheets and rules ▶ Statement ▶ Scope (what is seen), Explanation (why)
//! ```
//!
//! **Invariants:** nothing is seen that no rule allows; what any rule denies is not seen; what is not known for certain
//! is not seen. The news between two books, carried out on the first, give the second.

mod accounts;
mod book;
mod known;
mod news;
mod privileges;
mod rule;
mod scope;
mod share;
mod statement;

pub use accounts::{Account, Given};
pub use book::{Book, BookError, FALLBACK, Sheet, WithoutLists};
pub use known::{Discovered, Known};
pub use news::News;
pub use privileges::{Privilege, Privileges};
pub use rule::{Reach, Rule, Subject};
pub use scope::Scope;
pub use share::{Right, Share, Shared};
pub use statement::{Effect, Explanation, Reason, Statement};

use model::Text;

/// Names of users are compared without regard to case: as signing in does.
pub fn user_name(name: &str) -> Text {
    name.trim().to_lowercase().into()
}
