//! The WebSocket, over a real socket.

use crate::world::World;
use actix_web::web::Bytes;
use awc::error::WsClientError;
use awc::http::Method;
use awc::ws::{Frame, Message as Ws};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use std::time::Duration;
use wire::stream::{Format, Message as Wire};

type Socket = awc::BoxedSocket;

struct Page {
    socket: actix_codec::Framed<Socket, awc::ws::Codec>,
    format: Format,
}

impl World {
    async fn page(&self, format: Format) -> Page {
        let cookie = self.cookie.clone().unwrap();
        let mut request = self.client.ws(self.path("/stream")).cookie(cookie).origin(&self.url);
        if format == Format::Msgpack {
            request = request.protocols(["pulse.msgpack"]);
        }
        let (_, socket) = request.connect().await.unwrap();
        Page { socket, format }
    }
}

impl Page {
    async fn say(&mut self, text: serde_json::Value) {
        let message = match self.format {
            Format::Json => Ws::Text(text.to_string().into()),
            Format::Msgpack => Ws::Binary(rmp_serde::to_vec_named(&text).unwrap().into()),
        };
        self.socket.send(message).await.unwrap();
    }

    /// The next message that `wanted` knows, within a minute.
    async fn hear<T>(&mut self, mut wanted: impl FnMut(Wire) -> Option<T>) -> T {
        let search = async {
            loop {
                let bytes: Bytes = match self.socket.next().await.expect("the stream goes on").unwrap() {
                    Frame::Text(bytes) | Frame::Binary(bytes) => bytes,
                    Frame::Ping(bytes) => {
                        self.socket.send(Ws::Pong(bytes)).await.unwrap();
                        continue;
                    }
                    _ => continue,
                };
                if let Some(found) = wanted(self.format.read_message(&bytes).unwrap()) {
                    return found;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), search).await.expect("it comes in time")
    }

    async fn bye(&mut self) -> String {
        self.hear(|message| match message {
            Wire::Bye(bye) => Some(bye.reason.to_string()),
            _ => None,
        })
        .await
    }
}

fn open() -> serde_json::Value {
    json!({ "op": "open", "id": 5, "query": { "object_type": "Queue", "objects": "*", "statistics": ["Entered"] } })
}

fn first_value(message: Wire) -> Option<f64> {
    let cell = match message {
        Wire::Snapshot { id: 5, body } => body.rows.first()?.cells[0].clone(),
        Wire::Delta { id: 5, body } => body.set.first()?.2.clone(),
        _ => return None,
    };
    match cell.v {
        wire::stream::Value::Number(number) => Some(number),
        _ => None,
    }
}

#[actix::test]
async fn a_page_gets_a_snapshot_changes_and_heartbeats_in_both_formats() {
    let mut world = World::signed_in().await;
    world.publish("q1", 1.0).await;
    for format in [Format::Json, Format::Msgpack] {
        let mut page = world.page(format).await;
        page.say(open()).await;
        assert!(page.hear(first_value).await >= 1.0);
        world.publish("q1", 2.0).await;
        world.publish("q1", 3.0).await;
        while page.hear(first_value).await != 3.0 {}
        let at =
            page.hear(|message| if let Wire::Heartbeat(beat) = message { Some(beat.at) } else { None }).await;
        assert!((world.now() - at).secs().abs() <= 1, "a heartbeat tells the server's time");
    }
}

#[actix::test]
async fn a_widget_of_a_stored_board_is_opened_by_its_name() {
    let mut world = World::signed_in().await;
    world.publish("q1", 7.0).await;
    let mut page = world.page(Format::Json).await;
    page.say(json!({ "op": "open", "id": 5, "board": "shipped", "widget": "grid" })).await;
    assert_eq!(page.hear(first_value).await, 7.0);
    page.say(json!({ "op": "open", "id": 6, "board": "shipped", "widget": "nothing" })).await;
    let error = page.hear(|message| if let Wire::Error(error) = message { Some(error) } else { None }).await;
    assert_eq!((error.id, error.code.as_str()), (6, "not_found"));
}

#[actix::test]
async fn rubbish_is_answered_and_the_stream_goes_on() {
    let mut world = World::signed_in().await;
    world.publish("q1", 7.0).await;
    let mut page = world.page(Format::Json).await;
    page.say(json!({ "op": "jump" })).await;
    let error = page.hear(|message| if let Wire::Error(error) = message { Some(error) } else { None }).await;
    assert!(error.code == "bad_request" && error.message.contains("jump"), "{error:?}");
    page.say(open()).await;
    assert_eq!(page.hear(first_value).await, 7.0);
}

fn status<T>(refused: Result<T, WsClientError>) -> u16 {
    match refused.err() {
        Some(WsClientError::InvalidResponseStatus(status)) => status.as_u16(),
        other => panic!("{other:?}"),
    }
}

#[actix::test]
async fn only_our_pages_open_streams() {
    let world = World::signed_in().await;
    let cookie = world.cookie.clone().unwrap();
    let foreign =
        world.client.ws(world.path("/stream")).cookie(cookie).origin("https://evil.example").connect().await;
    assert_eq!(status(foreign), 403);
    assert_eq!(status(world.client.ws(world.path("/stream")).connect().await), 401);
    let plain = world.get("/stream").await;
    assert_eq!(plain.status, 400, "{}", plain.text);
}

#[actix::test]
async fn signing_out_ends_open_streams() {
    let world = World::signed_in().await;
    let mut page = world.page(Format::Json).await;
    page.say(open()).await;
    assert_eq!(world.send(Method::DELETE, "/session", &json!({})).await.status, 204);
    assert_eq!(page.bye().await, "signed_out");
}

#[actix::test]
async fn a_server_that_stops_says_good_bye() {
    let mut world = World::signed_in().await;
    let mut page = world.page(Format::Json).await;
    page.say(open()).await;
    let web = world.web.take().unwrap();
    let stopping = actix::spawn(web.shutdown());
    assert_eq!(page.bye().await, "shutdown");
    drop(page);
    tokio::time::timeout(Duration::from_secs(10), stopping).await.expect("it stops in time").unwrap();
}

#[actix::test]
async fn messages_that_are_too_large_end_the_stream() {
    let world = World::signed_in().await;
    let mut page = world.page(Format::Json).await;
    page.say(json!({ "op": "open", "id": 1, "board": "x".repeat(100_000), "widget": "y" })).await;
    assert_eq!(page.bye().await, "protocol");
}

#[actix::test]
async fn a_session_that_ends_by_itself_ends_its_streams() {
    let grants = std::sync::Arc::new(ports::grants::WholeTenant::new("acme"));
    let mut world =
        World::start_with(|settings| settings.session_max = Duration::from_millis(800), Some(grants)).await;
    world.sign_in().await;
    let mut page = world.page(Format::Json).await;
    assert_eq!(page.bye().await, "session_expired");
    assert_eq!(world.get("/session").await.status, 401);
}
