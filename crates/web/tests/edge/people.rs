//! People who sign in by an authorization service: their links go on with the rights that they have, and no longer.

use crate::world::{World, answer, board, library};
use access::{Book, Reach, Rule, Sheet, Subject};
use async_trait::async_trait;
use awc::Client;
use awc::cookie::Cookie;
use awc::http::Method;
use awc::ws::{Frame, Message};
use futures_util::{SinkExt, StreamExt};
use model::Text;
use ports::grants::{GrantBook, Grants};
use ports::identity::{Begun, Identity, IdentityError, Person, Returned};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store_memory::MemoryGrants;

/// A service that believes every code: `ann editor,viewer` is Ann with these roles.
struct Believes;

#[async_trait]
impl Identity for Believes {
    fn label(&self) -> Text {
        "a stand-in".into()
    }

    async fn begin(&self, _: &str) -> Result<Begun, IdentityError> {
        Ok(Begun { url: "https://login.example.org/".to_owned(), secret: "kept".to_owned() })
    }

    async fn finish(&self, _: &str, _: &str, returned: &Returned) -> Result<Person, IdentityError> {
        let (user, roles) = returned.code.split_once(' ').unwrap();
        let user = Text::from(user);
        let roles: Vec<Text> = roles.split(',').filter(|role| !role.is_empty()).map(Text::from).collect();
        match roles.is_empty() {
            true => Err(IdentityError::NoRole { user }),
            false => Ok(Person { name: user.clone(), user, roles, until: None }),
        }
    }

    async fn bearer(&self, _: &str) -> Result<Option<Person>, IdentityError> {
        Ok(None)
    }
}

/// Editors see two queues, viewers one, nobody else anything.
fn book() -> Book {
    let mut book = Book::default();
    for (role, queues) in [("editor", &["9001@sw", "9002@sw"][..]), ("viewer", &["9001@sw"])] {
        let allows = Reach::These(Arc::new(queues.iter().map(|id| crate::world::queue(id)).collect()));
        let name = Text::from(role);
        let rule = Rule { name: name.clone(), who: name.clone(), allows, denies: Reach::default() };
        book.rules.insert(name.clone(), Arc::new(rule));
        book.sheets.insert(Subject::Role(name.clone()), Sheet { rules: [name].into(), bounded: false });
    }
    book
}

async fn world() -> World {
    let grants = Arc::new(MemoryGrants::default());
    grants.tell(&Book::default().news(&book()), 0, model::time::Micros(1)).await.unwrap();
    let granted: Arc<dyn Grants> = grants;
    let change = |settings: &mut web::WebSettings| {
        settings.public_url = Some("https://pulse.example.org".to_owned());
        settings.grants_age_max = Duration::MAX;
    };
    let mut world = World::start_by(change, Some(granted), library(), Some(Arc::new(Believes))).await;
    world.publish("9001@sw", 7.0).await;
    world.publish("9002@sw", 8.0).await;
    world
}

/// Signs in with what the service tells; the session's cookie, if one is let in.
async fn come(world: &World, told: &str) -> Option<Cookie<'static>> {
    let client = Client::builder().disable_redirects().finish();
    let begun = client.get(world.path("/session/begin")).send().await.unwrap();
    let kept = begun.cookie("pulse_sign_in").unwrap().into_owned();
    let back = format!("/session/return?state=s&code={}", told.replace(' ', "%20"));
    let returned = client.get(world.path(&back)).cookie(kept).send().await.unwrap();
    returned.cookie("pulse_session").map(Cookie::into_owned)
}

/// Goes on as whoever that cookie is of.
async fn be(world: &mut World, cookie: Cookie<'static>) {
    world.cookie = Some(cookie);
    let who = world.get("/session").await.json();
    world.csrf = who["csrf"].as_str().unwrap().to_owned();
}

fn wish() -> Value {
    json!({ "title": "Entrance", "boards": ["shipped"], "names_hidden": false, "every": 30, "hours": 24 })
}

/// Makes a link; answers its token.
async fn link(world: &World) -> String {
    let made = world.send(Method::POST, "/shares", &wish()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["token"].as_str().unwrap().to_owned()
}

/// Enters by a link: the cookie, or what was answered instead.
async fn enter(world: &World, token: &str) -> Result<Cookie<'static>, u16> {
    let entered =
        world.client.post(world.path("/shared")).send_json(&json!({ "token": token })).await.unwrap();
    let status = entered.status().as_u16();
    entered.cookie("pulse_wall").map(Cookie::into_owned).ok_or(status)
}

type Screen = actix_codec::Framed<awc::BoxedSocket, awc::ws::Codec>;

/// A screen that shows the board of a link.
async fn screen(world: &World, cookie: &Cookie<'static>) -> Screen {
    let request = world.client.ws(world.path("/shared/stream")).cookie(cookie.clone()).origin(&world.url);
    let (_, mut socket) = request.connect().await.unwrap();
    let open = json!({ "op": "open", "id": 1, "board": "shipped", "widget": "grid" });
    socket.send(Message::Text(open.to_string().into())).await.unwrap();
    socket
}

