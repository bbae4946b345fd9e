//! Statistics of campaigns, from records to values (statistics 2.7, rules O-9, C-6).
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use engine::Engine;
use model::tenant::Tenant;
use model::{Micros, Object, ObjectType, Record, Status};
use stats::{Content, Flags, Library, Value};

/// 2026-11-23T09:00:00Z.
const NINE: i64 = 1_795_424_400;

const TENANT: &str = "
tenant = 'one'
source = [{ name = 'dialler', switch = 'sw1' }]
campaign = [{ name = 'Spring', groups = ['North'], calling_lists = ['New'] }]
";

/// One record a line: second, event, and keys.
fn records(story: &str) -> Vec<Record> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let at = NINE * 1_000_000 + words.next().unwrap().parse::<i64>().unwrap() * 1_000_000;
        let mut value =
            serde_json::json!({"source": "dialler", "received": at, "event": words.next().unwrap()});
        for (key, word) in words.filter_map(|word| word.split_once('=')) {
            let number = word.parse::<u32>().map(serde_json::Value::from);
            value[key] = match key {
                "user_data" => serde_json::json!({"Segment": word}),
                _ => number.unwrap_or_else(|_| word.into()),
            };
        }
        serde_json::from_value(value).unwrap()
    };
    story.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect()
}

/// A definition: category, MainMask and what else there is, of one object.
fn value(story: &str, category: &str, more: &str, object: (ObjectType, &str), second: i64) -> Value {
    let text = format!(
        "[time_profiles]\nP = 'Growing 0:00'\nW = 'Sliding 60:10'\n[stat_types.T]\nObjects = ['{}']\n\
         Category = '{category}'\nSubject = 'CampaignAction'\n{more}\n[[statistic]]\nname = 's'\n\
         stat_type = 'T'\nobjects = ['*']\ntime_profile = '{}'\n{}",
        object.0.name(),
        if more.contains("# sliding") { "W" } else { "P" },
        if more.contains("# gold") { "filter = 'PairExists(\"Segment\",\"gold\")'\n" } else { "" },
    );
    let library = Library::from_toml(&text).unwrap();
    let (mut engine, refused) = Engine::new(&Tenant::from_toml(TENANT).unwrap(), &library).unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    let at = Micros::from_secs(NINE + second);
    let story: Vec<Record> = records(story).into_iter().filter(|record| record.received <= at).collect();
    engine.step(&story, at);
    engine.read("s", &Object::new(object.0, object.1), at).unwrap()
}

fn number(story: &str, category: &str, more: &str, object: (ObjectType, &str), second: i64) -> f64 {
    match value(story, category, more, object, second).content {
        Content::Number(number) => number,
        state @ Content::State(_) => panic!("{state:?}"),
    }
}

const STORY: &str = "
    0 CampaignLoaded campaign=Spring campaign_group=North
    10 CampaignStarted campaign=Spring campaign_group=North dial_mode=Predict
    11 DialMade campaign=Spring campaign_group=North calling_list=New user_data=gold
    12 DialMade campaign=Spring campaign_group=North calling_list=New
    20 CampaignWaiting campaign=Spring campaign_group=North reason=agents
    25 DialCompleted campaign=Spring campaign_group=North calling_list=New
    26 DialCompleted campaign=Spring campaign_group=North calling_list=New call_state=Busy
    30 CampaignWaiting campaign=Spring campaign_group=North
    30 LeadProcessed campaign=Spring calling_list=New records_left=90
    40 LeadProcessed campaign=Spring calling_list=New records_left=88
    50 CampaignStopped campaign=Spring campaign_group=North
";

const CAMPAIGN: (ObjectType, &str) = (ObjectType::Campaign, "Spring");
const GROUP: (ObjectType, &str) = (ObjectType::CampaignGroup, "Spring@North");
const LIST: (ObjectType, &str) = (ObjectType::CallingList, "New");
const ITS_LIST: (ObjectType, &str) = (ObjectType::CampaignCallingList, "Spring@New");

#[test]
fn what_is_dialled_counts_for_all_that_a_record_names() {
    for object in [CAMPAIGN, GROUP, LIST, ITS_LIST] {
        assert_eq!(number(STORY, "TotalNumber", "MainMask = 'DialMade'", object, 60), 2.0, "{object:?}");
        let hit = "MainMask = 'DialAnswer'\nRelMask = 'DialMade'";
        assert_eq!(number(STORY, "RelativeNumberPercentage", hit, object, 60), 50.0);
        assert_eq!(number(STORY, "TotalNumber", "MainMask = 'DialMade' # gold", object, 60), 1.0, "a filter");
    }
    assert_eq!(number(STORY, "TotalNumber", "MainMask = 'LeadProcessed'", GROUP, 60), 0.0, "not named");
}

