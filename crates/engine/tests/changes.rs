//! Selections of all objects follow a configuration that changes in mid-stream.
#![allow(clippy::unwrap_used, reason = "a test")]

use engine::{Answer, Engine};
use model::record::Body;
use model::tenant::Tenant;
use model::{Event, Micros, Record};
use stats::Library;

const TENANT: &str =
    "tenant = 't'\nsource = [{ name = 'pbx', switch = 'sw' }]\nagent = [{ id = 'A1' }, { id = 'A2' }]";

const LIBRARY: &str = "
[stat_types.Logins]
Objects = ['Agent']
Category = 'TotalNumber'
Subject = 'DNAction'
MainMask = 'AgentLogin'
[[statistic]]
name = 'all'
stat_type = 'Logins'
objects = ['*']
[[statistic]]
name = 'named'
stat_type = 'Logins'
objects = ['A1']
";

fn change(at: i64, change: &str) -> Record {
    let mut record = Record::new("pbx", Event::ConfigChanged, Micros::from_secs(at));
    record.body = Some(Box::new(Body::Change(serde_json::from_str(change).unwrap())));
    record
}

fn login(at: i64, agent: &str) -> Record {
    let mut record = Record::new("pbx", Event::AgentLogin, Micros::from_secs(at));
    (record.this_dn, record.agent_id) = (Some("2001".into()), Some(agent.into()));
    record
}

fn engine() -> Engine {
    let library = Library::from_toml(LIBRARY).unwrap();
    Engine::new(&Tenant::from_toml(TENANT).unwrap(), &library).unwrap().0
}

#[test]
fn all_agents_are_those_of_the_moment() {
    let mut engine = engine();
    let told = |answers: &[Answer]| {
        let of = answers.iter().map(|answer| format!("{} {}", answer.statistic, answer.object.id));
        of.collect::<Vec<_>>()
    };
    let mut see = |records: &[Record], at| {
        engine.step(records, Micros::from_secs(at));
        let image = rmp_serde::to_vec_named(&engine.save()).unwrap();
        let mut read = self::engine();
        read.load(rmp_serde::from_slice(&image).unwrap()).unwrap();
        assert_eq!(read.answers(Micros::from_secs(at)), engine.answers(Micros::from_secs(at)));
        told(&engine.answers(Micros::from_secs(at)))
    };
    assert_eq!(see(&[login(0, "A1")], 1), ["all A1", "all A2", "named A1"]);
    let gone = [change(2, r#"{"object":"agent","id":"A1","gone":true}"#)];
    assert_eq!(see(&gone, 2), ["all A2", "named A1"], "what was asked for by name stays");
    let more = [change(3, r#"{"object":"agent","id":"A3","set":{"name":"Ann"}}"#)];
    assert_eq!(see(&more, 3), ["all A2", "all A3", "named A1"]);
    let back = [change(4, r#"{"object":"agent","id":"A1","set":{}}"#)];
    assert_eq!(see(&back, 4), ["all A1", "all A2", "all A3", "named A1"]);
}
