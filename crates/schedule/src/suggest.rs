//! Errors with their cure: what the author probably meant, and how this dialect writes it.

use std::ops::Range;

use crate::dialect::Dialect;
use crate::error::{ParseError, ParseErrorKind};
use crate::field::Field;
use crate::names::{MONTHS, WEEKDAYS};
use crate::vixie::names;

type Kind = ParseErrorKind;

pub(crate) fn empty(text: &str) -> ParseError {
    ParseError::new(Kind::Empty, None, 0..text.len())
        .with_help("five fields: minute hour day-of-month month day-of-week")
}

pub(crate) fn too_few_fields(text: &str, missing: Field, dialect: &Dialect) -> ParseError {
    let found = text.split_ascii_whitespace().count();
    let end = text.trim_end().len();
    let kind = Kind::TooFewFields {
        found,
        wanted: dialect.fields.0,
    };
    ParseError::new(kind, Some(missing), end..text.len().max(end))
        .with_help("five fields: minute hour day-of-month month day-of-week; `*` is every value")
}

pub(crate) fn too_many_fields(text: &str, at: usize, wanted: usize, dialect: &Dialect) -> ParseError {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let found = words.len();
    let kind = Kind::TooManyFields { found, wanted };
    let error = ParseError::new(kind, None, at..text.trim_end().len().max(at));
    let field_like =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b"*/,-?".contains(&b));
    if (6..=7).contains(&found) && words.iter().take(6).all(|word| field_like(word)) {
        let rest = words[1..6].join(" ").replace('?', "*");
        return error.with_help(format!("{} has no seconds: write `{rest}`", dialect.title));
    }
    error.with_help("only the five time fields, without user and command; quote the expression in a shell")
}

pub(crate) fn after_macro(text: &str, word: Range<usize>, dialect: &Dialect) -> ParseError {
    if &text[word.clone()] == "@every" {
        return unknown_macro(
            text.trim(),
            word.start..text.trim_end().len().max(word.start),
            dialect,
        );
    }
    let found = text.split_ascii_whitespace().count();
    let help = format!("`{}` stands alone", &text[word.clone()]);
    let start = text.len() - text[word.end..].trim_start().len();
    ParseError::new(
        Kind::TooManyFields { found, wanted: 1 },
        None,
        start..text.trim_end().len().max(start),
    )
    .with_help(help)
}

pub(crate) fn unknown_macro(word: &str, span: Range<usize>, dialect: &Dialect) -> ParseError {
    let error = ParseError::new(
        Kind::UnknownMacro {
            word: word.to_owned(),
        },
        None,
        span,
    );
    let lower = word.to_ascii_lowercase();
    if dialect.macros.contains(&lower.as_str()) {
        return error.with_help(format!(
            "write `{lower}`: {} knows it in small letters only",
            dialect.title
        ));
    }
    if let Some(expression) = every(&lower) {
        return error.with_help(format!("{} has no `@every`: write `{expression}`", dialect.title));
    }
    let near = dialect
        .macros
        .iter()
        .map(|name| (distance(name, &lower), name))
        .min();
    match near {
        Some((distance, name)) if distance <= 2 => error.with_help(format!("did you mean `{name}`?")),
        _ if dialect.macros.is_empty() => error.with_help(format!("{} knows no such words", dialect.title)),
        _ => error.with_help(format!("known are {}", dialect.macros.join(", "))),
    }
}

/// `@every 5m` as a crontab expression, where there is an equal one.
fn every(text: &str) -> Option<String> {
    let duration = text.strip_prefix("@every")?.trim();
    let (number, unit) = duration.split_at(duration.find(|c: char| !c.is_ascii_digit())?);
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    match unit {
        "m" if 60 % number == 0 => Some(format!("*/{number} * * * *")),
        "h" if 24 % number == 0 => Some(format!("0 */{number} * * *")),
        _ => None,
    }
}

