//! Lines, and what the daemon takes each for.

use crate::assignment::{self, Assignment};
use crate::entry::{self, Entry};
use crate::{Daemon, Kind, Span};

/// One line of a crontab.
#[derive(Debug)]
pub struct Line<'t> {
    /// The line's number in the file, from 1.
    pub number: usize,
    /// Its bytes, without what ends it.
    pub span: Span,
    /// What ends it.
    pub ending: Ending,
    /// What the daemon takes it for.
    pub content: Content<'t>,
}

impl Line<'_> {
    /// Its bytes with what ends it.
    pub fn full_span(&self) -> Span {
        self.span.start..self.span.end + self.ending.len()
    }

    /// The carriage return before the line end, if there is one.
    pub fn carriage_return(&self) -> Option<Span> {
        (self.ending == Ending::CarriageReturnNewline).then(|| self.span.end..self.span.end + 1)
    }
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A newline.
    Newline,
    /// A carriage return and a newline. The daemon ends the line at the newline only.
    CarriageReturnNewline,
    /// A NUL byte: the daemon reads what follows as the next line.
    Nul,
    /// The end of the file.
    Nothing,
}

impl Ending {
    /// How many bytes it has.
    pub fn len(self) -> usize {
        match self {
            Ending::Newline | Ending::Nul => 1,
            Ending::CarriageReturnNewline => 2,
            Ending::Nothing => 0,
        }
    }

    /// Whether nothing ends the line.
    pub fn is_empty(self) -> bool {
        self == Ending::Nothing
    }
}

/// What the daemon takes a line for.
#[derive(Debug)]
pub enum Content<'t> {
    /// Nothing but blanks.
    Blank,
    /// A comment.
    Comment,
    /// `NAME=value`.
    Assignment(Assignment<'t>),
    /// A schedule and a command; what is wrong with either is kept in it.
    Entry(Box<Entry<'t>>),
    /// Neither an assignment nor anything that looks like a schedule.
    Unreadable(Unreadable),
}

/// Why a line is neither an assignment nor an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// `export NAME=value`: the crontab is no shell script.
    Export {
        /// The word and the blanks after it.
        word: Span,
    },
    /// `NAME=` without a value.
    EmptyValue {
        /// The name.
        name: Span,
    },
    /// A quote that is not closed.
    OpenQuote {
        /// The opening quote.
        quote: Span,
    },
    /// Text after the closing quote.
    TextAfterQuote {
        /// The text.
        rest: Span,
    },
    /// `NAME+=value` or a name of several words.
    BadName {
        /// What stands before the `=`.
        name: Span,
    },
    /// A carriage return alone on its line.
    CarriageReturn,
    /// A byte order mark before a comment or nothing.
    ByteOrderMark,
    /// Any other text.
    Text,
}

/// Splits a text into lines as the daemon does.
pub(crate) fn lines<'t>(
    text: &'t [u8],
    kind: Kind,
    daemon: &'static Daemon,
) -> impl Iterator<Item = Line<'t>> {
    let (mut start, mut number) = (0, 1);
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let line = line(text, start, number, kind, daemon);
        let ending = line.ending;
        start = line.span.end + ending.len();
        number += usize::from(ending != Ending::Nul);
        if daemon.joins_lines {
            number += text[line.span.clone()]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count();
        }
        Some(line)
    })
}

fn line<'t>(text: &'t [u8], start: usize, number: usize, kind: Kind, daemon: &'static Daemon) -> Line<'t> {
    let end = end_of_line(text, start, daemon);
    let first = text[start..end]
        .iter()
        .position(|&byte| byte != b' ' && byte != b'\t')
        .map(|at| start + at);
    let Some(first) = first else {
        return finish(text, number, start..end, Content::Blank);
    };
    if text[first] == b'#' {
        return finish(text, number, start..end, Content::Comment);
    }
    let nul = |from: usize| {
        text[from..end]
            .iter()
            .position(|&byte| byte == 0)
            .map(|at| from + at)
    };
    // A NUL ends what the daemon reads as one string; what follows is its next line.
    let string = nul(first).unwrap_or(end);
    if daemon.hash_ends_line
        && let Some(hash) = text[first..string].iter().position(|&byte| byte == b'#')
        && hash > entry::schedule_end(&text[first..string], daemon)
    {
        let commented = text[first..first + hash].trim_ascii_end().len();
        let content = match assignment::read(text, first..first + commented, daemon) {
            Ok(assignment) => Content::Assignment(assignment),
            Err(reason) => content(text, first..first + commented, reason, kind, daemon),
        };
        return finish(text, number, start..end, content);
    }
    match assignment::read(text, first..string, daemon) {
        Ok(assignment) => finish_at(text, number, start, string, end, Content::Assignment(assignment)),
        Err(reason) => {
            // The fields of a schedule are read byte by byte, and a NUL among them is junk like any other.
            let behind = entry::schedule_end(&text[first..end], daemon) + first;
            let string = nul(behind).unwrap_or(end);
            let content = content(text, first..string, reason, kind, daemon);
            finish_at(text, number, start, string, end, content)
        }
    }
}

/// Where a line ends; for some daemons a backslash takes the next line in.
fn end_of_line(text: &[u8], start: usize, daemon: &Daemon) -> usize {
    let mut from = start;
    loop {
        let Some(length) = text[from..].iter().position(|&byte| byte == b'\n') else {
            return text.len();
        };
        let end = from + length;
        if !daemon.joins_lines || !text[from..end].ends_with(b"\\") {
            return end;
        }
        from = end + 1;
    }
}

/// The line up to where its string ends: a NUL, or the line's own end.
fn finish_at<'t>(
    text: &[u8],
    number: usize,
    start: usize,
    string: usize,
    end: usize,
    content: Content<'t>,
) -> Line<'t> {
    if string < end {
        return Line {
            number,
            span: start..string,
            ending: Ending::Nul,
            content,
        };
    }
    finish(text, number, start..end, content)
}

/// The line with its end told, the carriage return taken as part of that end.
fn finish<'t>(text: &[u8], number: usize, span: Span, content: Content<'t>) -> Line<'t> {
    if span.end == text.len() {
        return Line {
            number,
            span,
            ending: Ending::Nothing,
            content,
        };
    }
    let crlf = text[span.clone()].ends_with(b"\r");
    let (end, ending) = if crlf {
        (span.end - 1, Ending::CarriageReturnNewline)
    } else {
        (span.end, Ending::Newline)
    };
    Line {
        number,
        span: span.start..end,
        ending,
        content,
    }
}

/// What a line is that is no assignment.
fn content<'t>(
    text: &'t [u8],
    place: Span,
    reason: Unreadable,
    kind: Kind,
    daemon: &'static Daemon,
) -> Content<'t> {
    let bytes = &text[place.clone()];
    if bytes == b"\r" {
        return Content::Unreadable(Unreadable::CarriageReturn);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let rest = rest.trim_ascii_start();
        if rest.is_empty() || rest[0] == b'#' {
            return Content::Unreadable(Unreadable::ByteOrderMark);
        }
        if entry::looks_like_entry(rest, daemon) {
            return Content::Entry(Box::new(entry::read(text, place, kind, daemon)));
        }
    }
    // However odd a line looks: what the daemon takes for an entry is one.
    if entry::looks_like_entry(bytes, daemon) || entry::schedule_error(bytes, daemon).is_none() {
        Content::Entry(Box::new(entry::read(text, place, kind, daemon)))
    } else {
        Content::Unreadable(reason)
    }
}
