use super::*;
use crate::web::trial::library;

const FILE: &str = r#"title = "Ours"
description = "What we look at."
kind = "grid"
object_types = ["Queue"]
w = 12
h = 8

[[column]]
statistic = "Entered"
title = "Came"
time_profile = "Last15"
filter = 'PairExists("Language","Spanish")'
format = "integer"
warn = 5
breach = 7.5
when = "below"
back = 1

[[column]]
name = "twice"
title = "Twice"
formula = "Entered * 2"
unit = "count"

[options]
density = "normal"
sparks = ["Entered"]
"#;

fn ours() -> Template {
    Template::read("ours", FILE).unwrap()
}

#[test]
fn what_is_written_is_what_was_read() {
    let read = ours();
    assert_eq!(read.write().unwrap(), FILE);
    assert_eq!(Template::from_body("ours", &read.body()).unwrap(), read);
    read.check(&library()).unwrap();
}

#[test]
fn a_document_says_no_limits_of_other_columns_and_no_objects() {
    let mut body = ours().body();
    body["widget"]["options"]["thresholds"]["Gone"] = json!({ "warn": 1, "breach": null, "when": "above" });
    body["widget"]["options"]["pinned"] = json!(["9001@sw1"]);
    body["widget"]["options"]["nothing"] = Value::Null;
    body["widget"]["options"]["boards"] = json!(["secret"]);
    body["widget"]["query"]["objects"] = json!(["9001@sw1"]);
    assert_eq!(Template::from_body("ours", &body).unwrap(), ours());
    body["widget"]["options"]["boards"] = json!("*");
    assert_eq!(Template::from_body("ours", &body).unwrap().options["boards"], "*", "all are named to nobody");
}

#[test]
fn what_is_wrong_is_told_with_its_line_or_its_word() {
    let fault = |from: &str, to: &str| Template::read("ours", &FILE.replace(from, to)).unwrap_err();
    assert_eq!(fault("warn = 5", "wran = 5").line, Some(14));
    assert!(fault("warn = 5", "wran = 5").to_string().contains("wran"));
    assert_eq!(fault("w = 12", "w = twelve").line, Some(5));
    assert_eq!(fault("\"Queue\"", "\"Quue\"").line, Some(4));
    let cause = |from: &str, to: &str| {
        Template::read("ours", &FILE.replace(from, to)).unwrap().check(&library()).unwrap_err()
    };
    assert!(cause("Entered * 2", "Entred * 2").contains("'Entred' at 1"), "the word and its place");
    assert!(cause("statistic = \"Entered\"", "statistic = \"Nope\"").contains("no statistic 'Nope'"));
    assert!(cause("formula = \"Entered * 2\"\n", "").contains("either a statistic or a formula"));
    let fault = cause("PairExists(", "PairExist(\"Language\") & PairExists(");
    assert!(fault.starts_with("condition of 'Entered': "), "{fault}");
    assert!(cause("title = \"Ours\"", "title = \" \"").contains("title"));
    assert!(cause("kind = \"grid\"", "kind = \"pie\"").contains("pie"));
    assert!(cause("w = 12", "w = 13").contains("grid of 12"));
    assert!(Template { name: "a b".into(), ..ours() }.check(&library()).unwrap_err().contains("'a b'"));
}

#[test]
fn every_type_of_objects_must_have_every_column() {
    let both = FILE.replace("[\"Queue\"]", "[\"Queue\", \"Campaign\"]");
    let error = Template::read("ours", &both).unwrap().check(&library()).unwrap_err();
    assert!(error.contains("not for objects of type Campaign"), "{error}");
}
