//! One look at a database: reached, private, let in, the right schema, the tenant; and in words what is wrong.

use crate::failure::{Failure, explain};
use crate::pool::speak_for;
use crate::schema;
use crate::server::Server;
use connections::{Fault, FaultKind};
use ports::StoreError;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_postgres::Client;

/// What a look has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many migrations the schema has.
    pub schema: u32,
    /// How many this program knows besides.
    pub missing: u32,
}

/// Looks as a role does that works for a tenant (whose part is left out where it is not known). Nothing is changed.
///
/// # Errors
/// What is wrong, split by what an operator does about it.
pub async fn check(server: &Server, tenant: Option<&str>, deadline: Duration) -> Result<Checked, Fault> {
    look(server, deadline, async |client| {
        let transaction =
            client.transaction().await.map_err(Failure::from).map_err(|error| told(server, error))?;
        let version = schema::version(&transaction).await.map_err(|error| told(server, error))?;
        schema::admit(version, &server.name()).map_err(|error| schema_fault(&error))?;
        let known = Checked { schema: schema::known().unsigned_abs(), missing: 0 };
        let Some(tenant) = tenant else { return Ok(known) };
        speak_for(&transaction, tenant).await.map_err(|error| told(server, error.into()))?;
        // Undone with the transaction: a tenant that nobody knew stays unknown.
        transaction.query_typed("SELECT pulse.enter()", &[]).await.map_err(|error| {
            let fault = told(server, error.into());
            let kind = if fault.kind == FaultKind::Rights { FaultKind::Tenant } else { fault.kind };
            Fault { kind, ..fault }
        })?;
        let sql = "SELECT count(*) FROM pulse.documents WHERE tenant = (SELECT pulse.tenant())";
        transaction.query_typed(sql, &[]).await.map_err(|error| told(server, error.into()))?;
        let _ = transaction.rollback().await;
        Ok(known)
    })
    .await
}

/// Looks as the owner of the schema does. Nothing is changed; a schema that is missing or older is no fault.
///
/// # Errors
/// As [`check`].
pub async fn check_schema(server: &Server, deadline: Duration) -> Result<Checked, Fault> {
    look(server, deadline, async |_| Ok(())).await?;
    match timeout(deadline, schema::plan(server, deadline)).await {
        Ok(Ok(plan)) => Ok(Checked {
            schema: plan.version,
            missing: u32::try_from(plan.missing.len()).unwrap_or(u32::MAX),
        }),
        Ok(Err(error)) => Err(schema_fault(&error)),
        Err(_) => Err(silent(server, deadline)),
    }
}

async fn look<T>(
    server: &Server,
    deadline: Duration,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let name = server.name();
    // By itself first: who is not there is not who says nothing.
    match timeout(deadline, TcpStream::connect((server.host.as_str(), server.port))).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            let cause = format!("{name}: can't connect ({error}); check that it runs, its address and port");
            return Err(Fault::new(FaultKind::Unreachable, cause));
        }
        Err(_) => {
            let cause =
                format!("{name}: no connection within {deadline:?}; check the address and the network");
            return Err(Fault::new(FaultKind::Unreachable, cause));
        }
    }
    let connector = server.connector().map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
    let config =
        server.config(deadline).map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
    let whole = async {
        let (mut client, connection) =
            config.connect(connector).await.map_err(|error| told(server, Failure::from(error)))?;
        let driver = tokio::spawn(connection);
        let outcome = work(&mut client).await;
        driver.abort();
        outcome
    };
    timeout(deadline, whole).await.unwrap_or_else(|_| Err(silent(server, deadline)))
}

fn silent(server: &Server, deadline: Duration) -> Fault {
    let cause = format!(
        "{} takes connections but does not answer within {deadline:?}: it hangs, or it is another kind of server",
        server.name()
    );
    Fault::new(FaultKind::Silent, cause)
}

fn schema_fault(error: &StoreError) -> Fault {
    match error {
        StoreError::Unreachable(cause) => Fault::new(FaultKind::OlderProtocol, cause.clone()),
        other => Fault::new(FaultKind::NewerProtocol, other.to_string()),
    }
}

/// A failure as a fault.
fn told(server: &Server, failure: Failure) -> Fault {
    let error = match failure {
        Failure::Postgres(error) => error,
        Failure::Refused(error) => return schema_fault(&error),
    };
    if tls::is_tls(&error) {
        return tls::handshake_fault(&format!("{}:{}", server.host, server.port), &server.host, &error);
    }
    let code = error.code().map(|state| state.code().to_owned()).unwrap_or_default();
    let words = match explain(&server.name(), &error) {
        StoreError::Unreachable(words) | StoreError::Corrupt(words) | StoreError::Full(words) => words,
        other => other.to_string(),
    };
    let kind = match code.as_str() {
        "28P01" | "28000" => FaultKind::Password,
        "3D000" => FaultKind::Settings,
        "3F000" | "42P01" | "42883" | "42703" => FaultKind::OlderProtocol,
        "42501" => FaultKind::Rights,
        "" if words.contains("TLS") => FaultKind::Tls,
        "" => FaultKind::Garbage,
        _ => FaultKind::Unavailable,
    };
    Fault::new(kind, words)
}
