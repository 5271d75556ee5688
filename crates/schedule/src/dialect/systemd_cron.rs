//! systemd-cron: crontabs turned into systemd timers by a generator.
//!
//! The generator reads each field into a list of values and writes them into one `OnCalendar=` line; when that fires
//! is systemd's affair. What it cannot read becomes an empty list, and the line is dropped, or, where that is the day
//! of the week, runs on every day.

use std::ops::Range;

use super::{Dialect, SYSTEMD};
use crate::daylight::Daylight;
use crate::error::{ParseError, ParseErrorKind, Warning, WarningKind};
use crate::field::{DayRule, Field, FieldSet, Fields};
use crate::names::{SHORT_WEEKDAYS, WRITTEN_WEEKDAYS};
use crate::oncalendar;
use crate::schedule::{Engine, Parsed};
use crate::suggest;
use crate::vixie;

/// The crontabs of systemd-cron.
pub static SYSTEMD_CRON: Dialect = Dialect {
    name: "systemd-cron",
    title: "systemd-cron",
    source: "documented: systemd.cron(7), held against the timers that the generator of 1.15.19-5 writes; those as measured with systemd",
    aliases: &["systemd-crontab-generator"],
    fields: (5, 5),
    macros: &[
        "@reboot",
        "@minutely",
        "@hourly",
        "@daily",
        "@midnight",
        "@weekly",
        "@monthly",
        "@quarterly",
        "@semi-annually",
        "@biannually",
        "@bi-annually",
        "@semiannually",
        "@yearly",
        "@anually",
        "@annually",
    ],
    daylight: Daylight::Calendar,
    notes: &[
        "both day fields must match, always",
        "`nov` is October, `dec` is November, and `oct` is not known; the numbers are right",
        "a range that ends in 7 on weekdays, such as `5-7`, runs on every day",
        "a range that runs past the end stops there: `50-70` is 50 to 59",
        "a single value with a step is that value: `5/15` is 5",
        "`@weekly` is Monday",
    ],
    parse,
};

/// What `@words` become where that is not the word itself.
const WORDS: [(&str, &str); 6] = [
    ("@biannually", "semi-annually"),
    ("@bi-annually", "semi-annually"),
    ("@semiannually", "semi-annually"),
    ("@anually", "yearly"),
    ("@annually", "yearly"),
    ("@midnight", "daily"),
];

/// Its months: one is missing, and those behind it count one too few.
const MONTHS: [&str; 11] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "nov", "dec",
];

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let Some(first) = words.first() else {
        return Err(suggest::empty(text));
    };
    if first.starts_with('@') {
        return special(text, start(first), words.len() > 1, dialect);
    }
    match words.len() {
        1..5 => return Err(suggest::too_few_fields(text, Field::FIVE[words.len()], dialect)),
        5 => {}
        _ => return Err(suggest::too_many_fields(text, start(words[5]), 5, dialect)),
    }
    let mut warnings = Vec::new();
    let mut field = |at: usize| read_field(text, start(words[at]), words[at], Field::FIVE[at], &mut warnings);
    let fields = Fields {
        second: None,
        minute: field(0)?,
        hour: field(1)?,
        day_of_month: field(2)?,
        month: field(3)?,
        day_of_week: field(4)?,
        years: None,
    };
    if words[2] != "*" && words[4] != "*" {
        let message = "a day must match both day fields; most crons run on days that match either";
        let span = fields.day_of_month.span.start..fields.day_of_week.span.end;
        warnings.push(Warning::oddity(message, None, span));
    }
    Ok(Parsed {
        engine: engine(&timer(&fields))?,
        fields: Some(Box::new(fields)),
        day_rule: DayRule::Both,
        wild: true,
        warnings,
        random: Vec::new(),
    })
}

/// The `@words`: most are systemd's own.
fn special(
    text: &str,
    start: usize,
    followed: bool,
    dialect: &'static Dialect,
) -> Result<Parsed, ParseError> {
    let rest = &text[start..];
    let end = start + rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
    let word = text[start..end].to_ascii_lowercase();
    if followed {
        return Err(suggest::after_macro(text, start..end, dialect));
    }
    if !dialect.macros.contains(&word.as_str()) {
        return Err(suggest::unknown_macro(&text[start..end], start..end, dialect));
    }
    if word == "@reboot" {
        return vixie::special("@reboot", 0, dialect);
    }
    let known = WORDS.iter().find(|(name, _)| *name == word);
    let calendar = known.map_or(&word[1..], |(_, calendar)| calendar);
    Ok(Parsed {
        engine: engine(calendar)?,
        fields: None,
        day_rule: DayRule::Both,
        wild: true,
        warnings: Vec::new(),
        random: Vec::new(),
    })
}

fn engine(calendar: &str) -> Result<Engine, ParseError> {
    oncalendar::parse(calendar, &SYSTEMD).map(|parsed| parsed.engine)
}

/// The calendar expression that the generator writes.
fn timer(fields: &Fields) -> String {
    let list = |set: &FieldSet| {
        if set.is_full() {
            return "*".to_owned();
        }
        let values: Vec<String> = set.values().map(|value| value.to_string()).collect();
        values.join(",")
    };
    let days = &fields.day_of_week;
    let weekdays: Vec<&str> = days
        .values()
        .filter_map(|day| WRITTEN_WEEKDAYS.get(day as usize).copied())
        .collect();
    let weekdays = if days.is_full() {
        String::new()
    } else {
        format!("{} ", weekdays.join(","))
    };
    format!(
        "{weekdays}*-{}-{} {}:{}:00",
        list(&fields.month),
        list(&fields.day_of_month),
        list(&fields.hour),
        list(&fields.minute)
    )
}

