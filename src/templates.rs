//! The widget templates that come with the program: a file each in `config/templates`, loaded into a tenant's
//! documents as kind `template`.

mod load;

pub use load::{Fate, Report, check, load};

use anyhow::{Context, Result};
use model::{ObjectType, Text};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The kind of their documents.
pub const KIND: &str = "template";

macro_rules! files {
    ($( $name:literal )*) => {
        &[ $( ($name, include_str!(concat!("../config/templates/", $name, ".toml"))), )* ]
    };
}

/// By the name under which each is loaded.
const FILES: &[(&str, &str)] = files![
    "Agent_Group_Status" "Agent_KPIs" "Agent_Login" "Alert_Widget" "Callback_Activity" "Campaign_Activity"
    "Campaign_Callback_Status" "Campaign_Group_Activity" "Campaign_Group_Status" "Chat_Agent_Activity"
    "Chat_Queue_Activity" "Chat_Service_Level_Performance" "Chat_Waiting_Statistics" "Email_Agent_Activity"
    "Email_Queue_Activity" "Facebook_Media_Activity" "IFRAME" "IWD_Agent_Activity" "IWD_Queue_Activity"
    "Queue_KPIs" "Queue_Overflow_Reason" "Static_Text" "Twitter_Media_Activity" "eServices_Agent_Activity"
    "eServices_Queue_KPIs"
];

/// One template, as its file says it.
#[derive(Clone, Debug, Deserialize)]
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
    #[serde(default)]
    pub object_types: Vec<ObjectType>,
    /// How many columns of the board's grid wide.
    pub w: u16,
    /// How many rows high.
    pub h: u16,
    /// Statistics of its columns that the library does not have yet: their columns are left out until it does.
    #[serde(default)]
    pub pending: Vec<Text>,
    /// What the table has.
    #[serde(default)]
    pub column: Vec<Column>,
    /// Settings of the page.
    #[serde(default)]
    pub options: Map<String, Value>,
}

/// A column of a template: a statistic, or a formula of other columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// A stat type of the library.
    #[serde(default)]
    pub statistic: Option<Text>,
    /// What other formulas call a formula.
    #[serde(default)]
    pub name: Option<Text>,
    /// The heading of a formula.
    #[serde(default)]
    pub title: Option<Text>,
    /// How it is computed from other columns.
    #[serde(default)]
    pub formula: Option<Text>,
    /// What a formula comes to.
    #[serde(default)]
    pub unit: Option<Text>,
    /// How values are written: `integer`, `number`, `time`, `percent`, `status`.
    pub format: Text,
    /// From here on a value is drawn as a warning.
    #[serde(default)]
    pub warn: Option<f64>,
    /// From here on it is drawn as a breach.
    #[serde(default)]
    pub breach: Option<f64>,
    /// `above` or `below`: where the limits lie.
    #[serde(default)]
    pub when: Option<Text>,
}

impl Column {
    /// What the query of a widget calls it.
    fn key(&self) -> &str {
        self.statistic.as_deref().or(self.name.as_deref()).unwrap_or_default()
    }

    /// As the query of a widget asks for it.
    fn query(&self) -> Value {
        match &self.statistic {
            Some(statistic) => json!(statistic),
            None => json!({
                "formula": self.formula, "name": self.name, "title": self.title, "unit": self.unit,
            }),
        }
    }
}

impl Template {
    fn parse(name: &str, text: &str) -> Result<Self> {
        let template: Self =
            toml::from_str(text).with_context(|| format!("the shipped template {name} can't be read"))?;
        Ok(Self { name: name.into(), ..template })
    }

    /// Its document's body: what it is, and the widget that it makes, for all objects of the first of its types.
    pub fn body(&self) -> Value {
        let shown =
            || self.column.iter().filter(|column| !self.pending.iter().any(|name| name == column.key()));
        let columns: Vec<Value> =
            shown().map(|column| json!({ "statistic": column.key(), "format": column.format })).collect();
        let mut thresholds = Map::new();
        for column in shown().filter(|column| column.warn.is_some() || column.breach.is_some()) {
            let when = column.when.as_deref().unwrap_or("above");
            let limits = json!({ "warn": column.warn, "breach": column.breach, "when": when });
            thresholds.insert(column.key().to_owned(), limits);
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
}

/// Tells whether two bodies are the same; the order of keys does not matter.
pub fn hash(body: &Value) -> String {
    hex::encode(Sha256::digest(body.to_string()))
}

/// All that come with the program.
///
/// # Errors
/// A file that can't be read.
pub fn shipped() -> Result<Vec<Template>> {
    FILES.iter().map(|(name, text)| Template::parse(name, text)).collect()
}

#[cfg(test)]
mod tests;
