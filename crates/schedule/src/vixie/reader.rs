//! The reader of everything that is not plain: character by character, as the daemons go through it.

use std::ops::Range;

use super::{Grammar, Reversed, names};
use crate::dialect::Dialect;
use crate::error::{ParseError, ParseErrorKind, Warning, WarningKind};
use crate::field::{Field, FieldSet, SpecialDay, span_bits};
use crate::schedule::RandomValue;
use crate::suggest;

/// The way through the text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) dialect: &'static Dialect,
    pub(super) grammar: &'a Grammar,
    pub(super) warnings: Vec<Warning>,
    pub(super) random: Vec<RandomValue>,
}

/// The values that a field takes in the text: Sunday may be written 7.
fn limits(field: Field) -> (i64, i64) {
    let last = if field == Field::DayOfWeek {
        7
    } else {
        field.last()
    };
    (i64::from(field.first()), i64::from(last))
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text
            .as_bytes()
            .get(self.at)
            .copied()
            .filter(|byte| *byte != b'\n')
    }

    fn at_blank(&self) -> bool {
        matches!(self.peek(), None | Some(b' ' | b'\t'))
    }

    /// A whole field, and the blanks after it.
    pub(super) fn field(&mut self, field: Field) -> Result<FieldSet, ParseError> {
        let start = self.at;
        if self.peek().is_none() {
            return Err(suggest::too_few_fields(self.text, field, self.dialect));
        }
        if self.grammar.dollar && field == Field::DayOfMonth && self.peek() == Some(b'$') {
            return self.dollar(start);
        }
        let starred = self.peek() == Some(b'*');
        let mut bits = 0;
        let mut item = self.at;
        loop {
            bits |= self.item(field)?;
            if self.peek() != Some(b',') {
                break;
            }
            self.at += 1;
            item = self.at;
        }
        self.skip_junk(field, item);
        let span = start..self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if field == Field::DayOfWeek {
            // 7 is Sunday as well.
            bits = (bits | bits >> 7) & 0x7f;
        }
        Ok(FieldSet::new(field, bits, span, starred))
    }

    /// `$`, the last day of the month; it stands alone.
    fn dollar(&mut self, start: usize) -> Result<FieldSet, ParseError> {
        self.at += 1;
        if !self.at_blank() {
            return Err(suggest::after_value(self.text, self.at, start, Field::DayOfMonth));
        }
        let mut set = FieldSet::new(Field::DayOfMonth, 0, start..self.at, false);
        set.special.push(SpecialDay::Last { before: 0 });
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        Ok(set)
    }

    /// The daemons read on at the next blank, whatever stands before it.
    fn skip_junk(&mut self, field: Field, item: usize) {
        let start = self.at;
        while !self.at_blank() {
            self.at += 1;
        }
        if start < self.at {
            let kind = WarningKind::SkippedJunk {
                junk: self.text[start..self.at].to_owned(),
                meaning: self.text[item..start].to_owned(),
            };
            self.warnings
                .push(Warning::new(kind, Some(field), start..self.at));
        }
    }

    /// `*`, `n`, `n-m`, the first and the last with `/step`; with random values also `n~m`.
    fn item(&mut self, field: Field) -> Result<u64, ParseError> {
        let item = self.at;
        let (low, high) = limits(field);
        if self.peek() == Some(b'*') {
            self.at += 1;
            self.ends(b"/,", self.grammar.junk_after_stars, item, field)?;
            return self.range(field, (low, high), item);
        }
        if self.grammar.random && self.peek() == Some(b'~') {
            return self.random(field, low, item);
        }
        let first = self.number(field, item)?;
        match self.peek() {
            Some(b'-') => {
                self.at += 1;
                if self.at_blank() || self.peek() == Some(b',') {
                    return Err(suggest::missing_range_end(self.text, item..self.at, field));
                }
                let last = self.number(field, item)?;
                self.ends(b"/,", self.grammar.junk_after_numbers, item, field)?;
                self.range(field, (first, last), item)
            }
            Some(b'~') if self.grammar.random => self.random(field, first, item),
            Some(b'/') => Err(suggest::step_without_range(self.text, item, field, self.dialect)),
            _ => {
                self.check_range(first, item..self.at, field)?;
                self.ends(b",", self.grammar.junk_after_numbers, item, field)?;
                Ok(1 << first)
            }
        }
    }

    /// Whether a value may end here: before a blank, before one of `more`, or where junk is skipped.
    fn ends(&self, more: &[u8], junk: bool, item: usize, field: Field) -> Result<(), ParseError> {
        if junk || self.at_blank() || self.peek().is_some_and(|byte| more.contains(&byte)) {
            return Ok(());
        }
        Err(suggest::after_value(self.text, self.at, item, field))
    }

    /// `first~last`, from the tilde on; without an end, up to the field's last value.
    fn random(&mut self, field: Field, first: i64, item: usize) -> Result<u64, ParseError> {
        let (low, high) = limits(field);
        self.at += 1;
        let open = self.at_blank() || self.peek() == Some(b',');
        let last = if open { high } else { self.number(field, item)? };
        self.ends(b",", false, item, field)?;
        let span = item..self.at;
        if first > last {
            let kind = ParseErrorKind::ReversedRange {
                range: self.text[span.clone()].to_owned(),
            };
            return Err(ParseError::new(kind, Some(field), span));
        }
        let within = (first.max(low), last.min(high));
        if within.0 > within.1 {
            return Err(suggest::out_of_range(self.text, first, span, field, self.dialect));
        }
        let kind = WarningKind::RandomValue {
            item: self.text[span.clone()].to_owned(),
            first,
            last,
        };
        let mut warning = Warning::new(kind, Some(field), span.clone());
        if within != (first, last) {
            warning = warning.with_help(format!("a draw outside {low} to {high} makes the line an error"));
        }
        self.warnings.push(warning);
        let value = |value: i64| if field == Field::DayOfWeek { value % 7 } else { value } as u32;
        let values = (within.0..=within.1).map(value).collect();
        self.random.push(RandomValue {
            field,
            values,
            may_fail: within != (first, last),
            span,
        });
        // One draw stands for all until somebody asks for the others.
        Ok(1 << within.0)
    }

    /// A range from its step on.
    fn range(&mut self, field: Field, (first, mut last): (i64, i64), item: usize) -> Result<u64, ParseError> {
        let range = item..self.at;
        let reversed = self.grammar.reversed;
        if first > last && last == 0 && reversed == Reversed::EmptyUnlessZero {
            // cronie does so in every field, not only where 0 is Sunday.
            last = 7;
        }
        if first > last && reversed == Reversed::Refused {
            let kind = ParseErrorKind::ReversedRange {
                range: self.text[range.clone()].to_owned(),
            };
            let error = ParseError::new(kind, Some(field), range.clone());
            return Err(ParseError {
                help: suggest::unrolled(self.text, range, field, (first, last, 1)),
                ..error
            });
        }
        let mut step = if self.peek() == Some(b'/') {
            self.step(field, item)?
        } else {
            1
        };
        // The daemon compares with the field's first value, not with the range's: `2-6/6` in the day of week stays.
        if self.grammar.large_step_is_one && step > last - limits(field).0 {
            if last > first {
                let all = if range.len() == 1 { "field" } else { "range" };
                let message =
                    format!("a step as large as this counts as 1: this is every {field} of the {all}");
                let warning = Warning::oddity(message, Some(field), item..self.at);
                self.warnings
                    .push(warning.with_help(format!("write `{first}` for the first {field} alone")));
            }
            step = 1;
        }
        self.values(field, (first, last, step), range, item..self.at)
    }

    /// The values of a range, as the daemon's loop runs through them in 32 bits: a step that overflows makes a value
    /// that is refused, so `5-59/2147483647` is an error and `0-59/2147483647` is not.
    fn values(
        &mut self,
        field: Field,
        (first, last, step): (i64, i64, i64),
        range: Range<usize>,
        item: Range<usize>,
    ) -> Result<u64, ParseError> {
        if self.grammar.checks_ends {
            self.check_range(first, range.clone(), field)?;
            self.check_range(last, range.clone(), field)?;
        }
        let (low, high) = limits(field);
        let mut bits = 0;
        let mut value = first;
        if step == 1 && low <= first && last <= high && first <= last {
            bits = span_bits(first as u32, last as u32);
            value = last + 1;
        }
        while value <= last {
            if value > high || value < low && value == first {
                return Err(suggest::out_of_range(
                    self.text,
                    value,
                    range,
                    field,
                    self.dialect,
                ));
            }
            if value < low {
                let kind = ParseErrorKind::StepTooLarge {
                    step: self.text[range.end + 1..item.end].to_owned(),
                    last: high,
                };
                return Err(ParseError::new(kind, Some(field), item));
            }
            bits |= 1u64 << value;
            value = i64::from((value as i32).wrapping_add(step as i32));
        }
        if first > last {
            let kind = WarningKind::ReversedRange {
                range: self.text[range.clone()].to_owned(),
            };
            let help = suggest::unrolled(self.text, range.clone(), field, (first, last, step));
            self.warnings.push(Warning {
                help,
                ..Warning::new(kind, Some(field), range)
            });
        } else if step > 1 && last > first && first + step > last {
            let kind = WarningKind::LoneStep {
                item: self.text[item.clone()].to_owned(),
                value: first,
            };
            self.warnings
                .push(Warning::new(kind, Some(field), item).with_help(format!("write `{first}`")));
        }
        Ok(bits)
    }

    fn check_range(&self, value: i64, span: Range<usize>, field: Field) -> Result<(), ParseError> {
        let (low, high) = limits(field);
        if (low..=high).contains(&value) {
            return Ok(());
        }
        Err(suggest::out_of_range(self.text, value, span, field, self.dialect))
    }

    fn step(&mut self, field: Field, item: usize) -> Result<i64, ParseError> {
        self.at += 1;
        let start = self.at;
        if !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            let span = item..self.at;
            return Err(ParseError::new(ParseErrorKind::MissingStep, Some(field), span)
                .with_help("give a number after the slash, as in `*/5`"));
        }
        let text = self.text;
        let end = start + self.word().len();
        let word = &text[start..end];
        if !word.bytes().all(|byte| byte.is_ascii_digit()) {
            let kind = ParseErrorKind::UnknownName {
                word: word.to_owned(),
            };
            return Err(ParseError::new(kind, Some(field), start..self.at)
                .with_help("a step is a number, as in `*/5`"));
        }
        let step = self.wrapped(word, start, field);
        self.ends(b",", self.grammar.junk_after_numbers, item, field)?;
        if step == 0 {
            return Err(
                ParseError::new(ParseErrorKind::ZeroStep, Some(field), item..self.at)
                    .with_help("the smallest step is 1"),
            );
        }
        Ok(step)
    }

    fn word(&mut self) -> &str {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    /// A number or a name.
    fn number(&mut self, field: Field, item: usize) -> Result<i64, ParseError> {
        let text = self.text;
        let start = self.at;
        if let Some(value) = self.short_number() {
            return Ok(value);
        }
        let end = start + self.word().len();
        let word = &text[start..end];
        if word.is_empty() {
            return Err(suggest::no_value(text, start, item, field, self.dialect));
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(self.wrapped(word, start, field));
        }
        let (names, first) = names(field);
        let named = names.iter().position(|name| name.eq_ignore_ascii_case(word));
        named
            .map(|at| at as i64 + first)
            .ok_or_else(|| suggest::unknown_name(text, start..end, field, self.dialect))
    }

    /// A number of a few digits with no letter behind it, which nearly all are.
    #[inline]
    fn short_number(&mut self) -> Option<i64> {
        let rest = &self.text.as_bytes()[self.at..];
        let mut value = 0;
        let mut length = 0;
        while let Some(digit) = rest.get(length).filter(|byte| byte.is_ascii_digit()) {
            value = value * 10 + i64::from(digit - b'0');
            length += 1;
            if length > 9 {
                return None;
            }
        }
        if length == 0 || rest.get(length).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        self.at += length;
        Some(value)
    }

    /// The C library's `atoi`: saturates at 64 bits and keeps the lower 32.
    fn wrapped(&mut self, digits: &str, start: usize, field: Field) -> i64 {
        if digits.len() < 10 {
            return digits
                .bytes()
                .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        }
        let long = digits.bytes().fold(0i64, |value, digit| {
            value.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
        });
        let value = i64::from(long as i32);
        if value != long {
            let kind = WarningKind::WrappedNumber {
                number: digits.to_owned(),
                value,
            };
            self.warnings
                .push(Warning::new(kind, Some(field), start..start + digits.len()));
        }
        value
    }
}
