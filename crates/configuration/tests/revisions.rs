//! Differences, streams of changes, and readers that come at any time.
#![allow(clippy::unwrap_used, reason = "a test")]

use configuration::{Configuration, Follower, Ledger, Numbered, Refusal, Since, check, in_mid_stream};
use model::Text;
use model::snapshot::DnType;
use model::tenant::{
    Agent, AgentGroup, Campaign, Dn, Place, PlaceGroup, QueueGroup, Source, StagingArea, Tenant,
};
use model::time::Position;
use proptest::prelude::*;

const EPOCH: u64 = 7;

fn subset(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(of, 0..=of.len())
}

fn texts(names: &[&str]) -> Vec<Text> {
    names.iter().map(|name| Text::from(*name)).collect()
}

/// A tenant out of few names, so that two of them have much in common.
fn any_tenant() -> impl Strategy<Value = Tenant> {
    const AGENTS: &[&str] = &["A1", "A2", "A3", "A4"];
    const QUEUES: &[&str] = &["9001@sw", "9002@sw", "9@0@sw"];
    let dns = proptest::sample::subsequence(&["9001", "9002", "9@0"][..], 0..=3);
    let names = prop::collection::vec(prop::option::of("[ab]"), 4);
    let agents = (subset(AGENTS), names.clone(), prop::collection::vec(0..3i64, 4));
    let groups = (subset(AGENTS), subset(AGENTS), subset(QUEUES), prop::option::of("[ab]"), 0..3usize);
    (dns, names, agents, groups, any::<bool>()).prop_map(|(dns, dn_names, agents, groups, zone)| {
        let dn = |(number, name): (&str, Option<String>)| Dn {
            number: number.into(),
            switch: "sw".into(),
            kind: DnType::Queue,
            name: name.map(Text::from),
            source: None,
            use_alt_enter_time: None,
            vq_stuck_check: None,
        };
        let agent = |((id, name), level): ((&str, Option<String>), i64)| Agent {
            id: id.into(),
            name: name.map(Text::from),
            skills: (level > 0).then(|| ("S".into(), level)).into_iter().collect(),
            capacity: (level > 1).then(|| ("chat".into(), 3)).into_iter().collect(),
        };
        let (first, second, queues, script, count) = groups;
        let group = |name: &str, agents: &[&str], script: Option<String>| AgentGroup {
            name: name.into(),
            agents: texts(agents),
            script: script.map(Text::from),
            origination_dns: texts(&queues),
        };
        Tenant {
            tenant: "acme".into(),
            time_zone: if zone { "UTC".into() } else { "+02:00".into() },
            sources: vec![Source { name: "pbx".into(), switch: "sw".into() }],
            dns: dns.into_iter().zip(dn_names).map(dn).collect(),
            places: vec![Place { name: "P".into(), dns: texts(&["2001@sw"]), ..Place::default() }],
            agents: agents.0.into_iter().zip(agents.1).zip(agents.2).map(agent).collect(),
            agent_groups: [group("G", &first, None), group("V", &second, script)]
                .into_iter()
                .take(count)
                .collect(),
            place_groups: vec![PlaceGroup {
                name: "PG".into(),
                places: texts(&["P"]),
                origination_dns: vec![],
            }],
            queue_groups: vec![QueueGroup { name: "QG".into(), dns: texts(&queues) }],
            max_call_age: Some(7200),
            staging_areas: vec![StagingArea { name: "Inbox".into() }],
            campaigns: vec![Campaign {
                name: "Spring".into(),
                groups: vec!["G".into()],
                calling_lists: vec![],
            }],
            workbins: Vec::new(),
            access_groups: Vec::new(),
            access: Vec::new(),
            capacity: (!zone).then(|| ("email".into(), 5)).into_iter().collect(),
        }
    })
}

fn ledger_of(tenants: &[Tenant], log_max: usize) -> (Ledger, Vec<Numbered>) {
    let mut ledger = Ledger::new(EPOCH, &tenants[0], log_max);
    let changes = tenants[1..].iter().flat_map(|tenant| ledger.take(tenant).unwrap()).collect();
    (ledger, changes)
}

fn read_whole(ledger: &Ledger) -> Follower {
    let mut follower = Follower::default();
    let Since::Whole(objects) = ledger.since(None) else { panic!("nothing is known") };
    follower.whole(ledger.position(), &objects).unwrap();
    follower
}

