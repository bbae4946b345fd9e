//! People who look: sign-in, and sockets of the stream.

use super::plan::micros;
use actix_codec::Framed;
use anyhow::{Context, Result, anyhow};
use awc::ws::{Codec, Frame, Message};
use awc::{BoxedSocket, cookie::Cookie};
use futures_util::{SinkExt, StreamExt};
use model::Micros;
use runtime::Clock;
use serde_json::{Value, json};
use std::time::Duration;

/// The largest message of the server that is taken.
const MESSAGE_BYTES_MAX: usize = 256 << 20;

/// Where people come in, with the session of one of them.
#[derive(Clone)]
pub(crate) struct Door {
    url: String,
    cookie: Cookie<'static>,
    pub(crate) clock: Clock,
}

impl Door {
    /// Signs `admin` in.
    pub(crate) async fn sign_in(url: &str, password: &str, clock: Clock) -> Result<Self> {
        let client = awc::Client::builder().timeout(Duration::from_secs(60)).finish();
        let who = json!({"user": "admin", "password": password});
        let signed = client.post(format!("{url}/api/v1/session")).send_json(&who).await;
        let signed = signed.map_err(|error| anyhow!("sign-in: {error}"))?;
        let cookies = signed.cookies().with_context(|| format!("sign-in: {}", signed.status()))?;
        let cookie = cookies.first().cloned().with_context(|| format!("sign-in: {}", signed.status()))?;
        Ok(Self { url: url.to_owned(), cookie, clock })
    }

    /// A new stream.
    pub(crate) async fn connect(&self) -> Result<Viewer> {
        let client = awc::Client::builder().disable_timeout().finish();
        let request = client.ws(format!("{}/api/v1/stream", self.url));
        let request = request.cookie(self.cookie.clone()).origin(&self.url).max_frame_size(MESSAGE_BYTES_MAX);
        let connected = request.connect().await.map_err(|error| anyhow!("stream: {error}"))?;
        Ok(Viewer { socket: connected.1, clock: self.clock })
    }
}

/// One open stream.
pub(crate) struct Viewer {
    socket: Framed<BoxedSocket, Codec>,
    clock: Clock,
}

impl Viewer {
    /// Follows a table; `from` is where to go on.
    pub(crate) async fn open(&mut self, id: u32, query: &Value, from: Option<Value>) -> Result<()> {
        let mut open = json!({"op": "open", "id": id, "query": query, "merge": true});
        if let Some(from) = from {
            open["from"] = from;
        }
        self.say(&open).await
    }

    pub(crate) async fn acknowledge(&mut self, id: u32, seq: u64) -> Result<()> {
        self.say(&json!({"op": "ack", "id": id, "seq": seq})).await
    }

    async fn say(&mut self, message: &Value) -> Result<()> {
        self.socket
            .send(Message::Text(message.to_string().into()))
            .await
            .map_err(|error| anyhow!("stream: {error}"))
    }

    /// The next message with the moment of its arrival; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<(Micros, bytes::Bytes)> {
        loop {
            match self.socket.next().await? {
                Ok(Frame::Text(text)) => return Some((self.clock.now(), text)),
                Ok(Frame::Ping(ping)) => self.socket.send(Message::Pong(ping)).await.ok()?,
                Ok(Frame::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

/// What pages show of queues. The first four are counts of today, which change with every event: entered, distributed,
/// abandoned, and waiting now. The others are what W asks for, of today or over a window, which moves by steps.
pub(crate) fn queues(ids: &[String], window: &str) -> Value {
    let of = |stat_type: &str, profile: &str| json!({"stat_type": stat_type, "time_profile": profile});
    let mut statistics: Vec<Value> =
        ["Calls_Entered", "Calls_Distributed", "Calls_Abandoned"].map(|name| of(name, TODAY)).into();
    statistics.push(json!("Current_In_Queue"));
    let asked =
        ["Calls_Answered", "Answered_In_Threshold", "Average_Wait_Time", "Calls_Entered", "Calls_Abandoned"];
    let asked = if window == TODAY { &asked[..3] } else { &asked };
    statistics.extend(asked.iter().map(|name| of(name, window)));
    json!({"object_type": "Queue", "objects": ids, "statistics": statistics})
}

/// What pages show of agents: calls handled today, then what W asks for, and what they do now.
pub(crate) fn agents(ids: &[model::Text], window: &str) -> Value {
    let of = |stat_type: &str, profile: &str| json!({"stat_type": stat_type, "time_profile": profile});
    let mut statistics =
        vec![of("Calls_Handled", TODAY), of("Total_Handle_Time", window), json!("Current_Status")];
    if window != TODAY {
        statistics.push(of("Calls_Handled", window));
    }
    json!({"object_type": "Agent", "objects": ids, "statistics": statistics})
}

/// What counts from midnight on.
pub(crate) const TODAY: &str = "Default";

/// Time until `at`.
pub(crate) async fn sleep_until(clock: Clock, at: Micros) {
    let rest = at - clock.now();
    if rest > micros(0.0) {
        tokio::time::sleep(Duration::from_micros(rest.0.unsigned_abs())).await;
    }
}
