//! Whatever is written: no panic, no infinity, no NaN, and a cost that is bounded.

use formulas::{CHARS_MAX, Column, Flags, Layout, Operand, Total, Unit};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const WORDS: &[&str] = &[
    "n",
    "t",
    "p",
    "s",
    "m",
    "0",
    "1",
    "2.5",
    "1e308",
    "100",
    "-",
    "+",
    "*",
    "/",
    "%",
    "(",
    ")",
    ",",
    "?",
    ":",
    "==",
    "!=",
    "<",
    ">=",
    "&&",
    "||",
    "!",
    "min(",
    "max(",
    "abs(",
    "round(",
    "percent(",
    "share(",
    "total(",
    "col(\"n\")",
    "\"x\"",
    "'",
    "\"",
    "[",
    "]",
    "{",
    ".",
    "in",
    "if",
    "has(",
    "n.map(",
    "é",
    "\\",
    "`",
    "//",
    "\n",
    "0x",
    "u",
    "true",
    "null",
    "f",
    "b\"a\"",
    "r'",
];

fn layout(text: &str, other: &str) -> Layout {
    let statistic = |name, unit, adds_up| Column::Statistic { name, unit, adds_up };
    Layout::new(&[
        statistic("n", Some(Unit::Count), true),
        statistic("t", Some(Unit::Seconds), true),
        statistic("p", Some(Unit::Percent), false),
        statistic("s", None, false),
        statistic("m", Some(Unit::Number), false),
        Column::Formula { name: "f", text, unit: None },
        Column::Formula { name: "g", text: other, unit: None },
    ])
}

/// A formula of numbers that the checker takes.
fn sound() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("n".to_owned()),
        Just("total(n)".to_owned()),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(|number| format!("{:e}", number.abs())),
        (0_u32..200).prop_map(|number| number.to_string()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            (two.clone(), prop::sample::select(&["+", "-", "*", "/"][..]))
                .prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            (two.clone(), prop::sample::select(&["min", "max", "percent"][..]))
                .prop_map(|((a, b), f)| format!("{f}({a}, {b})")),
            inner.clone().prop_map(|a| format!("abs(-({a}))")),
            (inner.clone(), 0_u8..10).prop_map(|(a, digits)| format!("round({a}, {digits})")),
            (inner.clone(), two).prop_map(|(c, (a, b))| format!("({c} > 1 && {c} < 9 ? {a} : {b})")),
        ]
    })
}

/// Evaluates all formulas of a layout on a hostile row.
fn finite(layout: &Layout, value: f64, flags: u8) -> Result<(), TestCaseError> {
    let row = |column: usize| match column {
        3 => Operand::Text("x", Flags(flags)),
        4 => Operand::Missing(Flags(flags)),
        _ => Operand::Number(value, Flags(flags)),
    };
    let totals = |_| Total { value: Some(value), flags: Flags(flags) };
    for formula in layout.formulas() {
        if let Ok(number) = formula.evaluate(&row, &totals).value {
            prop_assert!(number.is_finite());
        }
    }
    Ok(())
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(0.0), Just(-0.0), Just(f64::MAX), Just(f64::MIN_POSITIVE), Just(f64::NAN)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_characters_are_read_or_refused(text in any::<String>(), other in "\\PC{0,1200}") {
        layout(&text, &other);
    }

    #[test]
    fn any_words_are_read_or_refused(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60), value in value(), flags in 0_u8..16,
    ) {
        let text = words.concat();
        finite(&layout(&text, "f + 1"), value, flags)?;
        let spaced = words.join(" ");
        finite(&layout(&spaced, &text), value, flags)?;
    }

    #[test]
    fn sound_formulas_are_taken_and_give_finite_numbers(text in sound(), value in value(), flags in 0_u8..16) {
        let layout = layout(&text, "n");
        for (_, refused) in layout.refused() {
            let told = refused.to_string();
            // Bounds and units may refuse what chance has put together; the language must not.
            let expected = ["parts", "characters", "go together", "nested", "a percentage"];
            prop_assert!(expected.iter().any(|cause| told.contains(cause)), "{text}: {told}");
        }
        finite(&layout, value, flags)?;
    }

    #[test]
    fn the_place_of_a_mistake_lies_in_the_text(words in prop::collection::vec(prop::sample::select(WORDS), 0..40)) {
        let text = words.join(" ");
        for (_, refused) in layout(&text, "n").refused() {
            prop_assert!(refused.at >= 1 && refused.at <= text.chars().count() + 1, "{text:?}: {refused}");
        }
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test of speed reads the clock")]
fn the_longest_texts_are_answered_soon() {
    let longest = [
        "(".repeat(CHARS_MAX),
        "-".repeat(CHARS_MAX),
        "n?".repeat(CHARS_MAX / 2),
        "n<1?n:".repeat(CHARS_MAX / 6) + "n",
        "max(n,".repeat(CHARS_MAX / 6),
        "n<1&&".repeat(CHARS_MAX / 5) + "n<1",
        "[n,".repeat(CHARS_MAX / 3),
        "n.map(".repeat(CHARS_MAX / 6),
        "\"".repeat(CHARS_MAX),
    ];
    for text in longest {
        let start = Instant::now();
        layout(&text, "n");
        assert!(start.elapsed() < Duration::from_secs(2), "{:?} for {}", start.elapsed(), &text[..20]);
    }
}
