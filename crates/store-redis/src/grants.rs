//! Grants: a head with the revision, a hash of rules, a hash of sheets, and hints that name whom a change concerns.

mod feed;

use crate::pack::{pack, unpack};
use crate::{RedisStore, lock};
use access::{Book, Rule, Sheet};
use async_trait::async_trait;
use feed::Feed;
use model::Text;
use model::time::Micros;
use ports::grants::{Announced, GrantBook, Granted, Grants, News, Statement, Subject, Told, Viewer};
use ports::{Result, StoreError};
use redis::Script;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use tokio::sync::broadcast;

static TELL: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/tell.lua")));
static CONFIRM: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/confirm.lua")));

/// What nobody confirms for so long is forgotten; readers stop to trust it much earlier.
const LIFETIME_MS: u64 = 24 * 3600 * 1000;
/// More names than this are not announced one by one.
const NAMED_MAX: usize = 2_000;
/// Times that a reader begins anew because the book changed under its hands.
const TRIES: usize = 8;
/// Rules that a reader keeps, so that viewers share them.
const RULES_KEPT_MAX: usize = 5_000;

/// Rules by name, as they were stored and as they were read.
type Rules = BTreeMap<Text, (Vec<u8>, Arc<Rule>)>;

/// What readers share.
#[derive(Default)]
pub(crate) struct Shared {
    feed: OnceLock<Feed>,
    rules: Mutex<Rules>,
}

/// The head of a book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Head {
    revision: u64,
    told: Micros,
    confirmed: Micros,
}

/// The values of the head's three fields.
type HeadFields = (Option<u64>, Option<i64>, Option<i64>);
/// Fields of a hash, some of which may be missing.
type Fields = Vec<Option<Vec<u8>>>;

impl Head {
    fn of((revision, told, confirmed): HeadFields) -> Self {
        let time = |micros: Option<i64>| Micros(micros.unwrap_or_default());
        Self { revision: revision.unwrap_or_default(), told: time(told), confirmed: time(confirmed) }
    }
}

fn field(subject: &Subject) -> String {
    match subject {
        Subject::Everyone => "everyone".to_owned(),
        Subject::User(user) => format!("user/{user}"),
        Subject::Role(role) => format!("role/{role}"),
    }
}

fn subject(field: &str) -> Option<Subject> {
    match field.split_once('/') {
        None => (field == "everyone").then_some(Subject::Everyone),
        Some(("user", user)) => Some(Subject::User(user.into())),
        Some(("role", role)) => Some(Subject::Role(role.into())),
        Some(_) => None,
    }
}

impl RedisStore {
    /// Head, rules, sheets.
    fn grant_keys(&self) -> [String; 3] {
        ["access:head", "access:rules", "access:sheets"].map(|name| self.inner.keys.one(name))
    }

    /// Some fields of a hash together with the head of the book, at one instant.
    async fn with_head(&self, hash: &str, fields: &[String]) -> Result<(Head, Fields)> {
        let [head, ..] = self.grant_keys();
        let (head, found): (HeadFields, Fields) = self
            .call(async |connection| {
                let mut read = redis::pipe();
                read.atomic().cmd("HMGET").arg(&head).arg(&["revision", "told", "confirmed"]);
                // A command without fields is refused: of no rules, the head alone is read.
                if fields.is_empty() {
                    let (head,): (HeadFields,) = read.query_async(connection).await?;
                    return Ok((head, Vec::new()));
                }
                read.cmd("HMGET").arg(hash).arg(fields);
                read.query_async(connection).await
            })
            .await?;
        Ok((Head::of(head), found))
    }

    /// The rule of these bytes; whoever else has it shares it.
    fn rule(&self, name: &str, bytes: &[u8]) -> Result<Arc<Rule>> {
        let mut kept = lock(&self.inner.grants.rules);
        if let Some((_, rule)) = kept.get(name).filter(|(known, _)| known == bytes) {
            return Ok(Arc::clone(rule));
        }
        let rule: Arc<Rule> = Arc::new(unpack("an access rule", bytes)?);
        if kept.len() >= RULES_KEPT_MAX {
            kept.clear();
        }
        kept.insert(name.into(), (bytes.to_vec(), Arc::clone(&rule)));
        Ok(rule)
    }
}

