//! Stores on a private server.
#![allow(dead_code, reason = "each test file uses its part")]

use model::time::Micros;
use model::{Object, ObjectType};
use ports::values::{Block, Cell, Content, Flags, Publication};
use std::sync::Arc;
use std::time::Duration;
use store_redis::{RedisStore, Settings, Tls};
use test_servers::Redis;

pub(crate) fn settings(server: &Redis, tenant: &str) -> Settings {
    let password = server.password.clone();
    Settings {
        host: server.host.clone(),
        port: server.port,
        sentinels: None,
        tls: Some(Tls { authority: Some(server.ca_file.clone()), identity: None }),
        user: Some(server.user.clone()),
        password: Arc::new(move || Ok(Some(password.clone()))),
        tenant: tenant.into(),
        connections_max: 4,
        patience: Duration::from_secs(2),
    }
}

pub(crate) fn store(server: &Redis, tenant: &str) -> RedisStore {
    RedisStore::open(settings(server, tenant)).expect("the settings are fine")
}

/// A whole publication with one cell.
pub(crate) fn publication(generation: u64, seq: u64) -> Publication {
    let at = Micros::from_secs(seq.cast_signed());
    let object = Object::new(ObjectType::Queue, "9001@sw1");
    let cell = Cell { content: Content::Number(seq as f64), flags: Flags::default(), at };
    let block = Block {
        definition: "Calls_Entered|Queue|Default|||".into(),
        slot: object.slot(),
        generation,
        seq,
        at,
        whole: true,
        rows: vec![(object, cell)],
        gone: Vec::new(),
    };
    Publication { producer: "dcu-0".into(), generation, at, blocks: vec![block], ..Publication::default() }
}
