//! The engine against the truth of the simulated Interaction Server, which shares no code with it.
#![allow(clippy::unwrap_used, reason = "tests")]

use engine::Engine;
use model::record::{Body, Event, Gap};
use model::{Micros, Record, Text};
use scenario::{AreaTruth, ChannelTruth, MediaTruth, MediaWorld, Scenario, VirtualTruth, World};
use statebook::StateBook;
use stats::{Content, Library};
use std::collections::BTreeMap;

/// 2026-11-23T08:00:00Z, a Monday.
const START: Micros = Micros::from_secs(1_795_420_800);

type Of<T> = fn(&T, Micros) -> i64;

/// What is compared of interaction queues and workbins: (category, mask, what the truth says).
const AREAS: [(&str, &str, Of<AreaTruth>); 13] = [
    ("TotalNumber", "InteractionEntered", |it, _| it.entered as i64),
    ("TotalNumber", "InteractionDistributed", |it, _| it.pulled.number as i64),
    ("TotalTime", "InteractionDistributed", |it, _| it.pulled.seconds),
    ("TotalNumber", "InteractionCleared", |it, _| it.taken.number as i64),
    ("TotalTime", "InteractionCleared", |it, _| it.taken.seconds),
    ("TotalNumber", "InteractionDistributedToQueue", |it, _| it.moved.number as i64),
    ("TotalTime", "InteractionDistributedToQueue", |it, _| it.moved.seconds),
    ("TotalNumber", "InteractionDeleted", |it, _| it.deleted.number as i64),
    ("TotalTime", "InteractionDeleted", |it, _| it.deleted.seconds),
    ("TotalNumber", "InteractionReleased", |it, _| it.released.number as i64),
    ("TotalTime", "InteractionReleased", |it, _| it.released.seconds),
    ("CurrentNumber", "InteractionWait", |it, _| it.waiting as i64),
    ("CurrentMaxTime", "InteractionWait", |it, at| it.oldest.map_or(0, |oldest| at.secs() - oldest.secs())),
];

/// The same of an agent's channel for one medium.
const CHANNELS: [(&str, &str, Of<ChannelTruth>); 13] = [
    ("CurrentNumber", "WaitForNextCall", |it, _| it.ready as i64),
    ("CurrentNumber", "Routable", |it, _| it.routable as i64),
    ("CurrentNumber", "Delivering", |it, _| it.offered as i64),
    ("CurrentNumber", "Handling", |it, _| it.handled as i64),
    ("TotalNumber", "DeliveringStarted", |it, _| it.offers as i64),
    ("TotalNumber", "Accepted", |it, _| it.accepted.number as i64),
    ("TotalTime", "Accepted", |it, _| it.accepted.seconds),
    ("TotalNumber", "Rejected", |it, _| it.rejected.number as i64),
    ("TotalNumber", "Revoked", |it, _| it.revoked.number as i64),
    ("TotalNumber", "Pulled", |it, _| it.pulled as i64),
    ("TotalNumber", "InteractionReleased", |it, _| it.released.number as i64),
    ("TotalTime", "InteractionReleased", |it, _| it.released.seconds),
    ("MaxTime", "InteractionReleased", |it, _| it.released.max_seconds),
];

/// The same of the virtual queues of interactions.
const VIRTUAL: [(&str, &str, Of<VirtualTruth>); 6] = [
    ("TotalNumber", "CallEntered", |it, _| it.entered as i64),
    ("TotalNumber", "CallDistributed", |it, _| it.distributed.number as i64),
    ("TotalTime", "CallDistributed", |it, _| it.distributed.seconds),
    ("TotalNumber", "CallAbandoned", |it, _| it.abandoned.number as i64),
    ("TotalTime", "CallAbandoned", |it, _| it.abandoned.seconds),
    ("CurrentNumber", "CallWait", |it, _| it.waiting as i64),
];

const MEDIA: [&str; 3] = ["chat", "email", "ticket"];

fn statistic(name: &str, objects: &str, category: &str, mask: &str, rest: &str) -> String {
    format!(
        "[stat_types.\"{name}\"]\nObjects = {objects}\nCategory = \"{category}\"\nSubject = \"DNAction\"\n\
         MainMask = \"{mask}\"\n{rest}\n[[statistic]]\nname = \"{name}\"\nstat_type = \"{name}\"\nobjects = [\"*\"]\n"
    )
}

fn library() -> Library {
    let mut text = String::from("[time_profiles]\nDefault = \"Growing 0:00\"\n");
    for (category, mask, _) in AREAS {
        let objects = "[\"StagingArea\", \"Workbin\"]";
        text += &statistic(&format!("area {category} {mask}"), objects, category, mask, "");
    }
    for (category, mask, _) in VIRTUAL {
        text += &statistic(&format!("virtual {category} {mask}"), "[\"Queue\"]", category, mask, "");
    }
    for media in MEDIA {
        for (category, mask, _) in CHANNELS {
            let rest = format!("MediaType = \"{media}\"");
            text += &statistic(&format!("{media} {category} {mask}"), "[\"Agent\"]", category, mask, &rest);
        }
    }
    text += &statistic("logins", "[\"Agent\"]", "TotalNumber", "AgentLogin", "");
    Library::from_toml(&text).unwrap()
}

