//! Nanoseconds and allocations for one evaluation of a formula, library by library: `cargo run --release`.
//!
//! The formula is `100 * answered / max(entered, 1)`, over 10,000 rows, prepared once as each library can.

use exmex::Express;
use fasteval::{Compiler, Evaler};
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

const ROWS: usize = 10_000;
const ROUNDS: usize = 15;

/// The system's allocator, counting.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn rows() -> Vec<(f64, f64)> {
    (0..ROWS as u32).map(|row| (f64::from(row % 97), f64::from(row % 101))).collect()
}

/// The best of some rounds, which disturbances move least.
fn measure(name: &str, mut evaluate: impl FnMut(f64, f64) -> f64) {
    let rows = rows();
    let (mut best, mut sum) = (f64::INFINITY, 0.0);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        sum = 0.0;
        for (answered, entered) in &rows {
            sum += evaluate(black_box(*answered), black_box(*entered));
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / ROWS as f64);
    }
    let allocations = (ALLOCATIONS.load(Ordering::Relaxed) - before) as f64 / (ROUNDS * ROWS) as f64;
    println!("{name:<24}{best:>9.1} ns {allocations:>6.1} allocations   (sum {sum:.3})");
}

fn cel() {
    // CEL keeps integers and doubles apart, so numbers are written as doubles; max is ours to add.
    let program = cel::Program::compile("100.0 * answered / max(entered, 1.0)").unwrap();
    let mut context = cel::Context::default();
    context.add_function("max", |a: f64, b: f64| -> f64 { a.max(b) }).unwrap();
    measure("cel", |answered, entered| {
        let mut row = context.new_inner_scope();
        row.add_variable_from_value("answered", answered);
        row.add_variable_from_value("entered", entered);
        match program.execute(&row) {
            Ok(cel::Value::Float(value)) => value,
            other => panic!("{other:?}"),
        }
    });
}

fn exmex() {
    let expression = exmex::parse::<f64>("100 * answered / max(entered, 1)");
    let expression = expression.or_else(|_| exmex::parse::<f64>("100 * answered / (entered max 1)")).unwrap();
    measure("exmex", |answered, entered| expression.eval(&[answered, entered]).unwrap());
}

fn rhai() {
    let mut engine = rhai::Engine::new();
    engine.register_fn("max", |a: f64, b: f64| a.max(b));
    let tree = engine.compile_expression("100.0 * answered / max(entered, 1.0)").unwrap();
    let mut scope = rhai::Scope::new();
    scope.push("answered", 0.0_f64).push("entered", 0.0_f64);
    measure("rhai", |answered, entered| {
        scope.set_value("answered", answered).set_value("entered", entered);
        engine.eval_ast_with_scope::<f64>(&mut scope, &tree).unwrap()
    });
}

fn fasteval() {
    let mut slab = fasteval::Slab::new();
    let text = "100 * answered / max(entered, 1)";
    let parsed = fasteval::Parser::new().parse(text, &mut slab.ps).unwrap();
    let compiled = parsed.from(&slab.ps).compile(&slab.ps, &mut slab.cs);
    measure("fasteval", |answered, entered| {
        let mut columns = |name: &str, _: Vec<f64>| match name {
            "answered" => Some(answered),
            "entered" => Some(entered),
            _ => None,
        };
        compiled.eval(&slab, &mut columns).unwrap()
    });
}

/// CEL's grammar, checked for units, and our own evaluation.
fn formulas() {
    use formulas::{Column, Flags, Layout, Operand, Total, Unit};
    let count = |name| Column::Statistic { name, unit: Some(Unit::Count), adds_up: true };
    let text = "100 * answered / max(entered, 1)";
    let columns = [count("answered"), count("entered"), Column::Formula { name: "f", text, unit: None }];
    let layout = Layout::new(&columns);
    let formula = &layout.formulas()[0];
    measure("formulas", |answered, entered| {
        let row = |column: usize| Operand::Number([answered, entered][column], Flags::default());
        formula.evaluate(&row, &|_| Total::default()).value.unwrap()
    });
}

fn main() {
    measure("none (Rust)", |answered, entered| 100.0 * answered / entered.max(1.0));
    cel();
    exmex();
    rhai();
    fasteval();
    formulas();
}