pub(crate) fn out_of_range(
    text: &str,
    value: i64,
    span: Range<usize>,
    field: Field,
    _: &Dialect,
) -> ParseError {
    let written = &text[span.clone()];
    let (first, last) = (
        i64::from(field.first()),
        if field == Field::DayOfWeek {
            7
        } else {
            i64::from(field.last())
        },
    );
    // Of a range, the end that is wrong.
    let culprit = if written.bytes().all(|b| b.is_ascii_digit()) {
        written.to_owned()
    } else {
        value.to_string()
    };
    let span = narrow(text, span, first, last);
    let value = if text[span.clone()].bytes().all(|b| b.is_ascii_digit()) {
        text[span.clone()].to_owned()
    } else {
        culprit
    };
    let error = ParseError::new(Kind::OutOfRange { value, first, last }, Some(field), span.clone());
    match (field, text[span].parse::<i64>()) {
        (Field::Hour, Ok(24)) => error.with_help("midnight is hour 0"),
        (Field::Minute, Ok(60)) => error.with_help("the full hour is minute 0"),
        (Field::DayOfMonth, Ok(0)) => error.with_help("days begin at 1"),
        (Field::Month, Ok(0)) => error.with_help("months begin at 1; `jan` to `dec` are names for them"),
        (Field::DayOfWeek, Ok(_)) => error.with_help("0 and 7 are Sunday, 1 is Monday, 6 is Saturday"),
        _ => error,
    }
}

/// The number of a range that is out of range.
fn narrow(text: &str, span: Range<usize>, first: i64, last: i64) -> Range<usize> {
    let mut at = span.start;
    for part in text[span.clone()].split('-') {
        let here = at..at + part.len();
        at = here.end + 1;
        if part
            .parse::<i64>()
            .is_ok_and(|value| value < first || value > last)
        {
            return here;
        }
    }
    span
}

pub(crate) fn missing_range_end(text: &str, span: Range<usize>, field: Field) -> ParseError {
    let help = format!(
        "give the last {field}, as in `{}{}`",
        &text[span.clone()],
        field.last()
    );
    ParseError::new(Kind::MissingRangeEnd, Some(field), span).with_help(help)
}

/// Something behind a value that cannot stand there.
pub(crate) fn after_value(text: &str, at: usize, item: usize, field: Field) -> ParseError {
    let end = text[at..]
        .find([',', ' ', '\t', '\n'])
        .map_or(text.len(), |len| at + len);
    let found = text[at..end].to_owned();
    ParseError::new(
        Kind::AfterValue {
            found,
            value: text[item..at].to_owned(),
        },
        Some(field),
        at..end,
    )
    .with_help(format!("remove it: `{}` stands alone", &text[item..at]))
}

pub(crate) fn step_without_range(text: &str, item: usize, field: Field, _: &Dialect) -> ParseError {
    let end = text[item..]
        .find([',', ' ', '\t', '\n'])
        .map_or(text.len(), |len| item + len);
    let written = &text[item..end];
    let error = ParseError::new(
        Kind::StepWithoutRange {
            item: written.to_owned(),
        },
        Some(field),
        item..end,
    );
    let (start, step) = written.split_once('/').unwrap_or((written, ""));
    error.with_help(format!("write `{start}-{}/{step}`", field.last()))
}

pub(crate) fn no_value(text: &str, at: usize, item: usize, field: Field, dialect: &Dialect) -> ParseError {
    let rest = &text[at..];
    let Some(found) = rest.chars().next().filter(|c| !" \t\n,".contains(*c)) else {
        let span = item.saturating_sub(usize::from(item > 0 && text.as_bytes()[item - 1] == b','))
            ..(at + 1).min(text.len());
        let span = if text.is_char_boundary(span.end) {
            span
        } else {
            span.start..at
        };
        return ParseError::new(Kind::EmptyItem, Some(field), span).with_help("remove the comma");
    };
    let end = rest
        .find([',', ' ', '\t', '\n'])
        .map_or(text.len(), |len| at + len);
    let span = at..at + found.len_utf8();
    let error = ParseError::new(
        Kind::Unexpected {
            found: found.to_string(),
        },
        Some(field),
        span,
    );
    match found {
        '?' => error.with_help(format!("{} has no `?`: write `*`", dialect.title)),
        '/' if at == item => error.with_help(format!("write `*{}`", &text[at..end])),
        '-' if at == item && rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            error.with_help(format!("write `{}{}`", field.first(), &text[at..end]))
        }
        '~' => error.with_help(format!("random values are cronie's; {} has none", dialect.title)),
        '+' | '\'' | '"' | '(' => error.with_help("plain numbers, without signs and quotes"),
        '$' => error.with_help("the last day of the month as `$` is known to ISC cron only"),
        '*' => error.with_help("a star stands alone or before a step, as in `*/5`"),
        _ => error.with_help(allowed(field)),
    }
}

