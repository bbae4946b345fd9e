//! No byte of an object that a user may not see leaves the server: whatever route is taken, whoever takes it. The routes
//! come from the server's own description, so that a new one can't be forgotten.

use crate::world::{Answer, World, answer, board};
use access::{Account, Book, Given, WithoutLists};
use actix_web::web::Bytes;
use awc::cookie::Cookie;
use awc::http::Method;
use awc::ws::{Frame, Message as Ws};
use futures_util::{SinkExt, StreamExt};
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::documents::{Document, Documents};
use ports::grants::{GrantBook, Grants, Scope};
use ports::history::{History, Point};
use ports::questions::{Contact, Item, Made, Question, Questions, Reply, Waiting};
use ports::values::{Block, Cell, Content, Flags, ObjectInfo, Publication, State, Values};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use runtime::Clock;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store_memory::MemoryGrants;
use web::{Library, StatInfo};

const QUEUES: usize = 6;
const AGENTS: usize = 8;
const GROUPS: usize = 3;
const PASSWORD: &str = "a password of users";

/// What all objects are called: ids and names that occur nowhere else.
fn objects() -> Vec<(Object, Text)> {
    let of = |kind, word: &'static str, count| {
        (0..count).map(move |n: usize| {
            let id = if kind == ObjectType::Queue { format!("{word}{n}x@sw") } else { format!("{word}{n}x") };
            (Object::new(kind, id), Text::from(format!("Name of {word}{n}x")))
        })
    };
    let (queues, agents) = (of(ObjectType::Queue, "zque", QUEUES), of(ObjectType::Agent, "zagt", AGENTS));
    queues.chain(agents).chain(of(ObjectType::GroupAgents, "zgrp", GROUPS)).collect()
}

fn members(group: usize) -> impl Iterator<Item = String> {
    (0..AGENTS).filter(move |agent| agent % GROUPS == group).map(|agent| format!("zagt{agent}x"))
}

fn tenant() -> model::tenant::Tenant {
    let dns: Vec<_> = (0..QUEUES)
        .map(|n| json!({ "number": format!("zque{n}x"), "switch": "sw", "type": "Queue" }))
        .collect();
    let agents: Vec<_> = (0..AGENTS).map(|n| json!({ "id": format!("zagt{n}x") })).collect();
    let group = |n: usize| json!({ "name": format!("zgrp{n}x"), "agents": members(n).collect::<Vec<_>>() });
    serde_json::from_value(json!({
        "tenant": "acme", "source": [{ "name": "pbx", "switch": "sw" }], "dn": dns, "agent": agents,
        "agent_group": (0..GROUPS).map(group).collect::<Vec<_>>(),
        "access": [{ "name": "nobody", "who": { "user": "nobody" }, "allow": ["*"] }],
    }))
    .unwrap()
}

fn library() -> Library {
    let all = vec![ObjectType::Queue, ObjectType::Agent, ObjectType::GroupAgents];
    let stat = |name: &str, category: &str| StatInfo {
        name: Text::from(name),
        title: Text::from(name),
        words: Text::from("Words."),
        unit: Text::from("count"),
        category: Text::from(category),
        object_types: all.clone(),
    };
    Library::new([stat("Entered", "TotalNumber"), stat("Status", "CurrentState")])
}

fn definition(stat: &str, kind: ObjectType) -> Text {
    format!("{stat}|{}|Default|||", kind.name()).into()
}

/// Everything at once: numbers of all objects, states of groups with their members.
fn publication(at: Micros) -> Publication {
    let mut blocks: BTreeMap<(Text, u8), Vec<(Object, Cell)>> = BTreeMap::new();
    let mut infos = Vec::new();
    for (number, (object, name)) in objects().into_iter().enumerate() {
        let cell = |content| Cell { content, flags: Flags::default(), at };
        let of_group = |group: usize| members(group).map(|id| (id.into(), "Ready".into())).collect();
        let is_group = object.kind == ObjectType::GroupAgents;
        let group = object.id.chars().find_map(|c| c.to_digit(10)).unwrap_or_default() as usize;
        let members = if is_group { of_group(group) } else { BTreeMap::new() };
        let state = State { status: "Ready".into(), since: at, reasons: BTreeMap::new(), members };
        for (stat, content) in
            [("Entered", Content::Number(number as f64)), ("Status", Content::State(state))]
        {
            let key = (definition(stat, object.kind), object.slot());
            blocks.entry(key).or_default().push((object.clone(), cell(content)));
        }
        let groups = match object.kind {
            ObjectType::Agent => vec![Text::from(format!("zgrp{}x", group % GROUPS))],
            _ => vec![],
        };
        infos.push(ObjectInfo { object, name, groups });
    }
    let block = |((definition, slot), rows)| Block {
        definition,
        slot,
        generation: 1,
        seq: 1,
        at,
        whole: true,
        rows,
        gone: vec![],
    };
    Publication {
        producer: "dcu-0".into(),
        generation: 1,
        at,
        blocks: blocks.into_iter().map(block).collect(),
        objects: infos,
        ..Publication::default()
    }
}

