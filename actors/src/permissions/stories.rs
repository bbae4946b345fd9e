//! Stories of the permissions role, in paused time.

use super::{Configured, Metrics, Outside, Permissions, Settings, Standing, start};
use access::WithoutLists;
use model::tenant::Tenant;
use model::time::Micros;
use model::{Object, ObjectType};
use ports::documents::{Document, Documents};
use ports::grants::{GrantBook, Grants, Scope, Viewer};
use ports::values::{ObjectInfo, Publication, Values};
use runtime::{Census, Clock};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryDocuments, MemoryGrants, MemoryLeases, MemoryValues};

const CENTRE: &str = "
tenant = 'acme'
source = [{ name = 'pbx', switch = 'sw' }]
agent = [{ id = 'A1' }, { id = 'A2' }]
agent_group = [{ name = 'Sales', agents = ['A1'] }]
access = [{ name = 'sales', who = { user = 'ann' }, allow = ['GroupAgents:Sales'] }]
";

/// Stores that several processes share.
#[derive(Clone, Default)]
struct World {
    grants: Arc<MemoryGrants>,
    leases: Arc<MemoryLeases>,
    documents: Arc<MemoryDocuments>,
    values: Arc<MemoryValues>,
}

async fn pass(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

impl World {
    fn new() -> Self {
        tokio::time::pause();
        Self::default()
    }

    fn process(&self, name: &str, clock: Clock) -> Permissions {
        let settings = Settings {
            name: name.into(),
            without_access_lists: WithoutLists::Deny,
            confirm_every: Duration::from_secs(5),
        };
        let outside = Outside {
            book: self.grants.clone(),
            leases: self.leases.clone(),
            documents: self.documents.clone(),
            values: Some(self.values.clone()),
            clock,
            census: Census::default(),
            metrics: Metrics::register(&prometheus::Registry::new()).unwrap(),
        };
        start(settings, outside)
    }

    async fn sees(&self, user: &str) -> Vec<String> {
        let viewer = Viewer { tenant: "acme".into(), user: user.into(), roles: vec![] };
        match self.grants.granted(&viewer).await.unwrap().statement.scope() {
            Scope::Only(objects) => objects.iter().map(|object| object.id.to_string()).collect(),
            Scope::Nothing => vec![],
            Scope::Everything => vec!["everything".to_owned()],
        }
    }

    async fn account(&self, user: &str, body: serde_json::Value) {
        let revision =
            self.documents.get("user", user).await.unwrap().map_or(0, |document| document.revision);
        let document = Document {
            kind: "user".into(),
            id: user.into(),
            revision,
            body,
            changed_by: "admin".into(),
            changed_at: Micros(1),
        };
        self.documents.put(document).await.unwrap();
    }
}

fn clock() -> Clock {
    Clock::starting_at(Micros::from_secs(1_000_000))
}

async fn configure(process: &Permissions, text: &str) {
    let tenant = Box::new(Tenant::from_toml(text).unwrap());
    process.desk.ask(Configured::Is(tenant), Duration::from_secs(1)).await.unwrap();
    pass(50).await;
}

#[actix::test]
async fn nothing_is_written_before_the_configuration_is_known() {
    let world = World::new();
    let process = world.process("p-0", clock());
    pass(10_000).await;
    assert_eq!(*process.standing.borrow(), Standing::Starting);
    assert_eq!(world.grants.told().await.unwrap().revision, 0);
    configure(&process, CENTRE).await;
    assert_eq!(*process.standing.borrow(), Standing::Writing);
    assert_eq!(world.sees("ann").await, ["A1", "Sales"]);
}

#[actix::test]
async fn a_change_of_the_configuration_or_of_an_account_is_there_at_once() {
    let world = World::new();
    let process = world.process("p-0", clock());
    configure(&process, CENTRE).await;
    let first = world.grants.told().await.unwrap().revision;
    configure(&process, &CENTRE.replace("agents = ['A1']", "agents = ['A2']")).await;
    assert_eq!(world.sees("ann").await, ["A2", "Sales"], "an agent has moved");
    let second = world.grants.told().await.unwrap().revision;
    assert!(second > first);
    configure(&process, &CENTRE.replace("agents = ['A1']", "agents = ['A2']")).await;
    assert_eq!(world.grants.told().await.unwrap().revision, second, "nothing has changed");

    assert!(world.sees("bob").await.is_empty());
    world
        .account("bob", json!({ "user": "bob", "password": "x", "access": { "allow": ["Agent:A1"] } }))
        .await;
    pass(50).await;
    assert_eq!(world.sees("bob").await, ["A1"]);
    world.account("bob", json!({ "user": "bob", "password": "x", "access": { "alow": [] } })).await;
    pass(50).await;
    assert!(world.sees("bob").await.is_empty(), "what can't be read gives nothing");
}

#[actix::test]
async fn a_configuration_that_makes_no_sense_changes_nothing() {
    let world = World::new();
    let process = world.process("p-0", clock());
    configure(&process, CENTRE).await;
    configure(&process, &CENTRE.replace("GroupAgents:Sales", "Group:Sales")).await;
    assert_eq!(world.sees("ann").await, ["A1", "Sales"]);
    pass(20_000).await;
    assert_eq!(*process.standing.borrow(), Standing::Writing, "what holds is confirmed");
}

#[actix::test]
async fn what_holds_is_confirmed_and_what_was_lost_is_written_anew() {
    let world = World::new();
    let clock = clock();
    let process = world.process("p-0", clock);
    configure(&process, CENTRE).await;
    let viewer = Viewer { tenant: "acme".into(), user: "ann".into(), roles: vec![] };
    for _ in 0..10 {
        pass(6_000).await;
        let confirmed = world.grants.granted(&viewer).await.unwrap().confirmed;
        assert!(clock.now() - confirmed < Micros::from_secs(7), "{confirmed:?}");
    }
    world.grants.forget().await.unwrap();
    assert!(world.sees("ann").await.is_empty());
    pass(6_000).await;
    assert_eq!(world.sees("ann").await, ["A1", "Sales"]);
}

#[actix::test]
async fn objects_that_appear_while_calls_go_on_are_meant_too() {
    let world = World::new();
    let process = world.process("p-0", clock());
    configure(&process, &CENTRE.replace("GroupAgents:Sales", "Queue:80*")).await;
    assert!(world.sees("ann").await.is_empty());
    let object = Object::new(ObjectType::Queue, "8001@sw");
    let info = ObjectInfo { object, name: "Sales".into(), groups: vec![] };
    let publication = Publication {
        producer: "dcu-0".into(),
        generation: 1,
        objects: vec![info],
        ..Publication::default()
    };
    world.values.publish(publication).await.unwrap();
    pass(2_000).await;
    assert_eq!(world.sees("ann").await, ["8001@sw"]);
}

#[actix::test]
async fn of_two_processes_one_writes_and_the_other_takes_over() {
    let world = World::new();
    let clock = clock();
    let (first, second) = (world.process("p-0", clock), world.process("p-1", clock));
    configure(&first, CENTRE).await;
    configure(&second, CENTRE).await;
    assert_eq!((*first.standing.borrow(), *second.standing.borrow()), (Standing::Writing, Standing::Standby));
    // The second one hears of a change first, and leaves the writing to the first.
    let moved = CENTRE.replace("agents = ['A1']", "agents = ['A2']");
    configure(&second, &moved).await;
    assert_eq!(world.sees("ann").await, ["A1", "Sales"]);
    configure(&first, &moved).await;
    assert_eq!(world.sees("ann").await, ["A2", "Sales"]);
    first.drain().await;
    pass(6_000).await;
    assert_eq!(*second.standing.borrow(), Standing::Writing);
    configure(&second, CENTRE).await;
    assert_eq!(world.sees("ann").await, ["A1", "Sales"]);
}
