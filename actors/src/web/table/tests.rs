//! Stories of a table and those who follow it.

use super::*;
use crate::web::picture::Applied;
use crate::web::trial::{block, library, named, publication, queue};
use ::formulas;
use ports::values::Publication;
use std::sync::Arc;
use std::time::Duration;
use wire::stream::{Formula, Value};

const ENTERED: &str = "Entered|Queue|Default|||";
const ANSWERED: &str = "Answered|Queue|Default|||";

/// A picture, a table on it, and a follower who applies each frame.
struct World {
    picture: Picture,
    table: Table,
    now: Micros,
    seen: BTreeMap<u32, Row>,
    mark: Mark,
}

fn query(objects: Objects) -> Query {
    let statistics = ["Entered", "Answered"].map(|name| StatisticRef::Name(name.into())).to_vec();
    Query { object_type: model::ObjectType::Queue, objects, statistics }
}

fn world(objects: Objects, scope: Scope) -> World {
    let query = query(objects);
    let columns = library().columns(&query).unwrap();
    let table = Table::new(query, scope, columns, 100);
    let mark = Mark { generation: 0, seq: 0 };
    World { picture: Picture::default(), table, now: Micros::from_secs(1_000), seen: BTreeMap::new(), mark }
}

impl World {
    fn publish(&mut self, publication: &Arc<Publication>) {
        match self.picture.apply(publication, self.now) {
            Applied::Taken(update) => self.table.update(&update),
            other => panic!("{other:?}"),
        }
    }

    /// The follower takes a frame, and must then see what a snapshot shows.
    fn follow(&mut self, frame: &Shared) {
        if let Some(snapshot) = frame.snapshot() {
            self.seen = snapshot.rows.iter().map(|row| (row.row, row.clone())).collect();
        }
        if let Some(delta) = frame.delta() {
            assert_eq!((delta.generation, delta.seq), (self.mark.generation, self.mark.seq + 1), "no gap");
            for row in &delta.gone {
                self.seen.remove(row);
            }
            for row in &delta.new {
                self.seen.insert(row.row, row.clone());
            }
            for (row, column, cell) in &delta.set {
                self.seen.get_mut(row).unwrap().cells[usize::from(*column)] = cell.clone();
            }
        }
        self.mark = Mark { generation: frame.generation(), seq: frame.seq() };
        let whole = self.table.snapshot();
        let whole = whole.snapshot().unwrap();
        assert_eq!(self.seen.len(), whole.rows.len());
        for row in &whole.rows {
            assert_eq!(self.seen.get(&row.row), Some(row));
        }
    }

    fn flush(&mut self) -> Option<Shared> {
        let frame = self.table.flush(self.now)?;
        self.follow(&frame);
        Some(frame)
    }

    fn cell(&self, id: &str, column: usize) -> &Cell {
        &self.seen.values().find(|row| row.object == id).unwrap().cells[column]
    }
}

fn number(cell: &Cell) -> f64 {
    match cell.v {
        Value::Number(number) => number,
        _ => panic!("{cell:?}"),
    }
}

#[test]
fn a_follower_who_applies_every_frame_sees_what_a_snapshot_shows() {
    let mut world = world(Objects::All, Scope::Everything);
    world.table.load(&Picture::default());
    world.flush().unwrap();
    let mut first = (*publication(1, 1, vec![block(ENTERED, 1, true, "q1", 1.0)])).clone();
    first.objects = vec![named("q1", "Sales"), named("q2", "Support")];
    world.publish(&Arc::new(first));
    let frame = world.flush().unwrap();
    assert!(frame.delta().is_some(), "the first values of a slot are a change, not a new generation");
    assert_eq!(world.cell("q2", 0).reason, Some(Reason::NoData));
    assert_eq!(number(world.cell("q1", 0)), 1.0);

    world.publish(&publication(1, 2, vec![block(ENTERED, 2, false, "q1", 2.0)]));
    let frame = world.flush().unwrap();
    assert_eq!(frame.delta().unwrap().set.len(), 1, "only what changed travels");
    world.publish(&publication(1, 3, vec![block(ENTERED, 3, false, "q1", 2.0)]));
    assert_eq!(number(world.cell("q1", 0)), 2.0);
}

