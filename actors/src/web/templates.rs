//! Templates: what a new widget may begin with. People read and write them as files (`config/templates`); tenants keep
//! them as documents that also hold the widget which they make.

mod condition;
mod text;

pub use text::Fault;

use super::boards::{Widget, check_name};
use super::library::Library;
use super::table::COLUMNS_MAX;
use model::{ObjectType, Text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use wire::stream::{Formula, Query, Statistic, StatisticRef};

/// The kind of their documents.
pub const KIND: &str = "template";

/// The kind of documents that say which version of a shipped template was loaded last.
pub const ORIGIN: &str = "template_origin";

/// Who changes templates as long as nobody does.
pub const AUTHOR: &str = "pulse init-tenant";

/// Characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 1_000;

/// Settings that would name objects or boards: a template is for everybody, whatever they may see.
const OF_OBJECTS: &[&str] = &["pinned", "labels", "select", "boards"];

/// One template, as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The name of its file, and the id of its document.
    #[serde(skip)]
    pub name: Text,
    /// For people.
    pub title: Text,
    /// What it is for.
    pub description: Text,
    /// The kind of widget that it makes.
    pub kind: Text,
    /// Objects that it is for, the usual type first; none for a widget without data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub object_types: Vec<ObjectType>,
    /// How many columns of the board's grid wide.
    pub w: u16,
    /// How many rows high.
    pub h: u16,
    /// Statistics of its columns that the library does not have yet: their columns are left out until it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending: Vec<Text>,
    /// What the table has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub column: Vec<Column>,
    /// Settings of the page.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub options: Map<String, Value>,
}

/// A column of a template: a statistic, or a formula of other columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// A stat type of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<Text>,
    /// What formulas call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// A heading of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// How it is computed from other columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<Text>,
    /// What a formula comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// A time profile of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_profile: Option<Text>,
    /// A time range of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range: Option<Text>,
    /// The second one, of service factors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range2: Option<Text>,
    /// A filter of the library, or a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
    /// How values are written: `integer`, `number`, `time`, `percent`, `status`; as the unit says if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Text>,
    /// From here on a value is drawn as a warning.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "text::short")]
    pub warn: Option<f64>,
    /// From here on it is drawn as a breach.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "text::short")]
    pub breach: Option<f64>,
    /// `above` or `below`: where the limits lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Text>,
    /// How far a value must come back before its mark goes.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "text::short")]
    pub back: Option<f64>,
}

impl Column {
    /// What the settings of a widget call it.
    pub fn key(&self) -> &str {
        let called = self.statistic.as_ref().or(self.name.as_ref()).or(self.title.as_ref());
        called.or(self.formula.as_ref()).map_or("", Text::as_str)
    }

    /// As the query of a widget asks for it.
    fn query(&self) -> Value {
        let Some(statistic) = &self.statistic else {
            return json!({
                "formula": self.formula, "name": self.name, "title": self.title, "unit": self.unit,
            });
        };
        let full = Statistic {
            stat_type: statistic.clone(),
            time_profile: self.time_profile.clone(),
            time_range: self.time_range.clone(),
            time_range2: self.time_range2.clone(),
            filter: self.filter.clone(),
            title: self.title.clone(),
            name: self.name.clone(),
        };
        let plain = Statistic { stat_type: statistic.clone(), ..Statistic::default() };
        if full == plain { json!(statistic) } else { json!(full) }
    }

    /// What a query asks for.
    fn of(asked: &StatisticRef) -> Self {
        match asked.clone() {
            StatisticRef::Name(name) => Self { statistic: Some(name), ..Self::default() },
            StatisticRef::Full(Statistic {
                stat_type,
                time_profile,
                time_range,
                time_range2,
                filter,
                title,
                name,
            }) => Self {
                statistic: Some(stat_type),
                time_profile,
                time_range,
                time_range2,
                filter,
                title,
                name,
                ..Self::default()
            },
            StatisticRef::Formula(Formula { formula, title, unit, name }) => {
                Self { formula: Some(formula), title, unit, name, ..Self::default() }
            }
        }
    }

    fn has_limits(&self) -> bool {
        self.warn.is_some() || self.breach.is_some()
    }

    fn limits(&self) -> Value {
        let when = self.when.as_deref().unwrap_or("above");
        let mut limits = json!({ "warn": self.warn, "breach": self.breach, "when": when });
        if let Some(back) = self.back {
            limits["back"] = json!(back);
        }
        limits
    }

    fn take_limits(&mut self, limits: &Value) {
        (self.warn, self.breach) = (limits["warn"].as_f64(), limits["breach"].as_f64());
        if self.has_limits() {
            self.when = limits["when"].as_str().filter(|when| *when != "above").map(Text::from);
            self.back = limits["back"].as_f64();
        }
    }
}

/// What of a document's body is not told by the widget's own type.
#[derive(Deserialize)]
struct Body {
    title: Text,
    #[serde(default)]
    description: Text,
    #[serde(default)]
    object_types: Vec<ObjectType>,
    #[serde(default)]
    columns: Vec<Written>,
    #[serde(default)]
    pending: Vec<Text>,
    widget: Made,
}

