//! The configuration changes while records flow: values and names follow, whatever happens to the DCU meanwhile.

use super::*;
use model::record::{Body, Change, Event};
use ports::values::ObjectInfo;

/// The centre, and a source of its own that tells what changes.
fn changing(seed: u64, minutes: i64, changes: &[(i64, &str)]) -> Centre {
    let mut centre = Centre::of(seed, minutes);
    let tell = |(seq, (minute, change)): (u64, &(i64, &str))| {
        let change: Change = serde_json::from_str(change).unwrap();
        let mut record = Record::new("tenant", Event::ConfigChanged, START + Micros::from_secs(minute * 60));
        (record.epoch, record.seq) = (1, seq);
        record.body = Some(Box::new(Body::Change(change)));
        record
    };
    centre.records.extend((1..).zip(changes).map(tell));
    centre.records.sort_by(|a, b| a.order().cmp(&b.order()));
    centre.sources.push("tenant".into());
    centre
}

/// Agents and queues of the centre: somebody who moves, somebody who goes, a queue that gets another name, one that goes.
fn story(seed: u64) -> (Centre, Cast) {
    let tenant = Centre::of(seed, 1).tenant;
    let group = &tenant.agent_groups[0];
    let (mover, goer) = (group.agents[0].clone(), tenant.agents.last().unwrap().id.clone());
    let full = |at: usize| -> Text { format!("{}@{}", tenant.dns[at].number, tenant.dns[at].switch).into() };
    let queues: Vec<usize> = (0..tenant.dns.len()).filter(|at| tenant.dns[*at].kind.is_mediation()).collect();
    let (renamed, shut) = (full(queues[0]), full(queues[1]));
    let rest = serde_json::to_string(&group.agents[1..]).unwrap();
    let changes = [
        (4, format!(r#"{{"object":"agent_group","id":"Movers","set":{{"agents":["{mover}","New"]}}}}"#)),
        (5, format!(r#"{{"object":"agent_group","id":"{}","set":{{"agents":{rest}}}}}"#, group.name)),
        (6, r#"{"object":"agent","id":"New","set":{"name":"Newcomer"}}"#.to_owned()),
        (8, format!(r#"{{"object":"dn","id":"{renamed}","set":{{"name":"Front desk"}}}}"#)),
        (9, format!(r#"{{"object":"agent","id":"{goer}","gone":true}}"#)),
        (10, format!(r#"{{"object":"dn","id":"{shut}","gone":true}}"#)),
        (11, r#"{"object":"agent","id":"Brief","set":{}}"#.to_owned()),
        (12, r#"{"object":"agent","id":"Brief","gone":true}"#.to_owned()),
        (13, format!(r#"{{"object":"agent","id":"{goer}","set":{{"name":"Back again"}}}}"#)),
    ];
    let told: Vec<(i64, &str)> = changes.iter().map(|(minute, change)| (*minute, change.as_str())).collect();
    let cast = Cast { mover, goer, renamed, shut, left: group.name.clone() };
    (changing(seed, 15, &told), cast)
}

struct Cast {
    mover: Text,
    goer: Text,
    renamed: Text,
    shut: Text,
    left: Text,
}

fn infos(stores: &Stores) -> BTreeMap<Text, ObjectInfo> {
    let all =
        block_on(stores.values.current()).unwrap().into_iter().flat_map(|publication| publication.objects);
    all.map(|info| (info.object.id.clone(), info)).collect()
}

#[test]
fn values_and_names_follow_a_changing_configuration_through_any_deaths() {
    let (centre, cast) = story(5);
    let (centre, wanted) = (Arc::new(centre), wanted());
    for (deaths, size) in [(0, 500), (6, 300)] {
        let stores = Stores::new();
        block_on(want(&stores, wanted.clone()));
        for death in 0..deaths {
            live(&centre, &stores, size, Some(Duration::from_millis(60 + death * 35)), "");
        }
        live(&centre, &stores, size, None, "");
        let (at, found) = block_on(stores.cells());
        assert_equal(&found, &expected(&centre, &wanted, at));
        let of = |kind, id: &Text| found.keys().any(|(_, object)| *object == Object::new(kind, id.clone()));
        assert!(of(ObjectType::Agent, &"New".into()) && of(ObjectType::Agent, &cast.goer));
        assert!(!of(ObjectType::Queue, &cast.shut) && !of(ObjectType::Agent, &"Brief".into()));

        let infos = infos(&stores);
        assert_eq!(infos["New"].name, "Newcomer");
        assert_eq!(infos["New"].groups, ["Movers"]);
        assert!(infos[&cast.mover].groups.contains(&"Movers".into()));
        assert!(!infos[&cast.mover].groups.contains(&cast.left));
        assert_eq!(infos[&cast.renamed].name, "Front desk");
        assert_eq!(infos[&cast.goer].name, "Back again");
        assert!(!infos.contains_key(&cast.shut) && !infos.contains_key("Brief"));
    }
}
