//! Stories of calls and agents, and the law of the book.

use super::*;
use model::record::CallState;
use model::snapshot::{CallPicture, LegState};
use proptest::prelude::*;

fn at(second: i64, event: Event, dn: &str) -> Record {
    let mut record = Record::new("pbx1", event, Micros::from_secs(second));
    record.this_dn = Some(dn.into());
    record
}

fn call(second: i64, event: Event, dn: &str, conn_id: &str, queue: Option<&str>) -> Record {
    Record { conn_id: Some(conn_id.into()), this_queue: queue.map(Into::into), ..at(second, event, dn) }
}

fn agent(second: i64, event: Event, dn: &str, queue: Option<&str>) -> Record {
    Record { agent_id: Some("A1".into()), this_queue: queue.map(Into::into), ..at(second, event, dn) }
}

fn book(records: &[Record]) -> StateBook {
    let mut book = StateBook::default();
    records.iter().for_each(|record| book.apply(record));
    book
}

fn calls<'a>(book: &'a StateBook, dn: &str) -> &'a [CallPicture] {
    book.dns.get(dn).map_or(&[], |dn| &dn.calls)
}

#[test]
fn a_call_is_followed_from_the_queue_to_its_end() {
    let mut records = vec![call(10, Event::Queued, "9001", "c1", Some("9001"))];
    let waiting = book(&records);
    assert_eq!(calls(&waiting, "9001")[0].state, LegState::Queued);
    assert_eq!(waiting.dns["9001"].kind, DnType::Queue);

    records.push(call(15, Event::Ringing, "2001", "c1", Some("9001")));
    records.push(call(16, Event::Diverted, "9001", "c1", Some("9001")));
    records.push(call(20, Event::Established, "2001", "c1", Some("9001")));
    records.push(call(30, Event::Held, "2001", "c1", None));
    let held = book(&records);
    assert!(calls(&held, "9001").is_empty());
    let leg = &calls(&held, "2001")[0];
    assert_eq!((leg.state, leg.since), (LegState::Held, Micros::from_secs(30)));
    assert_eq!(leg.queued_since, Some(Micros::from_secs(10)), "known from the queue's leg");
    assert_eq!(leg.established_since, Some(Micros::from_secs(20)));
    assert_eq!(leg.this_queue.as_deref(), Some("9001"));

    records.push(call(40, Event::Retrieved, "2001", "c1", None));
    assert_eq!(calls(&book(&records), "2001")[0].established_since, Some(Micros::from_secs(20)));
    records.push(call(50, Event::Released, "2001", "c1", None));
    assert!(calls(&book(&records), "2001").is_empty());
}

#[test]
fn a_completed_transfer_lets_the_leg_go_on_under_the_main_call() {
    let mut transfer = call(30, Event::PartyChanged, "2002", "c1", None);
    transfer.prev_conn_id = Some("c2".into());
    transfer.call_state = Some(CallState::Transferred);
    let records = [
        call(10, Event::Ringing, "2002", "c2", None),
        call(12, Event::Established, "2002", "c2", None),
        transfer,
    ];
    let book = book(&records);
    let legs = calls(&book, "2002");
    assert_eq!(legs.len(), 1);
    assert_eq!((legs[0].conn_id.as_str(), legs[0].since), ("c1", Micros::from_secs(12)));
}

#[test]
fn a_login_ends_with_its_last_queue_or_at_once_without_a_known_one() {
    let mut records = vec![
        agent(1, Event::AgentLogin, "2001", Some("9001")),
        agent(1, Event::AgentLogin, "2001", Some("9002")),
        agent(2, Event::AgentReady, "2001", None),
    ];
    records.push(agent(5, Event::AgentLogout, "2001", Some("9001")));
    let one_left = book(&records);
    assert_eq!(one_left.dns["2001"].agent_id.as_deref(), Some("A1"));
    assert_eq!(one_left.memberships.len(), 1);
    let mut last = records.clone();
    last.push(agent(6, Event::AgentLogout, "2001", Some("9002")));
    assert_eq!(book(&last).dns["2001"].agent_id, None);
    records.push(agent(6, Event::AgentLogout, "2001", None));
    let gone = book(&records);
    assert_eq!((gone.dns["2001"].agent_state.as_deref(), gone.memberships.len()), (None, 0));
}

