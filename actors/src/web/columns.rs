//! The columns of a query: what is wished for, what is computed here, and the headings of both.

use super::library::{Library, StatInfo};
use formulas::{Layout, Unit};
use model::{ObjectType, Text};
use ports::demand::Wanted;
use std::sync::Arc;
use wire::stream::{Column, Formula, Query, Statistic, StatisticRef};

/// Characters of a name or a title.
const NAME_CHARS_MAX: usize = 128;

/// The columns of a query. Clones share the formulas.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The headings, in the order of the query.
    pub list: Vec<Column>,
    /// The definitions of those that are statistics.
    pub wanted: Vec<Wanted>,
    /// Those that are formulas.
    pub layout: Arc<Layout>,
}

impl Columns {
    /// Formulas that are refused: column, and for people cause and cure.
    pub fn refused(&self) -> impl Iterator<Item = (usize, Text)> + '_ {
        self.layout.refused().iter().map(|(index, refused)| {
            let name = self.list.get(*index).map_or("", |column| column.stat_type.as_str());
            (*index, Text::from(format!("formula '{name}': {refused}")))
        })
    }
}

/// A column on its way, with what formulas call it.
struct Draft {
    column: Column,
    name: Text,
    kind: Kind,
}

enum Kind {
    Statistic { wanted: Wanted, adds_up: bool },
    Formula { text: Text, unit: Option<Text> },
}

impl Library {
    /// The columns of `query`. A formula that can't be computed is a column that is refused; the others live.
    ///
    /// # Errors
    /// For people: which statistic is unknown or is not for such objects.
    pub fn columns(&self, query: &Query) -> Result<Columns, String> {
        let draft = |statistic| self.draft(query.object_type, statistic);
        let drafts = query.statistics.iter().map(draft).collect::<Result<Vec<_>, String>>()?;
        let layout = Layout::new(&drafts.iter().map(Draft::of_layout).collect::<Vec<_>>());
        let (mut list, mut wanted) = (Vec::with_capacity(drafts.len()), Vec::new());
        for Draft { column, kind, .. } in drafts {
            list.push(column);
            if let Kind::Statistic { wanted: one, .. } = kind {
                wanted.push(one);
            }
        }
        for formula in layout.formulas() {
            if let Some(column) = list.get_mut(formula.column()) {
                column.unit = Text::const_new(formula.unit().name());
            }
        }
        Ok(Columns { list, wanted, layout: Arc::new(layout) })
    }

    fn draft(&self, object_type: ObjectType, statistic: &StatisticRef) -> Result<Draft, String> {
        match statistic {
            StatisticRef::Name(name) => {
                self.statistic(object_type, Statistic { stat_type: name.clone(), ..Statistic::default() })
            }
            StatisticRef::Full(full) => self.statistic(object_type, full.clone()),
            StatisticRef::Formula(formula) => computed(object_type, formula),
        }
    }

    fn statistic(&self, object_type: ObjectType, full: Statistic) -> Result<Draft, String> {
        let Some(info) = self.get(&full.stat_type) else {
            return Err(format!(
                "there is no statistic '{}'; the library (/api/v1/statistics) lists all",
                full.stat_type
            ));
        };
        if !info.object_types.contains(&object_type) {
            let types: Vec<_> = info.object_types.iter().map(|kind| kind.name()).collect();
            return Err(format!(
                "'{}' is not for objects of type {}, but for {}",
                info.name,
                object_type.name(),
                types.join(", ")
            ));
        }
        let wanted = Wanted {
            stat_type: info.name.clone(),
            object_type,
            time_profile: full.time_profile,
            time_range: full.time_range,
            time_range2: full.time_range2,
            filter: full.filter,
            opened_at: None,
        };
        let column = Column {
            key: wanted.key(),
            stat_type: info.name.clone(),
            title: full.title.unwrap_or_else(|| info.title.clone()),
            unit: info.unit.clone(),
            words: info.words.clone(),
        };
        let name = full.name.unwrap_or_else(|| info.name.clone());
        Ok(Draft { column, name: checked(name)?, kind: Kind::Statistic { wanted, adds_up: adds_up(info) } })
    }
}

impl Draft {
    fn of_layout(&self) -> formulas::Column<'_> {
        match &self.kind {
            Kind::Statistic { adds_up, .. } => {
                // Units that a later library brings are numbers to formulas.
                let known = || Unit::named(&self.column.unit).unwrap_or(Unit::Number);
                let unit = (self.column.unit != "status").then(known);
                formulas::Column::Statistic { name: &self.name, unit, adds_up: *adds_up }
            }
            Kind::Formula { text, unit } => {
                formulas::Column::Formula { name: &self.name, text, unit: unit.as_deref() }
            }
        }
    }
}

fn computed(object_type: ObjectType, formula: &Formula) -> Result<Draft, String> {
    let Formula { formula: text, title, unit, name } = formula;
    let heading = |text: &Text| Text::from(text.chars().take(NAME_CHARS_MAX).collect::<String>());
    let name = checked(name.clone().or_else(|| title.clone()).unwrap_or_else(|| heading(text)))?;
    let column = Column {
        key: Text::from(format!("formula|{}|{name}", object_type.name())),
        stat_type: name.clone(),
        title: title.clone().unwrap_or_else(|| name.clone()),
        unit: unit.clone().unwrap_or(Text::const_new("number")),
        words: Text::from(format!("Computed: {text}")),
    };
    Ok(Draft { column, name, kind: Kind::Formula { text: text.clone(), unit: unit.clone() } })
}

fn checked(name: Text) -> Result<Text, String> {
    match name.chars().count() {
        0..=NAME_CHARS_MAX => Ok(name),
        chars => {
            Err(format!("a column's name or title has at most {NAME_CHARS_MAX} characters, not {chars}"))
        }
    }
}

/// Whether the sum of a statistic over objects means something: true of numbers and of times that were added up.
fn adds_up(info: &StatInfo) -> bool {
    const SUMS: &[&str] = &[
        "TotalNumber",
        "TotalNumberInTimeRange",
        "TotalNumberErrors",
        "TotalTime",
        "TotalTimeInTimeRange",
        "TotalAdjustedNumber",
        "TotalAdjustedTime",
        "TotalCustomValue",
        "CurrentNumber",
        "CurrentNumberInTimeRange",
        "CurrentTime",
        "CurrentCustomValue",
    ];
    SUMS.contains(&info.category.as_str())
}
