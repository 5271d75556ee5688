//! The forms that an item of a list can have, each read as far as Quartz reads it.

use super::Reader;
use super::item::{Item, is_offset};
use super::values::{ALL, Steps};
use crate::error::{ParseError, ParseErrorKind, Warning, WarningKind};
use crate::field::{Field, SpecialDay};
use crate::names::{SHORT_MONTHS, SHORT_WEEKDAYS};
use crate::suggest;

impl Reader<'_> {
    /// Adds what an item of a list says.
    pub(super) fn item(&mut self, item: &Item) -> Result<(), ParseError> {
        let first = item.at(0)?;
        let last_day = item.text == b"L" || item.text == b"LW" || is_offset(&item.text);
        match first {
            b'A'..=b'Z' if !last_day => self.name(item),
            b'?' => self.question(item),
            b'*' | b'/' => self.star(item),
            b'L' => self.last(item),
            b'0'..=b'9' => {
                let (value, at) = item.number(item.digit(0)?, 1)?;
                self.after_number(item, value, at)
            }
            _ => {
                let error = suggest::no_value(
                    self.text,
                    item.span.start,
                    item.span.start,
                    item.field,
                    self.dialect,
                );
                Err(ParseError {
                    field: Some(item.field),
                    ..error
                })
            }
        }
    }

    fn known(&self, item: &Item, at: usize) -> Result<i64, ParseError> {
        let (names, first): (&[&str], i64) = match item.field {
            Field::Month => (&SHORT_MONTHS, 1),
            Field::DayOfWeek => (&SHORT_WEEKDAYS, 1),
            _ => return Err(self.unknown(item)),
        };
        let name = item.text.get(at..at + 3).ok_or_else(|| self.unknown(item))?;
        let value = names
            .iter()
            .position(|known| known.as_bytes().eq_ignore_ascii_case(name));
        value
            .map(|value| value as i64 + first)
            .ok_or_else(|| self.unknown(item))
    }

    fn unknown(&self, item: &Item) -> ParseError {
        suggest::unknown_name(self.text, item.span.clone(), item.field, self.dialect)
    }

    fn name(&mut self, item: &Item) -> Result<(), ParseError> {
        let value = self.known(item, 0)?;
        let weekday = item.field == Field::DayOfWeek;
        let mut end = None;
        match item.text.get(3) {
            Some(b'-') => end = Some(self.known(item, 4)?),
            Some(b'#') if weekday => self.nth(item, 4)?,
            Some(b'L') if weekday => self.set(item.field).last = true,
            _ => {}
        }
        let used = if end.is_none() { 3 } else { 7 };
        let special = weekday && matches!(item.text.get(3), Some(b'#' | b'L'));
        if item.text.len() > used && !special {
            self.junk(item, used);
        }
        self.add(item, value, end.map(|end| Steps { to: Some(end), by: 1 }))
    }

    /// What Quartz does not look at any more.
    fn junk(&mut self, item: &Item, at: usize) {
        let text = &self.text[item.span.clone()];
        let (Some(meaning), Some(junk)) = (text.get(..at), text.get(at..)) else {
            return;
        };
        let kind = WarningKind::SkippedJunk {
            junk: junk.to_owned(),
            meaning: meaning.to_owned(),
        };
        self.warnings.push(Warning::new(
            kind,
            Some(item.field),
            item.span.start + at..item.span.end,
        ));
    }

    fn nth(&mut self, item: &Item, at: usize) -> Result<(), ParseError> {
        let digits = item
            .text
            .get(at..)
            .and_then(|rest| std::str::from_utf8(rest).ok());
        let nth = digits
            .and_then(|digits| digits.parse().ok())
            .filter(|nth| (1..=5).contains(nth));
        let nth = nth.ok_or_else(|| item.other("a number from 1 to 5 must follow the `#`"))?;
        self.set(item.field).nth = nth;
        Ok(())
    }

    fn question(&mut self, item: &Item) -> Result<(), ParseError> {
        if item.text.len() > 2 && item.text[1] != b' ' && item.text[2] != b'\t' {
            return Err(item.other("nothing can follow the `?`"));
        }
        if !matches!(item.field, Field::DayOfMonth | Field::DayOfWeek) {
            return Err(item
                .unsupported("`?` is for the two day fields only")
                .with_help("write `*`"));
        }
        if item.field == Field::DayOfWeek && self.set(Field::DayOfMonth).none {
            return Err(item
                .unsupported("only one of the two day fields can be `?`")
                .with_help("write `*` for the other"));
        }
        self.set(item.field).none = true;
        Ok(())
    }

    fn star(&mut self, item: &Item) -> Result<(), ParseError> {
        let star = item.text[0] == b'*';
        if star && item.text.len() == 1 {
            return self.add(item, ALL, None);
        }
        let slash = usize::from(star);
        if item.at(slash)? != b'/' {
            self.junk(item, 1);
            return self.add(item, ALL, Some(Steps { to: None, by: 1 }));
        }
        let digits = std::str::from_utf8(&item.text[slash + 1..]).unwrap_or("");
        let step: i32 = digits.parse().map_err(|_| {
            let kind = ParseErrorKind::MissingStep;
            item.error(kind)
                .with_help("give a number after the slash, as in `*/5`")
        })?;
        item.check_step(i64::from(step))?;
        if step < 1 {
            let message = "a step of less than 1 counts as 1";
            self.warnings
                .push(Warning::oddity(message, Some(item.field), item.span.clone()));
        }
        self.add(
            item,
            ALL,
            Some(Steps {
                to: None,
                by: i64::from(step),
            }),
        )
    }

    fn last(&mut self, item: &Item) -> Result<(), ParseError> {
        match item.field {
            Field::Second | Field::Minute | Field::Hour => {
                Err(item.unsupported("`L` is for the two day fields only"))
            }
            Field::DayOfWeek => self.add(item, 7, None),
            Field::DayOfMonth => {
                let mut at = 1;
                let mut before = 0;
                if item.text.get(at) == Some(&b'-') {
                    item.at(at + 1)?;
                    (before, at) = item.number(0, at + 1)?;
                    if before > 30 {
                        return Err(item.other("at most 30 days before the last"));
                    }
                }
                let before = before as u32;
                let special = match item.text.get(at) {
                    Some(b'W') => SpecialDay::LastWeekday { before },
                    _ => SpecialDay::Last { before },
                };
                self.set(item.field).special.push(special);
                Ok(())
            }
            // Read and forgotten: a month or year of none.
            _ => Ok(()),
        }
    }

    fn after_number(&mut self, item: &Item, value: i64, at: usize) -> Result<(), ParseError> {
        match item.text.get(at) {
            None => self.add(item, value, None),
            Some(b'L') if item.field == Field::DayOfWeek => {
                if !(1..=7).contains(&value) {
                    return Err(self.out_of_range(item, value));
                }
                self.set(item.field).last = true;
                self.set(item.field).bits |= 1 << value;
                Ok(())
            }
            Some(b'L') => Err(item.unsupported("`L` after a number is for the day of week only")),
            Some(b'W') if item.field == Field::DayOfMonth => {
                if value > 31 {
                    return Err(self.out_of_range(item, value));
                }
                self.set(item.field)
                    .special
                    .push(SpecialDay::NearestWeekday { day: value as u32 });
                Ok(())
            }
            Some(b'W') => Err(item.unsupported("`W` is for the day of month only")),
            Some(b'#') if item.field == Field::DayOfWeek => {
                self.nth(item, at + 1)?;
                // Not checked: 0 is found to be Saturday, 8 and more are never found.
                self.set(item.field).bits |= if value < 64 { 1 << value } else { 0 };
                Ok(())
            }
            Some(b'#') => Err(item.unsupported("`#` is for the day of week only")),
            Some(b'-') => self.range(item, value, at + 1),
            Some(b'/') => self.step(item, value, at + 1),
            Some(_) => {
                self.junk(item, at);
                self.add(item, value, None)
            }
        }
    }

    fn range(&mut self, item: &Item, value: i64, at: usize) -> Result<(), ParseError> {
        let (end, at) = item.number(item.digit(at)?, at + 1)?;
        if item.text.get(at) != Some(&b'/') {
            if at < item.text.len() {
                self.junk(item, at);
            }
            return self.add(item, value, Some(Steps { to: Some(end), by: 1 }));
        }
        let (step, at) = item.number(item.digit(at + 1)?, at + 2)?;
        if at < item.text.len() {
            self.junk(item, at);
        }
        self.add(
            item,
            value,
            Some(Steps {
                to: Some(end),
                by: step,
            }),
        )
    }

    fn step(&mut self, item: &Item, value: i64, at: usize) -> Result<(), ParseError> {
        if at >= item.text.len() {
            return Err(item
                .error(ParseErrorKind::MissingStep)
                .with_help("give a number after the slash"));
        }
        let (step, end) = item.number(item.digit(at)?, at + 1)?;
        let single = end == at + 1 && end < item.text.len();
        if single {
            return Err(item.other("nothing can follow the step"));
        }
        item.check_step(step)?;
        if end < item.text.len() {
            self.junk(item, end);
        }
        self.add(item, value, Some(Steps { to: None, by: step }))
    }

    pub(super) fn out_of_range(&self, item: &Item, value: i64) -> ParseError {
        let (first, last) = self.limits(item.field);
        let error = item.error(ParseErrorKind::OutOfRange {
            value: value.to_string(),
            first,
            last,
        });
        match item.field {
            Field::DayOfWeek => error.with_help("1 is Sunday, 2 is Monday, 7 is Saturday; names are safer"),
            Field::Hour if value == 24 => error.with_help("midnight is hour 0"),
            _ => error,
        }
    }
}
