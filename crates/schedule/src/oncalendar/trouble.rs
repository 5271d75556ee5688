//! What is wrong with an expression that systemd refuses, and what would be right.

mod values;
mod weekdays;

use std::ops::Range;

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
}