fn compare(truth: &MediaTruth, said: &BTreeMap<(Text, Text), f64>) -> Vec<String> {
    let mut differ = Vec::new();
    let mut check = |statistic: String, object: &str, truth: i64| {
        // What was never heard of has no row.
        let engine = said.get(&(statistic.as_str().into(), object.into())).map_or(0, |value| *value as i64);
        if engine != truth {
            differ.push(format!("{statistic} of {object}: the engine says {engine}, the truth is {truth}"));
        }
    };
    for (name, area) in truth.queues.iter().chain(&truth.workbins) {
        for (category, mask, of) in AREAS {
            check(format!("area {category} {mask}"), name, of(area, truth.at));
        }
    }
    for (number, queue) in &truth.virtual_queues {
        for (category, mask, of) in VIRTUAL {
            check(format!("virtual {category} {mask}"), &format!("{number}@mediavq"), of(queue, truth.at));
        }
    }
    for (id, agent) in &truth.agents {
        check("logins".into(), id, agent.logins as i64);
        for (media, channel) in &agent.media {
            for (category, mask, of) in CHANNELS {
                check(format!("{media} {category} {mask}"), id, of(channel, truth.at));
            }
        }
    }
    differ
}

/// Plays the scenario and asks the engine, at odd moments, everything that the truth knows.
fn check(scenario: &Scenario, seed: u64, hours: i64) -> MediaTruth {
    let tenant = World::new(scenario, seed, START).unwrap().tenant();
    let mut world = MediaWorld::new(scenario, seed, START).unwrap().unwrap();
    let mut library = library();
    for request in &mut library.requests {
        request.opened_at = Some("2026-11-23T08:00:00Z".into());
    }
    let (mut engine, refused) = Engine::new(&tenant, &library).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    let mut records: Vec<Record> = Vec::new();
    for step in 1..=hours * 60 {
        let at = START + Micros::from_millis(step * 60_000 + 333);
        records.clear();
        world.advance(at, &mut records);
        engine.step(&records, at);
        if step % 47 != 0 && step != hours * 60 {
            continue;
        }
        let said = engine.answers(at).into_iter().map(|it| {
            let Content::Number(number) = it.value.content else { panic!("{it:?}") };
            ((it.statistic, it.object.id), number)
        });
        let differ = compare(&world.truth(), &said.collect());
        let shown = differ.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
        assert!(differ.is_empty(), "seed {seed}, minute {step}: {} differ\n{shown}", differ.len());
    }
    world.truth()
}

/// A gap, then the state as of `at`: what somebody is told whose position the server does not know any more.
fn told_anew(book: &StateBook, from: Micros, at: Micros) -> Vec<Record> {
    let mut gap = Record::new("ixn1", Event::Gap, at);
    let cause = "records are no longer kept".into();
    gap.body = Some(Box::new(Body::Gap(Gap { from, to: at, cause, unsaved: false })));
    let mut snapshot = Record::new("ixn1", Event::Snapshot, at);
    snapshot.body = Some(Box::new(Body::Snapshot(book.snapshot())));
    vec![gap, snapshot]
}

/// Of what is compared, only what is true now.
fn only_current(differ: Vec<String>) -> Vec<String> {
    differ.into_iter().filter(|line| line.contains("CurrentNumber")).collect()
}

#[test]
fn whoever_is_told_a_state_instead_of_records_knows_what_is_true_from_then_on() {
    let scenario = demo();
    let tenant = World::new(&scenario, 3, START).unwrap().tenant();
    let mut world = MediaWorld::new(&scenario, 3, START).unwrap().unwrap();
    // One has heard the first hour, one nothing at all.
    let mut engines = [true, false].map(|heard| (heard, Engine::new(&tenant, &library()).unwrap().0));
    let mut book = StateBook::default();
    for minute in 1..=240 {
        let at = START + Micros::from_secs(minute * 60);
        let mut records = Vec::new();
        world.advance(at, &mut records);
        records.iter().filter(|record| record.source == "ixn1").for_each(|record| book.apply(record));
        assert_eq!(StateBook::of(&book.snapshot()), book, "a snapshot shows all that the book holds");
        let virtual_ones = records.iter().filter(|record| record.source != "ixn1");
        for (heard, engine) in &mut engines {
            match minute {
                ..=60 if *heard => engine.step(&records, at),
                ..=149 => engine.step(&virtual_ones.clone().cloned().collect::<Vec<_>>(), at),
                150 => {
                    let mut told = told_anew(&book, START + Micros::from_secs(3600), at);
                    told.splice(0..0, virtual_ones.clone().cloned());
                    engine.step(&told, at);
                }
                _ => engine.step(&records, at),
            }
            if minute < 150 {
                continue;
            }
            let said = engine.answers(at).into_iter().filter_map(|it| match it.value.content {
                Content::Number(number) => Some(((it.statistic, it.object.id), number)),
                Content::State(_) => None,
            });
            let differ = only_current(compare(&world.truth(), &said.collect()));
            assert!(differ.is_empty(), "minute {minute}, heard {heard}: {}", differ.join("\n"));
        }
    }
}

fn demo() -> Scenario {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/scenario.toml");
    Scenario::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_engine_agrees_with_what_happened_to_chats_e_mails_and_tickets() {
    for seed in [1, 7, 23] {
        let truth = check(&demo(), seed, 14);
        // What is compared is not nothing.
        let chats = &truth.queues["Chat inbound"];
        assert!(chats.entered > 200 && chats.taken.number > 100 && chats.deleted.number > 5, "{chats:?}");
        assert!(chats.moved.number > 3 && truth.queues["E-mail inbound"].pulled.number > 50, "{truth:?}");
        assert!(truth.workbins["E-mail drafts"].pulled.number > 3);
        assert!(truth.virtual_queues["8101"].abandoned.number > 3);
        let channels: Vec<&ChannelTruth> =
            truth.agents.values().flat_map(|seat| seat.media.values()).collect();
        assert!(
            channels.iter().map(|channel| channel.rejected.number + channel.revoked.number).sum::<u64>() > 5
        );
        assert!(channels.iter().any(|channel| channel.handled > 1), "several at once");
    }
}
