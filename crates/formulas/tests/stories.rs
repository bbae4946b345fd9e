//! Formulas of a table of queues and agents, as people write them.

use formulas::{Absent, Column, Flags, Formula, Layout, Operand, Outcome, Sum, Total, Unit};

const GOOD: Flags = Flags(0);
const INVALID: Flags = Flags(2);
const STALE: Flags = Flags(8);

/// Columns 0 to 5; formulas come after them.
const STATISTICS: [(&str, Option<Unit>, bool); 6] = [
    ("entered", Some(Unit::Count), true),
    ("answered", Some(Unit::Count), true),
    ("talk", Some(Unit::Seconds), true),
    ("longest", Some(Unit::Seconds), false),
    ("occupancy", Some(Unit::Percent), false),
    ("state", None, false),
];

fn layout(formulas: &[(&str, &str)]) -> Layout {
    let statistic = |&(name, unit, adds_up)| Column::Statistic { name, unit, adds_up };
    let formula = |&(name, text)| Column::Formula { name, text, unit: None };
    let columns: Vec<Column<'_>> =
        STATISTICS.iter().map(statistic).chain(formulas.iter().map(formula)).collect();
    Layout::new(&columns)
}

fn one(text: &str) -> Formula {
    let layout = layout(&[("f", text)]);
    assert!(layout.refused().is_empty(), "{text}: {:?}", layout.refused());
    layout.formulas()[0].clone()
}

fn refused(text: &str) -> String {
    let layout = layout(&[("f", text)]);
    layout.refused().first().unwrap_or_else(|| panic!("{text} is not refused")).1.to_string()
}

/// 40 entered, 30 answered, 600 s of talk, the longest 90 s, 75 % busy, on a call.
fn row(column: usize) -> Operand<'static> {
    match column {
        0 => Operand::Number(40.0, GOOD),
        1 => Operand::Number(30.0, GOOD),
        2 => Operand::Number(600.0, GOOD),
        3 => Operand::Number(90.0, GOOD),
        4 => Operand::Number(75.0, GOOD),
        _ => Operand::Text("CallInbound", GOOD),
    }
}

fn hundred(_: usize) -> Total {
    Total { value: Some(100.0), flags: GOOD }
}

fn good(value: f64) -> Outcome {
    Outcome { value: Ok(value), flags: GOOD }
}

#[test]
fn formulas_give_what_arithmetic_gives() {
    let cases = [
        ("100 * answered / max(entered, 1)", 75.0),
        ("percent(answered, entered)", 75.0),
        ("1 + 2 * 3 - 8 / 4", 5.0),
        ("-answered + (entered - -2)", 12.0),
        ("answered > 20 && entered < 50 ? 1 : 0", 1.0),
        ("answered > 20 && entered < 40 || longest >= 91 ? 1 : 0", 0.0),
        ("!(answered == 30) ? 1 : 2", 2.0),
        ("answered != 30 ? 1 : answered <= 30 ? 5 : 6", 5.0),
        ("min(entered, answered, 7) + abs(answered - entered)", 17.0),
        ("round(talk / 7)", 86.0),
        ("round(talk / 7, 2)", 85.71),
        ("round(-2.5)", -3.0),
        ("3600 * answered / talk", 180.0),
        ("share(occupancy) * talk", 450.0),
        ("percent(entered, total(entered))", 40.0),
        ("state == \"CallInbound\" ? 1 : 0", 1.0),
        ("\"NotReady\" != state ? 1 : 0", 1.0),
        ("state == state ? 3 : 4", 3.0),
        ("(entered > 0) == true ? 1 : 0", 1.0),
        ("col(\"Entered\") + ANSWERED", 70.0),
        ("0x10 + 1.5e1 + 2u", 33.0),
        ("0 * -answered", 0.0),
    ];
    for (text, expected) in cases {
        let outcome = one(text).evaluate(&row, &hundred);
        assert_eq!(outcome, good(expected), "{text}");
        assert!(outcome.value.unwrap().is_sign_positive() || expected < 0.0, "{text}: no -0");
    }
}