/// What a field takes, in one line.
pub(crate) fn allowed(field: Field) -> String {
    let (names, _) = names(field);
    let numbers = match field {
        Field::DayOfWeek => "0 to 7".to_owned(),
        _ => format!("{} to {}", field.first(), field.last()),
    };
    match (names.first(), names.last()) {
        (Some(first), Some(last)) => format!("{numbers}, `{first}` to `{last}`, lists, ranges and steps"),
        _ => format!("{numbers}, lists, ranges and steps"),
    }
}

pub(crate) fn unknown_name(text: &str, span: Range<usize>, field: Field, dialect: &Dialect) -> ParseError {
    let word = &text[span.clone()];
    let lower = word.to_ascii_lowercase();
    let error = ParseError::new(
        Kind::UnknownName {
            word: word.to_owned(),
        },
        Some(field),
        span,
    );
    let known = names(field).0;
    if let Some(name) = known.iter().find(|name| {
        lower.len() > 3
            && WEEKDAYS
                .iter()
                .chain(&MONTHS)
                .map(|full| full.to_ascii_lowercase())
                .any(|full| full.starts_with(*name) && full.starts_with(&lower))
    }) {
        return error.with_help(format!(
            "{} knows names of three letters: write `{name}`",
            dialect.title
        ));
    }
    let others = [
        (Field::Month, "the month is the fourth field"),
        (Field::DayOfWeek, "the day of week is the fifth field"),
    ];
    for (other, help) in others {
        if other != field && names(other).0.iter().any(|name| lower.starts_with(name)) {
            return error.with_help(help);
        }
    }
    if let Some(help) = foreign(&lower, field, dialect) {
        return error.with_help(help);
    }
    let near = known.iter().map(|name| (distance(name, &lower), name)).min();
    match near {
        Some((1, name)) => error.with_help(format!("did you mean `{name}`?")),
        _ => error.with_help(allowed(field)),
    }
}

/// Letters that other schedulers know.
fn foreign(word: &str, field: Field, dialect: &Dialect) -> Option<String> {
    let title = dialect.title;
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    match word {
        "l" if field == Field::DayOfMonth => Some(format!(
            "{title} has no `L`: run on `28-31` and let the command test whether tomorrow is the 1st"
        )),
        "l" | "lw" => Some(format!(
            "`{}` is Quartz's; {title} does not know it",
            word.to_ascii_uppercase()
        )),
        "h" => Some(format!(
            "`H` is Jenkins's; {title} does not know it: choose a number"
        )),
        _ if digits > 0 && digits + 1 == word.len() && (word.ends_with('w') || word.ends_with('l')) => {
            Some(format!("`W` and `L` are Quartz's; {title} does not know them"))
        }
        _ => None,
    }
}

/// A range that runs backwards, written so that it means what it says.
pub(crate) fn unrolled(
    text: &str,
    range: Range<usize>,
    field: Field,
    (first, last, step): (i64, i64, i64),
) -> Option<String> {
    let (low, high) = (i64::from(field.first()), i64::from(field.last()));
    let within = |value: i64| (low..=high).contains(&value);
    if !within(first) || !within(last) || step < 1 {
        return None;
    }
    if step == 1 {
        let (from, to) = text[range].split_once('-')?;
        let part = |from: &str, to: &str, lone: bool| {
            if lone {
                from.to_owned()
            } else {
                format!("{from}-{to}")
            }
        };
        let (top, bottom) = match field {
            Field::DayOfWeek if from.parse::<i64>().is_err() => ("sat".to_owned(), "sun".to_owned()),
            Field::Month if from.parse::<i64>().is_err() => ("dec".to_owned(), "jan".to_owned()),
            _ => (high.to_string(), low.to_string()),
        };
        return Some(format!(
            "write `{},{}`",
            part(from, &top, first == high),
            part(&bottom, to, last == low)
        ));
    }
    let span = high - low + 1;
    let values: Vec<String> = (0..)
        .map(|n| first + n * step)
        .take_while(|value| *value <= last + span)
        .map(|value| (low + (value - low) % span).to_string())
        .collect();
    Some(format!("write `{}`", values.join(",")))
}

/// The edits between two words.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let next = row[j + 1];
            row[j + 1] = (next + 1).min(row[j] + 1).min(diagonal + usize::from(x != y));
            diagonal = next;
        }
    }
    row[b.len()]
}
