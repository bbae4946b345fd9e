//! Whoever panics costs nobody a value, and nobody else is begun anew.

use super::*;
use model::snapshot::DnType;
use tokio::sync::oneshot;

/// The DN of these types that the records tell most of.
fn busiest(centre: &Centre, types: &[DnType]) -> String {
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for dn in centre.records.iter().flat_map(|record| [&record.this_dn, &record.this_queue]).flatten() {
        *told.entry(dn.as_str()).or_default() += 1;
    }
    let ours = centre.tenant.dns.iter().filter(|dn| types.contains(&dn.kind));
    let busiest = ours.max_by_key(|dn| told.get(dn.number.as_str()).copied().unwrap_or_default()).unwrap();
    format!("{}@{}", busiest.number, busiest.switch)
}

/// One of each kind that this centre has.
fn one_of_each(centre: &Centre) -> Vec<(&'static str, String)> {
    let tenant = &centre.tenant;
    let phone = busiest(centre, &[DnType::Extension, DnType::Position]);
    let mut each = vec![
        ("Agent", tenant.agents[3].id.to_string()),
        ("Queue", busiest(centre, &[DnType::Queue, DnType::VirtualQueue])),
        ("RoutePoint", busiest(centre, &[DnType::RoutePoint])),
        ("GroupAgents", tenant.agent_groups[0].name.to_string()),
        ("GroupQueues", tenant.queue_groups[0].name.to_string()),
        ("Statistic", wanted()[0].key().to_string()),
        ("link", "lds".to_owned()),
        ("publisher", "dcu-0".to_owned()),
        ("keeper", "dcu-0".to_owned()),
    ];
    let place = tenant.places.iter().find(|place| place.dns.iter().any(|dn| dn.as_str() == phone));
    each.extend(place.map(|place| ("Place", place.name.to_string())));
    each.push(("RegDN", phone));
    each
}

#[test]
fn a_panic_in_any_one_actor_costs_nobody_a_value_and_no_other_kind_a_restart() {
    let centre = Arc::new(Centre::of(3, 15));
    let expected = expected(&centre, &wanted(), centre.end);
    let each = one_of_each(&centre);
    assert_eq!(each.len(), 11, "{each:?}");
    for (kind, id) in each {
        let stores = Stores::new();
        block_on(want(&stores, wanted()));
        live(&centre, &stores, 300, None, &format!("panic.{kind}.{id}=1"));
        assert_equal(&block_on(stores.cells()).1, &expected);
        for (other, report) in stores.census.report() {
            let restarts = u64::from(other == kind);
            assert_eq!(
                (report.restarts, report.failed),
                (restarts, 0),
                "{other} after a panic in {kind} {id}"
            );
        }
    }
}

#[test]
fn a_panic_in_the_collector_is_told_and_the_next_life_goes_on_from_the_checkpoint() {
    let centre = Arc::new(Centre::of(3, 15));
    let expected = expected(&centre, &wanted(), centre.end);
    let stores = Stores::new();
    block_on(want(&stores, wanted()));
    let (tell, told) = oneshot::channel();
    actix::System::new().block_on(async {
        let mut dcu = start(&centre, &stores, "panic.collector.dcu-0=9").await;
        stores.heard().await;
        dcu.carry("lds", subscription(centre.link(&dcu.reached.positions(), 300), None));
        let cause = tokio::time::timeout(Duration::from_secs(60), dcu.lost.recv()).await.unwrap();
        tell.send(cause).unwrap();
    });
    assert!(block_on(told).unwrap().unwrap().contains("the collector panicked"));
    live(&centre, &stores, 300, None, "");
    assert_equal(&block_on(stores.cells()).1, &expected);
}

#[test]
fn the_census_counts_who_lives_and_what_waits() {
    let centre = Arc::new(Centre::of(3, 5));
    let stores = Stores::new();
    block_on(want(&stores, wanted()));
    live(&centre, &stores, 300, None, "");
    let during = stores.census.clone();
    actix::System::new().block_on(async {
        let dcu = start(&centre, &stores, "").await;
        dcu.carry("lds", subscription(Vec::new(), None));
        // All have been started, and a checkpoint that is under way is answered by everybody.
        let counted = ["Agent", "Queue", "RegDN", "GroupAgents", "Statistic", "publisher", "keeper"];
        let alone = ["collector", "link", "publisher", "keeper"];
        let is_calm = || {
            let report = during.report();
            let are_there = alone.iter().all(|kind| report[kind].alive == 1);
            are_there && counted.iter().all(|kind| report[kind].waiting == Some(0))
        };
        for _ in 0..500 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            if is_calm() {
                break;
            }
        }
        assert!(is_calm(), "all live, and everything is taken: {:?}", during.report());
        let report = during.report();
        assert_eq!(report["Agent"].alive, centre.tenant.agents.len() as u64);
        assert_eq!(report["Statistic"].alive, wanted().len() as u64);
        dcu.drain(Duration::from_secs(5)).await;
    });
}
