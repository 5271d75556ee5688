//! The items of a list, and the slots of the array that each of them fills.

use std::iter::successors;

use super::{Reader, slots};
use crate::error::{ParseError, ParseErrorKind, Warning};
use crate::field::Field;
use crate::suggest;
use crate::vixie::names;

/// Both give up a field after so many steps round its array.
const FAILSAFE: usize = 1024;

impl Reader<'_> {
    /// An item and the comma after it; false when there is no comma.
    pub(super) fn item(&mut self, field: Field, item: usize) -> Result<bool, ParseError> {
        let (slots, _) = slots(field);
        let (mut first, mut last) = (-1, -1);
        loop {
            // Both daemons know "not there yet" by a value below 0, whatever the text was.
            if self.peek() == Some(b'*') {
                (first, last) = (0, slots - 1);
                self.at += 1;
            } else {
                let value = self.value(field, item)?;
                if first < 0 { first = value } else { last = value }
            }
            if self.peek() != Some(b'-') || last >= 0 {
                break;
            }
            self.at += 1;
            if self.at_blank() {
                // dcron drops such a range, busybox complains about it.
                return Ok(true);
            }
        }
        if last < 0 {
            last = first;
        }
        if self.grammar.end_wraps {
            last %= slots;
        }
        let step = if self.peek() == Some(b'/') {
            self.step(field, item)
        } else {
            1
        };
        if !self.fill(field, first, last, step) {
            let (low, high) = (i64::from(field.first()), i64::from(field.last()));
            let value = self.text[item..self.at].to_owned();
            let kind = ParseErrorKind::OutOfRange {
                value,
                first: low,
                last: high,
            };
            return Err(ParseError::new(kind, Some(field), item..self.at));
        }
        self.surprises(field, (first, last, step), item);
        if self.peek() != Some(b',') {
            return Ok(false);
        }
        self.at += 1;
        Ok(true)
    }

    /// A number or a name, as a slot.
    fn value(&mut self, field: Field, item: usize) -> Result<i32, ParseError> {
        let (_, offset) = slots(field);
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Ok((self.digits() + offset) as i32);
        }
        let rest = self.text.get(self.at..self.at + 3).unwrap_or("");
        let known = names(field).0.iter().position(|name| {
            let (head, tail) = rest.split_at_checked(1).unwrap_or_default();
            name.eq_ignore_ascii_case(rest)
                && (self.grammar.any_case
                    || !tail.bytes().any(|byte| byte.is_ascii_uppercase())
                    || head.is_empty())
        });
        if let Some(slot) = known {
            self.at += 3;
            return Ok(slot as i32);
        }
        let end = self.text[self.at..]
            .find(|c: char| !c.is_ascii_alphanumeric())
            .map_or(self.text.len(), |len| self.at + len);
        if end == self.at {
            return Err(suggest::no_value(self.text, self.at, item, field, self.dialect));
        }
        Err(suggest::unknown_name(
            self.text,
            self.at..end,
            field,
            self.dialect,
        ))
    }

    /// The C library's `strtol`, from a digit on.
    fn digits(&mut self) -> i64 {
        let mut value = 0i64;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        value
    }

    /// The number after a slash; 0 when there is none, which leaves the first value of the range.
    fn step(&mut self, field: Field, item: usize) -> i32 {
        self.at += 1;
        let start = self.at;
        if self.grammar.step_skips_blanks {
            self.skip_blanks();
        }
        let negative = self.peek() == Some(b'-');
        if negative || self.peek() == Some(b'+') {
            self.at += 1;
        }
        let digits = self.at;
        let value = self.digits();
        if self.at == digits {
            self.at = start;
        }
        let step = if negative { -value } else { value } as i32;
        if step < 1 {
            let message = format!("a step of less than 1 leaves the first {field} of the range");
            self.warnings
                .push(Warning::oddity(message, Some(field), item..self.at));
        }
        step
    }

    /// Goes round the field's array from one slot to another; false when it never gets there.
    fn fill(&mut self, field: Field, first: i32, last: i32, step: i32) -> bool {
        let (slots, _) = slots(field);
        let base = self
            .grammar
            .layout
            .iter()
            .find(|(of, _)| *of == field)
            .map_or(0, |(_, base)| *base);
        // A first slot below 0 lies in the array before, and the round goes on in this one.
        let round = successors(Some(first % slots), |slot| Some((slot + 1) % slots)).take(FAILSAFE);
        let end = round.clone().position(|slot| slot == last);
        // busybox no longer takes an end that it meets with its last step.
        let end = end.filter(|end| !self.grammar.keeps_bad_lines || end + 1 < FAILSAFE);
        let length = match end {
            Some(end) => end + 1,
            None => FAILSAFE,
        };
        // A step of less than 1 never comes to a second slot.
        let step = usize::try_from(step)
            .ok()
            .filter(|step| *step > 0)
            .unwrap_or(length);
        for slot in round.take(length).step_by(step) {
            // Before the first array nothing is ours.
            let cell = base.checked_add_signed(slot as isize);
            if let Some(cell) = cell.and_then(|at| self.cells.get_mut(at)) {
                *cell = true;
            }
        }
        end.is_some()
    }

    fn surprises(&mut self, field: Field, (first, last, step): (i32, i32, i32), item: usize) {
        let (slots, offset) = slots(field);
        let span = item..self.at;
        let text = &self.text[span.clone()];
        let message = if field == Field::DayOfMonth && text.starts_with('*') && step > 1 {
            Some(format!(
                "days are counted from 0, so `{text}` runs on days that {step} divides"
            ))
        } else if first < 0 || first >= slots || last < 0 || last >= slots {
            let value = i64::from(first.rem_euclid(slots)) - offset;
            Some(format!(
                "`{text}` is out of range and taken as {value}, without a word in the log"
            ))
        } else {
            None
        };
        let capital = |at: usize| self.text.as_bytes()[at].is_ascii_uppercase();
        if let Some(message) = message.filter(|_| !capital(item)) {
            self.warnings.push(Warning::oddity(message, Some(field), span));
        }
    }
}
