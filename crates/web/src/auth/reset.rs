//! A new password for an account whose old one is lost, by whoever may change the store itself.

use super::{Passwords, Sessions, Users, Way, invent};
use crate::settings::WebSettings;
use ports::StoreError;
use ports::documents::Documents;
use runtime::Clock;
use std::sync::Arc;

/// Who did it, in the account's history.
const BY: &str = "reset-password";

/// Why there is no new password.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// Nobody is called so.
    #[error("there is no account '{user}'; there are: {known}")]
    Unknown {
        /// As it was asked for.
        user: String,
        /// The accounts that there are.
        known: String,
    },
    /// Nobody was there yet.
    #[error("there is no account yet: the first start makes 'admin' and shows its password")]
    Nobody,
    /// The hash could not be made.
    #[error("{0}")]
    Hash(String),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives an account an invented password, and ends its sessions. Answers the password.
///
/// # Errors
/// See [`ResetError`].
pub async fn reset_password(
    documents: Arc<dyn Documents>,
    clock: Clock,
    user: &str,
) -> Result<String, ResetError> {
    let settings = WebSettings::default();
    let users = Users::new(documents.clone(), clock);
    let Some((mut account, revision)) = users.find_with_revision(user).await? else {
        let known: Vec<String> = users.all().await?.into_iter().map(|user| user.user.to_string()).collect();
        let (user, known) = (user.to_owned(), known.join(", "));
        return Err(if known.is_empty() { ResetError::Nobody } else { ResetError::Unknown { user, known } });
    };
    let password = invent();
    let hash = Passwords::new(settings.password_memory_kib).hash(&password).await;
    account.password = hash.map_err(|error| ResetError::Hash(error.to_string()))?;
    users.replace(&account, revision, BY).await?;
    let sessions = Sessions::new(documents, clock, settings.session_idle, settings.session_max);
    sessions.end_all_of(&account.user, Way::Account).await?;
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::User;
    use store_memory::MemoryDocuments;

    #[tokio::test]
    async fn a_new_password_signs_in_where_the_old_one_did_and_sessions_end() {
        let (documents, clock) = (Arc::new(MemoryDocuments::default()), Clock::of_machine());
        let reset = async |user: &str| reset_password(documents.clone(), clock, user).await;
        assert!(matches!(reset("ann").await, Err(ResetError::Nobody)));
        let passwords = Passwords::new(64);
        let password = passwords.hash("sesame").await.unwrap();
        let (roles, groups) = (vec!["editor".into()], vec!["north".into()]);
        let ann = User {
            user: "ann".into(),
            name: "Ann".into(),
            roles,
            password,
            groups,
            access: None,
            disabled: false,
        };
        let users = Users::new(documents.clone(), clock);
        users.create(&ann, "admin").await.unwrap();
        let settings = WebSettings::default();
        let sessions = Sessions::new(documents.clone(), clock, settings.session_idle, settings.session_max);
        let token = sessions.begin("ann".into(), "Ann".into(), vec![], Way::Account).await.unwrap();

        let told = reset("bob").await.unwrap_err().to_string();
        assert!(told.contains("'bob'") && told.contains("ann"), "{told}");
        let fresh = reset("ANN").await.unwrap();
        let stored = users.find("ann").await.unwrap().unwrap();
        assert_eq!(passwords.matches(&fresh, Some(&stored.password)).await, Ok(true));
        assert_eq!(passwords.matches("sesame", Some(&stored.password)).await, Ok(false));
        assert_eq!(User { password: ann.password.clone(), ..stored }, ann, "all else stays");
        assert!(sessions.find(&token).await.unwrap().is_none());
    }
}
