//! bcron: Bruce Guenter's cron.

use std::ops::Range;

use super::Dialect;
use crate::daylight::{Daylight, Library};
use crate::error::{ParseError, ParseErrorKind, Warning, WarningKind};
use crate::field::{DayRule, Field, FieldSet, Fields};
use crate::names::{MONTHS, WEEKDAYS};
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed};
use crate::suggest;

/// Bruce Guenter's cron.
pub static BCRON: Dialect = Dialect {
    name: "bcron",
    title: "bcron",
    source: "measured: bcron-sched 0.11-19, the Debian package's binary",
    aliases: &[],
    fields: (5, 5),
    macros: &[],
    daylight: Daylight::Stepwise(Library::Bcron),
    notes: &[
        "both day fields must match, always",
        "names in full or of three letters, in any case",
        "a single value with a step is that value: `5/15` is 5",
        "values need no comma between them when the first ends: `*5` is `*,5`",
        "no `@words`",
    ],
    parse,
};

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let trimmed = text.trim_start_matches(is_space);
    let mut reader = Reader {
        text,
        at: text.len() - trimmed.len(),
        dialect,
        warnings: Vec::new(),
    };
    if trimmed.is_empty() {
        return Err(suggest::empty(text));
    }
    if trimmed.starts_with('@') {
        let end = reader.at + trimmed.find(is_space).unwrap_or(trimmed.len());
        return Err(suggest::unknown_macro(
            &text[reader.at..end],
            reader.at..end,
            dialect,
        ));
    }
    let fields = Fields {
        second: None,
        minute: reader.field(Field::Minute)?,
        hour: reader.field(Field::Hour)?,
        day_of_month: reader.field(Field::DayOfMonth)?,
        month: reader.field(Field::Month)?,
        day_of_week: reader.field(Field::DayOfWeek)?,
        years: None,
    };
    if reader.at < text.len() {
        return Err(suggest::too_many_fields(text, reader.at, 5, dialect));
    }
    if !fields.day_of_month.is_full() && !fields.day_of_week.is_full() {
        let message = "a day must match both day fields; most crons run on days that match either";
        let span = fields.day_of_month.span.start..fields.day_of_week.span.end;
        reader.warnings.push(Warning::oddity(message, None, span));
    }
    Ok(Parsed {
        engine: Engine::Plan(Plan::new(&fields, DayRule::Both)),
        fields: Some(Box::new(fields)),
        day_rule: DayRule::Both,
        wild: true,
        warnings: reader.warnings,
        random: Vec::new(),
    })
}

/// C's `isspace`.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    dialect: &'static Dialect,
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn at_space(&self) -> bool {
        self.peek().is_none_or(|byte| is_space(char::from(byte)))
    }

    fn field(&mut self, field: Field) -> Result<FieldSet, ParseError> {
        let start = self.at;
        if self.at == self.text.len() {
            return Err(suggest::too_few_fields(self.text, field, self.dialect));
        }
        let starred = self.peek() == Some(b'*');
        let mut bits = 0;
        while !self.at_space() {
            bits |= self.item(field)?;
            while self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        let span = start..self.at;
        while self.at < self.text.len() && self.at_space() {
            self.at += 1;
        }
        if field == Field::DayOfWeek {
            bits = (bits | bits >> 7) & 0x7f;
        }
        let full = bits == field.full();
        Ok(FieldSet::new(field, bits, span, starred && full))
    }

    fn item(&mut self, field: Field) -> Result<u64, ParseError> {
        let item = self.at;
        let last_allowed = if field == Field::DayOfWeek {
            7
        } else {
            i64::from(field.last())
        };
        let first_allowed = i64::from(field.first());
        let (first, last) = if self.peek() == Some(b'*') {
            self.at += 1;
            (first_allowed, last_allowed)
        } else {
            let first = self.value(field, item)?;
            let dash = self.peek() == Some(b'-');
            self.at += usize::from(dash);
            if dash && self.at_space() {
                return Err(suggest::missing_range_end(self.text, item..self.at, field));
            }
            (first, if dash { self.value(field, item)? } else { first })
        };
        let range = item..self.at;
        let step = if self.peek() == Some(b'/') {
            self.step(field, item)?
        } else {
            1
        };
        if first > last {
            let kind = ParseErrorKind::ReversedRange {
                range: self.text[range.clone()].to_owned(),
            };
            let help = suggest::unrolled(self.text, range.clone(), field, (first, last, 1));
            return Err(ParseError {
                help,
                ..ParseError::new(kind, Some(field), range)
            });
        }
        if first < first_allowed || last > last_allowed {
            let value = if first < first_allowed { first } else { last };
            return Err(suggest::out_of_range(
                self.text,
                value,
                range,
                field,
                self.dialect,
            ));
        }
        self.warn(field, (first, last, step), item..self.at);
        Ok((first..=last)
            .step_by(step)
            .fold(0, |bits, value| bits | 1 << value))
    }

    fn warn(&mut self, field: Field, (first, last, step): (i64, i64, usize), span: Range<usize>) {
        let next = first.saturating_add(i64::try_from(step).unwrap_or(i64::MAX));
        if step > 1 && (first == last || next > last) {
            let kind = WarningKind::LoneStep {
                item: self.text[span.clone()].to_owned(),
                value: first,
            };
            self.warnings.push(Warning::new(kind, Some(field), span));
        }
    }

    fn value(&mut self, field: Field, item: usize) -> Result<i64, ParseError> {
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Ok(i64::from(self.digits()));
        }
        let (names, first): (&[&str], usize) = match field {
            Field::Month => (&MONTHS, 1),
            Field::DayOfWeek => (&WEEKDAYS, 0),
            _ => (&[], 0),
        };
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |length: usize| rest.get(length).is_none_or(|byte| !byte.is_ascii_alphabetic());
        for (place, name) in names.iter().enumerate() {
            for length in [name.len(), 3] {
                let found = rest
                    .get(..length)
                    .is_some_and(|word| word.eq_ignore_ascii_case(&name.as_bytes()[..length]));
                if found && ends(length) {
                    self.at += length;
                    return Ok((first + place) as i64);
                }
            }
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if length == 0 {
            return Err(suggest::no_value(self.text, self.at, item, field, self.dialect));
        }
        Err(suggest::unknown_name(
            self.text,
            self.at..self.at + length,
            field,
            self.dialect,
        ))
    }

    /// Digits in 32 bits, which wrap.
    fn digits(&mut self) -> i32 {
        let mut value = 0i32;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value.wrapping_mul(10).wrapping_add(i32::from(digit - b'0'));
            self.at += 1;
        }
        value
    }

    fn step(&mut self, field: Field, item: usize) -> Result<usize, ParseError> {
        self.at += 1;
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            let kind = ParseErrorKind::MissingStep;
            return Err(
                ParseError::new(kind, Some(field), item..self.at).with_help("give a number after the slash")
            );
        }
        let step = self.digits();
        if step == 0 {
            // It goes round on the same value for ever.
            let what = self.text[item..self.at].to_owned();
            let error = ParseError::new(ParseErrorKind::KillsDaemon { what }, Some(field), item..self.at);
            return Err(error.with_help("the smallest step is 1; a step of 0 hangs the daemon"));
        }
        // Negative after an overflow: the loop ends after its first value.
        Ok(usize::try_from(step).unwrap_or(usize::MAX / 2))
    }
}