/// A board that names everything, wherever a board can.
fn telltale(id: &str) -> Value {
    let widget = |(n, kind): (usize, ObjectType)| {
        let ids: Vec<_> = objects().into_iter().filter(|(object, _)| object.kind == kind).collect();
        let names: BTreeMap<_, _> =
            ids.iter().map(|(object, name)| (object.id.clone(), name.clone())).collect();
        let ids: Vec<_> = ids.into_iter().map(|(object, _)| object.id).collect();
        json!({
            "id": format!("w{n}"), "kind": "grid", "title": "All", "x": 0, "y": n, "w": 12, "h": 1,
            "query": { "object_type": kind.name(), "objects": ids, "statistics": ["Entered"] },
            "options": { "pinned": ids, "labels": names, "one": ids[0], "deep": [{ "chosen": ids }] }
        })
    };
    let kinds = [ObjectType::Queue, ObjectType::Agent, ObjectType::GroupAgents];
    let widgets: Vec<_> = kinds.into_iter().enumerate().map(widget).collect();
    json!({ "id": id, "title": id, "widgets": widgets })
}

/// A template that names everything, as none could be stored by the API.
fn telltale_template() -> Value {
    let mut widget = telltale("x")["widgets"][0].take();
    for key in ["id", "x", "y"] {
        widget.as_object_mut().unwrap().remove(key);
    }
    json!({
        "name": "telltale", "title": "All", "description": "All", "object_types": ["Queue"], "columns": [],
        "pending": [], "widget": widget,
    })
}

/// A rule that names everything of a type.
fn rule(kind: ObjectType) -> Value {
    let all = objects().into_iter().filter(|(object, _)| object.kind == kind);
    let ids: Vec<Text> = all.map(|(object, _)| object.id).chain(["*".into()]).collect();
    json!({
        "title": "Rings everywhere", "object_type": kind.name(), "objects": ids,
        "statistic": { "stat_type": "Entered" }, "condition": { "is": "above", "raise": -1 },
    })
}

/// An alert of an object, as the evaluation writes it.
fn alert(object: &Object, name: &Text) -> Value {
    json!({
        "rule": "telltale-rule", "title": "Rings", "severity": "warning", "object": object, "name": name,
        "definition": definition("Entered", object.kind), "statistic": "Entered", "unit": "count",
        "condition": { "is": "above", "raise": -1.0 }, "raised_at": 1, "value": 3.0, "fence": 1,
    })
}

/// A user of the story.
struct User {
    name: String,
    scope: Scope,
}

/// Someone whose account says at random what may be seen.
fn account(number: usize, chance: &mut StdRng) -> (Account, Value) {
    let all = objects();
    let pick = |chance: &mut StdRng, most: usize| {
        let count = chance.random_range(0..=most);
        let picked: Vec<Text> = all
            .choose_multiple(chance, count)
            .map(|(object, _)| format!("{}:{}", object.kind.name(), object.id).into())
            .collect();
        picked
    };
    let given = Given { allow: pick(chance, 6), deny: pick(chance, 3) };
    let user = Text::from(format!("user{number}"));
    let roles = if number.is_multiple_of(2) { vec!["viewer"] } else { vec!["editor"] };
    let form = json!({ "user": user, "password": PASSWORD, "roles": roles, "access": given });
    (Account { user, access: Some(given), ..Account::default() }, form)
}

