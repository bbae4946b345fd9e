//! Group roles, one for each role of Pulse, and the logins that belong to them.

use crate::failure::Failure;
use model::Text;
use ports::StoreError;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error};

/// Stands for every tenant in [`Login::tenants`].
pub const EVERY_TENANT: &str = "*";

/// Owns the schema; the other group roles.
const GROUPS: [&str; 5] = ["pulse_init", "pulse_web", "pulse_dcu", "pulse_permissions", "pulse_init_tenant"];

/// Tries where another database of the same server changes the same roles at this moment.
const TRIES: u32 = 5;

/// A role of Pulse as the database knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads and writes documents, reads history.
    Web,
    /// Reads documents other than users and sessions, writes history.
    Dcu,
    /// Reads documents other than sessions.
    Permissions,
    /// Writes templates.
    InitTenant,
}

impl Role {
    /// The name of its group role.
    pub fn group(self) -> &'static str {
        match self {
            Self::Web => "pulse_web",
            Self::Dcu => "pulse_dcu",
            Self::Permissions => "pulse_permissions",
            Self::InitTenant => "pulse_init_tenant",
        }
    }
}

/// A login that may act in a role for some tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its name; it exists already.
    pub user: String,
    /// As what.
    pub role: Role,
    /// For whom; [`EVERY_TENANT`] for all.
    pub tenants: Vec<Text>,
}

/// The name as an identifier of SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Creates the group roles that are missing, and makes who is connected a member of the owning one.
pub(super) async fn create_roles(client: &Client) -> std::result::Result<Vec<&'static str>, Failure> {
    let mut created = Vec::new();
    for group in GROUPS {
        let sql = "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)";
        if client.query_typed_one(sql, &[(&group, Type::TEXT)]).await?.try_get::<_, bool>(0)? {
            continue;
        }
        match change(client, &format!("CREATE ROLE {group} NOLOGIN")).await {
            Ok(()) => created.push(group),
            // Another database of this server was quicker.
            Err(error) if is(&error, &[SqlState::DUPLICATE_OBJECT, SqlState::UNIQUE_VIOLATION]) => {}
            Err(error) if is(&error, &[SqlState::INSUFFICIENT_PRIVILEGE]) => return Err(by_hand().into()),
            Err(error) => return Err(error.into()),
        }
    }
    let sql = "SELECT pg_has_role(current_user, 'pulse_init', 'MEMBER')";
    if !client.query_typed_one(sql, &[]).await?.try_get::<_, bool>(0)? {
        match change(client, "GRANT pulse_init TO CURRENT_USER").await {
            Err(error) if is(&error, &[SqlState::INSUFFICIENT_PRIVILEGE]) => return Err(by_hand().into()),
            outcome => outcome?,
        }
    }
    Ok(created)
}

/// What a database administrator does where this login may not.
fn by_hand() -> StoreError {
    let roles: String = GROUPS.iter().map(|group| format!("CREATE ROLE {group} NOLOGIN; ")).collect();
    StoreError::Unreachable(format!(
        "this login may not make group roles: give it CREATEROLE, or let an administrator run, leaving out what is \
         there: {roles}GRANT pulse_init TO <this login>"
    ))
}

fn is(error: &Error, states: &[SqlState]) -> bool {
    error.code().is_some_and(|code| states.contains(code))
}

/// Runs a statement about roles, again where another one was at the same row.
async fn change(client: &Client, sql: &str) -> std::result::Result<(), Error> {
    let mut tries = 1;
    loop {
        match client.batch_execute(sql).await {
            Err(error) if is(&error, &[SqlState::INTERNAL_ERROR]) && tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(50) * tries).await;
                tries += 1;
            }
            outcome => return outcome,
        }
    }
}

