//! The list of values of one unit.

use std::ops::Range;

use super::super::component::{Chain, Component, SECOND};
use super::{Read, Reader};
use crate::field::Field;

/// No list may be longer.
const LONGEST: usize = 241;

impl Reader<'_> {
    /// A list of values, or a star, which is an empty one.
    pub(super) fn chain(&mut self, field: Field) -> Read<(Chain, Range<usize>)> {
        let start = self.at;
        let mut chain = Chain::new();
        if self.peek() == Some(b'*') {
            self.at += 1;
            if field == Field::Second {
                chain.push(Component {
                    start: 0,
                    stop: None,
                    repeat: SECOND,
                });
            }
            return Ok((chain, start..self.at));
        }
        loop {
            if chain.len() == LONGEST {
                return Err(self.trouble.too_long(start..self.at, field));
            }
            chain.push(self.item(field)?);
            if self.peek() != Some(b',') {
                return Ok((chain, start..self.at));
            }
            self.at += 1;
        }
    }

    fn item(&mut self, field: Field) -> Read<Component> {
        let item = self.at;
        let start = self.number(field, item)?;
        let mut one = Component::lone(start);
        if self.rest().starts_with("..") {
            self.at += 2;
            one.stop = Some(self.number(field, item)?);
            one.repeat = if field == Field::Second { SECOND } else { 1 };
        }
        if self.peek() == Some(b'/') {
            self.at += 1;
            one.repeat = self.number(field, item)?;
            if one.repeat == 0 {
                return Err(self.trouble.zero_step(item..self.at, field));
            }
        } else if field == Field::Second && one.stop.is_some_and(|stop| start + one.repeat > stop) {
            return Err(self.trouble.short_range(item..self.at));
        }
        match self.peek() {
            None | Some(b' ' | b',' | b'-' | b'~' | b':') => Ok(one),
            Some(_) => Err(self.trouble.after_item(item, self.at, field)),
        }
    }

    /// Digits; of seconds also a fraction, in microseconds.
    fn number(&mut self, field: Field, item: usize) -> Read<i64> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(self.trouble.no_number(item, self.at, field));
        }
        let start = self.at;
        self.at += digits;
        let mut value: Option<i64> = self.text[start..self.at].parse().ok();
        if field == Field::Second {
            value = value.and_then(|value| value.checked_mul(SECOND));
            if self.peek() == Some(b'.') && !self.rest().starts_with("..") {
                self.at += 1;
                let fraction = self.fraction(field, item)?;
                value = value.and_then(|value| value.checked_add(fraction));
            }
        }
        match value.filter(|value| *value <= i64::from(i32::MAX)) {
            Some(value) => Ok(value),
            None => Err(self.trouble.too_large(start..self.at, field)),
        }
    }

    /// Microseconds, the seventh digit rounded.
    fn fraction(&mut self, field: Field, item: usize) -> Read<i64> {
        let length = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return Err(self.trouble.no_number(item, self.at, field));
        }
        let digits = &self.rest().as_bytes()[..length];
        let digit = |place: usize| digits.get(place).map_or(0, |digit| i64::from(digit - b'0'));
        let micros = (0..6).fold(0, |micros, place| micros * 10 + digit(place));
        self.at += length;
        Ok(micros + i64::from(digit(6) >= 5))
    }
}
