//! A new reason within one status may restart the start that is shown (rule ST-7).

#[allow(dead_code, reason = "shared with other tests")]
mod support;

use model::item::{Attached, ConnIx, Item, Items, What};
use model::object::ObjectIx;
use model::record::KeyValue;
use model::{Micros, Status};
use stats::{Batch, Content, Library, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{at, objects};

/// An agent is not ready from 0 s on, for lunch from 60 s on, for lunch still at 80 s.
fn story() -> Batch {
    let reasons = |word: &str| {
        let reasons = BTreeMap::from([("ReasonCode".into(), KeyValue::Text(word.into()))]);
        Attached { reasons: Some(Arc::new(reasons)), ..Attached::default() }
    };
    let item = |millis: i64, data: u32| Item {
        at: at(millis),
        start: at(0),
        source_span: Micros::ZERO,
        object: ObjectIx(0),
        conn: ConnIx::NONE,
        call: None,
        by: ObjectIx::NONE,
        data,
        what: What::Status { to: Status::NotReadyForNextCall },
    };
    let items = vec![item(0, 0), item(60_000, 1), item(80_000, 1)];
    let data = vec![reasons("Meeting"), reasons("Lunch")];
    Batch::index(Items { appeared: objects(), items, data, through: at(100_000), ..Items::default() })
}

fn number(category: &str, restarts: &str, filter: &str) -> f64 {
    let text = format!(
        "[stat_types.T]\nObjects = ['Agent']\nCategory = '{category}'\nSubject = 'AgentStatus'\n\
         MainMask = 'NotReadyForNextCall'\nReasonStartOverridesStatusStart = '{restarts}'\n\
         [[statistic]]\nname = 's'\nstat_type = 'T'\nobjects = ['*']\n{filter}"
    );
    let library = Library::from_toml(&text).unwrap();
    let definition = Arc::new(library.define(&library.requests[0]).unwrap());
    let mut statistic = Statistic::open(definition, at(0), "UTC").unwrap();
    let (ix, object) = objects().swap_remove(0);
    statistic.add(ix, &object).unwrap();
    statistic.apply(&story());
    match statistic.read(ix, at(100_000)).unwrap().content {
        Content::Number(number) => number,
        Content::State(state) => (at(100_000) - state.since).secs() as f64,
    }
}

#[test]
fn the_start_that_is_shown_is_that_of_the_reason_if_the_stat_type_says_so() {
    for category in ["CurrentTime", "CurrentMaxTime", "CurrentState"] {
        assert_eq!(number(category, "no", ""), 100.0, "{category}");
        assert_eq!(number(category, "yes", ""), 40.0, "{category}");
    }
}

#[test]
fn neither_intervals_nor_numbers_nor_runs_restart() {
    for (category, value) in
        [("TotalTime", 100.0), ("TotalNumber", 1.0), ("CurrentNumber", 1.0), ("CurrentContinuousTime", 100.0)]
    {
        assert_eq!(number(category, "yes", ""), value, "{category}");
    }
}

#[test]
fn under_a_filter_too() {
    let always = "filter = '~PairExists(\"None\",\"*\")'";
    assert_eq!(number("CurrentTime", "yes", always), 40.0);
    assert_eq!(number("CurrentTime", "no", always), 100.0);
    let reading = "filter = 'Duration >= 0'";
    assert_eq!(number("CurrentTime", "yes", reading), 40.0);
    let lunch = "filter = 'PairExists(\"ReasonCode\",\"Lunch\")'";
    assert_eq!(number("CurrentTime", "yes", lunch), 40.0);
    assert_eq!(number("CurrentTime", "no", lunch), 100.0, "rule Q-35: from the status's start");
}
