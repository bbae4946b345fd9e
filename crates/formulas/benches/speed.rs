//! Nanoseconds for one evaluation, over 10,000 rows; microseconds for one check. `cargo bench -p formulas`.

#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

use formulas::{Column, Flags, Layout, Operand, Sum, Total, Unit};
use std::hint::black_box;
use std::time::Instant;

const ROWS: u32 = 10_000;
const ROUNDS: u32 = 15;

fn layout(text: &str) -> Layout {
    let count = |name| Column::Statistic { name, unit: Some(Unit::Count), adds_up: true };
    Layout::new(&[count("entered"), count("answered"), Column::Formula { name: "f", text, unit: None }])
}

/// The best of some rounds, which disturbances move least.
fn best(mut round: impl FnMut() -> f64) -> f64 {
    (0..ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn main() {
    let rows: Vec<[f64; 2]> = (0..ROWS).map(|row| [f64::from(row % 101), f64::from(row % 97)]).collect();
    for text in [
        "100 * answered / max(entered, 1)",
        "percent(answered, total(answered))",
        "entered > 0 && answered < 90 ? round(100 * answered / entered, 1) : 0",
    ] {
        let checked = best(|| {
            let start = Instant::now();
            black_box(layout(black_box(text)));
            start.elapsed().as_secs_f64() * 1e6
        });
        let layout = layout(text);
        let Some(formula) = layout.formulas().first() else { continue };
        let evaluated = best(|| {
            let start = Instant::now();
            let mut sum = Sum::default();
            for row in &rows {
                sum.add(Operand::Number(row[1], Flags::default()));
            }
            let total = sum.total();
            let totals = |_| -> Total { total };
            for row in &rows {
                let row = black_box(row);
                let cell = |column: usize| match row.get(column) {
                    Some(number) => Operand::Number(*number, Flags::default()),
                    None => Operand::Missing(Flags::default()),
                };
                black_box(formula.evaluate(&cell, &totals));
            }
            start.elapsed().as_secs_f64() * 1e9 / f64::from(ROWS)
        });
        println!("{evaluated:>7.1} ns a row, checked in {checked:>6.0} us: {text}");
    }
}
