//! Settings of `pulse init` and `pulse init-tenant`.

use super::load;
use super::parts::{Postgres, TlsMode};
use anyhow::Result;
use model::Text;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store_postgres::Server;
use store_postgres::schema::{Login, Role};

/// A login, and what it may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginSetting {
    /// Its name; it exists already.
    pub user: String,
    /// As what: `web`, `dcu`, `permissions`, `init-tenant`.
    pub role: RoleSetting,
    /// For whom; `["*"]` for every tenant.
    pub tenants: Vec<Text>,
}

/// A role of Pulse that uses the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are those of the roles")]
pub enum RoleSetting {
    Web,
    Dcu,
    Permissions,
    InitTenant,
}

impl LoginSetting {
    fn login(&self) -> Login {
        let role = match self.role {
            RoleSetting::Web => Role::Web,
            RoleSetting::Dcu => Role::Dcu,
            RoleSetting::Permissions => Role::Permissions,
            RoleSetting::InitTenant => Role::InitTenant,
        };
        Login { user: self.user.clone(), role, tenants: self.tenants.clone() }
    }
}

/// A struct of settings with the keys that say where the database is. (`serde(flatten)` would accept any key.)
macro_rules! with_database {
    ($(#[$about:meta])* $name:ident, $user:literal, { $( $(#[$doc:meta])* $key:ident: $type:ty = $default:expr, )* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// The server's name or address.
            pub host: String,
            /// Its port.
            pub port: u16,
            /// The database.
            pub database: String,
            /// The login.
            pub user: String,
            /// The file that holds its password.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub password_file: Option<PathBuf>,
            /// Whether the connection is private.
            pub tls: TlsMode,
            /// The authorities that may vouch for the server (PEM).
            #[serde(skip_serializing_if = "Option::is_none")]
            pub ca_file: Option<PathBuf>,
            /// How long to wait for the server to come up.
            #[serde(with = "humantime_serde")]
            pub wait: Duration,
            $( $(#[$doc])* pub $key: $type, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    host: "127.0.0.1".into(),
                    port: 5432,
                    database: "pulse".into(),
                    user: $user.into(),
                    password_file: None,
                    tls: TlsMode::Verify,
                    ca_file: None,
                    wait: Duration::from_secs(120),
                    $( $key: $default, )*
                }
            }
        }

        impl $name {
            /// Reads the file, if one is named, and the environment.
            ///
            /// # Errors
            /// Names the key, and where it stands.
            pub fn load(file: Option<&Path>) -> Result<Self> {
                load(file)
            }

            /// Where the database is.
            ///
            /// # Errors
            /// As [`Postgres::place`].
            pub fn server(&self) -> Result<Server> {
                let place = Postgres {
                    host: self.host.clone(),
                    port: self.port,
                    database: self.database.clone(),
                    user: self.user.clone(),
                    password_file: self.password_file.clone(),
                    tls: self.tls,
                    ca_file: self.ca_file.clone(),
                    ..Postgres::default()
                };
                place.place()
            }
        }
    };
}

with_database! {
    /// Settings of `pulse init`.
    Init, "pulse", {
        /// How long one migration may take.
        #[serde(with = "humantime_serde")]
        step_max: Duration = Duration::from_secs(600),
        /// Who may enter the database, and as what.
        login: Vec<LoginSetting> = Vec::new(),
    }
}

with_database! {
    /// Settings of `pulse init-tenant`.
    InitTenant, "pulse-init-tenant", {
        /// Whose templates.
        tenant: String = "default".into(),
    }
}

impl Init {
    /// Who may enter the database, and as what.
    pub fn logins(&self) -> Vec<Login> {
        self.login.iter().map(LoginSetting::login).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn uncommented(name: &str) -> tempfile::NamedTempFile {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(name);
        let text = std::fs::read_to_string(&shipped).unwrap();
        let lines = text.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line));
        file(&lines.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_shipped_files_say_the_defaults() {
        let init = Init::load(Some(uncommented("init.toml").path())).unwrap();
        assert_eq!(format!("{init:?}"), format!("{:?}", Init::default()));
        let init_tenant = InitTenant::load(Some(uncommented("init-tenant.toml").path())).unwrap();
        assert_eq!(format!("{init_tenant:?}"), format!("{:?}", InitTenant::default()));
    }

    #[test]
    fn a_typo_is_refused_by_name() {
        for text in ["hosst = 'x'", "[[login]]\nuser = 'a'\nrole = 'web'\ntenant = ['*']"] {
            let error = format!("{:#}", Init::load(Some(file(text).path())).unwrap_err());
            assert!(error.contains("hosst") || error.contains("tenant"), "{error}");
        }
    }

    #[test]
    fn logins_are_named_with_their_role_and_tenants() {
        let text = "[[login]]\nuser = 'it'\nrole = 'init-tenant'\ntenants = ['acme', 'other']";
        let logins = Init::load(Some(file(text).path())).unwrap().logins();
        let tenants = vec!["acme".into(), "other".into()];
        assert_eq!(logins, [Login { user: "it".to_owned(), role: Role::InitTenant, tenants }]);
    }

    #[test]
    fn without_an_authority_only_this_machine_is_called_in_clear() {
        let error = Init::default().server().unwrap_err().to_string();
        assert!(error.contains("ca_file is missing"), "{error}");
        let clear = Init { tls: TlsMode::Disable, ..Init::default() };
        assert!(clear.server().is_ok());
        let error = Init { host: "db".to_owned(), ..clear }.server().unwrap_err().to_string();
        assert!(error.contains("this machine only"), "{error}");
    }
}
