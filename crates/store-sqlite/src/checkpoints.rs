//! Checkpoints: chunks wait in `staged` until one transaction makes them valid.

use crate::SqliteStore;
use crate::keeper::Failure;
use async_trait::async_trait;
use model::Text;
use ports::checkpoints::{Checkpoints, Chunk, Pointer, Restored};
use ports::{Result, StoreError};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

type Work<T> = std::result::Result<T, Failure>;

fn take(connection: &mut Connection, owner: &str) -> Work<u64> {
    let sql = "INSERT INTO owners (owner, fence) VALUES (?1, 1)
               ON CONFLICT (owner) DO UPDATE SET fence = fence + 1 RETURNING fence";
    Ok(connection.query_row(sql, params![owner], |row| row.get::<_, i64>(0))?.cast_unsigned())
}

/// Lets the newest owner write, nobody before it.
fn admit(transaction: &Transaction<'_>, owner: &str, fence: u64) -> Work<()> {
    let sql = "SELECT fence FROM owners WHERE owner = ?1";
    let newest: Option<i64> = transaction.query_row(sql, params![owner], |row| row.get(0)).optional()?;
    let newest = newest.unwrap_or(0).cast_unsigned();
    if fence < newest {
        return Err(
            StoreError::Fenced(format!("{owner} writes with fence {fence}, but {newest} was taken")).into()
        );
    }
    Ok(())
}

fn stage(
    connection: &mut Connection,
    owner: &str,
    fence: u64,
    generation: u64,
    chunks: &[Chunk],
    gone: &[Text],
) -> Work<()> {
    let transaction = connection.transaction()?;
    admit(&transaction, owner, fence)?;
    {
        let sql = "INSERT OR REPLACE INTO staged (owner, generation, name, slot, bytes) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut statement = transaction.prepare_cached(sql)?;
        let generation = generation.cast_signed();
        for name in gone {
            statement.execute(params![owner, generation, name.as_str(), 0, None::<&[u8]>])?;
        }
        for Chunk { slot, name, bytes } in chunks {
            statement.execute(params![owner, generation, name.as_str(), slot, Some(bytes.as_slice())])?;
        }
    }
    Ok(transaction.commit()?)
}

fn flip(connection: &mut Connection, owner: &str, pointer: &Pointer) -> Work<()> {
    let transaction = connection.transaction()?;
    admit(&transaction, owner, pointer.fence)?;
    let sql = "SELECT coalesce(json_extract(pointer, '$.generation'), 0) FROM owners WHERE owner = ?1";
    let there: Option<i64> = transaction.query_row(sql, params![owner], |row| row.get(0)).optional()?;
    let there = there.unwrap_or(0).cast_unsigned();
    if there < pointer.base {
        let base = pointer.base;
        let cause = format!("{owner} changes generation {base}, but {there} is there");
        return Err(StoreError::Emptied(cause).into());
    }
    if pointer.base == 0 {
        transaction.execute("DELETE FROM chunks WHERE owner = ?1", params![owner])?;
    }
    let body = serde_json::to_string(pointer)
        .map_err(|error| StoreError::Corrupt(format!("the pointer of {owner} cannot be written: {error}")))?;
    let generation = pointer.generation.cast_signed();
    // Of several generations that wait, the latest word on each chunk holds.
    transaction.execute(
        "INSERT OR REPLACE INTO chunks (owner, name, slot, bytes)
         SELECT owner, name, slot, coalesce(bytes, x'') FROM staged
         WHERE owner = ?1 AND generation <= ?2 ORDER BY generation",
        params![owner, generation],
    )?;
    transaction.execute(
        "DELETE FROM chunks WHERE owner = ?1 AND name IN (
             SELECT name FROM staged AS last WHERE owner = ?1 AND bytes IS NULL AND generation = (
                 SELECT max(generation) FROM staged
                 WHERE owner = ?1 AND name = last.name AND generation <= ?2))",
        params![owner, generation],
    )?;
    transaction
        .execute("DELETE FROM staged WHERE owner = ?1 AND generation <= ?2", params![owner, generation])?;
    transaction.execute(
        "INSERT INTO owners (owner, fence, pointer) VALUES (?1, ?2, ?3)
         ON CONFLICT (owner) DO UPDATE SET fence = excluded.fence, pointer = excluded.pointer",
        params![owner, pointer.fence.cast_signed(), body],
    )?;
    Ok(transaction.commit()?)
}

