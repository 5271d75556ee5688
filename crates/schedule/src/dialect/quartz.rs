//! Quartz, the scheduler for Java: six or seven fields, the first of them seconds.
//!
//! It reads each item of a list as far as it knows how to, and takes 98 and 99 for its own marks of `?` and `*`.

use std::ops::Range;

mod forms;
mod item;
mod values;

use super::Dialect;
use crate::daylight::{Daylight, Library};
use crate::error::{ParseError, ParseErrorKind, Warning};
use crate::field::{DayRule, Field, FieldSet, Fields};
use crate::library;
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed};
use crate::suggest;
use item::Item;
use values::{Set, field_set};

/// The scheduler for Java.
pub static QUARTZ: Dialect = Dialect {
    name: "quartz",
    title: "Quartz",
    source: "measured: CronExpression 2.5.2",
    aliases: &["spring-quartz"],
    fields: (6, 7),
    macros: &[],
    daylight: Daylight::Stepwise(Library::Quartz),
    notes: &[
        "seconds first, years last and optional; those after 2126 are read and never reached",
        "one of the two day fields must be `?`",
        "days of the week are 1 to 7, and 1 is Sunday",
        "ranges wrap: `22-2` is 22, 23, 0, 1, 2",
        "`L`, `L-3`, `LW`, `15W`, `6L` and `6#3` are known; `6#3,2` is the third of the smaller, Monday",
        "after a range of names a step is dropped: `mon-fri/2` is Monday to Friday",
        "a time that the clock shows twice fires the second time",
    ],
    parse,
};

/// How far the years go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Years {
    /// Any year may be given; those after this one are never reached.
    Reached(i64),
    /// Years after this one, and before the first, are refused.
    Allowed(i64),
}

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    read(text, dialect, Years::Reached(library::QUARTZ_LAST_YEAR))
}

/// Reads six or seven fields.
pub(super) fn read(text: &str, dialect: &'static Dialect, years: Years) -> Result<Parsed, ParseError> {
    let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    match words.len() {
        0 => {
            return Err(suggest::empty(text)
                .with_help("six fields: second minute hour day-of-month month day-of-week"));
        }
        8.. => return Err(suggest::too_many_fields(text, start(words[7]), 7, dialect)),
        _ => {}
    }
    let mut reader = Reader {
        text,
        dialect,
        years,
        sets: Default::default(),
        warnings: Vec::new(),
    };
    let mut spans: [Range<usize>; 7] = std::array::from_fn(|_| text.len()..text.len());
    for ((word, field), span) in words.iter().zip(Field::SEVEN).zip(&mut spans) {
        *span = start(word)..start(word) + word.len();
        reader.field(field, span.clone())?;
    }
    if words.len() < 6 {
        let error = suggest::too_few_fields(text, Field::SEVEN[words.len()], dialect);
        return Err(error
            .with_help("six fields: second minute hour day-of-month month day-of-week, one day field `?`"));
    }
    reader.finish(spans, words.len() == 7)
}

struct Reader<'a> {
    text: &'a str,
    dialect: &'static Dialect,
    years: Years,
    sets: [Set; 7],
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn set(&mut self, field: Field) -> &mut Set {
        let at = Field::SEVEN.iter().position(|other| *other == field).unwrap_or(0);
        &mut self.sets[at]
    }

    fn field(&mut self, field: Field, span: Range<usize>) -> Result<(), ParseError> {
        let word = &self.text[span.clone()];
        let upper = word.to_ascii_uppercase();
        let error = |what: &str| {
            let kind = ParseErrorKind::Unsupported {
                what: what.to_owned(),
            };
            Err(ParseError::new(kind, Some(field), span.clone()))
        };
        if field == Field::DayOfWeek && upper.contains('L') && upper.len() > 1 && upper.contains(',') {
            return error("`L` with other days of the week is not implemented");
        }
        if field == Field::DayOfWeek && upper.matches('#').count() > 1 {
            return error("only one `#` is implemented");
        }
        let trimmed = word.trim_matches(|c: char| c <= ' ');
        let base = span.start + (trimmed.as_ptr() as usize - word.as_ptr() as usize);
        for item in trimmed.split(',').filter(|item| !item.is_empty()) {
            let at = base + (item.as_ptr() as usize - trimmed.as_ptr() as usize);
            let text = item.to_ascii_uppercase().into_bytes();
            self.item(&Item {
                field,
                text,
                span: at..at + item.len(),
            })?;
        }
        Ok(())
    }

    fn finish(mut self, spans: [Range<usize>; 7], has_years: bool) -> Result<Parsed, ParseError> {
        let (dates, weekdays) = (self.set(Field::DayOfMonth).none, self.set(Field::DayOfWeek).none);
        if dates == weekdays {
            let kind = ParseErrorKind::Unsupported {
                what: "one of the two day fields must be `?`".to_owned(),
            };
            let error = ParseError::new(kind, Some(Field::DayOfWeek), spans[3].start..spans[5].end);
            return Err(error.with_help("write `?` for the day field that does not matter"));
        }
        let years = has_years.then(|| {
            let mut years: Vec<i32> = self.sets[6]
                .years
                .iter()
                .filter_map(|year| i32::try_from(*year).ok())
                .collect();
            years.sort_unstable();
            years.dedup();
            years
        });
        let years = years.filter(|_| !self.sets[6].all);
        let warnings = std::mem::take(&mut self.warnings);
        let mut sets = self
            .sets
            .into_iter()
            .zip(Field::SEVEN)
            .zip(spans)
            .map(|((set, field), span)| field_set(set, field, span));
        let mut next = || {
            sets.next()
                .unwrap_or_else(|| FieldSet::new(Field::Year, 0, 0..0, false))
        };
        let fields = Fields {
            second: Some(next()),
            minute: next(),
            hour: next(),
            day_of_month: next(),
            month: next(),
            day_of_week: next(),
            years,
        };
        Ok(Parsed {
            engine: Engine::Plan(Plan::new(&fields, DayRule::Both)),
            fields: Some(Box::new(fields)),
            day_rule: DayRule::Both,
            wild: true,
            warnings,
            random: Vec::new(),
        })
    }
}