/// The next message of a type.
async fn hear(screen: &mut Screen, kind: &str) -> Value {
    let search = async {
        loop {
            match screen.next().await.expect("the stream goes on").unwrap() {
                Frame::Text(text) => {
                    let message: Value = serde_json::from_slice(&text).unwrap();
                    if message["type"] == kind {
                        return message;
                    }
                }
                Frame::Ping(bytes) => screen.send(Message::Pong(bytes)).await.unwrap(),
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), search).await.unwrap_or_else(|_| panic!("no {kind}"))
}

async fn rows(screen: &mut Screen) -> usize {
    hear(screen, "snapshot").await["rows"].as_array().unwrap().len()
}

#[actix::test]
async fn a_link_goes_on_with_the_roles_of_its_authors_last_sign_in() {
    let mut world = world().await;
    let cookie = come(&world, "ann editor").await.unwrap();
    be(&mut world, cookie.clone()).await;
    let token = link(&world).await;
    let guest = enter(&world, &token).await.unwrap();
    let shown = answer(
        world.client.get(world.path("/shared/boards/shipped")).cookie(guest.clone()).send().await.unwrap(),
    );
    assert_eq!(shown.await.status, 200);
    let mut wall = screen(&world, &guest).await;
    assert_eq!(rows(&mut wall).await, 2, "an editor's link shows what editors see");

    // Other roles: the screen is told to come again, and then sees what they allow.
    come(&world, "ann viewer").await.unwrap();
    assert_eq!(hear(&mut wall, "bye").await["reason"], "rights_changed");
    let mut wall = screen(&world, &guest).await;
    assert_eq!(rows(&mut wall).await, 1);

    // A role of which permissions know nothing shows nothing.
    come(&world, "ann admin").await.unwrap();
    assert_eq!(hear(&mut wall, "bye").await["reason"], "rights_changed");
    let mut wall = screen(&world, &guest).await;
    assert_eq!(rows(&mut wall).await, 0);

    // No role any more: everything of hers ends.
    assert!(come(&world, "ann ").await.is_none());
    assert_eq!(hear(&mut wall, "bye").await["reason"], "session_expired");
    assert_eq!(enter(&world, &token).await, Err(403));
    assert_eq!(world.get("/session").await.status, 401, "the session of the editor has ended");

    // And back: nobody has taken the link back.
    come(&world, "ann editor").await.unwrap();
    assert!(enter(&world, &token).await.is_ok());
}

#[actix::test]
async fn who_is_forgotten_has_no_links_and_a_namesake_does_not_inherit_them() {
    let mut world = world().await;
    let cookie = come(&world, "ann editor").await.unwrap();
    be(&mut world, cookie).await;
    let token = link(&world).await;
    let guest = enter(&world, &token).await.unwrap();
    let mut wall = screen(&world, &guest).await;
    assert_eq!(rows(&mut wall).await, 2);
    assert_eq!(world.get("/people").await.status, 403, "for administrators");

    let cookie = come(&world, "root admin").await.unwrap();
    be(&mut world, cookie).await;
    let people = world.get("/people").await.json();
    assert_eq!((&people[0]["user"], &people[0]["roles"]), (&json!("ann"), &json!(["editor"])));
    assert_eq!(world.send(Method::DELETE, "/people/ann", &json!({})).await.status, 204);
    assert_eq!(hear(&mut wall, "bye").await["reason"], "session_expired");
    assert_eq!(enter(&world, &token).await, Err(403));
    assert_eq!(world.send(Method::DELETE, "/people/ann", &json!({})).await.status, 404);
    come(&world, "ann editor").await.unwrap();
    assert_eq!(enter(&world, &token).await, Err(403), "what was taken back stays so");

    // A local account of that name is somebody else.
    let cookie = come(&world, "bob editor").await.unwrap();
    be(&mut world, cookie).await;
    let of_bob = link(&world).await;
    world.sign_in().await;
    let form = json!({ "user": "bob", "password": "a long password", "roles": ["viewer"] });
    assert_eq!(world.send(Method::POST, "/users", &form).await.status, 201);
    assert_eq!(world.send(Method::DELETE, "/users/bob", &json!({})).await.status, 204);
    assert!(enter(&world, &of_bob).await.is_ok(), "the account's end does not touch the other Bob");
}

#[actix::test]
async fn the_links_of_a_removed_account_do_not_come_back_with_its_name() {
    let mut world = world().await;
    world.sign_in().await;
    let form = json!({ "user": "eve", "password": "a long password", "roles": ["editor"] });
    assert_eq!(world.send(Method::POST, "/users", &form).await.status, 201);
    world.sign_in_as("eve", "a long password").await;
    assert_eq!(world.send(Method::POST, "/boards", &board("own", "Own")).await.status, 201);
    let token = link(&world).await;
    assert!(enter(&world, &token).await.is_ok());
    world.sign_in().await;
    assert_eq!(world.send(Method::DELETE, "/users/eve", &json!({})).await.status, 204);
    assert_eq!(enter(&world, &token).await, Err(403));
    assert_eq!(world.send(Method::POST, "/users", &form).await.status, 201);
    assert_eq!(enter(&world, &token).await, Err(403));
}