fn newest(connection: &mut Connection, owner: &str) -> Work<Option<Restored>> {
    connection.execute("DELETE FROM staged WHERE owner = ?1", params![owner])?;
    valid(connection, owner)
}

fn valid(connection: &Connection, owner: &str) -> Work<Option<Restored>> {
    let sql = "SELECT pointer FROM owners WHERE owner = ?1";
    let body: Option<Option<String>> =
        connection.query_row(sql, params![owner], |row| row.get(0)).optional()?;
    let Some(body) = body.flatten() else { return Ok(None) };
    let pointer = serde_json::from_str(&body).map_err(|error| {
        StoreError::Corrupt(format!(
            "the checkpoint of {owner} cannot be read ({error}); remove it (DELETE FROM owners) to rebuild the state \
             from the journal"
        ))
    })?;
    let mut statement =
        connection.prepare_cached("SELECT slot, name, bytes FROM chunks WHERE owner = ?1 ORDER BY name")?;
    let chunk = |row: &rusqlite::Row<'_>| {
        Ok(Chunk { slot: row.get(0)?, name: Text::from(row.get::<_, String>(1)?), bytes: row.get(2)? })
    };
    let chunks = statement.query_map(params![owner], chunk)?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(Restored { pointer, chunks }))
}

/// As of one moment.
fn all(connection: &mut Connection) -> Work<Vec<(Text, Restored)>> {
    let transaction = connection.transaction()?;
    let mut statement =
        transaction.prepare("SELECT owner FROM owners WHERE pointer IS NOT NULL ORDER BY owner")?;
    let owners = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let mut found = Vec::with_capacity(owners.len());
    for owner in owners {
        if let Some(restored) = valid(&transaction, &owner)? {
            found.push((owner.into(), restored));
        }
    }
    Ok(found)
}

impl SqliteStore {
    /// The valid checkpoints by owner, for who looks at them: nothing is taken, and nothing is forgotten.
    ///
    /// # Errors
    /// As those of [`Checkpoints::newest`].
    pub async fn all_checkpoints(&self) -> Result<Vec<(Text, Restored)>> {
        self.keeper.ask(all).await
    }
}

fn remove(connection: &mut Connection, owner: &str) -> Work<()> {
    let transaction = connection.transaction()?;
    transaction.execute("DELETE FROM chunks WHERE owner = ?1", params![owner])?;
    transaction.execute("DELETE FROM staged WHERE owner = ?1", params![owner])?;
    transaction.execute("UPDATE owners SET pointer = NULL WHERE owner = ?1", params![owner])?;
    Ok(transaction.commit()?)
}

#[async_trait]
impl Checkpoints for SqliteStore {
    async fn take(&self, owner: &str) -> Result<u64> {
        let owner = owner.to_owned();
        self.keeper.ask(move |connection| take(connection, &owner)).await
    }

    async fn stage(
        &self,
        owner: &str,
        fence: u64,
        generation: u64,
        chunks: Vec<Chunk>,
        gone: Vec<Text>,
    ) -> Result<()> {
        let owner = owner.to_owned();
        self.keeper.ask(move |connection| stage(connection, &owner, fence, generation, &chunks, &gone)).await
    }

    async fn flip(&self, owner: &str, pointer: Pointer) -> Result<()> {
        let owner = owner.to_owned();
        self.keeper.ask(move |connection| flip(connection, &owner, &pointer)).await
    }

    async fn newest(&self, owner: &str) -> Result<Option<Restored>> {
        let owner = owner.to_owned();
        self.keeper.ask(move |connection| newest(connection, &owner)).await
    }

    async fn remove(&self, owner: &str) -> Result<()> {
        let owner = owner.to_owned();
        self.keeper.ask(move |connection| remove(connection, &owner)).await
    }
}
