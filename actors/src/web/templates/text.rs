//! Templates as text: TOML with one order of keys, so that two versions differ in the lines that somebody changed.

use super::Template;
use serde::Serializer;
use serde_json::Value;

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{cause}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct Fault {
    /// The line at fault, from 1, where one line is.
    pub line: Option<usize>,
    /// What is wrong, for people.
    pub cause: String,
}

impl Template {
    /// Reads a file.
    ///
    /// # Errors
    /// The line, and what is wrong with it.
    pub fn read(name: &str, text: &str) -> Result<Self, Fault> {
        let template: Self = toml::from_str(text).map_err(|error| {
            let before = |span: std::ops::Range<usize>| text.get(..span.start).map(lines);
            Fault { line: error.span().and_then(before), cause: error.message().trim().to_owned() }
        })?;
        Ok(Self { name: name.into(), ..template })
    }

    /// Writes a file. What is read from it is the same template.
    ///
    /// # Errors
    /// Settings that TOML has no words for.
    pub fn write(&self) -> Result<String, Fault> {
        let mut told = self.clone();
        told.options.values_mut().for_each(without_nulls);
        toml::to_string(&told).map_err(|error| Fault { line: None, cause: error.to_string() })
    }
}

fn lines(text: &str) -> usize {
    text.matches('\n').count() + 1
}

/// TOML has no word for nothing.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Array(values) => {
            values.retain(|value| !value.is_null());
            values.iter_mut().for_each(without_nulls);
        }
        Value::Object(keys) => {
            keys.retain(|_, value| !value.is_null());
            keys.values_mut().for_each(without_nulls);
        }
        _ => {}
    }
}

/// 30, not 30.0.
#[expect(
    clippy::ref_option,
    clippy::cast_possible_truncation,
    reason = "serde hands a reference; the value is whole"
)]
pub(super) fn short<S: Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => to.serialize_i64(*value as i64),
        Some(value) => to.serialize_f64(*value),
        None => to.serialize_none(),
    }
}
