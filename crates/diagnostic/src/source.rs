//! A text with a name, and where its lines begin.

use std::ops::Range;

use crate::Span;

/// A text with the name under which it is reported. The bytes need not be UTF-8.
#[derive(Clone, Debug)]
pub struct Source<'t> {
    name: String,
    text: &'t [u8],
    starts: Vec<usize>,
    /// The number of the first line.
    first: usize,
}

/// Line and column, both from 1. The column counts characters; a byte that is not UTF-8 counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl<'t> Source<'t> {
    /// A text to point at.
    pub fn new(name: impl Into<String>, text: &'t [u8]) -> Source<'t> {
        let newlines = text
            .iter()
            .enumerate()
            .filter(|&(_, &byte)| byte == b'\n')
            .map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        Source {
            name: name.into(),
            text,
            starts,
            first: 1,
        }
    }

    /// The text is a part of a longer one, in which its first line has this number.
    ///
    /// ```
    /// let source = diagnostic::Source::new("crontab", b"61 * * * * true\n").starting_at(7);
    /// assert_eq!(source.position(3).line, 7);
    /// ```
    pub fn starting_at(self, first: usize) -> Source<'t> {
        Source { first, ..self }
    }

    /// The name under which it is reported.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Where a byte lies. A byte past the end lies after the last one.
    ///
    /// ```
    /// let source = diagnostic::Source::new("crontab", "# für\n61 * * * * true\n".as_bytes());
    /// let end = source.position(6);
    /// assert_eq!((end.line, end.column), (1, 6)); // `ü` has two bytes and is one character
    /// assert_eq!(source.position(7).line, 2);
    /// ```
    pub fn position(&self, at: usize) -> Position {
        let at = at.min(self.text.len());
        let line = self.line_index(at);
        let before = &self.text[self.starts[line]..at];
        Position {
            line: self.number(line),
            column: before.utf8_chunks().map(characters).sum::<usize>() + 1,
        }
    }

    /// Start and end of a span.
    pub fn positions(&self, span: &Span) -> (Position, Position) {
        (self.position(span.start), self.position(span.end))
    }

    /// The number of a line that is counted from 0.
    pub(crate) fn number(&self, index: usize) -> usize {
        self.first + index
    }

    /// The bytes of a line, counted from 1, without its line end.
    pub fn line(&self, number: usize) -> &'t [u8] {
        let range = self.line_range(number - self.first);
        let line = &self.text[range];
        line.strip_suffix(b"\n").unwrap_or(line)
    }

    /// The index of the line that holds a byte. The end of a text that ends its last line lies in that line,
    /// because nothing follows it.
    pub(crate) fn line_index(&self, at: usize) -> usize {
        let line = self.starts.partition_point(|&start| start <= at) - 1;
        if line > 0 && at == self.text.len() && self.starts[line] == at {
            line - 1
        } else {
            line
        }
    }

    /// The bytes of a line, counted from 0, with its line end.
    pub(crate) fn line_range(&self, index: usize) -> Range<usize> {
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.starts[index]..end
    }
}

/// How many characters a piece has, with what is not UTF-8 behind it.
fn characters(chunk: std::str::Utf8Chunk<'_>) -> usize {
    chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], at: usize, expected: (usize, usize)) {
        let position = Source::new("x", text).position(at);
        assert_eq!(
            (position.line, position.column),
            expected,
            "byte {at} of {text:?}"
        );
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        check(b"ab\ncd\n", 0, (1, 1));
        check(b"ab\ncd\n", 4, (2, 2));
    }

    #[test]
    fn a_line_end_belongs_to_its_line() {
        check(b"ab\ncd\n", 2, (1, 3));
        check(b"ab\ncd\n", 6, (2, 4));
        check(b"ab", 2, (1, 3));
        check(b"", 0, (1, 1));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        check("é x".as_bytes(), 3, (1, 3));
        check(b"\xff x", 2, (1, 3));
    }
}
