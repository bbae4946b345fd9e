//! What holds for any records.

use crate::tale::{end, plain, records};
use model::item::{Items, What};
use model::tenant::Tenant;
use model::{Micros, Record};
use objects::Objects;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the configuration may change to.
fn change() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        r#"{"object":"agent","id":"A1","set":{"skills":{"S":7}}}"#,
        r#"{"object":"agent","id":"A1","set":{"skills":{"S":3,"T":1},"name":"Ann"}}"#,
        r#"{"object":"agent","id":"A2","set":{"skills":{"S":9}}}"#,
        r#"{"object":"agent","id":"A1","gone":true}"#,
        r#"{"object":"agent","id":"A7","set":{}}"#,
        r#"{"object":"agent","id":"A1","set":{"capacity":{"chat":0,"email":2}}}"#,
        r#"{"object":"place","id":"P1","set":{"capacity":{"chat":3}}}"#,
        r#"{"object":"agent_group","id":"G","set":{"agents":["A1","A3"]}}"#,
        r#"{"object":"agent_group","id":"G","set":{"agents":["A8"],"origination_dns":["9001","8001"]}}"#,
        r#"{"object":"agent_group","id":"G","gone":true}"#,
        r#"{"object":"agent_group","id":"O","set":{"script":"LoggedIn(\"9001@sw\")|~SkillExists(\"S\")"}}"#,
        r#"{"object":"agent_group","id":"O","set":{"script":null}}"#,
        r#"{"object":"agent_group","id":"V","set":{"script":"Skill(\"S\")>=5 & LoggedIn(\"sw\")","origination_dns":["9002"]}}"#,
        r#"{"object":"agent_group","id":"V","set":{"script":"Skill("}}"#,
        r#"{"object":"place","id":"P1","set":{"dns":["2001","2003"]}}"#,
        r#"{"object":"place","id":"P2","set":{"dns":["2001","2002"]}}"#,
        r#"{"object":"place","id":"P2","gone":true}"#,
        r#"{"object":"place","id":"P7","set":{"dns":["2001","2099"]}}"#,
        r#"{"object":"place_group","id":"PG","set":{"places":["P2","P0"],"origination_dns":["9001"]}}"#,
        r#"{"object":"place_group","id":"PG","gone":true}"#,
        r#"{"object":"queue_group","id":"QG","set":{"dns":["9001","8001"]}}"#,
        r#"{"object":"queue_group","id":"QG","gone":true}"#,
        r#"{"object":"dn","id":"9001@sw","gone":true}"#,
        r#"{"object":"dn","id":"9001@sw","set":{"type":"Queue","use_alt_enter_time":true}}"#,
        r#"{"object":"dn","id":"2001@sw","gone":true}"#,
        r#"{"object":"dn","id":"2001@sw","set":{"type":"Extension","name":"desk"}}"#,
        r#"{"object":"dn","id":"8001@sw","set":{"vq_stuck_check":100}}"#,
    ])
    .prop_map(|change| format!("- ConfigChanged {change}"))
}

/// A step of a random story.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => step(), 3 => media_step(), 1 => change()]
}

/// A step of a media channel or an interaction.
fn media_step() -> impl Strategy<Value = String> {
    let event = prop::sample::select(vec![
        "AgentLogin",
        "AgentLogout",
        "MediaAdded",
        "MediaRemoved",
        "ReadyForMedia",
        "NotReadyForMedia",
        "DoNotDisturbOn",
        "DoNotDisturbOff",
        "MediaStateReasonChanged",
        "InteractionSubmitted",
        "PlacedInQueue",
        "TakenFromQueue",
        "PlacedInWorkbin",
        "TakenFromWorkbin",
        "AgentInvited",
        "AgentInvited",
        "PartyAdded",
        "PartyAdded",
        "PartyRemoved",
        "Rejected",
        "Revoked",
        "PropertiesChanged",
        "ProcessingStopped",
        "LinkDisconnected",
        "LinkConnected",
    ]);
    let extra = prop::sample::select(vec![
        "",
        "media=chat",
        "media=chat",
        "media=email",
        "q=in",
        "q=vip old=in",
        "at=P1",
        "at=P9",
        "party=2",
        "party=strategy",
        "state=Transferred",
        "state=Conferenced",
        "role=Observer",
        "Inbound",
        "Outbound",
        "ud=K:1",
        "re=R:1",
        "synthetic",
        "time=3",
    ]);
    let (more, most) = (extra.clone(), extra.clone());
    (event, 0..4_usize, 0..3_usize, extra, more, most).prop_map(|(event, id, agent, extra, more, most)| {
        format!("- {event} i={id} A{} {extra} {more} {most}", agent + 1)
    })
}

