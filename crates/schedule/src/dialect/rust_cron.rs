//! The Rust crate `cron`: read and evaluated by the crate itself.

use std::str::FromStr;

use cron::TimeUnitSpec;

use super::Dialect;
use crate::daylight::Daylight;
use crate::error::{ParseError, ParseErrorKind, Warning};
use crate::field::{DayRule, Field, FieldSet, Fields};
use crate::schedule::{Engine, Parsed};

/// The crate `cron`, version 0.17.
pub static RUST_CRON: Dialect = Dialect {
    name: "rust-cron",
    title: "the Rust crate cron",
    source: "measured, and the crate itself, version 0.17, which reads and evaluates the expression here",
    aliases: &["cron-rs"],
    fields: (5, 7),
    macros: &["@yearly", "@monthly", "@weekly", "@daily", "@hourly"],
    daylight: Daylight::Crate,
    notes: &[
        "six or seven fields: the first is the second, the seventh the year; five are read as starting at the minute",
        "both day fields must match",
        "days of the week are 1 to 7, and 1 is Sunday",
    ],
    parse,
};

fn parse(text: &str, _: &'static Dialect) -> Result<Parsed, ParseError> {
    let schedule = cron::Schedule::from_str(text).map_err(|error| refused(text, &error.to_string()))?;
    let fields = fields(text, &schedule);
    let warnings = surprises(text, &fields);
    Ok(Parsed {
        engine: Engine::RustCron(Box::new(schedule)),
        fields: Some(Box::new(fields)),
        day_rule: DayRule::Both,
        wild: true,
        warnings,
        random: Vec::new(),
    })
}

/// The crate's message, without the caret that it draws itself: that becomes the place.
fn refused(text: &str, message: &str) -> ParseError {
    let words = message
        .lines()
        .filter(|line| !line.trim().is_empty() && line.trim() != "^")
        .skip_while(|line| *line == text);
    let words = words.collect::<Vec<_>>().join("; ");
    let kind = if text.trim().is_empty() {
        ParseErrorKind::Empty
    } else if words.is_empty() {
        let message = "the crate cron cannot read on from here".to_owned();
        ParseErrorKind::Other { message }
    } else {
        ParseErrorKind::Other { message: words }
    };
    let span = caret(text, message).unwrap_or(0..text.len());
    ParseError::new(kind, None, span)
        .with_help("six or seven fields: second minute hour day-of-month month day-of-week [year]")
}

/// The rest of the word above the crate's caret.
fn caret(text: &str, message: &str) -> Option<std::ops::Range<usize>> {
    let drawn = message.lines().find(|line| line.trim() == "^")?;
    let (start, first) = text.char_indices().nth(drawn.len() - 1)?;
    let rest = text[start..]
        .find(char::is_whitespace)
        .unwrap_or(text.len() - start);
    Some(start..start + rest.max(first.len_utf8()))
}

fn surprises(text: &str, fields: &Fields) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let (dates, weekdays) = (&fields.day_of_month, &fields.day_of_week);
    if !dates.is_full() && !weekdays.is_full() {
        let message = "a day must match both day fields; crontabs run on days that match either";
        warnings.push(Warning::oddity(
            message,
            None,
            dates.span.start..weekdays.span.end,
        ));
    }
    if !text.starts_with('@')
        && !weekdays.is_full()
        && text[weekdays.span.clone()].contains(|c: char| c.is_ascii_digit())
    {
        let message = "days of the week are counted from 1, which is Sunday";
        let warning = Warning::oddity(message, Some(Field::DayOfWeek), weekdays.span.clone());
        warnings.push(warning.with_help("names such as `mon` mean the same everywhere"));
    }
    warnings
}

fn fields(text: &str, schedule: &cron::Schedule) -> Fields {
    let words: Vec<_> = words(text).collect();
    let shift = usize::from(words.len() < 6);
    let set = |field: Field, position: usize, spec: &dyn Fn(u32) -> bool, all: bool| {
        let bits = (field.first()..=field.last())
            .filter(|value| spec(*value))
            .fold(0, |bits, value| bits | 1u64 << value);
        let span = if text.starts_with('@') {
            None
        } else {
            position.checked_sub(shift).and_then(|at| words.get(at)).cloned()
        };
        FieldSet::new(field, bits, span.unwrap_or(0..text.len()), all)
    };
    let years = schedule.years();
    Fields {
        second: Some(set(
            Field::Second,
            0,
            &|value| schedule.seconds().includes(value),
            schedule.seconds().is_all(),
        )),
        minute: set(
            Field::Minute,
            1,
            &|value| schedule.minutes().includes(value),
            schedule.minutes().is_all(),
        ),
        hour: set(
            Field::Hour,
            2,
            &|value| schedule.hours().includes(value),
            schedule.hours().is_all(),
        ),
        day_of_month: set(
            Field::DayOfMonth,
            3,
            &|value| schedule.days_of_month().includes(value),
            schedule.days_of_month().is_all(),
        ),
        month: set(
            Field::Month,
            4,
            &|value| schedule.months().includes(value),
            schedule.months().is_all(),
        ),
        day_of_week: set(
            Field::DayOfWeek,
            5,
            &|value| schedule.days_of_week().includes(value + 1),
            schedule.days_of_week().is_all(),
        ),
        years: (!years.is_all()).then(|| years.iter().map(|year| year as i32).collect()),
    }
}

fn words(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    text.split_ascii_whitespace().map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}
