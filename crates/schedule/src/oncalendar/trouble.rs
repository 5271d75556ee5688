//! What is wrong with an expression that systemd refuses, and what would be right.

use std::ops::Range;

use super::component::{Component, SECOND};
use super::read::{WEEKDAYS, WORDS};
use crate::convert;
use crate::dialect::{self, Dialect};
use crate::error::{ParseError, ParseErrorKind as Kind};
use crate::field::Field;
use crate::schedule::Schedule;

/// An expression in trouble; the zone at its end does not count.
pub(super) struct Trouble<'a> {
    pub(super) text: &'a str,
    pub(super) end: usize,
    pub(super) dialect: &'static Dialect,
}

const FORM: &str = "`Mon..Fri *-*-* 09:00:00`: weekdays, a date and a time, each of them optional";

impl Trouble<'_> {
    fn body(&self) -> &str {
        &self.text[..self.end]
    }

    pub(super) fn empty(&self) -> ParseError {
        ParseError::new(Kind::Empty, None, 0..self.text.len()).with_help(FORM)
    }

    /// The word around a place, up to the next blank.
    fn word(&self, at: usize) -> Range<usize> {
        let end = self.body()[at..].find(' ').map_or(self.end, |length| at + length);
        at..end
    }

    /// The character at a place.
    fn one(&self, at: usize) -> Range<usize> {
        let length = self.body()[at..].chars().next().map_or(0, char::len_utf8);
        at..at + length
    }

    fn other(&self, message: impl Into<String>, field: Option<Field>, span: Range<usize>) -> ParseError {
        let message = message.into();
        ParseError::new(Kind::Other { message }, field, span)
    }

    /// What the author probably had in mind, when it is another scheduler's way of writing.
    fn foreign(&self) -> Option<String> {
        let body = self.body().trim();
        if let Some(word) = body.strip_prefix('@').map(str::to_ascii_lowercase) {
            let word = if word == "midnight" {
                "daily".to_owned()
            } else {
                word
            };
            let known = WORDS.iter().any(|(known, _)| *known == word);
            return known.then(|| format!("write `{word}`"));
        }
        // The conversion reads what it is given as ours, too; the tabs keep it from coming back here.
        let words: Vec<&str> = body.split(' ').filter(|word| !word.is_empty()).collect();
        let crontab = words.join("\t");
        let schedule = Schedule::parse(&crontab, &dialect::DEBIAN)
            .ok()
            .filter(|_| words.len() == 5)?;
        let written = convert::expressions(&schedule, self.dialect).ok()?;
        let lines: Vec<String> = written.iter().map(|line| format!("`{line}`")).collect();
        Some(format!("that is a crontab's way: write {}", lines.join(" and ")))
    }

    /// Puts the likely cure first.
    fn cured(&self, error: ParseError, help: impl Into<String>) -> ParseError {
        let help = self.foreign().unwrap_or_else(|| help.into());
        error.with_help(help)
    }

    pub(super) fn weekday(&self, at: usize) -> ParseError {
        let span = self.word(at);
        let end = self.text[span.clone()]
            .find([',', '.', '-', '/'])
            .map_or(span.end, |length| at + length);
        let word = self.text[at..end.max(at)].to_owned();
        if word.is_empty() {
            let error = ParseError::new(Kind::EmptyItem, Some(Field::DayOfWeek), at..self.one(at).end);
            return self.cured(error, "give a day between the commas, or leave one comma out");
        }
        let lower = word.to_ascii_lowercase();
        let is_name = |name: &&&str| {
            [**name, &name[..3]]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(&word))
        };
        if WEEKDAYS.iter().any(|name| is_name(&name)) && end < span.end {
            let found = self.text[end..span.end].to_owned();
            let kind = Kind::AfterValue { found, value: word };
            let error = ParseError::new(kind, Some(Field::DayOfWeek), end..span.end);
            return self.cured(error, "weekdays take no step: list them, as in `Mon,Wed,Fri`");
        }
        let near = WEEKDAYS
            .iter()
            .find(|name| lower.len() > 1 && name.to_ascii_lowercase().starts_with(&lower));
        let help = match near {
            Some(name) => format!("write `{}`", &name[..3]),
            None => "days are `Mon` to `Sun` or `Monday` to `Sunday`; a blank follows the last".to_owned(),
        };
        let error = ParseError::new(Kind::UnknownName { word }, Some(Field::DayOfWeek), at..end);
        self.cured(error, help)
    }

    pub(super) fn weekdays_wrap(&self, first: usize, last: usize, span: Range<usize>) -> ParseError {
        let short = |day: usize| &WEEKDAYS[day][..3];
        let run = |first: usize, last: usize| match last - first {
            0 => short(first).to_owned(),
            1 => format!("{},{}", short(first), short(last)),
            _ => format!("{}..{}", short(first), short(last)),
        };
        let help = format!(
            "write `{},{}`: the week begins on Monday",
            run(0, last),
            run(first, 6)
        );
        let range = self.text[span.clone()].to_owned();
        ParseError::new(Kind::ReversedRange { range }, Some(Field::DayOfWeek), span).with_help(help)
    }

    pub(super) fn after_weekday(&self, item: usize, at: usize) -> ParseError {
        let kind = Kind::AfterValue {
            found: self.text[self.one(at)].to_owned(),
            value: self.text[item..at].to_owned(),
        };
        ParseError::new(kind, Some(Field::DayOfWeek), self.one(at)).with_help("a range is written `Mon..Fri`")
    }

    pub(super) fn open_weekdays(&self, span: Range<usize>) -> ParseError {
        let help = format!("give the last day, as in `{}Sun`", &self.text[span.clone()]);
        ParseError::new(Kind::MissingRangeEnd, Some(Field::DayOfWeek), span).with_help(help)
    }

    pub(super) fn epoch(&self, start: usize) -> ParseError {
        let span = start..self.end;
        let error = match self.text[start + 1..self.end]
            .bytes()
            .all(|byte| byte.is_ascii_digit())
        {
            true => self.other(
                "that many seconds since 1970 are beyond the year 2199",
                None,
                span,
            ),
            false => {
                let word = self.text[span.clone()].to_owned();
                ParseError::new(Kind::UnknownMacro { word }, None, span)
            }
        };
        self.cured(
            error,
            "after `@` stands a number of seconds since 1970-01-01 00:00:00 UTC, as in `@1798761600`",
        )
    }

    /// A word that is neither a date nor a time.
    pub(super) fn lone_word(&self, at: usize) -> ParseError {
        let span = self.word(at);
        let word = &self.text[span.clone()];
        let number = word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"*.,/".contains(&byte))
            && !word.is_empty();
        if number {
            let message = format!("`{word}` is neither a date nor a time");
            let help =
                format!("a time has a colon, as in `{word}:00`; a date has a dash, as in `*-*-{word}`");
            return self.cured(self.other(message, None, span), help);
        }
        if word.is_empty() {
            let error = self.other(
                "a blank where the expression should begin",
                None,
                at..self.one(at).end,
            );
            return self.cured(error, "remove the blank");
        }
        let lower = word.to_ascii_lowercase();
        if at == 0 && self.text.trim_end().len() == span.end && WORDS.iter().any(|(word, _)| *word == lower) {
            let error = self.other("a blank after the word", None, span.end..self.text.len());
            return error.with_help(format!("write `{word}`"));
        }
        let near = WEEKDAYS
            .iter()
            .find(|name| lower.len() > 1 && name.to_ascii_lowercase().starts_with(&lower));
        let word = word.to_owned();
        let error = ParseError::new(Kind::UnknownMacro { word }, None, span);
        match near {
            Some(name) => error.with_help(format!("write `{}`", &name[..3])),
            None => self.cured(error, format!("known words are minutely, hourly, daily, weekly, monthly, quarterly, semiannually and yearly; else {FORM}")),
        }
    }

    pub(super) fn tilde_too_early(&self, at: usize) -> ParseError {
        let kind = Kind::Unexpected {
            found: "~".to_owned(),
        };
        ParseError::new(kind, Some(Field::Month), at..at + 1)
            .with_help("`~` stands before the day: `*-02~01` is the last day of February")
    }

    /// Something where a part should have ended.
    pub(super) fn after(&self, at: usize, field: Field) -> ParseError {
        let span = match at < self.end {
            true => self.word(at),
            false => at..at,
        };
        let found = &self.text[span.clone()];
        if found.trim().is_empty() {
            let end = self.end.max(at);
            let rest = &self.text[at..end];
            if let Some(zone) = rest.split_ascii_whitespace().next() {
                return self.zone(at + rest.find(zone).unwrap_or(0), zone.len());
            }
            let error = self.other(format!("a blank after the {field}"), Some(field), at..end);
            return self.cured(error, "remove it");
        }
        let message = format!("`{found}` cannot follow the {field}");
        let error = self.other(message, Some(field), span.clone());
        match (found.as_bytes()[0], field) {
            (b'T', _) => self.cured(error, "a blank stands between date and time"),
            (b'/', _) => {
                let first = i64::from(matches!(field, Field::Month | Field::DayOfMonth));
                let step: String = found[1..].chars().take_while(char::is_ascii_digit).collect();
                let help = format!("a step follows a number: write `{first}/{step}` for `*/{step}`");
                self.cured(error, help)
            }
            (b':', Field::Second) => self.cured(error, "a time is hours, minutes and seconds"),
            (b'-' | b'~', _) => self.cured(error, "a date is year, month and day"),
            _ => self.cured(error, FORM),
        }
    }

    /// A last word that is no zone.
    fn zone(&self, at: usize, length: usize) -> ParseError {
        let span = at..at + length;
        let name = &self.text[span.clone()];
        let error = self.other(format!("`{name}` is not a known time zone"), None, span);
        let alike = chrono_tz::TZ_VARIANTS
            .iter()
            .find(|zone| zone.name().eq_ignore_ascii_case(name));
        let help = match alike {
            Some(zone) => format!("write `{}`: letter case counts", zone.name()),
            None if name.starts_with(['+', '-']) => {
                "a zone is named, as in `Europe/Berlin`; a fixed offset is `Etc/GMT-2` for +02:00".to_owned()
            }
            None => "`UTC` or a name such as `Europe/Berlin`; an abbreviation such as `CEST` is known only on a host of that zone".to_owned(),
        };
        self.cured(error, help)
    }

    pub(super) fn no_colon(&self, at: usize, before: Field) -> ParseError {
        if at < self.end {
            return self.after(at, before);
        }
        let start = self.body().rfind(' ').map_or(0, |blank| blank + 1);
        let word = &self.text[start..at];
        let error = self.other("a time without minutes", Some(Field::Hour), start..at);
        self.cured(error, format!("write `{word}:00`"))
    }

    pub(super) fn too_long(&self, span: Range<usize>, field: Field) -> ParseError {
        self.other(
            format!("more than 241 items in the list of the {field}"),
            Some(field),
            span,
        )
        .with_help("write ranges and steps, as in `0..30/2`")
    }

    pub(super) fn zero_step(&self, span: Range<usize>, field: Field) -> ParseError {
        ParseError::new(Kind::ZeroStep, Some(field), span).with_help("the smallest step is 1")
    }

    pub(super) fn short_range(&self, span: Range<usize>) -> ParseError {
        let message = format!(
            "the range `{}` is shorter than a second",
            &self.text[span.clone()]
        );
        self.other(message, Some(Field::Second), span)
            .with_help("ranges of seconds run upwards and go by whole seconds unless a step says otherwise, as in `0..0.5/0.1`")
    }

    pub(super) fn after_item(&self, item: usize, at: usize, field: Field) -> ParseError {
        let end = self.body()[at..]
            .find([',', ' ', '-', '~', ':'])
            .map_or(self.end, |length| at + length);
        let found = self.text[at..end].to_owned();
        let kind = Kind::AfterValue {
            value: self.text[item..at].to_owned(),
            found,
        };
        let help = match self.text.as_bytes()[at] {
            b'T' => "a blank stands between date and time",
            b'Z' => "write ` UTC` for `Z`",
            b'.' => "a range has two dots, as in `1..5`; only seconds have fractions",
            _ => "a value is a number, a range `1..5`, or one of these with a step `/2`",
        };
        self.cured(ParseError::new(kind, Some(field), at..end), help)
    }

    pub(super) fn no_number(&self, item: usize, at: usize, field: Field) -> ParseError {
        let before = &self.text[item..at];
        let rest = &self.body()[at..];
        if before.ends_with('/') {
            let error = ParseError::new(Kind::MissingStep, Some(field), item..at);
            return self.cured(error, "give a number after the slash");
        }
        if before.ends_with("..") {
            let error = ParseError::new(Kind::MissingRangeEnd, Some(field), item..at);
            return self.cured(error, "give the last value after the dots");
        }
        let listed = at > 0 && self.text.as_bytes()[at - 1] == b',';
        if rest.is_empty() || rest.starts_with([',', ' ', ':', '-', '~']) && listed {
            if listed {
                let error = ParseError::new(Kind::EmptyItem, Some(field), at - 1..self.one(at).end);
                return self.cured(error, "remove the comma");
            }
            let error = self.other(format!("the {field} is missing"), Some(field), at..at);
            return self.cured(error, "`*` is every value");
        }
        let end = rest
            .find([',', ' ', '-', '~', ':', '/'])
            .filter(|length| *length > 0);
        let span = at..end.map_or(self.one(at).end, |length| at + length);
        let found = self.text[span.clone()].to_owned();
        let word = found.to_ascii_lowercase();
        if rest == found
            && at > 0
            && self.text.as_bytes()[at - 1] == b' '
            && word.len() > 1
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        {
            return self.zone(at, found.len());
        }
        let month = crate::names::MONTHS
            .iter()
            .position(|month| word.len() >= 3 && month.to_ascii_lowercase().starts_with(&word));
        let help = match (field, month) {
            (Field::Month, Some(month)) => format!("months are numbers: write `{:02}`", month + 1),
            _ if found == "*" => {
                "a star stands alone; a step from the start is `0/5`, for months and days `1/5`".to_owned()
            }
            _ if found == "~" => {
                "`~` stands for the `-` before the day: `*-*~01` is the last day of every month".to_owned()
            }
            _ if found == "/" => "a step follows a number, as in `0/5`".to_owned(),
            _ => "a number, a range `1..5`, a step `1/5`, a list of these, or `*`".to_owned(),
        };
        self.cured(
            ParseError::new(Kind::Unexpected { found }, Some(field), span),
            help,
        )
    }

    pub(super) fn too_large(&self, span: Range<usize>, field: Field) -> ParseError {
        let value = self.text[span.clone()].to_owned();
        let (first, last) = bounds(field);
        let error = ParseError::new(Kind::OutOfRange { value, first, last }, Some(field), span);
        self.cured(error, "write a smaller number")
    }

    /// An item that a unit does not have, or a step that never comes to a second value.
    pub(super) fn invalid(
        &self,
        field: Field,
        one: Component,
        span: Range<usize>,
        (first, last): (i64, i64),
        from_the_end: bool,
    ) -> ParseError {
        let unit = if field == Field::Second { SECOND } else { 1 };
        let outside = |value: i64| value < first || value > last;
        let culprit = Some(one.start)
            .filter(|value| outside(*value))
            .or(one.stop.filter(|value| outside(*value)));
        if let Some(value) = culprit {
            let kind = Kind::OutOfRange {
                value: (value / unit).to_string(),
                first: first / unit,
                last: last / unit,
            };
            let help = match (field, value / unit) {
                _ if from_the_end && last < 28 => {
                    "the largest of a list of days from the end may be 28 less 3 for each smaller one"
                        .to_owned()
                }
                _ if from_the_end => {
                    "days from the end of the month go from 1, the last day, to 28".to_owned()
                }
                (Field::Hour, 24) => "midnight is hour 0 of the next day".to_owned(),
                (Field::Minute, 60) => "the full hour is minute 0".to_owned(),
                (Field::DayOfMonth, 0) => "days begin at 1; the last day of a month is `~01`".to_owned(),
                (Field::Month, 0) => "months begin at 1".to_owned(),
                _ => format!("{} to {}", first / unit, last / unit),
            };
            return ParseError::new(kind, Some(field), span).with_help(help);
        }
        if let Some(stop) = one.stop.filter(|stop| *stop < one.start) {
            let range = format!("{}..{}", one.start / unit, stop / unit);
            let help = match from_the_end {
                true => format!("write `{stop}..{}`, the later day first", one.start),
                false => format!(
                    "write `{}..{},{}..{}`",
                    one.start / unit,
                    last / unit,
                    first / unit,
                    stop / unit
                ),
            };
            return ParseError::new(Kind::ReversedRange { range }, Some(field), span).with_help(help);
        }
        let message = format!(
            "the step {} never comes to a second {field} after {}",
            seconds(one.repeat, unit),
            seconds(one.start, unit)
        );
        let help = format!("write `{}` alone, or a smaller step", seconds(one.start, unit));
        self.other(message, Some(field), span).with_help(help)
    }
}

/// A number of a unit, with its fraction.
fn seconds(value: i64, unit: i64) -> String {
    match value % unit {
        0 => (value / unit).to_string(),
        rest => format!("{}.{rest:06}", value / unit)
            .trim_end_matches('0')
            .to_owned(),
    }
}

fn bounds(field: Field) -> (i64, i64) {
    match field {
        Field::Year => (super::FIRST_YEAR, super::LAST_YEAR),
        _ => (i64::from(field.first()), i64::from(field.last())),
    }
}
