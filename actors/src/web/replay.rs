//! A table as it stood: points of history, told as a publication would have told them, so that rows, formulas and
//! totals come about as they do live.
//!
//! **Invariant:** nothing here awaits, reads a clock or sends.

use super::columns::Columns;
use super::picture::Picture;
use super::table::Table;
use model::Text;
use model::time::Micros;
use ports::grants::Scope;
use ports::history::Point;
use ports::values::{Block, Cell, Content, Flags, Missing, ObjectInfo, Publication};
use std::collections::BTreeMap;
use wire::stream::{Query, Shared};

/// What a past table shows, and to whom.
#[derive(Clone, Debug)]
pub struct Replay {
    /// What.
    pub query: Query,
    /// To whom.
    pub scope: Scope,
    /// Its columns.
    pub columns: Columns,
    /// The objects that have rows.
    pub objects: Vec<ObjectInfo>,
}

impl Replay {
    /// The table of what stood at `at`. A cell without a point has no value.
    pub fn table(self, points: Vec<Point>, at: Micros) -> Shared {
        let Self { query, scope, columns, objects } = self;
        let publication = Publication {
            producer: Text::const_new("history"),
            generation: 1,
            at,
            blocks: blocks(points, at),
            objects,
            ..Publication::default()
        };
        let mut table = Table::new(query, scope, columns, at.0.cast_unsigned());
        table.load(&Picture::load(vec![publication], at));
        table.flush(at);
        table.snapshot()
    }
}

fn blocks(points: Vec<Point>, at: Micros) -> Vec<Block> {
    let mut rows: BTreeMap<(Text, u8), Vec<_>> = BTreeMap::new();
    for Point { definition, object, at, value, flags } in points {
        let content = value.map_or(Content::Missing(Missing::NoData), Content::Number);
        let cell = Cell { content, flags: Flags(flags), at };
        rows.entry((definition, object.slot())).or_default().push((object, cell));
    }
    let block = |((definition, slot), rows)| Block {
        definition,
        slot,
        generation: 1,
        seq: 1,
        at,
        whole: true,
        rows,
        gone: Vec::new(),
    };
    rows.into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::library::{Library, StatInfo};
    use model::{Object, ObjectType};
    use wire::stream::{Formula, Objects, Reason, StatisticRef, Value};

    fn replay(query: Query) -> Replay {
        let info = StatInfo {
            name: "Entered".into(),
            title: "Entered".into(),
            words: Text::default(),
            unit: "count".into(),
            category: "TotalNumber".into(),
            object_types: vec![ObjectType::Queue],
        };
        let columns = Library::new([info]).columns(&query).unwrap();
        let named = |id: &str| ObjectInfo {
            object: Object::new(ObjectType::Queue, id),
            name: Text::from(format!("Queue {id}")),
            groups: Vec::new(),
        };
        let objects = ["q1", "q2", "q3"].map(named).to_vec();
        Replay { query, scope: Scope::Everything, columns, objects }
    }

    fn point(id: &str, value: Option<f64>, flags: u8) -> Point {
        Point {
            definition: "Entered|Queue|Default|||".into(),
            object: Object::new(ObjectType::Queue, id),
            at: Micros(7),
            value,
            flags,
        }
    }

    #[test]
    fn a_past_table_has_its_points_its_formulas_and_honest_holes() {
        let formula = Formula { formula: "percent(Entered, total(Entered))".into(), ..Formula::default() };
        let query = Query {
            object_type: ObjectType::Queue,
            objects: Objects::All,
            statistics: vec![StatisticRef::Name("Entered".into()), StatisticRef::Formula(formula)],
        };
        let points = vec![point("q1", Some(3.0), 4), point("q2", Some(1.0), 0)];
        let shared = replay(query).table(points, Micros(10));
        let table = shared.snapshot().unwrap();
        assert_eq!(table.at, Micros(10));
        let cells: Vec<_> =
            table.rows.iter().map(|row| (row.cells[0].v.clone(), row.cells[1].v.clone())).collect();
        let number = Value::Number;
        assert_eq!(cells[..2], [(number(3.0), number(75.0)), (number(1.0), number(25.0))]);
        assert_eq!((table.rows[0].cells[0].flags.0, table.rows[0].cells[0].at), (4, Micros(7)));
        assert_eq!(table.rows[2].cells[0].reason, Some(Reason::NoData), "what was not kept is not invented");
        assert_eq!(table.rows[2].name, "Queue q3");
    }

    #[test]
    fn what_may_not_be_seen_now_may_not_be_seen_as_it_was() {
        let query = Query {
            object_type: ObjectType::Queue,
            objects: Objects::All,
            statistics: vec![StatisticRef::Name("Entered".into())],
        };
        let only = Scope::only([Object::new(ObjectType::Queue, "q2")].into());
        let replay = Replay { scope: only, ..replay(query) };
        let shared = replay.table(vec![point("q1", Some(3.0), 0), point("q2", Some(1.0), 0)], Micros(10));
        let rows: Vec<_> = shared.snapshot().unwrap().rows.iter().map(|row| row.object.clone()).collect();
        assert_eq!(rows, ["q2"]);
    }
}
