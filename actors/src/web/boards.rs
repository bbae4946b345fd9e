//! Boards as documents: widgets on a grid of 12 columns, each with the query of its table.

mod rights;

use super::columns::Columns;
use super::library::Library;
use super::table::{COLUMNS_MAX, ROWS_MAX};
use access::Share;
use model::Text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use wire::stream::{Objects, Query};

/// Columns of the grid.
pub const GRID_COLUMNS: u16 = 12;

/// Widgets of one board.
pub const WIDGETS_MAX: usize = 100;

/// Tabs of one board.
pub const TABS_MAX: usize = 20;

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
    /// Parts of it that are shown one at a time; none: all at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tabs: Vec<Tab>,
    /// What it shows.
    pub widgets: Vec<Widget>,
    /// Whom it belongs to and to whom it is shared; everybody's without. It has routes of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Its revision, where it was read from the API; not stored.
    #[serde(default, skip_serializing)]
    pub revision: Option<u64>,
}

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tab {
    /// Unique within the board.
    pub id: Text,
    /// For people.
    pub title: Text,
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
    /// The tab it lies on; the first where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tab: Option<Text>,
    /// What it shows; only kinds without values have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Query>,
    /// Settings of the page; the server does not look into them.
    #[serde(default)]
    pub options: Map<String, Value>,
}

/// Kinds of widgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A table.
    Grid,
    /// Large numbers.
    Kpi,
    /// Statistics below each other.
    List,
    /// Shares of a whole.
    Donut,
    /// Values over time.
    Line,
    /// What each object is made of.
    Bar,
    /// A number on its scale.
    Gauge,
    /// Values by object and interval.
    Heat,
    /// States over time.
    Timeline,
    /// Limits that are passed.
    Alerts,
    /// A text for everybody.
    Text,
    /// A page from elsewhere.
    Iframe,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Kpi,
        Self::Gauge,
        Self::List,
        Self::Grid,
        Self::Line,
        Self::Bar,
        Self::Donut,
        Self::Heat,
        Self::Timeline,
        Self::Alerts,
        Self::Text,
        Self::Iframe,
    ];

    /// Whether it shows values, and so must say which.
    pub fn has_values(self) -> bool {
        !matches!(self, Self::Alerts | Self::Text | Self::Iframe)
    }
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

    /// The query of a widget; none where it shows no values.
    pub fn query(&self, widget: &str) -> Option<&Query> {
        self.widgets.iter().find(|candidate| candidate.id == widget)?.query.as_ref()
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
        let tabs = self.check_tabs()?;
        let mut ids = BTreeSet::new();
        for widget in &self.widgets {
            let place = |error| format!("widget '{}': {error}", widget.id);
            widget.check(library).map_err(place)?;
            if !ids.insert(&widget.id) {
                return Err(format!("two widgets have the id '{}'", widget.id));
            }
            if let Some(tab) = widget.tab.as_ref().filter(|tab| !tabs.contains(tab)) {
                return Err(format!("widget '{}': there is no tab '{tab}'", widget.id));
            }
        }
        Ok(())
    }

    fn check_tabs(&self) -> Result<BTreeSet<&Text>, String> {
        if self.tabs.len() > TABS_MAX {
            return Err(format!("{} tabs; a board has at most {TABS_MAX}", self.tabs.len()));
        }
        let mut ids = BTreeSet::new();
        for tab in &self.tabs {
            check_name("id of a tab", &tab.id)?;
            check_name("title of a tab", &tab.title)?;
            if !ids.insert(&tab.id) {
                return Err(format!("two tabs have the id '{}'", tab.id));
            }
        }
        Ok(ids)
    }
}

pub(super) fn check_name(what: &str, name: &str) -> Result<(), String> {
    let chars = name.chars().count();
    if name.trim().is_empty() || chars > NAME_CHARS_MAX {
        return Err(format!("{what}: between 1 and {NAME_CHARS_MAX} characters, not {chars}"));
    }
    Ok(())
}

impl Widget {
    pub(super) fn check(&self, library: &Library) -> Result<(), String> {
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
        let Some(query) = &self.query else {
            return match self.kind.has_values() {
                true => Err("query: this kind of widget shows values and must say which".to_owned()),
                false => Ok(()),
            };
        };
        match check_query(query, library)?.refused().next() {
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
    fn a_text_needs_no_query_and_lies_on_its_tab() {
        let read = board(|body| {
            body["tabs"] = json!([{ "id": "day", "title": "Day" }, { "id": "news", "title": "News" }]);
            let text = json!({
                "id": "t", "kind": "text", "title": "", "x": 0, "y": 0, "w": 4, "h": 1, "tab": "news",
                "options": { "text": "Lunch is early today" }
            });
            body["widgets"].as_array_mut().unwrap().push(text);
        });
        let read = read.unwrap();
        assert_eq!(Board::parse(&serde_json::to_value(&read).unwrap(), &library()).unwrap(), read);
        assert!(read.query("t").is_none() && read.query("grid").is_some());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases: [(&str, Value, &str); 11] = [
            ("/id", json!("a b"), "id 'a b'"),
            ("/title", json!(""), "title"),
            ("/widgets/0/w", json!(13), "widget 'grid': x 0 w 13"),
            ("/widgets/0/h", json!(0), "grid of 12"),
            ("/widgets/0/kind", json!("pie"), "pie"),
            ("/widgets/0/query", Value::Null, "widget 'grid': query: this kind"),
            ("/widgets/0/tab", json!("night"), "widget 'grid': there is no tab 'night'"),
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
            let error = board(|body| {
                body["widgets"][0]["tab"] = Value::Null;
                *body.pointer_mut(place).unwrap() = value;
            })
            .unwrap_err();
            assert!(error.contains(cause), "{place}: {error}");
        }
        let twice = board(|body| {
            let widget = body["widgets"][0].clone();
            body["widgets"].as_array_mut().unwrap().push(widget);
        });
        assert!(twice.unwrap_err().contains("two widgets have the id 'grid'"));
        let tabs = json!([{ "id": "day", "title": "Day" }, { "id": "day", "title": "Night" }]);
        assert!(board(|body| body["tabs"] = tabs).unwrap_err().contains("two tabs have the id 'day'"));
        assert!(board(|body| body["colour"] = json!("red")).unwrap_err().contains("colour"));
    }
}
