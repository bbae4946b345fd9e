//! A running web role on memory stores, and a client that is signed in.

use awc::cookie::Cookie;
use awc::http::Method;
use awc::{Client, ClientRequest};
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::grants::{Grants, WholeTenant};
use ports::identity::Identity;
use ports::values::{Block, Cell, Content, Flags, ObjectInfo, Publication, Values};
use ports::webhooks::Webhooks;
use prometheus::Registry;
use runtime::{Census, Clock};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use store_memory::{
    MemoryDemand, MemoryDocuments, MemoryHistory, MemoryLeases, MemoryQuestions, MemoryScreens, MemoryValues,
};
use web::{Library, Ports, StatInfo, Web, WebSettings};

pub(crate) const ENTERED: &str = "Entered|Queue|Default|||";

pub(crate) struct World {
    pub(crate) web: Option<Web>,
    pub(crate) url: String,
    pub(crate) password: String,
    pub(crate) values: Arc<MemoryValues>,
    pub(crate) demand: Arc<MemoryDemand>,
    pub(crate) documents: Arc<MemoryDocuments>,
    pub(crate) history: Arc<MemoryHistory>,
    pub(crate) questions: Arc<MemoryQuestions>,
    pub(crate) leases: Arc<MemoryLeases>,
    pub(crate) screens: Arc<MemoryScreens>,
    pub(crate) clock: Clock,
    pub(crate) registry: Registry,
    pub(crate) client: Client,
    pub(crate) cookie: Option<Cookie<'static>>,
    pub(crate) csrf: String,
    seq: u64,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: awc::http::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn library() -> Library {
    let stat = |name: &str| StatInfo {
        name: Text::from(name),
        title: Text::from(name),
        words: Text::from("Calls."),
        unit: Text::from("count"),
        category: Text::from("TotalNumber"),
        object_types: vec![ObjectType::Queue],
    };
    Library::new(["Entered", "Answered"].map(stat))
}

pub(crate) fn queue(id: &str) -> Object {
    Object::new(ObjectType::Queue, id)
}

fn settings() -> WebSettings {
    WebSettings {
        bind: "127.0.0.1:0".parse().unwrap(),
        tenant: "acme".into(),
        password_memory_kib: 64,
        shipped_boards: vec![board("shipped", "Shipped")],
        ..WebSettings::default()
    }
}

/// A board of one grid.
pub(crate) fn board(id: &str, title: &str) -> Value {
    json!({ "id": id, "title": title, "widgets": [{
        "id": "grid", "kind": "grid", "title": "All", "x": 0, "y": 0, "w": 12, "h": 8,
        "query": { "object_type": "Queue", "objects": "*", "statistics": ["Entered"] }, "options": {}
    }] })
}

impl World {
    pub(crate) async fn start() -> Self {
        let grants: Arc<dyn Grants> = Arc::new(WholeTenant::new("acme"));
        Self::start_with(|_| (), Some(grants)).await
    }

    pub(crate) async fn start_with(
        change: impl FnOnce(&mut WebSettings),
        grants: Option<Arc<dyn Grants>>,
    ) -> Self {
        Self::start_full(change, grants, library()).await
    }

    pub(crate) async fn start_full(
        change: impl FnOnce(&mut WebSettings),
        grants: Option<Arc<dyn Grants>>,
        library: Library,
    ) -> Self {
        Self::start_by(change, grants, library, None).await
    }

    /// The same, with an authorization service.
    pub(crate) async fn start_by(
        change: impl FnOnce(&mut WebSettings),
        grants: Option<Arc<dyn Grants>>,
        library: Library,
        identity: Option<Arc<dyn Identity>>,
    ) -> Self {
        Self::start_telling(change, grants, library, identity, None).await
    }