/// Lets exactly these logins in; answers what changed.
pub(super) async fn admit(
    client: &mut Client,
    allowed: &[Login],
) -> std::result::Result<Vec<String>, Failure> {
    let mut changed = Vec::new();
    let wanted: BTreeSet<(String, String, String)> = allowed
        .iter()
        .flat_map(|login| {
            let row = |tenant: &Text| (login.user.clone(), login.role.group().to_owned(), tenant.to_string());
            login.tenants.iter().map(row)
        })
        .collect();
    let known = client.query_typed("SELECT login, role, tenant FROM pulse.logins", &[]).await;
    let known = match known {
        Ok(rows) => rows,
        // Whoever is no superuser reads it as the owner, below.
        Err(error) if is(&error, &[SqlState::INSUFFICIENT_PRIVILEGE]) => {
            client.batch_execute("SET ROLE pulse_init").await?;
            let rows = client.query_typed("SELECT login, role, tenant FROM pulse.logins", &[]).await?;
            client.batch_execute("RESET ROLE").await?;
            rows
        }
        Err(error) => return Err(error.into()),
    };
    let mut present = BTreeSet::new();
    for row in known {
        present.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    }
    let pairs = |rows: &BTreeSet<(String, String, String)>| -> BTreeSet<(String, String)> {
        rows.iter().map(|(login, role, _)| (login.clone(), role.clone())).collect()
    };
    let mut refused = Vec::new();
    for (login, group) in pairs(&wanted) {
        refused.extend(join(client, &login, &group, &mut changed).await?);
    }
    if !refused.is_empty() {
        let sql = refused.join("; ");
        let text = format!("this login may not let others in: let an administrator run: {sql}");
        return Err(StoreError::Unreachable(text).into());
    }
    for (login, group) in pairs(&present).difference(&pairs(&wanted)) {
        leave(client, login, group, &mut changed).await?;
    }
    let transaction = client.transaction().await?;
    transaction.batch_execute("SET LOCAL ROLE pulse_init").await?;
    for (login, role, tenant) in present.difference(&wanted) {
        let sql = "DELETE FROM pulse.logins WHERE login = $1 AND role = $2 AND tenant = $3";
        let values = [login, role, tenant].map(|value| (value as _, Type::TEXT));
        transaction.query_typed(sql, &values).await?;
        changed.push(format!("{login} may no longer act as {role} for {tenant}"));
    }
    for (login, role, tenant) in wanted.difference(&present) {
        let values = [login, role, tenant].map(|value| (value as _, Type::TEXT));
        transaction.query_typed("INSERT INTO pulse.logins VALUES ($1, $2, $3)", &values).await?;
        changed.push(format!("{login} may act as {role} for {tenant}"));
    }
    transaction.commit().await?;
    Ok(changed)
}

/// Makes the login a member; answers the statement that was refused, if it was.
async fn join(
    client: &Client,
    login: &str,
    group: &str,
    changed: &mut Vec<String>,
) -> std::result::Result<Option<String>, Failure> {
    let sql = "SELECT pg_has_role(rolname, $2, 'MEMBER') FROM pg_roles WHERE rolname = $1";
    let Some(row) = client.query_typed_opt(sql, &[(&login, Type::TEXT), (&group, Type::TEXT)]).await? else {
        return Err(StoreError::Unreachable(format!(
            "there is no login {login}: let an administrator create it, or correct the settings"
        ))
        .into());
    };
    if row.try_get::<_, bool>(0)? {
        return Ok(None);
    }
    let grant = format!("GRANT {group} TO {}", quoted(login));
    match change(client, &grant).await {
        Ok(()) => changed.push(format!("{login} is a member of {group}")),
        Err(error) if is(&error, &[SqlState::INSUFFICIENT_PRIVILEGE]) => return Ok(Some(grant)),
        Err(error) => return Err(error.into()),
    }
    Ok(None)
}

async fn leave(
    client: &Client,
    login: &str,
    group: &str,
    changed: &mut Vec<String>,
) -> std::result::Result<(), Failure> {
    match change(client, &format!("REVOKE {group} FROM {}", quoted(login))).await {
        Ok(()) => changed.push(format!("{login} is no longer a member of {group}")),
        // It is gone altogether.
        Err(error) if is(&error, &[SqlState::UNDEFINED_OBJECT]) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