fn step() -> impl Strategy<Value = String> {
    let dn = prop::sample::select(vec!["2001", "2002", "2003", "9001", "9002", "7001", "8001", "8002"]);
    let event = prop::sample::select(vec![
        "Ringing",
        "Established",
        "Released",
        "Abandoned",
        "Held",
        "Retrieved",
        "Dialing",
        "PartyChanged",
        "Queued",
        "Diverted",
        "AgentLogin",
        "AgentLogout",
        "AgentReady",
        "AgentNotReady",
        "Registered",
        "LinkDisconnected",
        "LinkConnected",
        "DNOutOfService",
        "DNBackInService",
        "AttachedDataChanged",
        "CallHeartbeat",
        "OffHook",
        "OnHook",
        "DestinationBusy",
        "PartyAdded",
        "Snapshot",
        "Gap",
    ]);
    let extra = prop::sample::select(vec![
        "",
        "q=9001",
        "q=8002",
        "to=2001",
        "to=2003",
        "to=9002",
        "state=Transferred",
        "state=NoAnswer",
        "state=Cleared",
        "mode=AfterCallWork",
        "Inbound",
        "Consult",
        "prev=c1",
        "prev=c2",
        "ud=K:1",
        "ud=K:2",
        "re=R:1",
        "synthetic",
        "time=3",
    ]);
    let more = extra.clone();
    (dn, event, 0..4_usize, 0..3_usize, extra, more).prop_map(|(dn, event, conn, agent, extra, more)| {
        if event == "Gap" {
            let unsaved = if agent == 0 { " unsaved" } else { "" };
            return format!("- Gap {}{unsaved}", conn * 97);
        }
        if event == "Snapshot" {
            let state = ["ringing", "established", "held"][conn.min(2)];
            let call = format!(r#"{{"conn_id":"c{conn}","state":"{state}","since":1,"this_queue":"9001"}}"#);
            return format!(
                r#"- Snapshot {{"dns":[{{"dn":"{dn}","type":"Extension","agent_id":"A{}","agent_state":"{}","calls":[{call}]}},{{"dn":"9001","type":"Queue","calls":[{{"conn_id":"c3","state":"queued","since":2}}]}}]}}"#,
                agent + 1, ["Ready", "NotReady", "x"][agent],
            );
        }
        format!("{dn} {event} c{conn} A{} {extra} {more}", agent + 1)
    })
}

fn story() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec((0..3_i64, word()), 1..60).prop_map(|steps| {
        let mut at = 0;
        let lines = steps.into_iter().map(|(pause, word)| {
            at += pause * 97;
            format!("{at} {word}")
        });
        let lines: Vec<String> = lines.collect();
        let mut records = records(&lines.join("\n"));
        for (seq, record) in records.iter_mut().enumerate() {
            (record.epoch, record.seq) = (1, seq as u64 + 1);
        }
        records
    })
}

fn tenant() -> Tenant {
    Tenant::from_toml(crate::tale::WORLD).unwrap()
}

