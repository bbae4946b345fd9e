//! Conditions as they are written, and what they hold for.

use super::Filter;
use model::item::Attached;
use model::record::{KeyValue, KeyValues};
use std::collections::BTreeMap;
use std::sync::Arc;

fn list(pairs: &[(&str, &str)]) -> Option<Arc<KeyValues>> {
    let pairs = pairs.iter().map(|(key, value)| ((*key).into(), KeyValue::Text((*value).into())));
    Some(Arc::new(pairs.collect()))
}

fn spanish() -> Attached {
    Attached {
        user_data: list(&[("Language", "Spanish"), ("Amount", "500")]),
        reasons: list(&[("ReasonCode", "Lunch")]),
        ani: Some("0301234".into()),
        dnis: Some("5001".into()),
        this_queue: Some("9001".into()),
        ..Attached::default()
    }
}

fn holds(text: &str, data: &Attached) -> bool {
    Filter::parse(text).unwrap().holds(data, 30)
}

#[test]
fn pairs_are_looked_for_in_user_data_then_reasons() {
    let call = spanish();
    assert!(holds(r#"PairExists("Language","Spanish")"#, &call));
    assert!(holds(r#"PairExist("Language","Spa*")"#, &call), "a prefix");
    assert!(holds(r#"PairExist("Amount","*")"#, &call), "any value");
    assert!(holds(r#"PairExist("ReasonCode","Lunch")"#, &call), "a reason");
    assert!(!holds(r#"PairExist("language","Spanish")"#, &call), "rule F-3: case matters");
    assert!(!holds(r#"PairExist("VIP","*")"#, &call) && holds(r#"~PairExist("VIP","*")"#, &call));
}

#[test]
fn nested_lists_are_searched_one_level() {
    let inner = BTreeMap::from([("Level".into(), "Gold".into())]);
    let mut call = spanish();
    call.user_data = Some(Arc::new(BTreeMap::from([("Card".into(), KeyValue::List(inner))])));
    assert!(holds(r#"PairExists("Card.Level","Gold") & PairExists("Card","*")"#, &call));
    assert!(!holds(r#"PairExists("Card","Gold")"#, &call));
}

#[test]
fn a_missing_attribute_makes_every_comparison_false() {
    let call = spanish();
    assert!(!holds(r#"MediaType != "chat""#, &call), "rule F-4");
    assert!(holds(r#"~(MediaType != "chat")"#, &call));
    assert!(holds(r#"ExtensionReasonCode = "Lunch" & ThisQueue = 9001"#, &call));
}

#[test]
fn equality_compares_text_and_order_compares_numbers() {
    let call = spanish();
    assert!(!holds("ANI = 301234", &call), "0301234 is another text");
    assert!(holds("DNIS >= 5001 & DNIS < 5001.5 & DNIS > -1", &call));
    assert!(!holds(r#"DNIS < "six thousand""#, &call), "no number: false");
    assert!(holds("Duration = 30.0 & Duration >= 30 & Duration != 29", &call), "always a number");
}

#[test]
fn and_binds_tighter_than_or_and_negation_tightest() {
    let call = spanish();
    assert!(holds(r#"DNIS="1" & DNIS="2" | DNIS="5001""#, &call));
    assert!(!holds(r#"DNIS="1" & (DNIS="2" | DNIS="5001")"#, &call));
    assert!(holds(r#"~DNIS="1" & DNIS="5001""#, &call));
}

#[test]
fn facts_decide_later_as_the_data_did() {
    let filter = Filter::parse(r#"Duration > 10 & PairExists("Language","Spanish") | DNIS="1""#).unwrap();
    let facts = filter.facts(&spanish());
    assert!(!filter.decide(facts, 10) && filter.decide(facts, 11));
    assert!(!filter.decide(filter.facts(&Attached::default()), 11));
}

#[test]
fn a_condition_is_written_as_it_is_understood() {
    let filter =
        Filter::parse(r#"( ~ (ani="1"|tenantid = "x\"y") )&( PairExist( "a" , "b*" ) & Duration>5)"#);
    let text = filter.unwrap().to_string();
    assert_eq!(text, r#"~(ANI="1" | CustomerID="x\"y") & (PairExists("a","b*") & Duration>5)"#);
    assert_eq!(Filter::parse(&text).unwrap().to_string(), text);
}

#[test]
fn errors_name_the_word_and_its_place() {
    for (text, word, column) in [
        (r#"DNSI = "1""#, "DNSI", "column 1:"),
        (r#"DNIS = one"#, "one", "column 8:"),
        (r#"PairExists("a" "b")"#, r#"found "b""#, "column 16:"),
        (r#"(DNIS = "1""#, "found the end", "column 12:"),
        (r#"DNIS = "1" DNIS = "2""#, "DNIS", "column 12:"),
        (r#"Duration > "long""#, "long", "column 12:"),
        (r#"DNIS ? "1""#, "?", "column 6:"),
        (r#"DNIS = "1"#, "quote", "column 8:"),
        ("Duration > 1.2.3", "1.2.3", "column 12:"),
    ] {
        let error = Filter::parse(text).unwrap_err();
        assert!(error.contains(word) && error.contains(column), "{text}: {error}");
    }
}

#[test]
fn depth_and_size_have_bounds() {
    let deep = format!("{}DNIS=1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(Filter::parse(&deep).unwrap_err().contains("bytes"));
    let deep = format!("{}DNIS=1{}", "(".repeat(100), ")".repeat(100));
    assert!(Filter::parse(&deep).unwrap_err().contains("brackets"));
    assert!(Filter::parse(&"~".repeat(200)).is_err());
    let long = vec!["DNIS=1"; 65].join("|");
    assert!(Filter::parse(&long).unwrap_err().contains("64"));
}
