//! Boards as documents: widgets on a grid of 12 columns, each with the query of its table.

use super::columns::Columns;
use super::library::Library;
use super::table::{COLUMNS_MAX, ROWS_MAX};
use model::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use wire::stream::{Objects, Query};

/// Columns of the grid.
pub const GRID_COLUMNS: u16 = 12;

/// Widgets of one board.
pub const WIDGETS_MAX: usize = 100;

/// Characters of an id or a title.
const NAME_CHARS_MAX: usize = 128;

/// One board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Unique; part of its address.
    pub id: Text,
    /// For people.
    pub title: Text,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub description: Text,
    /// What it shows.
    pub widgets: Vec<Widget>,
    /// Its revision, where it was read from the API; not stored.
    #[serde(default, skip_serializing)]
    pub revision: Option<u64>,
}

/// One widget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// Unique within the board.
    pub id: Text,
    /// How it looks.
    pub kind: Kind,
    /// For people.
    pub title: Text,
    /// Its left column, from 0.
    pub x: u16,
    /// Its top row, from 0.
    pub y: u16,
    /// How many columns wide.
    pub w: u16,
    /// How many rows high.
    pub h: u16,
    /// What it shows.
    pub query: Query,
    /// Settings of the page; the server does not look into them.
    #[serde(default)]
    pub options: Map<String, Value>,
}

/// Kinds of widgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A table.
    Grid,
    /// Large numbers.
    Kpi,
    /// Shares of a whole.
    Donut,
    /// Values over time.
    Line,
}

impl Board {
    /// Reads and checks a board.
    ///
    /// # Errors
    /// For people: what is wrong, and where.
    pub fn parse(body: &Value, library: &Library) -> Result<Self, String> {
        let board: Self = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
        board.check(library)?;
        Ok(board)
    }

    /// The query of a widget.
    pub fn query(&self, widget: &str) -> Option<&Query> {
        self.widgets.iter().find(|candidate| candidate.id == widget).map(|widget| &widget.query)
    }

    fn check(&self, library: &Library) -> Result<(), String> {
        check_name("id", &self.id)?;
        let odd = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if self.id.contains(odd) {
            return Err(format!(
                "id '{}': only letters, digits, '-' and '_', because it is part of addresses",
                self.id
            ));
        }
        check_name("title", &self.title)?;
        if self.widgets.len() > WIDGETS_MAX {
            return Err(format!("{} widgets; a board holds at most {WIDGETS_MAX}", self.widgets.len()));
        }
        let mut ids = BTreeSet::new();
        for widget in &self.widgets {
            let place = |error| format!("widget '{}': {error}", widget.id);
            widget.check(library).map_err(place)?;
            if !ids.insert(&widget.id) {
                return Err(format!("two widgets have the id '{}'", widget.id));
            }
        }
        Ok(())
    }
}

fn check_name(what: &str, name: &str) -> Result<(), String> {
    let chars = name.chars().count();
    if name.trim().is_empty() || chars > NAME_CHARS_MAX {
        return Err(format!("{what}: between 1 and {NAME_CHARS_MAX} characters, not {chars}"));
    }
    Ok(())
}

impl Widget {
    fn check(&self, library: &Library) -> Result<(), String> {
        check_name("id", &self.id)?;
        if self.title.chars().count() > NAME_CHARS_MAX {
            return Err(format!("title: at most {NAME_CHARS_MAX} characters"));
        }
        if self.w == 0
            || self.h == 0
            || self.x.saturating_add(self.w) > GRID_COLUMNS
            || self.h > 200
            || self.y > 10_000
        {
            return Err(format!(
                "x {} w {} y {} h {} does not lie on the grid of {GRID_COLUMNS} columns",
                self.x, self.w, self.y, self.h
            ));
        }
        match check_query(&self.query, library)?.refused().next() {
            Some((_, cause)) => Err(cause.to_string()),
            None => Ok(()),
        }
    }
}

/// The columns of a query that is within the bounds and asks for what there is. Formulas among them may be refused.
///
/// # Errors
/// For people: what is wrong with it.
pub fn check_query(query: &Query, library: &Library) -> Result<Columns, String> {
    let columns = query.statistics.len();
    if columns == 0 || columns > COLUMNS_MAX {
        return Err(format!("{columns} statistics; a table has between 1 and {COLUMNS_MAX}"));
    }
    if let Objects::These(ids) = &query.objects {
        if ids.len() > ROWS_MAX {
            return Err(format!("{} objects; a table has at most {ROWS_MAX} rows", ids.len()));
        }
        if ids.iter().any(|id| id.is_empty() || id.len() > 1_024) {
            return Err("objects: an id has between 1 and 1024 bytes".to_owned());
        }
    }
    library.columns(query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::trial::library;
    use serde_json::json;

    fn board(change: impl FnOnce(&mut Value)) -> Result<Board, String> {
        let mut body = json!({
            "id": "queues", "title": "Queues", "widgets": [{
                "id": "grid", "kind": "grid", "title": "All", "x": 0, "y": 0, "w": 12, "h": 8,
                "query": { "object_type": "Queue", "objects": "*", "statistics": ["Entered"] }, "options": {}
            }]
        });
        change(&mut body);
        Board::parse(&body, &library())
    }

    #[test]
    fn a_sound_board_is_read_and_written_back_the_same() {
        let read = board(|_| ()).unwrap();
        assert_eq!(Board::parse(&serde_json::to_value(&read).unwrap(), &library()).unwrap(), read);
        assert!(read.query("grid").is_some() && read.query("x").is_none());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases: [(&str, Value, &str); 9] = [
            ("/id", json!("a b"), "id 'a b'"),
            ("/title", json!(""), "title"),
            ("/widgets/0/w", json!(13), "widget 'grid': x 0 w 13"),
            ("/widgets/0/h", json!(0), "grid of 12"),
            ("/widgets/0/kind", json!("pie"), "pie"),
            ("/widgets/0/query/statistics", json!(["Foo"]), "widget 'grid': there is no statistic 'Foo'"),
            (
                "/widgets/0/query/statistics",
                json!(["Entered", { "formula": "Entered + Left", "name": "f" }]),
                "widget 'grid': formula 'f': 'Left' at 11: no column",
            ),
            ("/widgets/0/query/statistics", json!([]), "0 statistics"),
            ("/widgets/0/query/objects", json!("all"), "expected \"*\""),
        ];
        for (place, value, cause) in cases {
            let error = board(|body| *body.pointer_mut(place).unwrap() = value).unwrap_err();
            assert!(error.contains(cause), "{place}: {error}");
        }
        let twice = board(|body| {
            let widget = body["widgets"][0].clone();
            body["widgets"].as_array_mut().unwrap().push(widget);
        });
        assert!(twice.unwrap_err().contains("two widgets have the id 'grid'"));
        assert!(board(|body| body["colour"] = json!("red")).unwrap_err().contains("colour"));
    }
}
