//! What is printed, in which order.

use super::*;
use serde_json::json;

const TENANT: &str = "tenant = 'acme'\nsource = [{ name = 'pbx1', switch = 'sw1' }]\n\
    dn = [{ number = '9001', switch = 'sw1', type = 'Queue' }]\n";

const STATISTICS: &str = "[[statistic]]\nname = 'entered'\nstat_type = 'Calls_Entered'\nobjects = ['9001']\n\
    [[statistic]]\nname = 'bad'\nstat_type = 'Calls_Entred'\nobjects = ['*']\n";

fn evaluated(files: &[&str], times: &[&str], every: Option<u32>) -> anyhow::Result<(bool, Vec<String>)> {
    evaluated_for((TENANT, STATISTICS), files, times, every)
}

fn evaluated_for(
    (tenant, statistics): (&str, &str),
    files: &[&str],
    times: &[&str],
    every: Option<u32>,
) -> anyhow::Result<(bool, Vec<String>)> {
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map(|()| path)
    };
    let mut events = Vec::new();
    for (place, text) in files.iter().enumerate() {
        events.push(write(&format!("{place}.jsonl"), text)?);
    }
    let args = Args {
        tenant: write("tenant.toml", tenant)?,
        statistics: write("statistics.toml", statistics)?,
        events,
        at: times.iter().map(ToString::to_string).collect(),
        every,
        notifications: false,
        explain: None,
        object: None,
    };
    let mut out = Vec::new();
    let refused = evaluate(&args, &mut out)?;
    Ok((refused, String::from_utf8(out)?.lines().map(str::to_owned).collect()))
}

fn queued(second: i64, seq: u64) -> String {
    let event = json!({"source": "pbx1", "epoch": 1, "seq": seq, "received": second * 1_000_000,
        "event": "Queued", "this_dn": "9001", "this_queue": "9001", "conn_id": format!("c{seq}")});
    format!("{event}\n")
}

#[test]
fn files_are_merged_refusals_come_first_and_answers_in_order() {
    let one = queued(10, 1) + &queued(30, 3);
    let other = queued(20, 2);
    let (refused, lines) = evaluated(&[&one, &other], &["1970-01-01T00:00:20Z", "10000000"], None).unwrap();
    assert!(refused, "exit code 2");
    assert!(lines[0].contains("\"refused\":\"bad\"") && lines[0].contains("Calls_Entred"), "{}", lines[0]);
    let values: Vec<serde_json::Value> =
        lines[1..].iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = values.iter().map(|line| (line["at"].as_i64().unwrap(), line["value"].as_f64().unwrap()));
    assert_eq!(told.collect::<Vec<_>>(), [(10_000_000, 1.0), (20_000_000, 2.0)]);
    assert_eq!(values[0]["object"], "9001@sw1");
    assert_eq!(values[0]["object_type"], "Queue");
    assert_eq!(values[0]["valid"], true);
}

#[test]
fn every_answers_at_multiples_after_the_first_record_up_to_the_last() {
    let events = queued(10, 1) + &queued(12, 2) + &queued(25, 3) + &queued(40, 4);
    let (_, lines) = evaluated(&[&events], &[], Some(10)).unwrap();
    let at = |line: &String| serde_json::from_str::<serde_json::Value>(line).unwrap()["at"].as_i64();
    let times: Vec<_> = lines[1..].iter().filter_map(at).collect();
    assert_eq!(times, [20_000_000, 30_000_000, 40_000_000]);
}

#[test]
fn a_bad_line_is_named_by_file_and_number() {
    let error = evaluated(&[&(queued(10, 1) + "{nonsense\n")], &["20000000"], None).unwrap_err();
    assert!(format!("{error:#}").contains("0.jsonl, line 2"), "{error:#}");
}

