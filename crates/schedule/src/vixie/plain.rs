//! The fields that nearly everybody writes, read in one go.

use super::names;
use crate::field::{Field, span_bits};

/// Bit n is set where n is a multiple of the index.
static MULTIPLES: [u64; 60] = {
    let mut multiples = [0; 60];
    let mut step = 1;
    while step < 60 {
        let mut value = 0;
        while value < 64 {
            multiples[step] |= 1 << value;
            value += step;
        }
        step += 1;
    }
    multiples
};

/// The values of one field, and where it stands.
pub(super) struct Plain {
    pub(super) bits: u64,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) starred: bool,
}

/// Five fields from a place of a text up to its end, where they are made of values, ranges and steps that every daemon
/// of the family reads alike and that there is nothing to say about. None for all else: the reader goes through that
/// character by character.
pub(super) fn fields(text: &[u8], mut at: usize) -> Option<[Plain; 5]> {
    let mut next = |kind: Field| {
        let start = at;
        let starred = text.get(at) == Some(&b'*');
        let bits = if starred && is_blank(text.get(at + 1)) {
            at += 1;
            kind.full()
        } else {
            field(text, &mut at, kind)?
        };
        let end = at;
        while let Some(b' ' | b'\t') = text.get(at) {
            at += 1;
        }
        Some(Plain {
            bits,
            start,
            end,
            starred,
        })
    };
    let fields = [
        next(Field::Minute)?,
        next(Field::Hour)?,
        next(Field::DayOfMonth)?,
        next(Field::Month)?,
        next(Field::DayOfWeek)?,
    ];
    (at == text.len()).then_some(fields)
}

fn is_blank(byte: Option<&u8>) -> bool {
    matches!(byte, None | Some(b' ' | b'\t'))
}

fn field(text: &[u8], at: &mut usize, field: Field) -> Option<u64> {
    let low = field.first();
    let high = if field == Field::DayOfWeek {
        7
    } else {
        field.last()
    };
    let mut bits = 0;
    loop {
        let (mut first, mut last) = (low, high);
        let mut is_range = true;
        if text.get(*at) == Some(&b'*') {
            *at += 1;
        } else {
            first = value(text, at, field)?;
            last = first;
            is_range = text.get(*at) == Some(&b'-');
            if is_range {
                *at += 1;
                last = value(text, at, field)?;
            }
        }
        if first < low || first > last || last > high {
            return None;
        }
        if is_range && text.get(*at) == Some(&b'/') {
            *at += 1;
            let step = number(text, at)?;
            // A step that leaves one value deserves a word.
            if step == 0 || first + step > last {
                return None;
            }
            bits |= MULTIPLES.get(step as usize)? << first & span_bits(first, last);
        } else {
            bits |= span_bits(first, last);
        }
        match text.get(*at) {
            Some(b',') => *at += 1,
            end if is_blank(end) => break,
            _ => return None,
        }
    }
    if field == Field::DayOfWeek {
        // 7 is Sunday as well.
        bits = (bits | bits >> 7) & 0x7f;
    }
    Some(bits)
}

/// A number or a name.
#[inline]
fn value(text: &[u8], at: &mut usize, field: Field) -> Option<u32> {
    if text.get(*at)?.is_ascii_digit() {
        return number(text, at);
    }
    let word = text.get(*at..*at + 3)?;
    let (names, first) = names(field);
    let name = names
        .iter()
        .position(|name| name.as_bytes().eq_ignore_ascii_case(word))?;
    *at += 3;
    let ends = !text.get(*at).is_some_and(u8::is_ascii_alphanumeric);
    ends.then_some(name as u32 + first as u32)
}

/// One or two digits.
#[inline]
fn number(text: &[u8], at: &mut usize) -> Option<u32> {
    let digit = |at: usize| {
        text.get(at)
            .map(|byte| u32::from(byte.wrapping_sub(b'0')))
            .filter(|digit| *digit < 10)
    };
    let tens = digit(*at)?;
    *at += 1;
    let Some(ones) = digit(*at) else {
        return Some(tens);
    };
    *at += 1;
    digit(*at).is_none().then_some(tens * 10 + ones)
}