/// A request for a route, with what its description says that it takes.
fn requests(method: &str, path: &str, route: &Value, chance: &mut StdRng) -> Vec<(String, Value)> {
    let all = objects();
    (0..6)
        .map(|_| {
            let (object, name) = all.choose(chance).unwrap();
            let mut address = path.to_owned();
            let mut query = Vec::new();
            for parameter in route["parameters"].as_array().into_iter().flatten() {
                let told = parameter["name"].as_str().unwrap();
                let value = match told {
                    "id" if path.starts_with("/rules") => "telltale-rule".to_owned(),
                    "id" if path.starts_with("/alerts") => {
                        format!("alert-{}", object.id.split('@').next().unwrap())
                    }
                    "id" => "telltale".to_owned(),
                    "user" => "user0".to_owned(),
                    "object_type" | "type" => object.kind.name().to_owned(),
                    "objects" => ["*", object.id.as_str()].choose(chance).unwrap().to_string(),
                    "statistics" => "Entered,Status".to_owned(),
                    "formula" => "Entered / total(Entered)".to_owned(),
                    "search" => {
                        ["", "z", name.as_str(), object.id.as_str()].choose(chance).unwrap().to_string()
                    }
                    "limit" => "1000".to_owned(),
                    "definition" => definition("Entered", object.kind).to_string(),
                    "object" if matches!(path, "/history" | "/values/made" | "/waiting") => {
                        object.id.to_string()
                    }
                    "object" => format!("{}:{}", object.kind.name(), object.id),
                    "name" => "Entered".to_owned(),
                    "from" => "0".to_owned(),
                    "at" if path == "/values/made" || chance.random() => {
                        (world_now().0 - 30_000_000).to_string()
                    }
                    "widget" => "w0".to_owned(),
                    "number" => "1".to_owned(),
                    "kind" => "board".to_owned(),
                    "who" | "document" | "after" | "at" | "query" | "to" | "shown" | "skip" | "roles"
                    | "private" | "If-Match" | "code" | "state" | "error" => {
                        continue;
                    }
                    other => panic!("{method} {path} takes '{other}': teach this test what to send for it"),
                };
                match parameter["in"].as_str() {
                    Some("path") => address = address.replace(&format!("{{{told}}}"), &value),
                    _ => query.push(format!("{told}={}", value.replace('@', "%40").replace(' ', "%20"))),
                }
            }
            let body = match (method, path) {
                ("post", "/templates" | "/templates/check") | ("put", "/templates/{id}") => {
                    telltale_template()
                }
                ("post", "/templates/read") => json!({ "name": "telltale", "text": "title = 'All'" }),
                ("post", "/boards") => board("telltale", "There is one"),
                ("put", "/boards/{id}") => board("telltale", "Changed"),
                ("put", "/boards/{id}/sharing") => json!({ "owner": "user1", "with": [] }),
                ("post", "/users") | ("put", "/users/{user}") => json!({ "roles": ["admin"] }),
                ("put", "/shares/{id}") => json!({ "title": "t", "boards": ["telltale"], "every": 5 }),
                ("post", "/shares/paired") => {
                    json!({ "code": "000000", "wall": { "title": "t", "boards": ["telltale"], "every": 5, "hours": 1 } })
                }
                ("post", "/shared/beat") => {
                    json!({ "screen": "s", "build": "b", "width": 1, "height": 1, "still_s": 0 })
                }
                ("put", "/widgets") => json!({ "only": {} }),
                ("post", "/shares") => {
                    json!({ "title": "t", "boards": ["telltale"], "every": 5, "hours": 1 })
                }
                ("post", "/notes") => {
                    json!({ "kind": "remark", "text": "t", "from": world_now().0, "queue": object.id })
                }
                ("post", "/rules") | ("put", "/rules/{id}") => rule(object.kind),
                ("post", "/rules/trial") => json!({ "rule": rule(object.kind) }),
                ("post", "/alerts/{id}/acknowledge") => json!({ "note": "seen" }),
                ("post", "/alerts/{id}/snooze") => json!({ "minutes": 5 }),
                ("post", "/shared") => json!({ "token": "none" }),
                ("post", "/session") => json!({ "user": "user0", "password": "wrong" }),
                (_, _) if route["requestBody"].is_null() => Value::Null,
                _ => panic!("{method} {path} takes a body: teach this test what to send"),
            };
            let separator = if query.is_empty() { "" } else { "?" };
            (format!("{address}{separator}{}", query.join("&")), body)
        })
        .collect()
}

fn world_now() -> Micros {
    Clock::of_machine().now()
}