#[test]
fn an_agent_state_that_is_repeated_keeps_its_start_and_another_reason_begins_anew() {
    let mut lunch = agent(8, Event::AgentNotReady, "2001", None);
    lunch.reasons = Some(Box::new([("code".into(), model::record::KeyValue::Text("lunch".into()))].into()));
    let records =
        [agent(3, Event::AgentNotReady, "2001", None), agent(5, Event::AgentNotReady, "2001", None)];
    let mut book = book(&records);
    assert_eq!(book.dns["2001"].state_since, Some(Micros::from_secs(3)));
    book.apply(&lunch);
    assert_eq!(book.dns["2001"].state_since, Some(Micros::from_secs(8)));
}

#[test]
fn a_snapshot_record_replaces_everything() {
    let mut book = book(&[call(10, Event::Queued, "9001", "c1", None)]);
    let mut record = at(20, Event::Snapshot, "");
    record.body = Some(Box::new(Body::Snapshot(Snapshot::default())));
    book.apply(&record);
    assert!(book.is_empty());
}

#[test]
fn campaigns_are_told_again_as_they_are() {
    let tell = |second, event, group: Option<&str>, fill: &dyn Fn(&mut Record)| {
        let mut record = Record::new("pbx1", event, Micros::from_secs(second));
        let rare = record.rare_mut();
        (rare.campaign, rare.campaign_group) = (Some("Spring".into()), group.map(Into::into));
        fill(&mut record);
        record
    };
    let north = Some("North");
    let records = [
        tell(1, Event::CampaignLoaded, Some("South"), &|_| {}),
        tell(2, Event::CampaignStarted, north, &|record| {
            record.rare_mut().dial_mode = Some("Predict".into())
        }),
        tell(3, Event::CampaignWaiting, north, &|record| record.reason = Some("agents".into())),
        tell(4, Event::LeadProcessed, None, &|record| {
            (record.rare_mut().calling_list, record.rare_mut().records_left) = (Some("New".into()), Some(7));
        }),
        tell(5, Event::CampaignLoaded, Some("West"), &|_| {}),
        tell(6, Event::CampaignUnloaded, Some("West"), &|_| {}),
    ];
    let now = book(&records);
    let told = now.snapshot().media;
    let names: Vec<&str> = told.iter().map(|record| record.event.name()).collect();
    assert_eq!(names, ["CampaignStarted", "CampaignWaiting", "CampaignLoaded", "RecordsLeft"]);
    assert!(told.iter().all(|record| record.synthetic && record.seq == 0));
    assert_eq!(StateBook::of(&now.snapshot()).snapshot(), now.snapshot());
    let mut lost = now.clone();
    lost.apply(&Record::new("pbx1", Event::LinkDisconnected, Micros::from_secs(9)));
    assert!(lost.snapshot().media.is_empty(), "the dialler tells it again");
}

fn any_record() -> impl Strategy<Value = Record> {
    let events = prop::sample::select(vec![
        Event::Queued,
        Event::RouteRequest,
        Event::Diverted,
        Event::Ringing,
        Event::Established,
        Event::Held,
        Event::Retrieved,
        Event::Released,
        Event::Abandoned,
        Event::PartyChanged,
        Event::AttachedDataChanged,
        Event::AgentLogin,
        Event::AgentLogout,
        Event::AgentReady,
        Event::AgentNotReady,
        Event::AgentAfterCallWork,
        Event::QueueLogout,
        Event::Registered,
        Event::Unregistered,
        Event::DNOutOfService,
        Event::DNBackInService,
    ]);
    let word = |prefix: &'static str| {
        prop::option::of((0..3u8).prop_map(move |n| Text::from(format!("{prefix}{n}"))))
    };
    (events, word("d"), word("d"), word("c"), word("c"), word("A"), 0..1_000i64).prop_map(
        |(event, this_dn, this_queue, conn_id, prev_conn_id, agent_id, second)| Record {
            this_dn,
            this_queue,
            conn_id,
            prev_conn_id,
            agent_id,
            ..Record::new("pbx1", event, Micros::from_secs(second))
        },
    )
}

proptest! {
    #[test]
    fn a_book_from_a_snapshot_and_the_rest_equals_the_book_of_all(
        records in prop::collection::vec(any_record(), 0..60),
        cut in 0..60usize,
    ) {
        let cut = cut.min(records.len());
        let mut resumed = StateBook::of(&book(&records[..cut]).snapshot());
        records[cut..].iter().for_each(|record| resumed.apply(record));
        prop_assert_eq!(resumed.snapshot(), book(&records).snapshot());
    }
}
