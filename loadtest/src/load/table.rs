//! A page's copy of a table, kept by the frames of the stream (docs/protocol-stream.md).

use super::centre::number_of;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What of a message of the server matters here.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Frame<'a> {
    #[serde(rename = "type", borrow)]
    pub(crate) kind: Cow<'a, str>,
    #[serde(default)]
    pub(crate) id: u32,
    #[serde(default, rename = "gen")]
    pub(crate) generation: serde_json::Value,
    #[serde(default)]
    pub(crate) seq: u64,
    #[serde(default)]
    pub(crate) at: i64,
    #[serde(default)]
    from: Option<u64>,
    #[serde(default, borrow)]
    rows: Vec<Row<'a>>,
    #[serde(default, borrow)]
    new: Vec<Row<'a>>,
    #[serde(default)]
    gone: Vec<u32>,
    #[serde(default)]
    set: Vec<(u32, usize, Cell)>,
    #[serde(default, borrow)]
    pub(crate) message: Option<Cow<'a, str>>,
    /// Why the server says good-bye.
    #[serde(default, borrow)]
    pub(crate) reason: Option<Cow<'a, str>>,
}

#[derive(Debug, serde::Deserialize)]
struct Row<'a> {
    row: u32,
    #[serde(borrow)]
    object: Cow<'a, str>,
    cells: Vec<Cell>,
}

/// A number, or nothing that is one.
#[derive(Clone, Copy, Debug)]
struct Cell(f64);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Raw {
            v: Number,
        }
        Raw::deserialize(deserializer).map(|raw| Self(raw.v.0))
    }
}

struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, a status or nothing")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Number, E> {
        Ok(Number(f64::NAN))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Number(f64::NAN))
    }
}

/// The copy.
#[derive(Debug)]
pub(crate) struct Table {
    /// The number in the id of its first row.
    first: usize,
    rows: Vec<Option<Vec<f64>>>,
    numbers: BTreeMap<u32, usize>,
    /// By column, over all rows.
    sums: Vec<f64>,
    generation: serde_json::Value,
    seq: u64,
    /// Whether a snapshot has come.
    pub(crate) open: bool,
    /// Frames that did not follow the one before.
    pub(crate) gaps: u64,
    /// The event time up to which its cells hold.
    pub(crate) at: i64,
}

impl Table {
    /// For the objects whose numbers begin at `first`.
    pub(crate) fn new(first: usize, rows: usize, columns: usize) -> Self {
        Self {
            first,
            rows: vec![None; rows],
            numbers: BTreeMap::new(),
            sums: vec![0.0; columns],
            generation: serde_json::Value::Null,
            seq: 0,
            open: false,
            gaps: 0,
            at: 0,
        }
    }

    /// Takes a frame in; answers whether cells may have changed.
    pub(crate) fn take(&mut self, frame: Frame<'_>) -> bool {
        let changes = match &*frame.kind {
            "snapshot" => {
                self.rows.fill(None);
                self.numbers.clear();
                self.sums.fill(0.0);
                self.open = true;
                true
            }
            "delta" => {
                let follows = frame.from.unwrap_or(frame.seq) == self.seq + 1;
                self.gaps += u64::from(!self.open || !follows || frame.generation != self.generation);
                !(frame.set.is_empty() && frame.new.is_empty() && frame.gone.is_empty())
            }
            _ => return false,
        };
        (self.generation, self.seq, self.at) = (frame.generation, frame.seq, frame.at);
        for row in frame.gone {
            if let Some(old) = self.numbers.remove(&row) {
                self.put(old, None);
            }
        }
        for Row { row, object, cells } in frame.rows.into_iter().chain(frame.new) {
            let place = number_of(&object).and_then(|number| number.checked_sub(self.first));
            let Some(place) = place.filter(|place| *place < self.rows.len()) else { continue };
            self.numbers.insert(row, place);
            self.put(place, Some(cells.into_iter().map(|cell| cell.0).collect()));
        }
        for (row, column, cell) in frame.set {
            let Some(place) = self.numbers.get(&row) else { continue };
            let Some(cells) = &mut self.rows[*place] else { continue };
            let Some(old) = cells.get_mut(column) else { continue };
            if let Some(sum) = self.sums.get_mut(column) {
                *sum += countable(cell.0) - countable(*old);
            }
            *old = cell.0;
        }
        changes
    }