#[async_trait]
impl Grants for RedisStore {
    async fn granted(&self, viewer: &Viewer) -> Result<Granted> {
        let [_, rules, sheets] = self.grant_keys();
        let subjects: Vec<String> =
            Book::subjects_of(&viewer.user, &viewer.roles).iter().map(field).collect();
        for _ in 0..TRIES {
            let (head, found) = self.with_head(&sheets, &subjects).await?;
            let found = found.iter().flatten().map(|bytes| unpack::<Sheet>("a sheet of access rules", bytes));
            let found = found.collect::<Result<Vec<_>>>()?;
            let names: Vec<String> = Book::rules_of(&found).iter().map(ToString::to_string).collect();
            let (then, bytes) = self.with_head(&rules, &names).await?;
            // A rule of another revision than its sheet may deny too little.
            if then.revision != head.revision {
                continue;
            }
            let mut read = Vec::with_capacity(names.len());
            for (name, bytes) in names.iter().zip(&bytes) {
                let missing = || StoreError::Corrupt(format!("the access rule {name:?} is missing in Redis"));
                read.push(self.rule(name, bytes.as_ref().ok_or_else(missing)?)?);
            }
            let Head { revision, told, confirmed } = then;
            return Ok(Granted { statement: Arc::new(Statement::of(read)), revision, told, confirmed });
        }
        Err(StoreError::Unreachable("grants change faster than they can be read; try again".into()))
    }

    fn watch(&self) -> broadcast::Receiver<Announced> {
        let feed = self
            .inner
            .grants
            .feed
            .get_or_init(|| Feed::start(self.inner.connect.clone(), self.inner.keys.one("access")));
        feed.subscribe()
    }
}

#[async_trait]
impl GrantBook for RedisStore {
    async fn told(&self) -> Result<Told> {
        let [head, rules, sheets] = self.grant_keys();
        type Hash = BTreeMap<String, Vec<u8>>;
        let (head, rules, sheets): (HeadFields, Hash, Hash) = self
            .call(async |connection| {
                let mut read = redis::pipe();
                read.atomic().cmd("HMGET").arg(&head).arg(&["revision", "told", "confirmed"]);
                read.cmd("HGETALL").arg(&rules).cmd("HGETALL").arg(&sheets);
                read.query_async(connection).await
            })
            .await?;
        let mut book = Book::default();
        for (name, bytes) in rules {
            book.rules.insert(name.into(), Arc::new(unpack("an access rule", &bytes)?));
        }
        for (field, bytes) in sheets {
            // Those of a newer version concern nobody here.
            let Some(subject) = subject(&field) else { continue };
            book.sheets.insert(subject, unpack("a sheet of access rules", &bytes)?);
        }
        Ok(Told { revision: Head::of(head).revision, book })
    }

    async fn tell(&self, news: &News, after: u64, now: Micros) -> Result<u64> {
        let mut tell = TELL.prepare_invoke();
        for key in self.grant_keys() {
            tell.key(key);
        }
        tell.arg(after).arg(now.0).arg(LIFETIME_MS).arg(news.rules.len());
        for (name, rule) in &news.rules {
            tell.arg(name.as_str())
                .arg(rule.as_ref().map(|rule| pack(&**rule)).transpose()?.unwrap_or_default());
        }
        for (subject, sheet) in &news.sheets {
            tell.arg(field(subject)).arg(sheet.as_ref().map(pack).transpose()?.unwrap_or_default());
        }
        let named = news.concerned.len() <= NAMED_MAX;
        let hint = if named { pack(&news.concerned)? } else { Vec::new() };
        let channel = self.inner.keys.one("access");
        let told: String = self
            .call(async |connection| {
                let told = tell.invoke_async(connection).await?;
                redis::cmd("PUBLISH").arg(channel).arg(hint).exec_async(connection).await?;
                Ok(told)
            })
            .await
            .map_err(|error| conflict(error, after))?;
        told.parse().map_err(|_| StoreError::Corrupt(format!("Redis answers the revision {told:?}")))
    }

    async fn confirm(&self, revision: u64, now: Micros) -> Result<()> {
        let mut confirm = CONFIRM.prepare_invoke();
        for key in self.grant_keys() {
            confirm.key(key);
        }
        confirm.arg(revision).arg(now.0).arg(LIFETIME_MS);
        self.call(async |connection| confirm.invoke_async::<()>(connection).await)
            .await
            .map_err(|error| conflict(error, revision))
    }

    async fn forget(&self) -> Result<()> {
        let (keys, channel) = (self.grant_keys(), self.inner.keys.one("access"));
        self.call(async |connection| {
            redis::cmd("DEL").arg(&keys).exec_async(connection).await?;
            // Without names it concerns everybody.
            redis::cmd("PUBLISH").arg(channel).arg("").exec_async(connection).await
        })
        .await
    }
}

/// The answer of a script that found another revision.
fn conflict(error: StoreError, expected: u64) -> StoreError {
    match error {
        StoreError::Conflict { found, .. } => StoreError::Conflict { expected, found },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_back() {
        for whose in [Subject::Everyone, Subject::User("a/b".into()), Subject::Role("lead".into())] {
            assert_eq!(subject(&field(&whose)), Some(whose));
        }
        assert_eq!(subject("group/x"), None);
    }
}
