//! Amazon EventBridge's scheduled rules, as the documentation has them. Not measured.

use super::Dialect;
use super::quartz::{self, Years};
use crate::daylight::Daylight;
use crate::error::{ParseError, ParseErrorKind};
use crate::field::{DayRule, Field};
use crate::schedule::{Engine, Parsed};
use crate::suggest;

/// Scheduled rules of Amazon EventBridge.
pub static EVENTBRIDGE: Dialect = Dialect {
    name: "eventbridge",
    title: "EventBridge",
    source: "documented: \"Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge\", \
             https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html",
    aliases: &["aws", "cloudwatch"],
    fields: (6, 6),
    macros: &[],
    daylight: Daylight::Utc,
    notes: &[
        "`cron(minute hour day-of-month month day-of-week year)`, all six, or `rate(5 minutes)`",
        "one of the two day fields must be `?`; days of the week are 1 to 7, and 1 is Sunday",
        "`L`, `W` and `#` as in Quartz; years are 1970 to 2199",
        "times are UTC, to the minute; a rule runs within its minute, not on the second, and may be some seconds late",
    ],
    parse,
};

/// The documentation's last year; the first is 1970.
const LAST_YEAR: i64 = 2199;

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let trimmed = text.trim();
    let base = text.len() - text.trim_start().len();
    if trimmed.is_empty() {
        return Err(suggest::empty(text).with_help("`cron(0 12 * * ? *)` or `rate(5 minutes)`"));
    }
    let (inner, start) = match trimmed.strip_prefix("cron(") {
        Some(rest) => (
            rest.strip_suffix(')').ok_or_else(|| unclosed(text))?,
            base + "cron(".len(),
        ),
        None => (trimmed, base),
    };
    if let Some(rest) = trimmed.strip_prefix("rate(") {
        let inner = rest.strip_suffix(')').ok_or_else(|| unclosed(text))?;
        return rate(inner, base + "rate(".len());
    }
    let words = inner.split_ascii_whitespace().count();
    let end = start + inner.len();
    if words != 6 {
        let help = "six fields: minute hour day-of-month month day-of-week year, one day field `?`";
        let kind = match words {
            0..6 => ParseErrorKind::TooFewFields {
                found: words,
                wanted: 6,
            },
            _ => ParseErrorKind::TooManyFields {
                found: words,
                wanted: 6,
            },
        };
        let missing = &Field::SEVEN[1..];
        return Err(ParseError::new(kind, missing.get(words).copied(), start..end).with_help(help));
    }
    // The same fields as Quartz's, without the seconds.
    const SECONDS: &str = "0 ";
    let place = |span: std::ops::Range<usize>| {
        let at = |at: usize| (at.saturating_sub(SECONDS.len()) + start).min(end);
        at(span.start)..at(span.end)
    };
    match quartz::read(&format!("{SECONDS}{inner}"), dialect, Years::Allowed(LAST_YEAR)) {
        Err(error) => Err(ParseError {
            span: place(error.span.clone()),
            ..error
        }),
        Ok(mut parsed) => {
            if let Some(fields) = &mut parsed.fields {
                fields.second = None;
            }
            parsed.place(place);
            Ok(parsed)
        }
    }
}

fn unclosed(text: &str) -> ParseError {
    let kind = ParseErrorKind::Other {
        message: "the parenthesis is not closed".to_owned(),
    };
    ParseError::new(kind, None, text.len()..text.len()).with_help("add `)`")
}

/// `rate(VALUE UNIT)`: one minute and up, the unit in the number of the value.
fn rate(inner: &str, start: usize) -> Result<Parsed, ParseError> {
    let error = |message: &str| {
        let kind = ParseErrorKind::Other {
            message: message.to_owned(),
        };
        Err(ParseError::new(kind, None, start..start + inner.len())
            .with_help("such as `rate(1 hour)` or `rate(5 minutes)`"))
    };
    let words: Vec<&str> = inner.split_ascii_whitespace().collect();
    let [value, unit] = words.as_slice() else {
        return error("a rate is a number and a unit");
    };
    let Some(value) = value.parse::<u32>().ok().filter(|value| *value > 0) else {
        return error("the value of a rate is a positive number");
    };
    let seconds = match (*unit, value) {
        ("minute", 1) | ("minutes", 2..) => 60,
        ("hour", 1) | ("hours", 2..) => 3600,
        ("day", 1) | ("days", 2..) => 86_400,
        ("minute" | "minutes" | "hour" | "hours" | "day" | "days", _) => {
            return error("the unit is singular for 1 and plural for more");
        }
        _ => return error("the unit of a rate is minute, hour or day"),
    };
    Ok(Parsed {
        engine: Engine::Every(i64::from(value) * seconds),
        fields: None,
        day_rule: DayRule::Both,
        wild: true,
        warnings: Vec::new(),
        random: Vec::new(),
    })
}
