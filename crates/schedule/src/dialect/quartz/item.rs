//! One item of a list: its bytes, the numbers in it, and what is said of it when it cannot be read.

use std::ops::Range;

use crate::error::{ParseError, ParseErrorKind};
use crate::field::Field;

/// An item of a list, in capitals.
pub(super) struct Item {
    pub(super) field: Field,
    pub(super) text: Vec<u8>,
    pub(super) span: Range<usize>,
}

impl Item {
    pub(super) fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, Some(self.field), self.span.clone())
    }

    pub(super) fn other(&self, message: &str) -> ParseError {
        self.error(ParseErrorKind::Other {
            message: message.to_owned(),
        })
    }

    pub(super) fn unsupported(&self, what: &str) -> ParseError {
        self.error(ParseErrorKind::Unsupported {
            what: what.to_owned(),
        })
    }

    /// A byte, or the end of the text where Quartz falls over it.
    pub(super) fn at(&self, at: usize) -> Result<u8, ParseError> {
        self.text
            .get(at)
            .copied()
            .ok_or_else(|| self.other("the item ends too early"))
    }

    pub(super) fn digit(&self, at: usize) -> Result<i64, ParseError> {
        let byte = self.at(at)?;
        if byte.is_ascii_digit() {
            Ok(i64::from(byte - b'0'))
        } else {
            Err(self.other("a number must stand here"))
        }
    }

    /// Digits from a place on, behind a first value; and where they end.
    pub(super) fn number(&self, first: i64, mut at: usize) -> Result<(i64, usize), ParseError> {
        let mut value = first;
        while let Some(digit) = self.text.get(at).filter(|byte| byte.is_ascii_digit()) {
            value = value * 10 + i64::from(digit - b'0');
            if value > i64::from(i32::MAX) {
                return Err(self.other("the number is too large"));
            }
            at += 1;
        }
        Ok((value, at))
    }

    pub(super) fn check_step(&self, step: i64) -> Result<(), ParseError> {
        let last = match self.field {
            Field::Second | Field::Minute => 59,
            Field::Hour => 23,
            Field::DayOfMonth => 31,
            Field::DayOfWeek => 7,
            Field::Month => 12,
            Field::Year => i64::MAX,
        };
        if step > last {
            return Err(self.error(ParseErrorKind::StepTooLarge {
                step: step.to_string(),
                last,
            }));
        }
        Ok(())
    }
}

/// `L-3` or `L-3W`.
pub(super) fn is_offset(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"L-") else {
        return false;
    };
    let rest = rest.strip_suffix(b"W").unwrap_or(rest);
    rest.iter().all(u8::is_ascii_digit)
}
