//! Formulas as they are written, and what they come to.

use super::Formula;
use model::item::Attached;
use model::record::KeyValue;
use std::sync::Arc;

fn call() -> Attached {
    let pairs = [("Amount", "500"), ("Rate", "2.5"), ("Kind", "gold"), ("Odd", "1e3")];
    let pairs = pairs.map(|(key, value)| (key.into(), KeyValue::Text(value.into())));
    Attached { user_data: Some(Arc::new(pairs.into_iter().collect())), ..Attached::default() }
}

fn value(text: &str) -> Option<f64> {
    let formula = Formula::parse(text).unwrap();
    formula.value(&formula.inputs(&call()), 30)
}

#[test]
fn arithmetic_has_its_usual_ranks() {
    assert_eq!(value("1 + 2 * 3 - 8 / 4 / 2"), Some(6.0));
    assert_eq!(value("-(1 + 2) * -3"), Some(9.0));
    assert_eq!(value(r#"GetNumber("Amount") * GetNumber("Rate") / 2"#), Some(625.0));
    assert_eq!(value("Duration / 60"), Some(0.5));
}

#[test]
fn what_is_missing_is_0_or_null_and_division_by_0_is_0() {
    assert_eq!(value(r#"GetNumber("Nothing") + 1"#), Some(1.0), "rule C-7");
    assert_eq!(value(r#"GetNumber("Odd")"#), Some(0.0), "not of the form digits[.digits]");
    assert_eq!(value(r#"kvnum(udata, "Nothing") + 1"#), None, "rule C-8");
    assert_eq!(value(r#"kvnum(udata, "Nothing") > 1"#), Some(0.0), "a comparison with null is not true");
    assert_eq!(value(r#"1 / GetNumber("Nothing")"#), Some(0.0));
    let huge = format!("{0} * {0}", "9".repeat(300));
    assert_eq!(value(&huge), Some(0.0), "never infinite (rule P-9)");
}

#[test]
fn texts_are_compared_and_conditions_count_as_1_and_0() {
    assert_eq!(value(r#"GetString("Kind") = "gold""#), Some(1.0));
    assert_eq!(value(r#"(GetString("Kind") != "gold") * 7"#), Some(0.0));
    assert_eq!(value(r#"kvstr(udata, "Kind") = "gold" & ~(Duration < 30) | 0"#), Some(1.0));
}

#[test]
fn errors_name_the_word_and_its_place() {
    for (text, word, column) in [
        (r#"GetNumbr("A")"#, "GetNumbr", "column 1:"),
        ("1 + ", "the end", "column 5:"),
        (r#"GetString("Kind") + 1"#, "GetString", "column 19:"),
        (r#"kvnum(data, "A")"#, "data", "column 7:"),
        ("(1 + 2", "`)`", "column 7:"),
        ("1 2", "`2`", "column 3:"),
    ] {
        let error = Formula::parse(text).unwrap_err();
        assert!(error.contains(word) && error.contains(column), "{text}: {error}");
    }
}

#[test]
fn depth_and_cost_have_bounds() {
    assert!(Formula::parse(&"(".repeat(2_000)).is_err());
    assert!(Formula::parse(&"-".repeat(2_000)).is_err());
    assert!(Formula::parse(&format!("1{}", "+1".repeat(2_000))).is_err());
    assert!(Formula::parse(&format!("1{}", "+1".repeat(30))).is_ok());
    assert!(Formula::parse(&" ".repeat(5_000)).unwrap_err().contains("bytes"));
}

#[test]
fn a_formula_is_written_as_it_was_read() {
    let formula = Formula::parse(r#"GetNumber( "A\"b" )+duration"#).unwrap();
    assert_eq!(Formula::parse(&formula.to_string()).unwrap(), formula);
}