async fn send(world: &World, method: &str, path: &str, body: &Value) -> Answer {
    let request = world.request(method.to_uppercase().parse::<Method>().unwrap(), path);
    let request = request.insert_header(("If-Match", "\"1\""));
    let sent = if body.is_null() { request.send().await } else { request.send_json(body).await };
    answer(sent.unwrap()).await
}

/// What is said to have made a value: work of everybody, for everybody.
fn telltale_made() -> Made {
    let item = |(object, _): (Object, Text)| Item {
        what: "CallAnswered".into(),
        call_type: None,
        conn_id: Some("c1".into()),
        of: Some(object.clone()),
        by: Some(object),
        begun: Micros(1),
        ended: None,
        seconds: 1,
        main: true,
        rel: true,
        in_range: true,
        value: None,
        records: Vec::new(),
    };
    Made {
        value: Some(3.0),
        folded: Some(3.0),
        items: objects().into_iter().map(item).collect(),
        ..Made::default()
    }
}

/// Somebody waits everywhere, which is told to whoever asks about any place.
fn telltale_waiting() -> Waiting {
    let contact = |(place, name): &(Object, Text)| Contact {
        place: place.clone(),
        id: Some(format!("call-at-{}", place.id).into()),
        since: Micros(1),
        call_type: None,
        from: Some(name.clone()),
        dialed: Some(place.id.clone()),
        customer: None,
        media: None,
    };
    let all = objects();
    Waiting {
        at: Micros(2),
        places: all.iter().map(|(place, _)| (place.clone(), 1)).collect(),
        contacts: all.iter().map(contact).collect(),
    }
}

/// Somebody reads journals, and tells everything to whoever asks.
fn answer_questions(world: &World) {
    let questions = world.questions.clone();
    actix_web::rt::spawn(async move {
        while let Ok(ticket) = questions.next().await {
            let reply = match ticket.question {
                Question::Made(_) => Reply::Made(Box::new(telltale_made())),
                Question::Waiting(_) => Reply::Waiting(Box::new(telltale_waiting())),
            };
            questions.reply(ticket.number, reply).await.unwrap();
        }
    });
}

/// All that a WebSocket tells of all tables within a moment; by a link, of those of boards alone.
async fn streamed(world: &World, path: &str, cookie: Cookie<'static>) -> String {
    let by_link = path != "/stream";
    let request = world.client.ws(world.path(path)).cookie(cookie).origin(&world.url);
    let (_, mut socket) = request.connect().await.unwrap();
    let kinds = [ObjectType::Queue, ObjectType::Agent, ObjectType::GroupAgents];
    for (id, kind) in kinds.into_iter().enumerate() {
        let named: Vec<_> = objects().into_iter().filter(|(object, _)| object.kind == kind).collect();
        let named: Vec<_> = named.into_iter().map(|(object, _)| object.id).collect();
        let statistics = json!(["Entered", "Status", { "formula": "total(Entered)", "name": "t" }]);
        let query = json!({ "object_type": kind.name(), "objects": "*", "statistics": statistics });
        let these = json!({ "object_type": kind.name(), "objects": named, "statistics": statistics });
        for (place, ask) in [
            json!({ "query": query }),
            json!({ "query": these }),
            json!({ "board": "telltale", "widget": format!("w{id}") }),
        ]
        .into_iter()
        .enumerate()
        {
            let mut open = json!({ "op": "open", "id": 3 * id + place });
            open.as_object_mut().unwrap().extend(ask.as_object().unwrap().clone());
            socket.send(Ws::Text(open.to_string().into())).await.unwrap();
        }
    }
    let mut heard = String::new();
    let mut snapshots = 0;
    let listening = async {
        while let Some(Ok(frame)) = socket.next().await {
            let (Frame::Text(bytes) | Frame::Binary(bytes)) = frame else { continue };
            let bytes: Bytes = bytes;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            snapshots += usize::from(text.contains("\"snapshot\""));
            heard.push_str(&text);
        }
    };
    let _ = tokio::time::timeout(Duration::from_millis(700), listening).await;
    assert!(snapshots >= if by_link { 3 } else { 9 }, "all tables are told: {heard}");
    heard
}

