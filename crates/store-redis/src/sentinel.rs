//! Sentinels: they know which of several Redis servers takes writes now.

use crate::connect::Password;
use redis::{RedisError, RedisResult};

/// Who is asked where Redis is, instead of a fixed address. They are spoken to as Redis itself is: with TLS, or without.
#[derive(Clone)]
pub struct Sentinels {
    /// Host and port of each; the first that answers is believed.
    pub addresses: Vec<(String, u16)>,
    /// The name under which they watch the servers.
    pub watched: String,
    /// The ACL user at the sentinels; `default` if absent.
    pub user: Option<String>,
    /// That user's password, asked for each time.
    pub password: Password,
}

impl Sentinels {
    /// The server that takes writes, by the first that `ask` gets an answer from; `ask` sends the command to a sentinel.
    ///
    /// # Errors
    /// None answers, or none knows that name: with what each said.
    pub(crate) async fn writable<F>(
        &self,
        mut ask: impl FnMut(String, u16, redis::Cmd) -> F,
    ) -> RedisResult<(String, u16)>
    where
        F: Future<Output = RedisResult<Option<(String, String)>>>,
    {
        let mut said = Vec::new();
        for (host, port) in &self.addresses {
            let mut question = redis::cmd("SENTINEL");
            question.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.watched);
            match ask(host.clone(), *port, question).await {
                Ok(Some((found, at))) => match at.parse() {
                    Ok(at) => return Ok((found, at)),
                    Err(_) => said.push(format!("{host}:{port} tells the port {at:?}")),
                },
                Ok(None) => said.push(format!("{host}:{port} knows no {:?}", self.watched)),
                Err(error) => said.push(format!("{host}:{port}: {error}")),
            }
        }
        let cause = (redis::ErrorKind::Io, "no sentinel tells where Redis is", said.join("; "));
        Err(RedisError::from(cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn three() -> Sentinels {
        let addresses = ["s0", "s1", "s2"].map(|host| (host.to_owned(), 26379)).to_vec();
        Sentinels { addresses, watched: "pulse".into(), user: None, password: Arc::new(|| Ok(None)) }
    }

    #[tokio::test]
    async fn the_first_that_knows_is_believed() {
        let sentinels = three();
        let found = sentinels.writable(async |host: String, _, _| match host.as_str() {
            "s0" => Err(RedisError::from((redis::ErrorKind::Io, "away"))),
            "s1" => Ok(None),
            _ => Ok(Some(("redis-1".into(), "6380".into()))),
        });
        assert_eq!(found.await.unwrap(), ("redis-1".to_owned(), 6380));
    }

    #[tokio::test]
    async fn where_none_knows_each_is_quoted() {
        let none = three().writable(async |_, _, _| Ok(None)).await.unwrap_err().to_string();
        assert!(none.contains("s0:26379 knows no \"pulse\"") && none.contains("s2"), "{none}");
    }
}