#[test]
fn the_list_behind_a_value_names_the_records_and_comes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let args = |statistic: &str, at: &[&str]| Args {
        tenant: write("tenant.toml", TENANT),
        statistics: write("statistics.toml", STATISTICS),
        events: vec![write("events.jsonl", &(queued(10, 1) + &queued(25, 2)))],
        at: at.iter().map(ToString::to_string).collect(),
        every: None,
        notifications: false,
        explain: Some(statistic.into()),
        object: Some("9001".into()),
    };
    let mut out = Vec::new();
    evaluate(&args("entered", &[]), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let lines: Vec<serde_json::Value> =
        out.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    let item = &lines[0]["item"];
    assert_eq!((&item["what"], &item["conn_id"]), (&json!("CallEntered"), &json!("c1")));
    assert_eq!(item["told_by"], json!({"source": "pbx1", "epoch": 1, "seq": 1}));
    assert_eq!(lines[1]["item"]["told_by"]["seq"], 2);
    assert_eq!(
        (&lines[2]["folded"], &lines[2]["value"], &lines[2]["items"]),
        (&json!(2.0), &json!(2.0), &json!(2))
    );
    let error = evaluate(&args("bad", &[]), &mut Vec::new()).unwrap_err();
    assert!(format!("{error:#}").contains("Calls_Entred"), "{error:#}");
}

#[test]
fn what_is_told_by_itself_comes_in_order_between_the_answers() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let args = Args {
        tenant: write("tenant.toml", TENANT),
        statistics: write(
            "statistics.toml",
            "[[statistic]]\nname = 'entered'\nstat_type = 'Calls_Entered'\nobjects = ['9001']\n\
             notification = 'TimeBased'\nfrequency = 10\n",
        ),
        events: vec![write("events.jsonl", &(queued(10, 1) + &queued(25, 2)))],
        at: vec!["22000000".into(), "40000000".into()],
        every: None,
        notifications: true,
        explain: None,
        object: None,
    };
    let mut out = Vec::new();
    evaluate(&args, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let told = out.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let event = line["event"].as_str().unwrap_or("answer").to_owned();
        (line["at"].as_i64().unwrap() / 1_000_000, event, line["value"].as_f64().unwrap())
    });
    let info = |at, value| (at, "Info".to_owned(), value);
    let answer = |at, value| (at, "answer".to_owned(), value);
    let expected =
        [info(10, 1.0), info(20, 1.0), answer(22, 1.0), info(30, 2.0), info(40, 2.0), answer(40, 2.0)];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn the_state_of_a_group_tells_its_members_whatever_the_subject() {
    let tenant = "tenant = 'acme'\nsource = [{ name = 'pbx1', switch = 'sw1' }]\n\
        agent = [{ id = 'A1' }, { id = 'A2' }]\nagent_group = [{ name = 'G', agents = ['A1', 'A2'] }]\n";
    let ask = |subject: &str| {
        format!(
            "[stat_types.{subject}]\nObjects = 'GroupAgents'\nCategory = 'CurrentState'\nSubject = '{subject}'\n\
             MainMask = '*'\n[[statistic]]\nname = '{subject}'\nstat_type = '{subject}'\nobjects = ['G']\n"
        )
    };
    let event = |seq: u64, name: &str, dn: &str, agent: &str| {
        json!({"source": "pbx1", "epoch": 1, "seq": seq, "received": 10_000_000, "event": name, "this_dn": dn,
            "agent_id": agent})
    };
    let events = [
        event(1, "AgentLogin", "2001", "A1"),
        event(2, "AgentReady", "2001", "A1"),
        event(3, "AgentLogin", "2002", "A2"),
        event(4, "AgentNotReady", "2002", "A2"),
    ];
    let events: String = events.iter().map(|event| format!("{event}\n")).collect();
    for subject in ["GroupStatus", "AgentStatus"] {
        let (_, lines) = evaluated_for((tenant, &ask(subject)), &[&events], &["20000000"], None).unwrap();
        let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(line["value"]["status"], "WaitForNextCall", "{line}");
        let members = json!({"A1": "WaitForNextCall", "A2": "NotReadyForNextCall"});
        assert_eq!(line["value"]["members"], members, "{subject}: {line}");
    }
}
