//! PostgreSQL's errors in the words of the ports, with the server and the cure.

use ports::StoreError;
use std::error::Error as _;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Why work on a connection failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// PostgreSQL could not.
    Postgres(Error),
    /// A rule of the port says no.
    Refused(StoreError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// Whether the server says so.
    pub(crate) fn is(&self, state: &SqlState) -> bool {
        matches!(self, Self::Postgres(error) if error.code() == Some(state))
    }

    /// Whether the server refuses who comes, which no waiting changes.
    pub(crate) fn is_hopeless(&self) -> bool {
        [
            SqlState::INVALID_PASSWORD,
            SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
            SqlState::INVALID_CATALOG_NAME,
            SqlState::INSUFFICIENT_PRIVILEGE,
        ]
        .iter()
        .any(|state| self.is(state))
    }

    /// For the caller; `server` is its name.
    pub(crate) fn explain(self, server: &str) -> StoreError {
        match self {
            Self::Postgres(error) => explain(server, &error),
            Self::Refused(error) => error,
        }
    }
}

/// The error with what caused it, in one line.
fn chain(error: &Error) -> String {
    if let Some(told) = error.as_db_error() {
        return format!("{} [{}]", told.message(), told.code().code());
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// What the caller can do about `error`.
pub(crate) fn explain(server: &str, error: &Error) -> StoreError {
    let cause = chain(error);
    let code = error.code().map(SqlState::code).unwrap_or_default();
    let unreachable = |cure: &str| StoreError::Unreachable(format!("{server}: {cause}; {cure}"));
    match code {
        "28P01" | "28000" => unreachable("check the user, its password, and the server's pg_hba.conf"),
        "3D000" => unreachable("create the database, or name another one"),
        "3F000" | "42P01" | "42883" | "42703" => {
            unreachable("the schema is missing or too old: run `pulse init` of this version")
        }
        "42501" => {
            unreachable("this login lacks a right: name it in the settings of `pulse init`, and run that")
        }
        "57014" => unreachable("it took too long, try again"),
        "40001" | "40P01" | "55P03" => unreachable("others were at it, try again"),
        "53100" | "54000" => {
            StoreError::Full(format!("{server}: {cause}; free room on its volume, nothing stored is lost"))
        }
        _ if code.starts_with("XX") || code.starts_with("22") || code.starts_with("23") => {
            StoreError::Corrupt(format!("{server}: {cause}; look into the server's log"))
        }
        "" if error.source().is_some_and(|cause| cause.is::<std::io::Error>()) || error.is_closed() => {
            unreachable("check that it runs and can be reached from here")
        }
        "" => unreachable("check that it runs, and its address, port and certificate"),
        _ => unreachable("look into the server's log"),
    }
}
