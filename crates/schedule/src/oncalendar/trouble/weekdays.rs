//! Trouble with the weekdays.

use std::ops::Range;

use super::super::read::WEEKDAYS;
use super::Trouble;
use crate::error::{ParseError, ParseErrorKind as Kind};
use crate::field::Field;

impl Trouble<'_> {
    pub(in crate::oncalendar) fn weekday(&self, at: usize) -> ParseError {
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

    pub(in crate::oncalendar) fn weekdays_wrap(
        &self,
        first: usize,
        last: usize,
        span: Range<usize>,
    ) -> ParseError {
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

    pub(in crate::oncalendar) fn after_weekday(&self, item: usize, at: usize) -> ParseError {
        let kind = Kind::AfterValue {
            found: self.text[self.one(at)].to_owned(),
            value: self.text[item..at].to_owned(),
        };
        ParseError::new(kind, Some(Field::DayOfWeek), self.one(at)).with_help("a range is written `Mon..Fri`")
    }

    pub(in crate::oncalendar) fn open_weekdays(&self, span: Range<usize>) -> ParseError {
        let help = format!("give the last day, as in `{}Sun`", &self.text[span.clone()]);
        ParseError::new(Kind::MissingRangeEnd, Some(Field::DayOfWeek), span).with_help(help)
    }
}