/// A link for a screen shows what its author sees.
async fn by_link(world: &World, user: &User) {
    let link = json!({ "title": "t", "boards": ["telltale"], "every": 5, "hours": 1 });
    let made = world.send(Method::POST, "/shares", &link).await;
    // Who only looks makes no links.
    if made.status == 403 {
        return;
    }
    let secret = json!({ "token": made.json()["token"] });
    let entered = world.client.post(world.path("/shared")).send_json(&secret).await.unwrap();
    let cookie = entered.cookie("pulse_wall").unwrap().into_owned();
    let past = format!("/shared/boards/telltale/values?widget=w0&at={}", world_now().0 - 30_000_000);
    for path in ["/shared", "/shared/boards/telltale", past.as_str()] {
        let asked = world.client.get(world.path(path)).cookie(cookie.clone()).send().await.unwrap();
        assert!(asked.status().is_success(), "{path}");
        check(user, path, &answer(asked).await.text);
    }
    check(user, "/shared/stream", &streamed(world, "/shared/stream", cookie).await);
}

/// A screen that was paired by a code shows what whoever typed it sees.
async fn by_code(world: &World, user: &User) {
    let waiting = world.client.post(world.path("/shared/pairing")).send().await.unwrap();
    let cookie = waiting.cookie("pulse_wall").unwrap().into_owned();
    let code = answer(waiting).await.json()["code"].clone();
    let wall = json!({ "title": "t", "boards": ["telltale"], "every": 5, "hours": 1 });
    let paired = world.send(Method::POST, "/shares/paired", &json!({ "code": code, "wall": wall })).await;
    if paired.status == 403 {
        return;
    }
    assert_eq!(paired.status, 201, "{}", paired.text);
    let past = format!("/shared/boards/telltale/values?widget=w0&at={}", world_now().0 - 30_000_000);
    for path in ["/shared", "/shared/pairing", "/shared/boards/telltale", past.as_str()] {
        let asked = world.client.get(world.path(path)).cookie(cookie.clone()).send().await.unwrap();
        assert!(asked.status().is_success(), "{path}");
        check(user, path, &answer(asked).await.text);
    }
    check(user, "/shared/stream by a code", &streamed(world, "/shared/stream", cookie).await);
    check(user, "/shares", &world.get("/shares").await.text);
}

/// Asserts that nothing of what the user may not see is in a text.
fn check(user: &User, place: &str, text: &str) {
    for (object, name) in objects().iter().filter(|(object, _)| !user.scope.holds(object)) {
        let id = object.id.split('@').next().unwrap();
        assert!(
            !text.contains(id) && !text.contains(name.as_str()),
            "{} at {place} hears of {id}: {text}",
            user.name
        );
    }
}

