//! A piece of a crontab after the daemon has changed it, and the way back to the bytes it came from.

use std::borrow::Cow;
use std::ops::Range;

use crate::Span;

/// What the daemon makes of a piece of a line, such as a command in which `\%` has become `%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'t> {
    /// The text; a byte that is not UTF-8 has become U+FFFD.
    pub text: Cow<'t, str>,
    /// The bytes it came from.
    pub span: Span,
    /// From where in the text, where in the source: between two of these both go on alike.
    shifts: Vec<Shift>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shift {
    text: usize,
    source: usize,
}

impl<'t> Text<'t> {
    /// The bytes of `source` at `span` as they are.
    pub(crate) fn plain(source: &'t [u8], span: Span) -> Text<'t> {
        match std::str::from_utf8(&source[span.clone()]) {
            Ok(text) => Text {
                text: Cow::Borrowed(text),
                span,
                shifts: Vec::new(),
            },
            Err(_) => {
                let mut builder = Builder::new(source, span.start);
                builder.keep(span.end);
                builder.finish(span)
            }
        }
    }

    /// Where a part of the text came from.
    pub fn source(&self, part: Range<usize>) -> Span {
        let start = self.place(part.start);
        let end = if part.end > part.start {
            self.place(part.end)
        } else {
            start
        };
        start..end.max(start)
    }

    /// Where a byte of the text came from.
    fn place(&self, at: usize) -> usize {
        let next = self.shifts.partition_point(|shift| shift.text <= at);
        let limit = self.shifts.get(next).map_or(self.span.end, |shift| shift.source);
        let shift = next.checked_sub(1).map_or(
            Shift {
                text: 0,
                source: self.span.start,
            },
            |i| self.shifts[i],
        );
        (shift.source + (at - shift.text)).min(limit)
    }
}

/// Makes a [`Text`] from pieces that are kept and pieces that are replaced.
pub(crate) struct Builder<'t> {
    source: &'t [u8],
    at: usize,
    text: String,
    shifts: Vec<Shift>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(source: &'t [u8], start: usize) -> Builder<'t> {
        Builder {
            source,
            at: start,
            text: String::new(),
            shifts: Vec::new(),
        }
    }

    /// Keeps the bytes up to `end`.
    pub(crate) fn keep(&mut self, end: usize) {
        for chunk in self.source[self.at..end].utf8_chunks() {
            self.text.push_str(chunk.valid());
            self.at += chunk.valid().len();
            for _ in chunk.invalid() {
                self.replace(self.at + 1, "\u{fffd}");
            }
        }
    }

    /// Puts `text` in the place of the bytes up to `end`.
    pub(crate) fn replace(&mut self, end: usize, text: &str) {
        self.shifts.push(Shift {
            text: self.text.len(),
            source: self.at,
        });
        self.text.push_str(text);
        self.at = end;
        self.shifts.push(Shift {
            text: self.text.len(),
            source: self.at,
        });
    }

    pub(crate) fn finish(self, span: Span) -> Text<'t> {
        let shifts = if self.shifts.is_empty() {
            Vec::new()
        } else {
            tidy(self.shifts)
        };
        Text {
            text: Cow::Owned(self.text),
            span,
            shifts,
        }
    }
}

/// Of two shifts at the same place in the text the later counts.
fn tidy(shifts: Vec<Shift>) -> Vec<Shift> {
    let mut kept: Vec<Shift> = Vec::with_capacity(shifts.len());
    for shift in shifts {
        if kept.last().is_some_and(|last| last.text == shift.text) {
            kept.pop();
        }
        kept.push(shift);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(part: Range<usize>, expected: Span) {
        // "ab\%cd\%\%e" at 10
        let source = b"0123456789ab\\%cd\\%\\%e!";
        let mut builder = Builder::new(source, 10);
        for escape in [12, 16, 18] {
            builder.keep(escape);
            builder.replace(escape + 2, "%");
        }
        builder.keep(21);
        let text = builder.finish(10..21);
        assert_eq!(text.text, "ab%cd%%e");
        assert_eq!(text.source(part.clone()), expected, "{part:?}");
    }

    #[test]
    fn a_replaced_piece_is_found_whole() {
        check(2..3, 12..14);
        check(5..6, 16..18);
        check(6..7, 18..20);
    }

    #[test]
    fn what_lies_between_is_found_exactly() {
        check(0..2, 10..12);
        check(3..5, 14..16);
        check(7..8, 20..21);
        check(0..8, 10..21);
    }

    #[test]
    fn a_byte_that_is_not_utf8_is_one_character() {
        let text = Text::plain(b"a\xffb", 0..3);
        assert_eq!(text.text, "a\u{fffd}b");
        assert_eq!(text.source(1..4), 1..2);
        assert_eq!(text.source(4..5), 2..3);
    }
}
