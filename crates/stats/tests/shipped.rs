//! The library that Pulse ships: every definition is sound and says in words what it counts.

use stats::{Library, Request};

const FILES: [&str; 6] = [
    include_str!("../../../config/statistics/profiles.toml"),
    include_str!("../../../config/statistics/agents.toml"),
    include_str!("../../../config/statistics/groups.toml"),
    include_str!("../../../config/statistics/queues.toml"),
    include_str!("../../../config/statistics/media.toml"),
    include_str!("../../../config/statistics/campaigns.toml"),
];

fn library() -> Library {
    let mut library = Library::default();
    for file in FILES {
        let more = Library::from_toml(file).unwrap();
        let twice = more.stat_types().find(|stat_type| library.stat_type(&stat_type.name).is_some());
        assert_eq!(twice, None, "rule L-1");
        library.extend(more);
    }
    library
}

#[test]
fn every_shipped_stat_type_can_be_opened() {
    let library = library();
    for stat_type in library.stat_types() {
        let request = Request::named("s", &stat_type.name, "*");
        let definition = library.define(&request).unwrap_or_else(|refused| panic!("{refused}"));
        assert!(!stat_type.title.is_empty() && !stat_type.description.is_empty(), "{}", stat_type.name);
        let unit = match definition.value_kind() {
            stats::ValueKind::Count => "count",
            stats::ValueKind::Seconds => "seconds",
            stats::ValueKind::Percent => "percent",
            stats::ValueKind::State => "status",
            stats::ValueKind::Real if stat_type.category == "AverageTime" => "seconds",
            stats::ValueKind::Real if stat_type.category == "CurrentAverageTime" => "seconds",
            stats::ValueKind::Real if stat_type.category.starts_with("Estim") => "seconds",
            stats::ValueKind::Real => "number",
        };
        assert_eq!(stat_type.unit, unit, "{}", stat_type.name);
    }
}

#[test]
fn names_that_mean_the_same_share_one_statistic() {
    let library = library();
    let key = |name: &str| library.define(&Request::named("s", name, "*")).unwrap().key();
    assert_eq!(key("ServiceFactor"), key("Service_Level"));
    assert_eq!(key("Current_In_Queue"), key("CurrNumberWaitingCalls"));
    assert_ne!(key("Calls_Answered"), key("Calls_Abandoned"));
}