    /// The same, with webhooks.
    pub(crate) async fn start_telling(
        change: impl FnOnce(&mut WebSettings),
        grants: Option<Arc<dyn Grants>>,
        library: Library,
        identity: Option<Arc<dyn Identity>>,
        webhooks: Option<Arc<dyn Webhooks>>,
    ) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let (values, demand) = (Arc::new(MemoryValues::default()), Arc::new(MemoryDemand::default()));
        let (documents, history) = (Arc::new(MemoryDocuments::default()), Arc::new(MemoryHistory::default()));
        let questions = Arc::new(MemoryQuestions::default());
        let (clock, registry) = (Clock::of_machine(), Registry::new());
        let leases = Arc::new(MemoryLeases::default());
        let screens = Arc::new(MemoryScreens::default());
        let ports = Ports {
            values: values.clone(),
            demand: demand.clone(),
            documents: documents.clone(),
            audit: documents.clone(),
            history: history.clone(),
            questions: questions.clone(),
            screens: screens.clone(),
            grants,
            identity,
            leases: leases.clone(),
            webhooks,
            library,
            clock,
            census: Census::default(),
        };
        let web = web::start(settings, ports, &registry).await.unwrap();
        let (url, password) = (web.url.clone(), web.first_password.clone().unwrap_or_default());
        let client = Client::builder().timeout(Duration::from_secs(20)).finish();
        let (cookie, csrf, web) = (None, String::new(), Some(web));
        Self {
            web,
            url,
            password,
            values,
            demand,
            documents,
            history,
            questions,
            leases,
            screens,
            clock,
            registry,
            client,
            cookie,
            csrf,
            seq: 0,
        }
    }

    /// A running role with somebody signed in.
    pub(crate) async fn signed_in() -> Self {
        let mut world = Self::start().await;
        world.sign_in().await;
        world
    }

    pub(crate) async fn sign_in(&mut self) {
        let password = self.password.clone();
        self.sign_in_as("admin", &password).await;
    }

    pub(crate) async fn sign_in_as(&mut self, user: &str, password: &str) {
        let body = json!({ "user": user, "password": password });
        let mut response = self.client.post(self.path("/session")).send_json(&body).await.unwrap();
        assert_eq!(response.status(), 200);
        self.cookie = Some(response.cookie("pulse_session").unwrap());
        let who: Value = response.json().await.unwrap();
        self.csrf = who["csrf"].as_str().unwrap().to_owned();
    }

    pub(crate) fn path(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> ClientRequest {
        let mut request =
            self.client.request(method, self.path(path)).insert_header(("X-CSRF", self.csrf.as_str()));
        if let Some(cookie) = &self.cookie {
            request = request.cookie(cookie.clone());
        }
        request
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        answer(self.request(method, path).send_json(body).await.unwrap()).await
    }

    /// The same stores, for another role.
    pub(crate) fn ports(&self) -> Ports {
        Ports {
            values: self.values.clone(),
            demand: self.demand.clone(),
            documents: self.documents.clone(),
            audit: self.documents.clone(),
            history: self.history.clone(),
            questions: self.questions.clone(),
            screens: self.screens.clone(),
            grants: None,
            identity: None,
            leases: self.leases.clone(),
            webhooks: None,
            library: library(),
            clock: self.clock,
            census: Census::default(),
        }
    }

    /// Publishes a value of a queue, with the queue's name.
    pub(crate) async fn publish(&mut self, id: &str, value: f64) {
        self.seq += 1;
        let (at, object) = (self.clock.now(), queue(id));
        let cell = Cell { content: Content::Number(value), flags: Flags::default(), at };
        let block = Block {
            definition: ENTERED.into(),
            slot: object.slot(),
            generation: 1,
            seq: self.seq,
            at,
            whole: self.seq == 1,
            rows: vec![(object.clone(), cell)],
            gone: vec![],
        };
        let name = Text::from(format!("Queue {id}"));
        let objects = vec![ObjectInfo { object, name, groups: vec![] }];
        let publication = Publication {
            producer: "dcu-0".into(),
            generation: 1,
            at,
            blocks: vec![block],
            objects,
            gone: Vec::new(),
            sources: vec![],
        };
        self.values.publish(publication).await.unwrap();
    }

    pub(crate) fn now(&self) -> Micros {
        self.clock.now()
    }
}

pub(crate) async fn answer<S>(mut response: awc::ClientResponse<S>) -> Answer
where
    S: futures_util::Stream<Item = Result<bytes::Bytes, awc::error::PayloadError>> + Unpin,
{
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = String::from_utf8(response.body().await.unwrap().to_vec()).unwrap();
    Answer { status, headers, text }
}
