//! Trouble with the values of one unit.

use std::ops::Range;

use super::super::component::{Component, SECOND};
use super::super::{FIRST_YEAR, LAST_YEAR};
use super::Trouble;
use crate::error::{ParseError, ParseErrorKind as Kind};
use crate::field::Field;

impl Trouble<'_> {
    pub(in crate::oncalendar) fn after_item(&self, item: usize, at: usize, field: Field) -> ParseError {
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

    pub(in crate::oncalendar) fn no_number(&self, item: usize, at: usize, field: Field) -> ParseError {
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

    pub(in crate::oncalendar) fn too_large(&self, span: Range<usize>, field: Field) -> ParseError {
        let value = self.text[span.clone()].to_owned();
        let (first, last) = bounds(field);
        let error = ParseError::new(Kind::OutOfRange { value, first, last }, Some(field), span);
        self.cured(error, "write a smaller number")
    }

    pub(in crate::oncalendar) fn too_long(&self, span: Range<usize>, field: Field) -> ParseError {
        self.other(
            format!("more than 241 items in the list of the {field}"),
            Some(field),
            span,
        )
        .with_help("write ranges and steps, as in `0..30/2`")
    }

    pub(in crate::oncalendar) fn zero_step(&self, span: Range<usize>, field: Field) -> ParseError {
        ParseError::new(Kind::ZeroStep, Some(field), span).with_help("the smallest step is 1")
    }

    pub(in crate::oncalendar) fn short_range(&self, span: Range<usize>) -> ParseError {
        let message = format!(
            "the range `{}` is shorter than a second",
            &self.text[span.clone()]
        );
        self.other(message, Some(Field::Second), span)
            .with_help("ranges of seconds run upwards and go by whole seconds unless a step says otherwise, as in `0..0.5/0.1`")
    }

    /// An item that a unit does not have, or a step that never comes to a second value.
    pub(in crate::oncalendar) fn invalid(
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
        Field::Year => (FIRST_YEAR, LAST_YEAR),
        _ => (i64::from(field.first()), i64::from(field.last())),
    }
}