#[test]
fn times_are_those_of_actions_and_states_are_told() {
    let time =
        |mask: &str, second| number(STORY, "TotalTime", &format!("MainMask = '{mask}'"), GROUP, second);
    assert_eq!((time("StatusRunning", 45), time("StatusRunning", 60)), (0.0, 40.0), "rule G-2");
    assert_eq!(time("StatusActivated", 60), 10.0);
    assert_eq!((time("Predict", 60), time("StatusWaitingAgents", 60)), (40.0, 10.0));
    assert_eq!(number(STORY, "CurrentTime", "MainMask = 'StatusRunning'", CAMPAIGN, 45), 35.0);
    assert_eq!(number(STORY, "CurrentNumber", "MainMask = '*, ~Predict'", GROUP, 25), 2.0);
    let state = |second| match value(STORY, "CurrentState", "MainMask = '*'", CAMPAIGN, second).content {
        Content::State(state) => (state.status, state.since.secs() - NINE),
        number @ Content::Number(_) => panic!("{number:?}"),
    };
    assert_eq!(state(5), (Status::StatusActivated, 0));
    assert_eq!(state(45), (Status::StatusRunning, 10));
    assert_eq!(state(60), (Status::StatusActivated, 50));
}

#[test]
fn a_calling_list_comes_to_its_end_at_the_rate_of_the_interval() {
    for object in [LIST, ITS_LIST] {
        let end = |more: &str, second| value(STORY, "EstimTimeToComplete", more, object, second);
        let plain = end("MainMask = 'LeadProcessed'", 60);
        assert_eq!(plain.content, Content::Number(88.0 * 60.0 / 2.0), "88 left, 2 in 60 s");
        let early = end("MainMask = '*'", 29);
        assert!(early.flags.has(Flags::EMPTY) && early.content == Content::Number(0.0), "none is finished");
        // The window is that of the last tick: 30 to 90, without its beginning.
        let late = end("MainMask = '*' # sliding", 97);
        assert_eq!(late.content, Content::Number(88.0 * 60.0 / 1.0));
    }
}

#[test]
fn a_loss_makes_values_invalid_and_lost_records_make_them_partial() {
    let lost = format!("{STORY}\n55 LinkDisconnected");
    let value_of = |story: &str| value(story, "TotalNumber", "MainMask = 'DialMade'", GROUP, 90);
    assert!(value_of(&lost).flags.has(Flags::INVALID));
    let back = format!("{lost}\n60 LinkConnected");
    assert_eq!(value_of(&back).content, Content::Number(2.0), "rule X-2");
    let state = value(&lost, "CurrentState", "MainMask = '*'", GROUP, 58).content;
    assert!(matches!(state, Content::State(state) if state.status == Status::NotMonitored));
}

#[test]
fn what_does_not_fit_is_refused_with_the_word_at_fault() {
    let cause = |objects: &str, category: &str, subject: &str, mask: &str| {
        let text = format!(
            "[stat_types.T]\nObjects = ['{objects}']\nCategory = '{category}'\nSubject = '{subject}'\n\
             MainMask = '{mask}'\n[[statistic]]\nname = 's'\nstat_type = 'T'\nobjects = ['*']\n"
        );
        let library = Library::from_toml(&text).unwrap();
        library.define(&library.requests[0]).unwrap_err().cause
    };
    let campaign = |mask| cause("Campaign", "TotalNumber", "CampaignAction", mask);
    assert!(campaign("CallAnswered").contains("campaigns and calling lists"));
    assert!(campaign("DialFoo").contains("DialFoo"));
    assert!(cause("Campaign", "TotalNumber", "DNAction", "DialMade").contains("DNAction"));
    assert!(cause("Queue", "TotalNumber", "CampaignAction", "CallAnswered").contains("Queue"));
    assert!(cause("CallingList", "CurrentState", "CampaignAction", "*").contains("CallingList"));
    assert!(cause("Campaign", "EstimTimeToComplete", "CampaignAction", "*").contains("calling lists"));
    assert!(cause("Campaign', 'Agent", "TotalNumber", "CampaignAction", "DialMade").contains("Agent"));
}