#[test]
fn units_come_out_of_the_operations() {
    let cases = [
        ("answered + 1", Unit::Count),
        ("talk / answered", Unit::Seconds),
        ("100 - occupancy", Unit::Percent),
        ("answered / entered", Unit::Number),
        ("answered / talk", Unit::PerSecond),
        ("percent(talk, total(talk))", Unit::Percent),
        ("answered > 3 ? talk : 0", Unit::Seconds),
        ("1 + 1", Unit::Plain),
    ];
    for (text, unit) in cases {
        assert_eq!(one(text).unit(), unit, "{text}");
    }
}

#[test]
fn what_does_not_go_together_is_refused_with_both_named() {
    let cases = [
        ("talk + occupancy", "'+' at 6: seconds ('talk') and percent ('occupancy') do not go together"),
        ("entered > talk ? 1 : 0", "'>' at 9: count ('entered') and seconds ('talk')"),
        ("talk * talk", "'*' at 6: seconds ('talk') and seconds ('talk')"),
        ("max(talk, answered)", "'max' at 1: seconds ('talk') and count ('answered')"),
        ("entered > 1 ? talk : answered", "seconds ('talk') and count ('answered')"),
        ("percent(talk, entered)", "'percent' at 1: seconds ('talk') and count ('entered')"),
        ("share(talk)", "'share' at 1: turns a percentage into a ratio, but 'talk' is seconds"),
        (
            "answered + missing",
            "'missing' at 12: no column of this table has this name; there are answered, entered",
        ),
        ("state + 1", "'state' at 1: is a status, not a number; compare it: state == "),
        ("state == 1 ? 1 : 0", "'1' at 10: a status can only be compared with a text"),
        ("\"a\" == \"b\" ? 1 : 0", "'a' at 1: a text can only be compared with a status"),
        ("answered > 3", "'>' at 10: gives true or false, but a column needs a number"),
        ("answered ? 1 : 0", "'answered' at 1: is a number where a condition is needed"),
        ("(answered > 3) + 1", "'>' at 11: gives true or false where a number is needed"),
        ("total(longest)", "'longest' at 7: (seconds) has no total: averages"),
        ("total(answered + 1)", "'total' at 1: takes the name of a column"),
        ("total(state)", "'state' at 7: is a status and has no total"),
        ("round(talk, answered)", "'answered' at 13: the digits after the point"),
        ("f + 1", "'f' at 1: formulas go in a circle: f → f"),
    ];
    for (text, expected) in cases {
        let told = refused(text);
        assert!(told.contains(expected), "{text}: {told}");
    }
}

#[test]
fn formulas_use_each_other_in_any_order() {
    let layout = layout(&[("c", "b * 2"), ("b", "a + total(a)"), ("a", "answered + 1")]);
    assert!(layout.refused().is_empty(), "{:?}", layout.refused());
    let order: Vec<usize> = layout.formulas().iter().map(Formula::column).collect();
    assert_eq!(order, [8, 7, 6]);
    assert_eq!((layout.formulas()[1].inputs(), layout.formulas()[1].totals()), (&[8][..], &[8][..]));
}

#[test]
fn circles_are_refused_with_the_whole_way_and_the_rest_lives() {
    let layout = layout(&[
        ("a", "b + 1"),
        ("b", "entered + total(c)"),
        ("c", "2 * a"),
        ("uses", "a + 1"),
        ("good", "answered"),
    ]);
    let told: Vec<String> =
        layout.refused().iter().map(|(column, refused)| format!("{column} {refused}")).collect();
    assert!(told[0].contains("6 'b' at 1: formulas go in a circle: a → b → c → a"), "{told:?}");
    assert!(told[1].contains("7 'c' at 17: formulas go in a circle: b → c → a → b"), "{told:?}");
    assert!(told[3].contains("9 'a' at 1: this column is refused itself"), "{told:?}");
    assert_eq!(layout.formulas().len(), 1);
}

#[test]
fn a_name_that_two_columns_have_is_refused_where_it_is_used() {
    let twice = |name| Column::Statistic { name, unit: Some(Unit::Count), adds_up: true };
    let formula = |name, text| Column::Formula { name, text, unit: None };
    let layout = Layout::new(&[twice("a"), twice("A"), formula("f", "a + 1"), formula("A", "1")]);
    assert!(layout.refused()[0].1.to_string().contains("more than one column has this name"));
    assert!(layout.refused()[1].1.to_string().contains("another column has the name of this formula"));
}

