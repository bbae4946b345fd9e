//! A table: named columns, and rows that are read by them.

use super::CsvError;
use super::cells::{Line, lines};
use model::Text;

/// One file.
pub(super) struct Table {
    file: String,
    columns: Vec<String>,
    lines: Vec<Line>,
}

/// One row of a table.
pub(super) struct Row<'a> {
    table: &'a Table,
    line: &'a Line,
}

impl Table {
    /// Reads a text whose first line names columns: all of `needed`, any of `others`, no more.
    pub(super) fn read(file: &str, text: &str, needed: &[&str], others: &[&str]) -> Result<Self, CsvError> {
        let wrong = |line, column: Option<&str>, cause: String| CsvError {
            file: file.to_owned(),
            line,
            column: column.map(str::to_owned),
            cause,
        };
        let mut lines = lines(text).map_err(|(line, cause)| wrong(line, None, cause.to_owned()))?;
        if lines.is_empty() {
            return Err(wrong(
                0,
                None,
                format!("it is empty: its first line names the columns {}", needed.join(",")),
            ));
        }
        let Line { number, cells: columns } = lines.remove(0);
        for (at, column) in columns.iter().enumerate() {
            let is_known = needed.contains(&column.as_str()) || others.contains(&column.as_str());
            if !is_known {
                let known = [needed, others].concat().join(", ");
                return Err(wrong(
                    number,
                    Some(column),
                    format!("this column is not known; known are {known}"),
                ));
            }
            if columns[..at].contains(column) {
                return Err(wrong(number, Some(column), "this column is there twice".into()));
            }
        }
        if let Some(missing) = needed.iter().find(|name| !columns.iter().any(|column| column == **name)) {
            return Err(wrong(number, Some(missing), "this column is missing".into()));
        }
        let is_long = |line: &&Line| line.cells.len() > columns.len();
        if let Some(line) = lines.iter().find(is_long) {
            let cause = format!(
                "it has {} cells under {} columns: put cells that hold a comma in quotes",
                line.cells.len(),
                columns.len()
            );
            return Err(wrong(line.number, None, cause));
        }
        Ok(Self { file: file.to_owned(), columns, lines })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.lines.iter().map(|line| Row { table: self, line })
    }
}

impl Row<'_> {
    /// The cell of a column, if it is there and holds something.
    pub(super) fn text(&self, column: &str) -> Option<Text> {
        let at = self.table.columns.iter().position(|name| name == column)?;
        self.line.cells.get(at).filter(|cell| !cell.is_empty()).map(|cell| cell.as_str().into())
    }

    /// A cell that must hold something.
    pub(super) fn needed(&self, column: &str) -> Result<Text, CsvError> {
        self.text(column).ok_or_else(|| self.wrong(column, "it is empty: give it a value"))
    }

    /// The members of a list.
    pub(super) fn list(&self, column: &str) -> Vec<Text> {
        let cell = self.text(column).unwrap_or_default();
        cell.split(';').map(str::trim).filter(|member| !member.is_empty()).map(Text::from).collect()
    }

    pub(super) fn wrong(&self, column: &str, cause: &str) -> CsvError {
        CsvError {
            file: self.table.file.clone(),
            line: self.line.number,
            column: Some(column.to_owned()),
            cause: cause.to_owned(),
        }
    }
}