proptest! {
    #[test]
    fn a_configuration_is_its_tenant(tenant in any_tenant()) {
        let configuration = Configuration::of(&tenant);
        prop_assert_eq!(&Configuration::of(&configuration.tenant().unwrap()), &configuration);
        let mut of_nothing = Configuration::default();
        configuration.whole().iter().for_each(|change| of_nothing.apply(change).unwrap());
        prop_assert_eq!(of_nothing, configuration);
    }

    #[test]
    fn the_difference_carried_out_gives_the_other(a in any_tenant(), b in any_tenant()) {
        let (mut a, b) = (Configuration::of(&a), Configuration::of(&b));
        prop_assert!(b.difference(&b).is_empty());
        let changes = a.difference(&b);
        let few = changes.len();
        changes.iter().for_each(|change| a.apply(change).unwrap());
        prop_assert_eq!(&a, &b);
        // Told twice, it changes nothing more.
        changes.iter().for_each(|change| a.apply(change).unwrap());
        prop_assert_eq!(&a, &b);
        prop_assert!(few <= a.keys().count() + 12);
    }

    #[test]
    fn the_mid_stream_changes_of_a_tenant_are_what_model_makes_of_them(a in any_tenant(), b in any_tenant()) {
        // What a tenant itself says does not change in mid-stream.
        let b = Tenant { time_zone: a.time_zone.clone(), capacity: a.capacity.clone(), ..b };
        let (changes, later) = in_mid_stream(Configuration::of(&a).difference(&Configuration::of(&b)));
        prop_assert!(later.is_empty());
        let mut tenant = a;
        for change in changes {
            let table = tenant.preview(&change).unwrap();
            tenant.put(&change, table);
        }
        prop_assert_eq!(Configuration::of(&tenant), Configuration::of(&b));
    }

    #[test]
    fn any_split_of_the_changes_and_any_restart_give_what_reading_everything_gives(
        tenants in prop::collection::vec(any_tenant(), 2..6),
        cuts in prop::collection::vec(0..6usize, 1..8),
        log_max in 0..20usize,
    ) {
        let (mut ledger, mut changes) = ledger_of(&tenants[..1], log_max);
        let mut reader = read_whole(&ledger);
        for tenant in &tenants[1..] {
            changes.extend(ledger.take(tenant).unwrap());
            let saved = serde_json::to_string(&ledger.save()).unwrap();
            let read = Ledger::load(serde_json::from_str(&saved).unwrap(), log_max).unwrap();
            prop_assert_eq!(&read, &ledger);
            ledger = read;
        }
        let early = reader.clone();
        let mut rest = &changes[..];
        for cut in cuts.iter().cycle().take(200) {
            let (piece, more) = rest.split_at((*cut).min(rest.len()));
            reader.changes(EPOCH, piece).unwrap();
            // What comes again is passed over.
            reader.changes(EPOCH, piece).unwrap();
            rest = more;
        }
        reader.changes(EPOCH, rest).unwrap();
        let whole = read_whole(&ledger);
        prop_assert_eq!(&reader, &whole);
        // From the past, by whatever the ledger still has.
        let mut late = early;
        match ledger.since(late.position()) {
            Since::Changes(changes) => drop(late.changes(EPOCH, &changes).unwrap()),
            Since::Whole(objects) => drop(late.whole(ledger.position(), &objects).unwrap()),
        }
        prop_assert_eq!(&late, &whole);
    }

    #[test]
    fn what_is_told_to_a_reader_who_comes_back_is_what_changed(a in any_tenant(), b in any_tenant()) {
        let (ledger, changes) = ledger_of(&[a.clone(), b], 0);
        let mut reader = Follower::resume(Position { epoch: EPOCH, seq: 1 }, &a);
        let Since::Whole(objects) = ledger.since(Some(Position { epoch: 1, seq: 1 })) else { panic!("another epoch") };
        let news = reader.whole(ledger.position(), &objects).unwrap();
        prop_assert_eq!(news, changes.into_iter().map(|entry| entry.change).collect::<Vec<_>>());
    }
}

fn tenant(text: &str) -> Tenant {
    let head = "tenant = 'acme'\nsource = [{ name = 'pbx', switch = 'sw' }]\n";
    Tenant::from_toml(&format!("{head}{text}")).unwrap()
}