#[derive(Deserialize)]
struct Written {
    statistic: Text,
    #[serde(default)]
    format: Option<Text>,
}

#[derive(Deserialize)]
struct Made {
    kind: Text,
    w: u16,
    h: u16,
    #[serde(default)]
    query: Option<Query>,
    #[serde(default)]
    options: Map<String, Value>,
}

impl Template {
    /// Its document's body: what it is, and the widget that it makes, for all objects of the first of its types.
    pub fn body(&self) -> Value {
        let shown =
            || self.column.iter().filter(|column| !self.pending.iter().any(|name| name == column.key()));
        let columns: Vec<Value> =
            shown().map(|column| json!({ "statistic": column.key(), "format": column.format })).collect();
        let mut thresholds = Map::new();
        for column in shown().filter(|column| column.has_limits()) {
            thresholds.insert(column.key().to_owned(), column.limits());
        }
        let mut options = self.options.clone();
        if !thresholds.is_empty() {
            options.insert("thresholds".to_owned(), thresholds.into());
        }
        let mut widget =
            json!({ "kind": self.kind, "title": self.title, "w": self.w, "h": self.h, "options": options });
        if let Some(object_type) = self.object_types.first() {
            let statistics: Vec<Value> = shown().map(Column::query).collect();
            widget["query"] =
                json!({ "object_type": object_type.name(), "objects": "*", "statistics": statistics });
        }
        let object_types: Vec<&str> =
            self.object_types.iter().map(|object_type| object_type.name()).collect();
        json!({
            "name": self.name, "title": self.title, "description": self.description,
            "object_types": object_types, "columns": columns, "pending": self.pending, "widget": widget,
        })
    }

    /// The template of a document's body. Limits of columns that it does not have are forgotten, and so is what would
    /// name objects.
    ///
    /// # Errors
    /// For people: what of it can't be read.
    pub fn from_body(name: &str, body: &Value) -> Result<Self, String> {
        let body: Body = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
        let Made { kind, w, h, query, mut options } = body.widget;
        let thresholds = options.remove("thresholds").unwrap_or_default();
        let names_some = |key: &str, value: &Value| OF_OBJECTS.contains(&key) && *value != "*";
        options.retain(|key, value| !value.is_null() && !names_some(key, value));
        let mut object_types = body.object_types;
        if let Some(query) = &query {
            object_types.retain(|object_type| *object_type != query.object_type);
            object_types.insert(0, query.object_type);
        }
        let column = |asked: &StatisticRef| {
            let mut column = Column::of(asked);
            let written = body.columns.iter().find(|written| written.statistic == column.key());
            column.format = written.and_then(|written| written.format.clone());
            column.take_limits(&thresholds[column.key()]);
            column
        };
        let column = query.iter().flat_map(|query| &query.statistics).map(column).collect();
        Ok(Self {
            name: name.into(),
            title: body.title,
            description: body.description,
            kind,
            object_types,
            w,
            h,
            pending: body.pending,
            column,
            options,
        })
    }

    /// The statistics that it shows or will show, by the names of their stat types.
    pub fn stat_types(&self) -> impl Iterator<Item = &Text> {
        self.column.iter().filter_map(|column| column.statistic.as_ref())
    }

    /// Whether a board could take the widget that it makes, for each of its types.
    ///
    /// # Errors
    /// For people: what is wrong with it.
    pub fn check(&self, library: &Library) -> Result<(), String> {
        check_name("name", &self.name)?;
        if self.name.contains(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')) {
            return Err(format!(
                "name '{}': only letters, digits, '-' and '_', because it is part of addresses",
                self.name
            ));
        }
        check_name("title", &self.title)?;
        if self.description.chars().count() > DESCRIPTION_CHARS_MAX {
            return Err(format!("description: at most {DESCRIPTION_CHARS_MAX} characters"));
        }
        if self.column.len() > COLUMNS_MAX {
            return Err(format!("{} columns; a table has at most {COLUMNS_MAX}", self.column.len()));
        }
        if let Some(column) =
            self.column.iter().find(|column| column.statistic.is_some() == column.formula.is_some())
        {
            return Err(format!("column '{}': either a statistic or a formula", column.key()));
        }
        if let Some((_, fault)) = self.faults().next() {
            return Err(fault);
        }
        let is_pending = |column: &Column| self.pending.iter().any(|name| name == column.key());
        // What can't be computed yet is not asked for.
        if !self.column.is_empty() && self.column.iter().all(is_pending) {
            return Ok(());
        }
        let types = self.object_types.iter().map(Some);
        for object_type in types.chain(self.object_types.is_empty().then_some(None)) {
            self.widget(object_type)?.check(library)?;
        }
        Ok(())
    }

    fn widget(&self, object_type: Option<&ObjectType>) -> Result<Widget, String> {
        let mut widget = self.body()["widget"].take();
        for (key, value) in [("id", json!("widget")), ("x", json!(0)), ("y", json!(0))] {
            widget[key] = value;
        }
        if let Some(object_type) = object_type {
            widget["query"]["object_type"] = json!(object_type.name());
        }
        serde_json::from_value(widget).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests;
