//! The usual finding without the work of laying it out: one short line of plain ASCII with one place in it, or two of
//! which only the left one has a label; no colours.
//!
//! A long list of findings is printed several times as fast. What it prints is what the renderer prints, which a
//! test holds it to; whatever is not usual goes to the renderer.

use std::fmt::Write as _;

use crate::{Diagnostic, Related, Source, Span};

/// Up to this length, line and label fit without being cut.
const SHORT: usize = 120;

/// Appends the finding, or appends nothing and says so.
pub(super) fn push(out: &mut String, source: &Source<'_>, diagnostic: &Diagnostic) -> bool {
    let Some(line) = Line::of(source, diagnostic) else {
        return false;
    };
    let texts = [source.name(), &diagnostic.message].into_iter();
    let texts = texts.chain(
        diagnostic
            .notes
            .iter()
            .chain(&diagnostic.help)
            .map(String::as_str),
    );
    if !texts.into_iter().all(is_plain) {
        return false;
    }
    line.write(out, source, diagnostic).is_ok()
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.ends_with(' ')
}

struct Line<'t> {
    number: usize,
    /// From which of its bytes to which the carets go.
    from: usize,
    to: usize,
    text: &'t str,
    left: Option<Left<'t>>,
}

/// Another place left of the carets.
struct Left<'t> {
    from: usize,
    to: usize,
    label: &'t str,
}

impl<'t> Line<'t> {
    fn of(source: &Source<'t>, diagnostic: &'t Diagnostic) -> Option<Line<'t>> {
        let (span, label) = (&diagnostic.span, diagnostic.label.as_deref());
        let index = source.line_index(span.start.min(source.text().len()));
        let range = source.line_range(index);
        let text = source.text().get(range.clone())?;
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        if text.len() + label.map_or(0, str::len) > SHORT || !label.is_none_or(is_plain) {
            return None;
        }
        let text = std::str::from_utf8(text).ok().filter(|text| is_plain(text))?;
        let inside = span.start < span.end && span.end <= range.start + text.len();
        let left = match diagnostic.related.as_slice() {
            [] => None,
            [related] if label.is_none() => Some(Left::of(related, range.start..span.start)?),
            _ => return None,
        };
        inside.then(|| Line {
            number: source.number(index),
            from: span.start - range.start,
            to: span.end - range.start,
            text,
            left,
        })
    }

    fn write(&self, out: &mut String, source: &Source<'_>, diagnostic: &Diagnostic) -> std::fmt::Result {
        let number = self.number;
        let indent = number.ilog10() as usize + 1;
        out.push_str(diagnostic.severity.name());
        if !diagnostic.code.is_empty() {
            write!(out, "[{}]", diagnostic.code)?;
        }
        writeln!(out, ": {}", diagnostic.message)?;
        writeln!(
            out,
            "{:indent$}--> {}:{number}:{}",
            "",
            source.name(),
            self.from + 1
        )?;
        writeln!(out, "{:indent$} |\n{number} | {}", "", self.text)?;
        write!(out, "{:indent$} | ", "")?;
        let mut from = self.from;
        if let Some(left) = &self.left {
            write!(out, "{:1$}", "", left.from)?;
            out.extend(std::iter::repeat_n('-', left.to - left.from));
            from -= left.to;
        }
        write!(out, "{:from$}", "")?;
        out.extend(std::iter::repeat_n('^', self.to - self.from));
        if let Some(label) = &diagnostic.label {
            write!(out, " {label}")?;
        }
        out.push('\n');
        if let Some(Left { from, label, .. }) = self.left {
            writeln!(out, "{:indent$} | {:from$}|", "", "")?;
            writeln!(out, "{:indent$} | {:from$}{label}", "", "")?;
        }
        if !diagnostic.notes.is_empty() || diagnostic.help.is_some() {
            writeln!(out, "{:indent$} |", "")?;
        }
        for note in &diagnostic.notes {
            writeln!(out, "{:indent$} = note: {note}", "")?;
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "{:indent$} = help: {help}", "")?;
        }
        Ok(())
    }
}