/// Plays records in batches that end at the instants whose number the cuts name; a checkpoint after each, if asked.
fn play(records: &[Record], cuts: &BTreeSet<usize>, checkpoints: bool) -> Vec<Items> {
    let mut objects = Objects::new(&tenant()).unwrap();
    let mut items = Vec::new();
    let mut batch: Vec<Record> = Vec::new();
    let instants: Vec<&[Record]> = records.chunk_by(|one, next| one.received == next.received).collect();
    for (at, instant) in instants.iter().enumerate() {
        batch.extend_from_slice(instant);
        if cuts.contains(&at) || at + 1 == instants.len() {
            items.push(objects.step(&batch, end(&batch)));
            batch.clear();
            if checkpoints {
                let saved = rmp_serde::to_vec_named(&objects).unwrap();
                objects = rmp_serde::from_slice(&saved).unwrap();
            }
        }
    }
    items
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_batching_and_any_checkpoints_give_the_same(
        records in story(),
        cuts in prop::collection::btree_set(0..60_usize, 0..20),
    ) {
        let whole = plain(&play(&records, &BTreeSet::new(), false));
        let cut = plain(&play(&records, &cuts, true));
        prop_assert_eq!(whole, cut);
    }

    #[test]
    fn items_are_well_formed(records in story()) {
        let batches = play(&records, &BTreeSet::new(), false);
        let items = &batches[0].items;
        let mut running: BTreeMap<(u32, u32), (model::Action, Micros)> = BTreeMap::new();
        let mut status = BTreeMap::new();
        let mut validity = BTreeMap::new();
        let mut members = BTreeSet::new();
        let mut last = Micros(i64::MIN);
        for item in items {
            prop_assert!(item.at >= last, "instants in order");
            prop_assert!(item.start <= item.at, "nothing begins after it is told: {:?}", item);
            let unsaved = matches!(item.what, What::Lost { .. }) && item.source_span == Micros(-1);
            prop_assert!(item.source_span >= Micros::ZERO || unsaved);
            last = item.at;
            match item.what {
                What::Began { action, id } => {
                    let twin = running.insert((item.object.0, id), (action, item.at));
                    prop_assert_eq!(twin, None, "ids are unique among ongoing actions");
                    let same = running.iter().filter(|((of, _), (known, _))| {
                        *of == item.object.0 && *known == action
                    });
                    let alone = matches!(action.name(), "Monitored" | "NotMonitored" | "LoggedIn" | "LoggedOut");
                    // Agents and places may have several devices.
                    let device = batches[0].appeared[item.object.0 as usize].1.kind == model::ObjectType::RegDN;
                    prop_assert!(!alone || !device || same.count() == 1, "{:?} runs once at a device", action);
                }
                What::Ended { action, id } | What::Lost { action, id } => {
                    let began = running.remove(&(item.object.0, id));
                    prop_assert_eq!(began, Some((action, item.start)), "what ends began then");
                }
                What::Changed { action, id } => {
                    let of = running.get(&(item.object.0, id)).map(|(action, _)| *action);
                    prop_assert_eq!(of, Some(action), "only what runs changes");
                }
                What::Unseen => {
                    prop_assert!(status.remove(&item.object.0).is_some(), "what was not seen is not lost");
                }
                What::Status { to } => {
                    status.insert(item.object.0, to);
                }
                What::Validity { valid } => {
                    let known = validity.insert(item.object.0, valid).unwrap_or(true);
                    prop_assert!(known != valid, "validity is told when it changes");
                }
                What::Joined { group } => {
                    prop_assert!(members.insert((group.0, item.object.0)), "who joins was no member");
                }
                What::Left { group } => {
                    prop_assert!(members.remove(&(group.0, item.object.0)), "who leaves was a member");
                }
                What::Happened { .. } | What::Records { .. } => {}
            }
        }
        for (ix, object) in &batches[0].appeared {
            use model::ObjectType as T;
            let has_status = !matches!(object.kind, T::GroupQueues | T::Tenant | T::StagingArea | T::Workbin);
            prop_assert!(!has_status || status.contains_key(&ix.0), "{:?} has a status from its beginning on", object);
        }
    }
}
