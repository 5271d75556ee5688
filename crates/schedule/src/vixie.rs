//! The crontab grammar of Paul Vixie's cron and its heirs: Debian's, cronie, ISC's, FreeBSD's.
//!
//! The reader goes through the text as the daemons do, character by character, because what they accept is the sum
//! of their shortcuts. What sets them apart is a [`Grammar`], a table of their file in `dialect/`.

mod macros;
mod plain;
mod reader;

use crate::dialect::Dialect;
use crate::error::{ParseError, Warning, WarningKind};
use crate::field::{DayRule, Field, FieldSet, Fields};
use crate::names::{SHORT_MONTHS, SHORT_WEEKDAYS};
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed, RandomValue};
use crate::suggest;
use plain::Plain;
use reader::Reader;

pub(crate) use macros::special;

/// The `@words` of the family.
pub(crate) const MACROS: &[&str] = &[
    "@reboot",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

/// The names of a field, and the value of the first one.
pub(crate) fn names(field: Field) -> (&'static [&'static str], i64) {
    match field {
        Field::Month => (&SHORT_MONTHS, 1),
        Field::DayOfWeek => (&SHORT_WEEKDAYS, 0),
        _ => (&[], 0),
    }
}

/// What one daemon of the family reads differently from the others.
pub(crate) struct Grammar {
    /// Text after a number is skipped up to the next blank; else it is an error.
    pub(crate) junk_after_numbers: bool,
    /// Text after a star is skipped up to the next blank; else it is an error.
    pub(crate) junk_after_stars: bool,
    /// What becomes of a range that runs backwards.
    pub(crate) reversed: Reversed,
    /// Both ends of a range are checked; else only the values that its step meets.
    pub(crate) checks_ends: bool,
    /// A step larger than the last value of its range, counted from the field's first, counts as 1.
    pub(crate) large_step_is_one: bool,
    /// `a~b` draws a value when the crontab is read.
    pub(crate) random: bool,
    /// `$` is the last day of the month.
    pub(crate) dollar: bool,
    /// A dash before everything is an option (run without a log line).
    pub(crate) leading_dash: bool,
}

/// What becomes of a range that runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reversed {
    /// It is read, and matches nothing.
    Empty,
    /// The same, but an end of 0 is taken as 7, so that `sat-sun` is a weekend.
    EmptyUnlessZero,
    /// It is an error.
    Refused,
}

/// Reads an expression.
pub(crate) fn parse(text: &str, dialect: &'static Dialect, grammar: &Grammar) -> Result<Parsed, ParseError> {
    // A line's end belongs to nobody's expression.
    let text = text.trim_end_matches([' ', '\t', '\n']);
    let mut start = text.len() - text.trim_start_matches(BLANKS).len();
    if grammar.leading_dash && text[start..].starts_with('-') {
        start += 1;
    }
    if start == text.len() {
        return Err(suggest::empty(text));
    }
    if text.as_bytes()[start] == b'@' {
        return special(text, start, dialect);
    }
    if let Some(plain) = plain::fields(text.as_bytes(), start) {
        return Ok(finish(text, plain_fields(plain), Vec::new(), Vec::new()));
    }
    let mut reader = Reader {
        text,
        at: start,
        dialect,
        grammar,
        warnings: Vec::new(),
        random: Vec::new(),
    };
    let fields = Box::new(Fields {
        second: None,
        minute: reader.field(Field::Minute)?,
        hour: reader.field(Field::Hour)?,
        day_of_month: reader.field(Field::DayOfMonth)?,
        month: reader.field(Field::Month)?,
        day_of_week: reader.field(Field::DayOfWeek)?,
        years: None,
    });
    if reader.at < text.len() {
        return Err(suggest::too_many_fields(text, reader.at, 5, dialect));
    }
    Ok(finish(text, fields, reader.warnings, reader.random))
}

fn plain_fields(plain: [Plain; 5]) -> Box<Fields> {
    let [minute, hour, day_of_month, month, day_of_week] = plain;
    let set =
        |field: Field, plain: Plain| FieldSet::new(field, plain.bits, plain.start..plain.end, plain.starred);
    // Made where it stays.
    let fields = Box::new_uninit();
    Box::write(
        fields,
        Fields {
            second: None,
            minute: set(Field::Minute, minute),
            hour: set(Field::Hour, hour),
            day_of_month: set(Field::DayOfMonth, day_of_month),
            month: set(Field::Month, month),
            day_of_week: set(Field::DayOfWeek, day_of_week),
            years: None,
        },
    )
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Settles the day rule and what depends on whole fields.
fn finish(text: &str, fields: Box<Fields>, mut warnings: Vec<Warning>, random: Vec<RandomValue>) -> Parsed {
    // Either day field will do, unless one of them begins with a star: only the first character is looked at.
    let starred = fields.day_of_month.starred || fields.day_of_week.starred;
    let day_rule = if starred { DayRule::Both } else { DayRule::Either };
    warn_about_days(text, &fields, &mut warnings);
    let plan = Plan::new(&fields, day_rule);
    let has_values = Field::FIVE
        .iter()
        .all(|field| fields.get(*field).is_some_and(|set| !set.is_empty()));
    if has_values && plan.never() {
        let span = fields.day_of_month.span.start..fields.month.span.end;
        warnings.push(Warning::new(WarningKind::NoSuchDay, None, span));
    }
    Parsed {
        engine: Engine::Plan(plan),
        day_rule,
        // A job whose minute or hour begins with a star follows the clock when it moves.
        wild: fields.minute.starred || fields.hour.starred,
        fields: Some(fields),
        warnings,
        random,
    }
}

fn warn_about_days(text: &str, fields: &Fields, warnings: &mut Vec<Warning>) {
    let (dates, weekdays) = (&fields.day_of_month, &fields.day_of_week);
    for (set, other) in [(dates, weekdays), (weekdays, dates)] {
        if set.starred && !set.is_full() && !other.is_full() && !set.is_empty() && !other.is_empty() {
            let kind = WarningKind::StarredDay {
                text: text[set.span.clone()].to_owned(),
            };
            warnings.push(Warning::new(kind, Some(set.field), set.span.clone()));
        }
    }
}