    fn put(&mut self, place: usize, cells: Option<Vec<f64>>) {
        let old = std::mem::replace(&mut self.rows[place], cells);
        for (column, sum) in self.sums.iter_mut().enumerate() {
            let of = |row: &Option<Vec<f64>>| row.as_ref().map_or(0.0, |row| countable(row[column]));
            *sum += of(&self.rows[place]) - of(&old);
        }
    }

    /// The sum over the first columns.
    pub(crate) fn sum(&self, columns: usize) -> f64 {
        self.sums[..columns].iter().sum()
    }

    /// The sum over the first columns of a row.
    pub(crate) fn sum_of(&self, row: usize, columns: usize) -> f64 {
        self.row(row).map_or(0.0, |cells| cells.iter().take(columns).map(|cell| countable(*cell)).sum())
    }

    /// The cells of a row.
    pub(crate) fn row(&self, row: usize) -> Option<&[f64]> {
        self.rows.get(row)?.as_deref()
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Where to go on from: `{"gen":…,"seq":…}`.
    pub(crate) fn mark(&self) -> Option<serde_json::Value> {
        self.open.then(|| serde_json::json!({"gen": self.generation, "seq": self.seq}))
    }
}

fn countable(cell: f64) -> f64 {
    if cell.is_finite() { cell } else { 0.0 }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A table that shows these cells.
    pub(crate) fn shown(rows: &[[i32; 4]]) -> Table {
        let mut table = Table::new(0, rows.len(), 4);
        let rows: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(row, cells)| {
                let cells = cells.map(|cell| format!("{{\"v\":{cell},\"at\":1}}")).join(",");
                format!("{{\"row\":{row},\"object\":\"9{row:03}@sw\",\"cells\":[{cells}]}}")
            })
            .collect();
        let text = format!(
            "{{\"type\":\"snapshot\",\"id\":1,\"gen\":7,\"seq\":1,\"at\":1,\"rows\":[{}]}}",
            rows.join(",")
        );
        assert!(table.take(serde_json::from_str(&text).unwrap()));
        table
    }

    #[test]
    fn frames_change_rows_and_sums() {
        let mut table = shown(&[[1, 2, 3, 4], [10, 20, 30, 40]]);
        assert_eq!((table.sum(3), table.len()), (66.0, 2));
        let delta = r#"{"type":"delta","id":1,"gen":7,"seq":2,"at":2,"gone":[0],
            "set":[[1,0,{"v":11,"at":2}],[1,1,{"v":null,"reason":"no_data","at":2}],[1,2,{"v":{"status":"CallWait"},"at":2}]]}"#;
        assert!(table.take(serde_json::from_str(delta).unwrap()));
        assert_eq!((table.sum(3), table.len(), table.gaps), (11.0, 1, 0));
        assert!(table.row(0).is_none() && table.row(1).unwrap()[1].is_nan());
    }

    #[test]
    fn a_frame_that_does_not_follow_is_noticed_one_that_stands_for_several_is_not() {
        let mut table = shown(&[[1, 0, 0, 0]]);
        let delta = |seq: u64, from: u64| {
            format!(r#"{{"type":"delta","id":1,"gen":7,"seq":{seq},"from":{from},"at":2,"set":[]}}"#)
        };
        assert!(!table.take(serde_json::from_str(&delta(5, 2)).unwrap()));
        assert_eq!(table.gaps, 0);
        table.take(serde_json::from_str(&delta(9, 8)).unwrap());
        assert_eq!(table.gaps, 1);
    }
}