#[test]
fn what_may_not_be_seen_has_no_row_and_is_only_counted() {
    let scope = Scope::Only(Arc::new([queue("q1")].into()));
    let mut world = world(Objects::All, scope);
    let mut first = (*publication(1, 1, vec![block(ENTERED, 1, true, "q2", 1.0)])).clone();
    first.objects = vec![named("q1", "Sales"), named("q2", "Secret"), named("q3", "Secret, too")];
    world.publish(&Arc::new(first));
    let frame = world.flush().unwrap();
    let snapshot = frame.snapshot().unwrap();
    assert_eq!(snapshot.visible, Visible { shown: 1, of: 3 });
    let text = String::from_utf8(frame.bytes(1, wire::stream::Format::Json)).unwrap();
    assert!(text.contains("Sales") && !text.contains("Secret") && !text.contains("q2"), "{text}");
}

#[test]
fn without_grants_nothing_is_shown() {
    let mut world = world(Objects::All, Scope::Nothing);
    world.publish(&publication(1, 1, vec![block(ENTERED, 1, true, "q1", 1.0)]));
    let frame = world.flush().unwrap();
    assert_eq!(frame.snapshot().unwrap().visible, Visible { shown: 0, of: 1 });
    assert!(frame.snapshot().unwrap().rows.is_empty());
}

#[test]
fn a_silent_producers_cells_are_stale_until_it_speaks_again() {
    let mut world = world(Objects::All, Scope::Everything);
    world.publish(&publication(1, 1, vec![block(ENTERED, 1, true, "q1", 1.0)]));
    world.flush().unwrap();
    world.now = Micros::from_secs(1_010);
    for name in world.picture.fall_silent(world.now, Duration::from_secs(3)) {
        world.table.silence(&name);
    }
    let frame = world.flush().unwrap();
    assert_eq!(frame.delta().unwrap().set[0].2.flags, Flags::STALE);
    assert_eq!(number(world.cell("q1", 0)), 1.0, "the last value stays");
    world.publish(&publication(1, 2, vec![]));
    world.flush().unwrap();
    assert!(world.cell("q1", 0).flags.is_empty(), "that it lives is enough: nothing has changed");
}

#[test]
fn after_a_restart_values_are_stale_until_published_anew_and_then_begin_a_generation() {
    let mut world = world(Objects::All, Scope::Everything);
    world.publish(&publication(1, 5, vec![block(ENTERED, 1, true, "q1", 1.0)]));
    let before = world.flush().unwrap().generation();
    world.publish(&publication(2, 3, vec![]));
    world.flush().unwrap();
    assert_eq!(world.cell("q1", 0).flags, Flags::STALE);
    assert_eq!(world.table.at(), Micros::from_secs(5), "at never goes back within a generation");
    let mut again = block(ENTERED, 1, true, "q1", 7.0);
    again.generation = 2;
    world.publish(&publication(2, 6, vec![again]));
    let frame = world.flush().unwrap();
    assert!(frame.snapshot().is_some() && frame.generation() > before);
    assert!(world.cell("q1", 0).flags.is_empty());
    assert_eq!(number(world.cell("q1", 0)), 7.0);
}

#[test]
fn who_comes_back_soon_gets_what_was_missed_and_who_comes_late_a_snapshot() {
    let mut world = world(Objects::All, Scope::Everything);
    world.publish(&publication(1, 1, vec![block(ENTERED, 1, true, "q1", 0.0)]));
    world.flush().unwrap();
    let mark = world.mark;
    for n in 2..=10 {
        world.publish(&publication(1, n, vec![block(ENTERED, n as u64, false, "q1", n as f64)]));
        world.flush().unwrap();
    }
    let Resumed::Frames(missed) = world.table.resume(Some(mark)) else { panic!("still in the window") };
    assert_eq!(missed.iter().map(Shared::seq).collect::<Vec<_>>(), (2..=10).collect::<Vec<_>>());
    let Resumed::Frames(none) = world.table.resume(Some(world.mark)) else { panic!("nothing missed") };
    assert!(none.is_empty());
    for n in 11..=200 {
        world.publish(&publication(1, n, vec![block(ENTERED, n as u64, false, "q1", n as f64)]));
        world.flush().unwrap();
    }
    assert!(matches!(world.table.resume(Some(mark)), Resumed::Snapshot(_)));
    let foreign = Mark { generation: 7, seq: 1 };
    assert!(matches!(world.table.resume(Some(foreign)), Resumed::Snapshot(_)));
    let ahead = Mark { seq: 10_000, ..world.mark };
    assert!(matches!(world.table.resume(Some(ahead)), Resumed::Snapshot(_)));
}