#[test]
fn a_unit_may_be_given_where_it_does_not_contradict() {
    let with = |text: &str, unit: &str| {
        let known = Column::Statistic { name: "n", unit: Some(Unit::Count), adds_up: true };
        let time = Column::Statistic { name: "t", unit: Some(Unit::Seconds), adds_up: true };
        let layout = Layout::new(&[known, time, Column::Formula { name: "f", text, unit: Some(unit) }]);
        match layout.refused() {
            [] => Ok(layout.formulas()[0].unit()),
            [(_, refused), ..] => Err(refused.to_string()),
        }
    };
    assert_eq!(with("100 * n / n", "percent"), Ok(Unit::Percent));
    assert_eq!(with("3600 * n / t", "number"), Ok(Unit::Number));
    assert!(
        with("t / n", "percent").unwrap_err().contains("comes to seconds, which cannot be called percent")
    );
    assert!(with("n", "miles").unwrap_err().contains("'miles' at 1: there is no such unit"));
}

#[test]
fn dividing_by_nothing_is_empty_as_in_statistics() {
    let nobody = |column| if column == 0 { Operand::Number(0.0, GOOD) } else { row(column) };
    let empty = Outcome { value: Ok(0.0), flags: Flags::EMPTY };
    assert_eq!(one("answered / entered").evaluate(&nobody, &hundred), empty);
    assert_eq!(one("5 + answered / entered").evaluate(&nobody, &hundred), empty, "not 5");
    assert_eq!(one("percent(answered, entered)").evaluate(&nobody, &hundred), empty);
    let asked = one("entered > 0 ? answered / entered : 1").evaluate(&nobody, &hundred);
    assert_eq!(asked, good(1.0), "what is not evaluated does not count");
}

#[test]
fn flags_of_what_is_used_are_those_of_the_result_and_no_others() {
    let marked = |column| match column {
        0 => Operand::Number(40.0, INVALID),
        1 => Operand::Number(30.0, STALE),
        2 => Operand::Number(0.0, Flags::EMPTY.with(STALE)),
        3 => Operand::Missing(INVALID),
        other => row(other),
    };
    let flags = |text: &str| one(text).evaluate(&marked, &hundred).flags;
    assert_eq!(flags("entered + answered"), INVALID.with(STALE));
    assert_eq!(flags("entered > 3 ? 1 : answered"), INVALID);
    assert_eq!(flags("entered > 3 || answered > 3 ? 1 : 0"), INVALID);
    assert_eq!(flags("occupancy"), GOOD);
    let empty = one("talk + 60").evaluate(&marked, &hundred);
    assert_eq!(empty, Outcome { value: Ok(0.0), flags: Flags::EMPTY.with(STALE) });
    let missing = one("talk + longest").evaluate(&marked, &hundred);
    assert_eq!(missing, Outcome { value: Err(Absent::Column(3)), flags: STALE.with(INVALID) });
}

#[test]
fn totals_carry_what_they_were_made_of() {
    let mut sum = Sum::default();
    sum.add(Operand::Number(10.0, STALE));
    sum.add(Operand::Missing(GOOD));
    let partial = |_| sum.total();
    let outcome = one("percent(entered, total(entered))").evaluate(&row, &partial);
    assert_eq!(outcome, Outcome { value: Ok(400.0), flags: STALE.with(Flags::PARTIAL) });
    let none = |_| Sum::default().total();
    let outcome = one("percent(entered, total(entered))").evaluate(&row, &none);
    assert_eq!(outcome.value, Err(Absent::Total(0)));
}

#[test]
fn what_is_too_large_for_a_number_has_no_value() {
    for text in ["1e308 * answered", "1 / (1e308 * answered)", "answered * 1e308 - answered * 1e308"] {
        assert_eq!(one(text).evaluate(&row, &hundred).value, Err(Absent::Overflow), "{text}");
    }
    let odd = |_| Operand::Number(f64::NAN, GOOD);
    assert_eq!(one("entered").evaluate(&odd, &hundred).value, Err(Absent::Overflow));
}

#[test]
fn the_formulas_of_a_table_are_bounded_together() {
    let long = "answered+".repeat(45) + "1";
    let names: Vec<String> = (0..6).map(|number| format!("f{number}")).collect();
    let formulas: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), long.as_str())).collect();
    let layout = layout(&formulas);
    assert_eq!(layout.formulas().len(), 4);
    assert!(layout.refused()[0].1.to_string().contains("at most 400 parts together"));
}
