//! What made a value: for every shipped stat type, and for every category, the list that the engine gives folds to the
//! number shown, exactly; an item less is another number, an item that is not on it changes nothing.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use model::item::Items;
use model::object::ObjectIx;
use model::record::CallState;
use model::tenant::Tenant;
use model::{Action, Event, Micros, Object, ObjectType, Record};
use objects::Objects;
use scenario::{MediaWorld, Scenario, World};
use stats::{
    Batch, Category, Content, Contribution, Definition, Explained, Flags, Interval, Library, Request,
    Statistic, fold, fold_state,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// 2026-11-23T09:00:00Z, a Monday.
const NINE: i64 = 1_795_424_400;

const SHIPPED: [&str; 6] = [
    include_str!("../../../config/statistics/profiles.toml"),
    include_str!("../../../config/statistics/agents.toml"),
    include_str!("../../../config/statistics/groups.toml"),
    include_str!("../../../config/statistics/queues.toml"),
    include_str!("../../../config/statistics/media.toml"),
    include_str!("../../../config/statistics/campaigns.toml"),
];

/// Records, and the tenant of which they tell.
type Story = (Tenant, Vec<Record>);

/// A statistic that is asked for one object of each type.
struct Study {
    name: String,
    statistic: Statistic,
    kind: ObjectType,
    object: Option<ObjectIx>,
    /// Values with a list, and such as an item less changed.
    listed: usize,
    changed: usize,
}

impl Study {
    /// The same, before the first record.
    fn fresh(&self) -> Self {
        let (name, statistic) = (self.name.clone(), self.statistic.clone());
        Self { name, statistic, kind: self.kind, object: None, listed: 0, changed: 0 }
    }
}

fn shipped() -> Library {
    let mut library = Library::default();
    SHIPPED.iter().for_each(|text| library.extend(Library::from_toml(text).unwrap()));
    library
        .extend(Library::from_toml("[time_profiles]\nTen = 'Selection 10'\nLogin = 'SinceLogin'\n").unwrap());
    library
}

/// What one of the shipped files has.
fn of_file(place: usize) -> Library {
    Library::from_toml(SHIPPED[place]).unwrap()
}

/// Every category over actions of agents, over their statuses and over what queues do, with and without a filter.
fn every_category() -> Library {
    let mut text = String::new();
    let worlds = [
        (
            "People",
            "['Agent', 'GroupAgents']",
            "DNAction",
            "CallInbound, AfterCallWork",
            "CallInbound, CallRinging",
        ),
        ("Ends", "['Agent', 'GroupAgents']", "DNAction", "CallInboundCompleted, CallAnswered", "CallRinging"),
        ("States", "['Agent', 'GroupAgents']", "AgentStatus", "CallInbound, AfterCallWork", "*, ~LoggedOut"),
        ("Queues", "['Queue', 'GroupQueues']", "DNAction", "CallWait, CallAnswered", "CallWait, CallEntered"),
    ];
    for (world, objects, subject, main, rel) in worlds {
        for category in Category::ALL {
            let name = category.name();
            text += &format!(
                "[stat_types.{name}_{world}]\nObjects = {objects}\nCategory = '{name}'\nSubject = '{subject}'\n\
                 MainMask = '{main}'\nRelMask = '{rel}'\n"
            );
            if category.needs_formula() && *category != Category::Formula {
                text += "Formula = 'Duration * 0.1 + 1'\n";
            }
        }
        text += &format!(
            "[stat_types.Calls_{world}]\nObjects = {objects}\nCategory = 'TotalNumber'\nSubject = '{subject}'\n\
             MainMask = '{main}'\nFormula = 'DistByConnID'\n"
        );
    }
    let mut library = shipped();
    library.extend(Library::from_toml(&text).unwrap());
    library
}

fn studies(
    library: &Library,
    profiles: &[&str],
    filters: &[Option<&str>],
    wanted: impl Fn(&str) -> bool,
) -> Vec<Study> {
    let mut studies = Vec::new();
    let mut keys = BTreeSet::new();
    for stat_type in library.stat_types().filter(|stat_type| wanted(&stat_type.name)) {
        for (profile, filter) in
            profiles.iter().flat_map(|profile| filters.iter().map(move |filter| (profile, filter)))
        {
            let mut request = Request::named("s", &stat_type.name, "*");
            request.time_profile = Some((*profile).into());
            request.filter = filter.map(Into::into);
            // What can't be had over a profile is refused elsewhere.
            let Ok(definition) = library.define(&request) else { continue };
            if definition.check_recordable().is_err() || definition.category.is_state() {
                continue;
            }
            for kind in &definition.objects {
                if keys.insert((definition.key(), *kind)) {
                    let opened = Micros::from_secs(NINE + 600);
                    studies.push(Study {
                        name: format!(
                            "{} of a {} over {profile}, filter {filter:?}",
                            stat_type.name,
                            kind.name()
                        ),
                        statistic: Statistic::open(Arc::new(definition.clone()), opened, "UTC").unwrap(),
                        kind: *kind,
                        object: None,
                        listed: 0,
                        changed: 0,
                    });
                }
            }
        }
    }
    studies
}

/// A morning of a small centre whose link fails and whose source loses records.
fn morning(seed: u64) -> Story {
    let mut scenario = Scenario::sized(12, 4);
    let outage = |at: u64, lasts: u64| scenario::Outage {
        source: None,
        at: std::time::Duration::from_secs(at),
        lasts: std::time::Duration::from_secs(lasts),
    };
    scenario.faults.link_losses.push(outage(2500, 40));
    scenario.faults.gaps.push(outage(4000, 90));
    let start = Micros::from_secs(NINE);
    let mut world = World::new(&scenario, seed, start).unwrap();
    let mut records = Vec::new();
    world.advance(start + Micros::from_secs(6000), &mut records);
    (world.tenant(), records)
}

/// Two hours of the demo's chats, e-mails and tickets.
fn written_hours(seed: u64) -> Story {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/scenario.toml");
    let scenario = Scenario::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    let start = Micros::from_secs(NINE);
    let mut world = MediaWorld::new(&scenario, seed, start).unwrap().unwrap();
    let mut records = Vec::new();
    world.advance(start + Micros::from_secs(7200), &mut records);
    (World::new(&scenario, seed, start).unwrap().tenant(), records)
}

/// A dialler that works through a list, stops and starts, waits, and is lost for a while.
fn campaign(seed: u64) -> Story {
    let tenant = "tenant = 't'\nsource = [{ name = 'dialler', switch = 'sw' }]\n\
                  campaign = [{ name = 'C', groups = ['G', 'H'], calling_lists = ['L'] }]";
    let mut chance = oracle::timeline::Chance::new(seed);
    let mut records = Vec::new();
    let (mut at, mut left) = (NINE, 5000);
    while at < NINE + 6000 {
        at += 1 + chance.below(5) as i64;
        let calls = [
            "DialMade",
            "DialMade",
            "DialCompleted",
            "DialCompleted",
            "LeadProcessed",
            "CallbackScheduled",
            "CallbackCompleted",
            "CallbackMissed",
            "PersonalCallbackScheduled",
            "PersonalCallbackCompleted",
            "PersonalCallbackMissed",
        ];
        let steps =
            ["CampaignLoaded", "CampaignStarted", "CampaignWaiting", "CampaignWaiting", "CampaignStopped"];
        let of_links = ["LinkDisconnected", "LinkConnected"];
        let event = match chance.below(100) {
            0..85 => chance.one(&calls),
            85..99 => chance.one(&steps),
            _ => chance.one(&of_links),
        };
        let mut record = Record::new("dialler", Event::from_name(event.unwrap()), Micros::from_secs(at));
        let states = [None, Some("Busy"), Some("NoAnswer"), Some("Dropped")];
        record.call_state = chance.one(&states).unwrap().map(CallState::from_name);
        record.reason = chance
            .one(&[None, Some("agents"), Some("records"), Some("ports"), Some("error")])
            .unwrap()
            .map(Into::into);
        let rare = record.rare_mut();
        rare.campaign = Some("C".into());
        rare.campaign_group = chance.one(&["G", "G", "H"]).map(Into::into);
        rare.calling_list = Some("L".into());
        left -= 1;
        rare.records_left = chance.percent(20).then_some(left);
        records.push(record);
    }
    (Tenant::from_toml(tenant).unwrap(), records)
}

/// Plays records; asks everything every now and then.
fn play((tenant, records): &Story, mut studies: Vec<Study>, ask: impl Fn(&mut Study, Micros)) -> Vec<Study> {
    let mut objects = Objects::new(tenant).unwrap();
    objects.trace();
    let mut next = NINE + 660;
    for instant in records.chunk_by(|one, next| one.received == next.received) {
        let at = instant[0].received;
        while next * 1_000_000 < at.0 {
            // Neither minutes nor ticks: whatever depends on them shows.
            let asked = Micros(next * 1_000_000 + 137_000);
            let items = objects.step(&[], asked);
            take(items, &mut studies);
            studies.iter_mut().for_each(|study| ask(study, asked));
            next += 331;
        }
        let items = objects.step(instant, at);
        take(items, &mut studies);
    }
    studies
}

fn take(items: Items, studies: &mut [Study]) {
    let appeared: Vec<(ObjectIx, Object)> = items.appeared.clone();
    let batch = Batch::index(items);
    for study in studies {
        for (ix, object) in &appeared {
            // Not the first of all: it is less busy in nothing.
            if object.kind == study.kind && study.object.is_none() {
                study.object = Some(*ix);
                study.statistic.record(*ix).unwrap();
                study.statistic.add(*ix, object).unwrap();
            }
        }
        study.statistic.apply(&batch);
    }
}

fn shown(explained: &Explained) -> (f64, bool) {
    let Content::Number(number) = explained.value.content else { panic!("{explained:?}") };
    (number, explained.value.flags.has(Flags::EMPTY))
}

fn folds_exactly(study: &mut Study, at: Micros) {
    let Some(explained) = study.object.and_then(|ix| study.statistic.explain(ix, at)) else { return };
    let definition = study.statistic.definition().clone();
    let Explained { interval, items, .. } = &explained;
    let folded = fold(&definition, *interval, items);
    let value = shown(&explained);
    assert_eq!(folded, value, "{} at {}: {interval:?} {items:#?}", study.name, at.0);
    for one in items {
        // What a filter lets through in mid-course was begun by no record of its own; what a formula reads is not told.
        let is_told = definition.filter.is_none() && definition.aggregate.is_none();
        // So is what a list has left: a number, not an action.
        let is_left = definition.category == Category::EstimTimeToComplete && !one.main;
        let of_a_record = !is_told || is_left || one.began_by.is_some() || one.ended_by.is_some();
        // What goes on since the beginning of the world was begun by no record.
        assert!(of_a_record || one.begun.0 <= NINE * 1_000_000 + 5_000_000, "{}: {one:?}", study.name);
    }
    study.listed += usize::from(!items.is_empty());
    for place in 0..items.len().min(60) {
        let mut fewer = items.clone();
        let gone = fewer.remove(place);
        let without = fold(&definition, *interval, &fewer);
        if without == value {
            assert!(
                may_stay(&definition, *interval, &gone, &fewer, value),
                "{}: {gone:?} of {items:#?}",
                study.name
            );
        } else {
            study.changed += 1;
        }
    }
    let mut more = items.clone();
    more.extend(items.iter().flat_map(|one| strangers(&definition, *interval, one)));
    assert_eq!(fold(&definition, *interval, &more), value, "{}: what is not on the list counts", study.name);
}

/// Actions that no mask names, and such as were over before the interval.
fn strangers(definition: &Definition, interval: Interval, one: &Contribution) -> Vec<Contribution> {
    let masks = definition.main.union(definition.rel);
    let unnamed = [Action::DialDropped, Action::CallEntered].into_iter().find(|action| !masks.has(*action));
    let stranger = |what| Contribution { what, ..one.clone() };
    let mut strangers: Vec<Contribution> = unnamed.into_iter().map(stranger).collect();
    let is_selection = matches!(definition.profile, stats::TimeProfile::Selection(_));
    if !definition.is_current() && !is_selection {
        strangers.push(Contribution { ended: Some(Micros(interval.from.0 - 1)), ..one.clone() });
    }
    strangers
}

/// Where an item less may leave the value as it is: it added nothing, it is in line with an average, another one is as
/// great, or as small, or goes on at the same time.
fn may_stay(
    definition: &Definition,
    interval: Interval,
    gone: &Contribution,
    rest: &[Contribution],
    value: (f64, bool),
) -> bool {
    use Category as C;
    match definition.category {
        C::TotalNumber | C::CurrentNumber | C::TotalAdjustedNumber if !definition.dist_by_conn_id => false,
        C::TotalTime | C::CurrentTime | C::TotalAdjustedTime | C::ElapsedTimePercentage => gone.seconds == 0,
        C::TotalNumberInTimeRange | C::CurrentNumberInTimeRange | C::TotalTimeInTimeRange => {
            !definition.range.is_some_and(|range| range.holds(gone.seconds)) || gone.seconds == 0
        }
        C::MaxTime | C::CurrentMaxTime => {
            gone.seconds as f64 != value.0 || rest.iter().any(|one| one.seconds == gone.seconds)
        }
        C::MinTime | C::CurrentMinTime => {
            gone.seconds as f64 != value.0 || rest.iter().any(|one| one.seconds == gone.seconds)
        }
        C::MaxNumber
        | C::MinNumber
        | C::TotalDistinctTime
        | C::TotalContinuousNumber
        | C::CurrentDistinctNumber => true,
        C::AverageOfCurrentNumber | C::AverageOfCurrentTime => gone.seconds <= 2,
        C::CurrentContinuousTime => gone.seconds == 0,
        C::EstimWaitTime | C::ExpectedWaitTime2 | C::LoadBalance => true,
        _ if definition.dist_by_conn_id || definition.aggregate.is_some() => true,
        // A quotient stays if what goes has the same, or nothing to divide.
        _ => {
            let own = fold(definition, interval, std::slice::from_ref(gone));
            (own.0 - value.0).abs() < 1e-9 || (own.1 && gone.seconds == 0) || (own.1 && !gone.main)
        }
    }
}

fn check(studies: Vec<Study>, stories: &[Story], may_be_silent: impl Fn(&str) -> bool) {
    let names: Vec<String> = studies.iter().map(|study| study.name.clone()).collect();
    let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for story in stories {
        for study in play(story, studies.iter().map(Study::fresh).collect(), folds_exactly) {
            if study.object.is_none() {
                continue;
            }
            let (listed, changed) = seen.entry(study.name).or_default();
            (*listed, *changed) = (*listed + study.listed, *changed + study.changed);
        }
    }
    for name in names {
        // The centre has no such object.
        let Some((listed, changed)) = seen.get(&name).copied() else { continue };
        assert!(
            listed > 0 && changed > 0 || may_be_silent(&name),
            "{name}: {listed} lists, {changed} changes"
        );
    }
}

#[test]
fn of_every_shipped_stat_type_the_list_folds_to_the_number() {
    let library = shipped();
    let elsewhere = [of_file(4), of_file(5)];
    let of_voice = |name: &str| elsewhere.iter().all(|other| other.stat_type(name).is_none());
    let studies = studies(&library, &["Hour", "Last15"], &[None], of_voice);
    assert!(studies.len() > 150, "{}", studies.len());
    // A small centre has no conferences, and a level may be one that many make.
    check(studies, &[morning(1), morning(2)], |name| {
        [
            "Conf",
            "Transfer",
            "Internal",
            "Outbound",
            "Consult",
            "Dial",
            "Held",
            "Hold",
            "Logins",
            "Redirected",
            "Cleared",
            "Missed",
            "_In_Queue",
            "Abandon",
            "Not_Ready",
            "RoutePoint",
            "ASM",
            "Ring",
            "Max_",
            "ExpectedWait",
            "CurrMax",
            "CurrAverage",
            "CurrNumber",
            "Factor",
            "Service_Level",
            "Current_",
        ]
        .iter()
        .any(|word| name.contains(word))
    });
}

#[test]
fn of_every_category_over_every_profile_with_a_filter_and_without() {
    let profiles = ["Hour", "Last15", "Ten", "Login"];
    let filters = [None, Some("~(DNIS=nobody)"), Some("PairExists(\"Language\",\"*\")")];
    let ours =
        |name: &str| ["_People", "_Ends", "_States", "_Queues"].iter().any(|world| name.ends_with(world));
    let studies = studies(&every_category(), &profiles, &filters, ours);
    assert!(studies.len() > 300, "{}", studies.len());
    check(studies, &[morning(5)], |_| true);
}

#[test]
fn of_every_shipped_stat_type_of_other_media_too() {
    let library = shipped();
    let media = of_file(4);
    let of_media = |name: &str| media.stat_type(name).is_some();
    let studies = studies(&library, &["Hour", "Last15"], &[None], of_media);
    assert!(studies.len() > 60, "{}", studies.len());
    check(studies, &[written_hours(3)], |_| true);
}

#[test]
fn of_every_shipped_stat_type_of_campaigns_too() {
    let library = shipped();
    let campaigns = of_file(5);
    let of_campaigns = |name: &str| campaigns.stat_type(name).is_some();
    let studies = studies(&library, &["Hour", "Last15"], &[None], of_campaigns);
    assert!(studies.len() > 60, "{}", studies.len());
    check(studies, &[campaign(1), campaign(2)], |name| !name.contains("Dials"));
}

/// A state is the status that its list makes, since when the list says, with the members that it names.
#[test]
fn of_a_state_the_list_makes_the_status() {
    let library = shipped();
    let mut studies = Vec::new();
    for name in ["Current_Status", "Campaign_Status"] {
        let definition = library.define(&Request::named("s", name, "*")).unwrap();
        assert!(definition.check_recordable().is_ok());
        for kind in &definition.objects {
            let statistic = Statistic::open(Arc::new(definition.clone()), Micros::from_secs(NINE), "UTC");
            let (name, statistic) = (name.to_owned(), statistic.unwrap());
            studies.push(Study { name, statistic, kind: *kind, object: None, listed: 0, changed: 0 });
        }
    }
    assert_eq!(studies.len(), 6);
    for story in [morning(4), campaign(4)] {
        play(&story, studies.iter().map(Study::fresh).collect(), |study, at| {
            let Some(explained) = study.object.and_then(|ix| study.statistic.explain(ix, at)) else { return };
            let Content::State(state) = &explained.value.content else { panic!("{explained:?}") };
            assert_eq!(fold_state(study.kind, &explained.items), Some(state.status), "{}", study.name);
            let own = explained.items.iter().find(|one| one.main).unwrap();
            assert_eq!((own.begun, own.what), (state.since, state.status.action()));
            let members = explained.items.iter().filter(|one| !one.main).count();
            assert_eq!(members, state.members.as_ref().map_or(0, BTreeMap::len));
        });
    }
}