#[test]
fn the_revision_rises_by_real_changes_only() {
    let first = tenant("agent = [{ id = 'A1' }, { id = 'A2' }]");
    let mut ledger = Ledger::new(EPOCH, &first, 100);
    let before = ledger.position();
    let other_order = tenant("agent = [{ id = 'A2' }, { id = 'A1' }]");
    assert!(ledger.take(&other_order).unwrap().is_empty());
    assert_eq!(ledger.position(), before);
    let renamed = tenant("agent = [{ id = 'A1', name = 'Ann' }]");
    let changes = ledger.take(&renamed).unwrap();
    let words: Vec<_> = changes
        .iter()
        .map(|entry| (entry.revision - before.seq, &*entry.change.id, entry.change.gone))
        .collect();
    assert_eq!(words, [(1, "A1", false), (2, "A2", true)]);
    assert_eq!(ledger.position().seq, before.seq + 2);
}

#[test]
fn another_tenant_is_refused_by_name() {
    let mut ledger = Ledger::new(EPOCH, &tenant(""), 100);
    let error = ledger.take(&Tenant { tenant: "other".into(), ..tenant("") }).unwrap_err().to_string();
    assert!(error.contains("other") && error.contains("acme"), "{error}");
}

#[test]
fn a_hole_another_epoch_and_a_foreign_key_change_nothing() {
    let (ledger, changes) = ledger_of(&[tenant(""), tenant("agent = [{ id = 'A1' }, { id = 'A2' }]")], 100);
    let mut reader = Follower::resume(Position { epoch: EPOCH, seq: changes[0].revision - 1 }, &tenant(""));
    let before = reader.clone();
    assert!(matches!(reader.changes(EPOCH, &changes[1..]), Err(Refusal::Hole { .. })));
    assert_eq!(reader.changes(EPOCH + 1, &changes), Err(Refusal::Epoch));
    let mut foreign = changes[0].clone();
    foreign.change.set.insert("skils".into(), 7.into());
    let error = reader.changes(EPOCH, &[foreign]).unwrap_err().to_string();
    assert!(error.contains("agent \"A1\"") && error.contains("skils"), "{error}");
    assert_eq!(reader, before);
    assert_eq!(reader.changes(EPOCH, &changes).unwrap().len(), 2);
    assert_eq!(ledger.since(reader.position()), Since::Changes(vec![]));
    assert_eq!(Follower::default().changes(EPOCH, &changes), Err(Refusal::Epoch));
}

#[test]
fn every_fault_is_told_with_object_and_key() {
    let wrong = tenant(
        r#"dn = [{ number = "9001", switch = "sw", type = "Queue" }, { number = "9001", switch = "sw", type = "Queue" },
                 { number = "1", switch = "nowhere", type = "Queue", source = "pbz" }]
           place = [{ name = "P1", dns = ["9001"] }, { name = "" }]
           agent = [{ id = "A1" }, { id = "A1" }]
           agent_group = [{ name = "G", origination_dns = ["2001"] }]
           place_group = [{ name = "PG", places = ["P9"] }]
           queue_group = [{ name = "QG", dns = ["9001"] }]"#,
    );
    let faults: Vec<String> = check(&wrong).unwrap_err().iter().map(ToString::to_string).collect();
    for words in [
        "dn \"9001@sw\", key number: it is there twice",
        "dn \"1@nowhere\", key switch: no source",
        "dn \"1@nowhere\", key source: there is no source \"pbz\"",
        "place \"P1\", key dns: 9001 is a queue",
        "place \"\", key name: it is empty",
        "agent \"A1\", key id: it is there twice",
        "place_group \"PG\", key places: there is no place \"P9\"",
    ] {
        assert!(faults.iter().any(|fault| fault.starts_with(words)), "{words}\n{faults:#?}");
    }
    assert_eq!(faults.len(), 7, "{faults:#?}");
}

#[test]
fn dns_are_named_in_full_where_that_is_clear() {
    let right = check(&tenant("place = [{ name = 'P1', dns = ['2001', 'Local/1@x', '2002@sw'] }]")).unwrap();
    assert_eq!(right.places[0].dns, ["2001@sw", "Local/1@x@sw", "2002@sw"]);
    let mut two = tenant(
        "dn = [{ number = '9001', switch = 'sw', type = 'Queue' }]\n[[queue_group]]\nname = 'QG'\ndns = ['9001', '9002']",
    );
    two.sources.push(Source { name: "pbx2".into(), switch: "sw2".into() });
    let faults = check(&two).unwrap_err();
    assert_eq!(faults.len(), 1, "9001 is declared once: {faults:?}");
    assert!(faults[0].to_string().contains("9002 may be at several switches"), "{}", faults[0]);
}