async fn world_of(seed: u64) -> (World, Vec<User>) {
    let grants = Arc::new(MemoryGrants::default());
    let granted: Arc<dyn Grants> = grants.clone();
    let change = |settings: &mut web::WebSettings| settings.audit_age_max = Duration::MAX;
    let mut world = World::start_full(change, Some(granted), library()).await;
    world.values.publish(publication(world.clock.now())).await.unwrap();
    for (object, _) in objects() {
        let point = Point {
            definition: definition("Entered", object.kind),
            object,
            at: world.clock.now() - Micros::from_secs(60),
            value: Some(1.0),
            flags: 0,
        };
        world.history.append(vec![point]).await.unwrap();
    }
    let document = |body: Value, revision| Document {
        kind: "board".into(),
        id: "telltale".into(),
        revision,
        body,
        changed_by: "admin".into(),
        changed_at: Micros(1),
    };
    let first = world.documents.put(document(telltale("telltale"), 0)).await.unwrap();
    world.documents.put(document(telltale("telltale"), first)).await.unwrap();

    for (n, (object, name)) in objects().into_iter().enumerate() {
        let body = json!({ "kind": "outage", "text": format!("of {name}"), "from": world_now().0, "queue": object.id });
        let id = Text::from(format!("n{n}"));
        world.documents.put(Document { kind: "note".into(), id, ..document(body, 0) }).await.unwrap();
    }
    let stored = |kind: &str, id: String, body: Value| Document {
        kind: kind.into(),
        id: id.into(),
        revision: 0,
        body,
        changed_by: "user1".into(),
        changed_at: Micros(1),
    };
    for (object, name) in objects() {
        let id = format!("alert-{}", object.id.split('@').next().unwrap());
        world.documents.put(stored("alert", id, alert(&object, &name))).await.unwrap();
    }
    let body = telltale_template();
    let of_all = stored("template", "telltale".to_owned(), body);
    let revision = world.documents.put(of_all.clone()).await.unwrap();
    world.documents.put(Document { revision, ..of_all }).await.unwrap();
    // It belongs to somebody who sees little of what it names.
    let body = json!({ "rule": rule(ObjectType::Queue), "owner": "user1", "way": "account" });
    world.documents.put(stored("rule", "telltale-rule".to_owned(), body)).await.unwrap();

    answer_questions(&world);
    world.sign_in().await;
    let mut chance = StdRng::seed_from_u64(seed);
    let (accounts, forms): (Vec<_>, Vec<_>) = (0..6).map(|number| account(number, &mut chance)).unzip();
    for form in &forms {
        let made = world.send(Method::POST, "/users", form).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let book = Book::of(&tenant(), &accounts, WithoutLists::Everything).unwrap();
    grants.tell(&Book::default().news(&book), 0, world.clock.now()).await.unwrap();
    let users = accounts.iter().map(|account| User {
        name: account.user.to_string(),
        scope: book.statement(&account.user, &[]).scope(),
    });
    (world, users.collect())
}

#[actix_web::test]
async fn no_byte_of_a_forbidden_object_leaves_by_any_route() {
    let seeds = 0..3;
    for seed in seeds {
        let (mut world, users) = world_of(seed).await;
        let description = world.get("/openapi.json").await.json();
        let mut chance = StdRng::seed_from_u64(seed + 1_000);
        let mut seen = BTreeSet::new();
        // First, as long as nobody is stopped for asking too often.
        for user in &users {
            world.sign_in_as(&user.name, PASSWORD).await;
            by_code(&world, user).await;
        }
        for user in &users {
            world.sign_in_as(&user.name, PASSWORD).await;
            check(user, "/stream", &streamed(&world, "/stream", world.cookie.clone().unwrap()).await);
            by_link(&world, user).await;
            for (path, methods) in description["paths"].as_object().unwrap() {
                for (method, route) in methods.as_object().unwrap() {
                    // The stream is opened above; who signs out asks for nothing more.
                    if path.ends_with("/stream") || (path == "/session" && method == "delete") {
                        continue;
                    }
                    for (address, body) in requests(method, path, route, &mut chance) {
                        let told = send(&world, method, &address, &body).await;
                        assert!(told.status < 500, "{method} {address}: {}", told.text);
                        let headers: Vec<_> =
                            told.headers.iter().map(|(_, value)| format!("{value:?}")).collect();
                        check(
                            user,
                            &format!("{method} {address}"),
                            &(told.text.clone() + &headers.join(" ")),
                        );
                        seen.extend(
                            objects()
                                .into_iter()
                                .map(|(object, _)| object.id)
                                .filter(|id| told.text.contains(id.as_str())),
                        );
                    }
                }
            }
        }
        assert!(!seen.is_empty(), "something that may be seen is seen");
        world.web.take().unwrap().shutdown().await;
    }
}

#[actix_web::test]
async fn totals_are_over_what_the_viewer_sees_and_the_rest_is_counted() {
    let (mut world, users) = world_of(0).await;
    for user in users {
        world.sign_in_as(&user.name, PASSWORD).await;
        let path = "/values?object_type=Queue&statistics=Entered&formula=total(Entered)";
        let table = world.get(path).await.json();
        let rows = table["rows"].as_array().unwrap();
        let numbers: Vec<f64> = rows.iter().filter_map(|row| row["cells"][0]["v"].as_f64()).collect();
        let total: f64 = numbers.iter().sum();
        assert!(rows.iter().all(|row| row["cells"][1]["v"].as_f64() == Some(total)), "{table}");
        let queues = objects().into_iter().filter(|(object, _)| object.kind == ObjectType::Queue);
        let visible = queues.filter(|(object, _)| user.scope.holds(object)).count();
        assert_eq!((numbers.len(), table["visible"]["shown"].as_u64()), (visible, Some(visible as u64)));
        assert_eq!(table["visible"]["of"], QUEUES);
    }
}

#[actix_web::test]
async fn who_changes_a_board_takes_nothing_away_that_he_does_not_see() {
    let (mut world, users) = world_of(1).await;
    let editor = users.iter().find(|user| user.name == "user1").unwrap();
    world.sign_in_as(&editor.name, PASSWORD).await;
    let read = world.get("/boards/telltale").await;
    let mut body = read.json();
    body["title"] = json!("Changed");
    let request =
        world.request(Method::PUT, "/boards/telltale").insert_header(("If-Match", read.header("etag")));
    let changed = answer(request.send_json(&body).await.unwrap()).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    check(editor, "PUT /boards/telltale", &changed.text);
    let stored = world.documents.get("board", "telltale").await.unwrap().unwrap().body;
    assert_eq!(stored["title"], "Changed");
    for (n, kind) in [ObjectType::Queue, ObjectType::Agent, ObjectType::GroupAgents].into_iter().enumerate() {
        let ids: BTreeSet<_> = stored["widgets"][n]["query"]["objects"]
            .as_array()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        let all = objects().into_iter().filter(|(object, _)| object.kind == kind).count();
        assert_eq!(ids.len(), all, "{kind:?}");
    }
}

#[actix_web::test]
async fn an_administrator_is_told_the_rule_and_others_are_not() {
    let (mut world, users) = world_of(2).await;
    world.sign_in().await;
    for user in &users {
        for (object, _) in objects() {
            let asked = format!("{}:{}", object.kind.name(), object.id).replace('@', "%40");
            let told = world.get(&format!("/access/explain?user={}&object={asked}", user.name)).await.json();
            assert_eq!(told["visible"], user.scope.holds(&object), "{told}");
            if user.scope.holds(&object) {
                assert_eq!(told["decided_by"]["rule"], format!("account:{}", user.name), "{told}");
                assert_eq!(told["decided_by"]["effect"], "allow");
            }
        }
    }
    world.sign_in_as("user0", PASSWORD).await;
    assert_eq!(world.get("/access/explain?user=user1&object=Queue:1").await.status, 403);
    let own = world.get("/access").await.json();
    assert!(
        own["state"] == "fresh" && own["privileges"] == json!(["view_dashboard_restricted", "manage_tabs"]),
        "{own}"
    );
}

#[actix_web::test]
async fn an_administrator_who_sees_no_objects_reads_the_trail_without_them() {
    let (mut world, _) = world_of(1).await;
    world.sign_in().await;
    let admin = User { name: "admin".to_owned(), scope: Scope::Nothing };
    assert_eq!(world.get("/access").await.json()["scope"], "nothing");
    let page = world.get("/audit?limit=200").await;
    check(&admin, "/audit", &page.text);
    check(&admin, "/audit.csv", &world.get("/audit.csv").await.text);
    let entries = page.json()["entries"].as_array().unwrap().clone();
    let mut told = BTreeMap::new();
    for entry in &entries {
        let opened = world.get(&format!("/audit/{}", entry["number"])).await;
        check(&admin, &format!("the entry {entry}"), &opened.text);
        let contents = opened.json()["contents"].as_str().unwrap().to_owned();
        *told.entry((entry["kind"].as_str().unwrap().to_owned(), contents)).or_insert(0) += 1;
    }
    let of =
        |kind: &str, contents: &str| told.get(&(kind.to_owned(), contents.to_owned())).copied().unwrap_or(0);
    assert!(of("board", "told") > 1 && of("template", "told") > 0, "{told:?}");
    assert!(
        of("note", "withheld") > 0 && of("user", "withheld") > 0 && of("rule", "withheld") > 0,
        "{told:?}"
    );
}

#[actix_web::test]
async fn who_may_not_see_an_agent_hears_only_that_somebody_did_it() {
    let (mut world, users) = world_of(0).await;
    let mut hidden = 0;
    for user in &users {
        world.sign_in_as(&user.name, PASSWORD).await;
        for (object, _) in objects() {
            let definition = definition("Entered", object.kind).replace('|', "%7C");
            let id = object.id.replace('@', "%40");
            let told =
                world.get(&format!("/values/made?definition={definition}&object={id}&at=1&shown=4")).await;
            if !user.scope.holds(&object) {
                assert_eq!(told.status, 404, "{}", told.text);
                continue;
            }
            let told = told.json();
            assert_eq!(told["agrees"], false, "3 was found, and 4 was shown");
            let items = told["items"].as_array().unwrap();
            assert_eq!(items.len(), objects().len(), "whoever did it, it counts");
            for (item, (whose, _)) in items.iter().zip(objects()) {
                assert_eq!(item["by"]["object"].is_string(), user.scope.holds(&whose), "{item}");
                hidden += usize::from(item["by"]["object"].is_null());
            }
        }
    }
    assert!(hidden > 0, "somebody is not seen");
}