#[test]
fn rows_go_when_their_last_cell_goes_unless_they_were_asked_for() {
    for (objects, left) in [(Objects::All, 1), (Objects::These(vec!["q1".into(), "q2".into()]), 2)] {
        let mut world = world(objects, Scope::Everything);
        let blocks = vec![block(ENTERED, 1, true, "q1", 1.0), block(ENTERED, 1, true, "q2", 1.0)];
        world.publish(&publication(1, 1, blocks));
        world.flush().unwrap();
        let mut gone = block(ENTERED, 2, false, "q1", 0.0);
        gone.gone = vec![queue("q1")];
        gone.rows.clear();
        world.publish(&publication(1, 2, vec![gone]));
        world.flush().unwrap();
        assert_eq!(world.seen.len(), left);
    }
}

#[test]
fn who_is_taken_out_of_the_configuration_has_no_row_now_or_later() {
    let mut world = world(Objects::All, Scope::Everything);
    let mut first = (*publication(1, 1, vec![block(ENTERED, 1, true, "q1", 1.0)])).clone();
    first.objects = vec![named("q1", "Sales"), named("q2", "Support"), named("q3", "Never called")];
    world.publish(&Arc::new(first));
    world.flush().unwrap();
    assert_eq!(world.seen.len(), 3);
    let mut gone = block(ENTERED, 2, false, "q1", 0.0);
    (gone.gone, gone.rows) = (vec![queue("q1")], vec![]);
    let mut second = (*publication(1, 2, vec![gone])).clone();
    second.gone = vec![queue("q1"), queue("q3")];
    world.publish(&Arc::new(second));
    world.flush().unwrap();
    assert_eq!(world.seen.values().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Support"]);
    world.table.load(&world.picture);
    world.flush().unwrap();
    assert_eq!(world.seen.len(), 1, "nor has a table that is opened later");
}

#[test]
fn a_refused_column_says_so_and_the_others_live() {
    let mut world = world(Objects::All, Scope::Everything);
    world.publish(&publication(1, 1, vec![block(ENTERED, 1, true, "q1", 1.0)]));
    world.flush().unwrap();
    let answers = BTreeMap::from([(Text::from(ANSWERED), Answer::Refused("no mask".into()))]);
    assert_eq!(world.table.answered(&answers), [(1, Text::from("no mask"))]);
    assert!(world.table.answered(&answers).is_empty(), "told once");
    world.flush().unwrap();
    assert_eq!(world.cell("q1", 1).reason, Some(Reason::NotComputable));
    assert_eq!(number(world.cell("q1", 0)), 1.0);
}

/// A table with formulas after `Entered` and `Answered`.
fn computed(formulas: &[(&str, &str)], scope: Scope) -> World {
    let mut query = query(Objects::All);
    query.statistics.extend(formulas.iter().map(|(name, formula)| {
        let (name, formula) = (Some((*name).into()), (*formula).into());
        StatisticRef::Formula(Formula { formula, name, ..Formula::default() })
    }));
    let columns = library().columns(&query).unwrap();
    World { table: Table::new(query.clone(), scope.clone(), columns, 100), ..world(query.objects, scope) }
}

/// Two queues: 1 has 40 calls of which 30 were answered, 2 has 60 and 20.
fn two_queues(world: &mut World) {
    let blocks = [("q1", 40.0, 30.0), ("q2", 60.0, 20.0)].map(|(id, entered, answered)| {
        [block(ENTERED, 1, true, id, entered), block(ANSWERED, 1, true, id, answered)]
    });
    world.publish(&publication(1, 1, blocks.into_iter().flatten().collect()));
}

fn set(frame: &Shared) -> Vec<(u32, u16)> {
    frame.delta().unwrap().set.iter().map(|(row, column, _)| (*row, *column)).collect()
}

#[test]
fn a_formula_follows_the_cells_that_it_uses_and_only_those() {
    let formulas = [("rate", "percent(Answered, Entered)"), ("twice", "2 * Answered")];
    let mut world = computed(&formulas, Scope::Everything);
    two_queues(&mut world);
    let frame = world.flush().unwrap();
    let columns = &frame.snapshot().unwrap().columns;
    assert_eq!((columns[2].key.as_str(), columns[2].unit.as_str()), ("formula|Queue|rate", "percent"));
    assert_eq!(columns[3].unit, "count");
    assert_eq!((number(world.cell("q1", 2)), number(world.cell("q2", 3))), (75.0, 40.0));
    world.publish(&publication(1, 2, vec![block(ENTERED, 2, false, "q1", 60.0)]));
    let frame = world.flush().unwrap();
    let q1 = world.seen.values().find(|row| row.object == "q1").unwrap().row;
    assert_eq!(set(&frame), [(q1, 0), (q1, 2)], "neither the other row nor the other formula");
    assert_eq!(number(world.cell("q1", 2)), 50.0);
    assert_eq!(world.cell("q1", 2).at, Micros::from_secs(2), "as old as the newest of what it is made of");
    assert_eq!(world.cell("q2", 2).at, Micros::from_secs(1));
}

#[test]
fn a_total_is_over_the_rows_that_the_viewer_may_see() {
    let formulas = [("share", "percent(Entered, total(Entered))")];
    let mut all = computed(&formulas, Scope::Everything);
    two_queues(&mut all);
    all.flush().unwrap();
    assert_eq!((number(all.cell("q1", 2)), number(all.cell("q2", 2))), (40.0, 60.0));
    let mut one = computed(&formulas, Scope::Only(Arc::new([queue("q1")].into())));
    two_queues(&mut one);
    one.flush().unwrap();
    assert_eq!(number(one.cell("q1", 2)), 100.0, "what may not be seen cannot be reckoned back either");
    one.publish(&publication(1, 2, vec![block(ENTERED, 2, false, "q2", 500.0)]));
    assert!(one.flush().is_none());
}

#[test]
fn when_a_total_changes_all_rows_are_computed_anew() {
    let mut world = computed(&[("share", "percent(Entered, total(Entered))")], Scope::Everything);
    two_queues(&mut world);
    world.flush().unwrap();
    world.publish(&publication(1, 2, vec![block(ENTERED, 2, false, "q1", 180.0)]));
    world.flush().unwrap();
    assert_eq!((number(world.cell("q1", 2)), number(world.cell("q2", 2))), (75.0, 25.0));
    let mut gone = block(ENTERED, 3, false, "q1", 0.0);
    gone.gone = vec![queue("q1")];
    gone.rows.clear();
    let mut too = block(ANSWERED, 2, false, "q1", 0.0);
    (too.gone, too.rows) = (gone.gone.clone(), vec![]);
    world.publish(&publication(1, 3, vec![gone, too]));
    world.flush().unwrap();
    assert_eq!(world.seen.len(), 1, "a row without any statistic left goes, whatever formulas say");
    assert_eq!(number(world.cell("q2", 2)), 100.0);
}

#[test]
fn a_formula_tells_what_its_parts_are_worth() {
    let formulas = [("rate", "Answered / Entered"), ("sum", "total(Answered)")];
    let mut world = computed(&formulas, Scope::Everything);
    let blocks = vec![block(ENTERED, 1, true, "q1", 0.0), block(ANSWERED, 1, true, "q2", 3.0)];
    world.publish(&publication(1, 1, blocks));
    world.flush().unwrap();
    assert_eq!(world.cell("q1", 2).reason, Some(Reason::NoData), "as the part that is missing");
    assert_eq!(number(world.cell("q1", 3)), 3.0);
    assert_eq!(world.cell("q1", 3).flags, Flags(formulas::Flags::PARTIAL.0), "one row is not in it");
    world.publish(&publication(1, 2, vec![block(ANSWERED, 1, true, "q1", 3.0)]));
    world.flush().unwrap();
    assert_eq!(
        (number(world.cell("q1", 2)), world.cell("q1", 2).flags),
        (0.0, Flags(1)),
        "divided by nothing"
    );
    assert!(world.cell("q1", 3).flags.is_empty());
    world.now = Micros::from_secs(1_010);
    for name in world.picture.fall_silent(world.now, Duration::from_secs(3)) {
        world.table.silence(&name);
    }
    world.flush().unwrap();
    assert_eq!(world.cell("q2", 3).flags, Flags::STALE);
}

#[test]
fn a_refused_formula_is_a_refused_column() {
    let mut world = computed(&[("bad", "Entered + Left"), ("good", "Entered + 1")], Scope::Everything);
    two_queues(&mut world);
    world.flush().unwrap();
    let refusals: Vec<(u16, String)> =
        world.table.refusals().map(|(column, cause)| (column, cause.to_string())).collect();
    assert_eq!(refusals.len(), 1);
    assert!(refusals[0].0 == 2 && refusals[0].1.contains("formula 'bad': 'Left' at 11"), "{refusals:?}");
    assert_eq!(world.cell("q1", 2).reason, Some(Reason::NotComputable));
    assert_eq!(number(world.cell("q1", 3)), 41.0);
}

#[test]
fn flags_mean_the_same_to_formulas_as_to_values() {
    assert_eq!(formulas::Flags::EMPTY.0, ports::values::Flags::EMPTY.0);
    assert_eq!(formulas::Flags::PARTIAL.0, ports::values::Flags::PARTIAL.0);
}

#[test]
fn that_time_passes_is_told_even_when_nothing_changes() {
    let mut world = world(Objects::All, Scope::Everything);
    world.publish(&publication(1, 1, vec![block(ENTERED, 1, true, "q1", 1.0)]));
    world.flush().unwrap();
    assert!(world.table.progress().is_none());
    world.publish(&publication(1, 2, vec![]));
    assert!(world.flush().is_none(), "nothing changed");
    let frame = world.table.progress().unwrap();
    world.follow(&frame);
    assert_eq!(frame.delta().unwrap().at, Micros::from_secs(2));
}

/// A seeded stream of numbers below `bound`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// One step of chance: values change, rows go, producers fall silent or start anew.
fn step(
    world: &mut World,
    dice: &mut Dice,
    seqs: &mut BTreeMap<(usize, u8), u64>,
    generation: &mut u64,
    second: i64,
) {
    let (column, id) = (dice.below(2) as usize, format!("q{}", dice.below(9)));
    let slot = queue(&id).slot();
    match dice.below(20) {
        0 => {
            *generation += 1;
            seqs.clear();
        }
        1 => {
            world.now = world.now + Micros::from_secs(10);
            for name in world.picture.fall_silent(world.now, Duration::from_secs(3)) {
                world.table.silence(&name);
            }
            return;
        }
        2 => {
            let picture = world.picture.clone();
            world.table.load(&picture);
            return;
        }
        _ => {}
    }
    let seq = seqs.entry((column, slot)).or_default();
    *seq += 1;
    let (seq, whole) = (*seq, *seq == 1 || dice.below(10) == 0);
    let mut block = block([ENTERED, ANSWERED][column], seq, whole, &id, dice.below(4) as f64);
    block.generation = *generation;
    if dice.below(4) == 0 {
        block.rows.clear();
        block.gone = vec![queue(&id)];
    }
    world.publish(&publication(*generation, second, vec![block]));
}

#[test]
fn whatever_happens_a_follower_sees_what_a_snapshot_shows_and_at_never_goes_back() {
    for seed in 1..=200 {
        let scope = [Scope::Everything, Scope::Only(Arc::new([queue("q1"), queue("q2")].into()))];
        let scope = scope[seed as usize % 2].clone();
        let mut world = computed(&FORMULAS, scope.clone());
        let (mut dice, mut seqs, mut generation) = (Dice(seed * 0x9e37_79b9), BTreeMap::new(), 1);
        let mut last = (0, Micros::ZERO);
        for second in 1..=100 {
            step(&mut world, &mut dice, &mut seqs, &mut generation, second);
            let frame = if dice.below(3) > 0 { world.flush() } else { None };
            let Some(frame) = frame else { continue };
            let now = (frame.generation(), world.table.at());
            assert!(
                now.0 > last.0 || now.0 == last.0 && now.1 >= last.1,
                "seed {seed}: {last:?} then {now:?}"
            );
            last = now;
            let told = values(&world.table);
            world.table.pending.anew = true;
            world.table.compute();
            world.table.pending = Pending::default();
            assert_eq!(
                told,
                values(&world.table),
                "seed {seed}, second {second}: nothing is left to compute"
            );
        }
    }
}

/// One on its row, one on a total, one on another that stands after it.
const FORMULAS: [(&str, &str); 3] = [
    ("rate", "round(percent(Answered, Entered), 1)"),
    ("share", "Entered > 1 ? percent(more, total(more)) : 0"),
    ("more", "Entered + Answered + total(Answered)"),
];

/// Values, flags and reasons of all cells.
fn values(table: &Table) -> Vec<(Value, Flags, Option<Reason>)> {
    let cells = table.lines.values().flat_map(|line| &line.cells);
    cells.map(|cell| (cell.v.clone(), cell.flags, cell.reason)).collect()
}
