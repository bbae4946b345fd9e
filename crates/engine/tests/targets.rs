//! CurrentTargetState: what a router sees of agents and their media channels, from records.
#![allow(clippy::unwrap_used, reason = "a test")]

use engine::Engine;
use model::tenant::Tenant;
use model::{Event, Micros, Record};
use serde_json::{Value, json};
use stats::{Content, Library};

const TENANT: &str = "
tenant = 't'
source = [{ name = 'pbx', switch = 'sw' }, { name = 'ixn', switch = 'media' }]
agent = [{ id = 'A1', capacity = { chat = 2 } }, { id = 'A2' }]
agent_group = [{ name = 'G', agents = ['A1', 'A2'] }]
";

const LIBRARY: &str = "
[stat_types.Targets]
Objects = ['Agent', 'GroupAgents']
Category = 'CurrentTargetState'
Subject = 'AgentStatus'
MainMask = '*'
[[statistic]]
name = 'one'
stat_type = 'Targets'
objects = ['A1']
object_type = 'Agent'
[[statistic]]
name = 'all'
stat_type = 'Targets'
objects = ['G']
";

fn record(at: i64, event: Event, agent: &str, media: &str, interaction: &str) -> Record {
    let mut record = Record::new("ixn", event, Micros::from_secs(at));
    record.agent_id = Some(agent.into());
    let rare = record.rare_mut();
    rare.media_type = Some(media.into());
    rare.interaction_id = (!interaction.is_empty()).then(|| interaction.into());
    record
}

fn engine() -> Engine {
    let library = Library::from_toml(LIBRARY).unwrap();
    let (engine, refused) = Engine::new(&Tenant::from_toml(TENANT).unwrap(), &library).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    engine
}

/// The targets of both statistics, which a checkpoint must not change.
fn targets(engine: &Engine, at: i64) -> [Value; 2] {
    let at = Micros::from_secs(at);
    let image = rmp_serde::to_vec_named(&engine.save()).unwrap();
    let mut read = self::engine();
    read.load(rmp_serde::from_slice(&image).unwrap()).unwrap();
    assert_eq!(read.answers(at), engine.answers(at));
    ["one", "all"].map(|name| {
        let answers = engine.answers(at);
        let answer = answers.iter().find(|answer| answer.statistic == name).unwrap();
        let Content::State(state) = &answer.value.content else { panic!("{answer:?}") };
        serde_json::to_value(state.targets.as_ref().unwrap()).unwrap()
    })
}

#[test]
fn a_router_sees_what_everybody_could_take() {
    let mut engine = engine();
    let second = |at: i64| at * 1_000_000;
    engine.step(
        &[
            record(0, Event::MediaAdded, "A1", "chat", ""),
            record(0, Event::MediaAdded, "A1", "email", ""),
            record(0, Event::ReadyForMedia, "A1", "chat", ""),
            record(0, Event::ReadyForMedia, "A1", "email", ""),
            record(5, Event::AgentInvited, "A1", "email", "i1"),
            record(6, Event::AgentInvited, "A1", "chat", "i2"),
            record(7, Event::PartyAdded, "A1", "chat", "i2"),
        ],
        Micros::from_secs(8),
    );
    let a1 = json!({
        "status": "CallUnknown",
        "since": second(7),
        "media": {
            "chat": {"channels": 1, "routable": 1, "busy": 1},
            "email": {"channels": 1, "routable": 0, "busy": 1},
        },
    });
    let a2 = json!({"status": "LoggedOut", "since": 0});
    assert_eq!(targets(&engine, 8), [json!({"A1": a1}), json!({"A1": a1, "A2": a2})]);

    engine.step(
        &[record(10, Event::Revoked, "A1", "email", "i1"), record(10, Event::MediaRemoved, "A1", "chat", "")],
        Micros::from_secs(10),
    );
    let a1 = json!({
        "status": "WaitForNextCall",
        "since": second(10),
        "media": {"email": {"channels": 1, "routable": 1, "busy": 0}},
    });
    assert_eq!(targets(&engine, 10)[0], json!({"A1": a1}));
}