fn read_field(
    text: &str,
    start: usize,
    word: &str,
    field: Field,
    warnings: &mut Vec<Warning>,
) -> Result<FieldSet, ParseError> {
    let span = start..start + word.len();
    if word == "*" {
        return Ok(FieldSet::new(field, field.full(), span, true));
    }
    let mut bits = 0;
    let mut unread = None;
    for item in word.split(',') {
        let at = start + (item.as_ptr() as usize - word.as_ptr() as usize);
        match values(item, field) {
            Some(values) => bits |= values,
            None => unread = unread.or(Some(at..at + item.len())),
        }
    }
    if unread.is_some() {
        bits = 0;
    }
    let error = || explain(text, unread.clone().unwrap_or(span.clone()), field);
    match (bits, field) {
        // It complains, and writes a timer without weekdays.
        (0, Field::DayOfWeek) => {
            let kind = WarningKind::Kept {
                item: word.to_owned(),
            };
            let error = error();
            let help = error
                .help()
                .map_or(error.to_string(), |help| format!("{error}: {help}"));
            warnings.push(Warning::new(kind, Some(field), span.clone()).with_help(help));
            Ok(FieldSet::new(field, field.full(), span, false))
        }
        (0, _) => Err(error()),
        _ => {
            wrong_month(word, start, field, warnings);
            Ok(FieldSet::new(field, bits, span, word.starts_with('*')))
        }
    }
}

/// The values of an item as a slice of the field's list; none: it is not read at all.
fn values(item: &str, field: Field) -> Option<u64> {
    let (range, step) = match item.split_once('/') {
        Some((_, step)) if step.contains('/') => (item, 1),
        Some((range, step)) => (range, integer(step)?),
        None => (item, 1),
    };
    let first = i64::from(field.first());
    let length = i64::from(field.last()) - first + 1;
    let (low, high) = if range == "*" {
        (0, length)
    } else {
        let (low, high) = match range.split_once('-') {
            Some((_, high)) if high.contains('-') => (range, range),
            Some(ends) => ends,
            None => (range, range),
        };
        (value(low, field)? - first, value(high, field)? - first + 1)
    };
    // A start before the list counts from its end.
    let low = if low < 0 { (low + length).max(0) } else { low };
    let (indices, back) = (low..high.min(length), range == "*" && step < 0);
    let step = usize::try_from(step.unsigned_abs())
        .ok()
        .filter(|&size| size > 0 && (step > 0 || back))?;
    let bit = |bits: u64, index: i64| bits | 1 << (index + first);
    Some(if back {
        indices.rev().step_by(step).fold(0, bit)
    } else {
        indices.step_by(step).fold(0, bit)
    })
}

fn value(word: &str, field: Field) -> Option<i64> {
    let name = |names: &[&str]| {
        let word = word.get(..3).unwrap_or(word).to_ascii_lowercase();
        names.iter().position(|name| *name == word).map(|at| at as i64)
    };
    match field {
        Field::Month => integer(word).or_else(|| Some(name(&MONTHS)? + 1)),
        Field::DayOfWeek => name(&SHORT_WEEKDAYS).or_else(|| Some(integer(word)? % 7)),
        _ => integer(word),
    }
}

/// A whole number with an optional sign, as its language reads one.
fn integer(word: &str) -> Option<i64> {
    word.parse().ok()
}

/// Names behind the missing October mean the month before.
fn wrong_month(word: &str, start: usize, field: Field, warnings: &mut Vec<Warning>) {
    let lower = word.to_ascii_lowercase();
    for (name, meaning, number) in [("nov", "October", 11), ("dec", "November", 12)] {
        if field == Field::Month
            && let Some(at) = lower.find(name)
        {
            let message = format!("`{name}` is {meaning} here");
            let span = start + at..start + at + 3;
            warnings.push(Warning::oddity(message, Some(field), span).with_help(format!("write {number}")));
        }
    }
}

/// Why an item gives no value.
fn explain(text: &str, span: Range<usize>, field: Field) -> ParseError {
    let item = &text[span.clone()];
    let (first, last) = (i64::from(field.first()), i64::from(field.last()));
    let (range, step) = item.split_once('/').map_or((item, None), |(r, s)| (r, Some(s)));
    let number = range.split('-').find_map(|word| {
        integer(word).filter(|value| *value < first || *value > last && field != Field::DayOfWeek)
    });
    let kind = match (step.and_then(integer), number) {
        (Some(0), _) => ParseErrorKind::ZeroStep,
        (_, Some(value)) => ParseErrorKind::OutOfRange {
            value: value.to_string(),
            first,
            last,
        },
        _ if item.is_empty() => ParseErrorKind::EmptyItem,
        _ if value(range, field).is_none()
            && !range.contains('-')
            && range.starts_with(char::is_alphabetic) =>
        {
            ParseErrorKind::UnknownName {
                word: range.to_owned(),
            }
        }
        _ if range.split('-').count() == 2 && range.split('-').all(|end| value(end, field).is_some()) => {
            ParseErrorKind::ReversedRange {
                range: range.to_owned(),
            }
        }
        _ => ParseErrorKind::Unexpected {
            found: item.to_owned(),
        },
    };
    let error = ParseError::new(kind, Some(field), span);
    if field == Field::Month && range.to_ascii_lowercase().contains("oct") {
        return error.with_help("write 10: it does not know October by its name");
    }
    error.with_help(suggest::allowed(field))
}