impl<'t> Left<'t> {
    /// If it lies in that part of the line left of the carets, and its label has no room before them.
    fn of(related: &'t Related, within: Span) -> Option<Left<'t>> {
        let span = &related.span;
        let fits = within.start <= span.start && span.start < span.end && span.end < within.end;
        let label = related.message.as_str();
        let hangs = span.end + label.len() >= within.end;
        (fits && hangs && label.len() <= SHORT / 2 && is_plain(label)).then(|| Left {
            from: span.start - within.start,
            to: span.end - within.start,
            label,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;

    /// Whether it is usual; if so, that the renderer prints the same.
    fn check(text: &[u8], span: Span, change: impl Fn(&mut Diagnostic), usual: bool) {
        let source = Source::new("dir/crontab", text);
        for severity in Severity::ALL {
            let mut diagnostic = Diagnostic::new(severity, "a cause", span.clone());
            change(&mut diagnostic);
            let mut out = String::new();
            assert_eq!(push(&mut out, &source, &diagnostic), usual, "{diagnostic:?}");
            let rendered = super::super::human(&source, &diagnostic, false);
            assert_eq!(
                out,
                if usual { rendered } else { String::new() },
                "{diagnostic:?}"
            );
        }
    }

    #[test]
    fn the_usual_finding_is_printed_as_the_renderer_does() {
        let text = b"# one\n  5 4 * * *  /usr/bin/true  x\n";
        for span in [8..9, 6..35, 15..19, 34..35, 6..7] {
            check(text, span.clone(), |_| {}, true);
            check(text, span.clone(), |found| found.code = "S001", true);
            check(
                text,
                span.clone(),
                |found| found.label = Some("here".to_owned()),
                true,
            );
            check(
                text,
                span.clone(),
                |found| found.help = Some("a cure".to_owned()),
                true,
            );
            let notes = |found: &mut Diagnostic| {
                found.notes = vec!["one".to_owned(), "and `another`".to_owned()];
                found.help = Some("a cure".to_owned());
                found.code = "S001";
            };
            check(text, span, notes, true);
        }
    }

    #[test]
    fn numbers_of_lines_are_indented_as_the_renderer_does() {
        for lines in [8, 9, 10, 98, 99, 100, 999, 1000, 99_999] {
            let text = [vec![b'\n'; lines], b"0 0 * * * x".to_vec()].concat();
            let note = |found: &mut Diagnostic| found.notes.push("so it is".to_owned());
            check(&text, lines..lines + 3, note, true);
        }
    }

    #[test]
    fn lines_as_long_as_may_be_are_not_cut() {
        let line = [vec![b'x'; SHORT - 5], b"\n".to_vec()].concat();
        for span in [0..3, 0..SHORT - 5, SHORT - 6..SHORT - 5] {
            check(&line, span, |found| found.label = Some("label".to_owned()), true);
        }
        check(
            &line,
            0..3,
            |found| found.label = Some("longer".to_owned()),
            false,
        );
    }

    #[test]
    fn a_label_on_the_left_hangs_below() {
        let text = b"# one\n5 4 * * *  cat x | gzip\n";
        let related = |span: Span, message: &str| {
            let message = message.to_owned();
            move |found: &mut Diagnostic| {
                let message = message.clone();
                found.related.push(Related {
                    span: span.clone(),
                    message,
                });
            }
        };
        for span in [6..7, 17..20, 17..21, 6..22] {
            check(text, 23..24, related(span.clone(), "its status is lost"), true);
            check(text, 25..29, related(span, "a label of some length"), true);
        }
        for length in 1..20 {
            let label = "x".repeat(length);
            check(text, 23..24, related(6..16, &label), length >= 7);
        }
        check(text, 23..24, related(17..23, "it touches"), false);
        check(text, 17..20, related(23..24, "on the right"), false);
        check(text, 23..24, related(0..1, "elsewhere"), false);
        check(text, 23..24, related(17..20, ""), false);
    }

    #[test]
    fn whatever_else_there_is_goes_to_the_renderer() {
        check(b"a\tb\n", 0..1, |_| {}, false);
        check("ä b\n".as_bytes(), 3..4, |_| {}, false);
        check(b"\xff b\n", 2..3, |_| {}, false);
        check(b"a b\r\n", 0..1, |_| {}, false);
        check(b"a b \n", 0..1, |_| {}, false);
        check(b"a b\n", 1..1, |_| {}, false);
        check(b"a b\n", 0..4, |_| {}, false);
        check(b"", 0..0, |_| {}, false);
        check(
            b"a b\n",
            0..1,
            |found| found.notes.push("two\nlines".to_owned()),
            false,
        );
        check(b"a b\n", 0..1, |found| found.message = "ä".to_owned(), false);
    }
}
