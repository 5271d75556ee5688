//! `NAME=value` lines, read as Debian's cron and its relatives read them.

use std::borrow::Cow;

use crate::daemon::Quotes;
use crate::line::Unreadable;
use crate::{Daemon, Span};

/// A variable and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment<'t> {
    /// The name, without quotes.
    pub name: Cow<'t, str>,
    /// Where the name is, without quotes.
    pub name_span: Span,
    /// The value as the job gets it: quotes and the blanks around it gone, nothing expanded.
    pub value: Cow<'t, str>,
    /// Where the value is, without quotes.
    pub value_span: Span,
    /// The quote around the value.
    pub quote: Option<char>,
    /// What the daemon cuts off without a word, because the line is longer than it reads.
    pub cut: Option<Span>,
}

/// Reads an assignment, or says what keeps the line from being one.
pub(crate) fn read<'t>(text: &'t [u8], line: Span, daemon: &Daemon) -> Result<Assignment<'t>, Unreadable> {
    let limit = daemon
        .assignment_limit
        .map_or(line.end, |limit| line.end.min(line.start + limit));
    let cut = (limit < line.end).then_some(limit..line.end);
    let place = line.start..limit;
    let (name_span, at) = name(text, place.clone())?;
    let equals = skip_blanks(text, at, place.end);
    // Where quotes mean nothing, the whole is one word.
    let one_word = daemon.quotes == Quotes::Kept;
    if equals >= place.end || text[equals] != b'=' || one_word && equals > at {
        return Err(no_equals(text, place, equals));
    }
    let start = if one_word {
        equals + 1
    } else {
        skip_blanks(text, equals + 1, place.end)
    };
    let (value_span, quote) = match daemon.quotes {
        Quotes::Kept => (start..end_of_word(text, start, place.end), None),
        _ if start >= place.end && daemon.takes_empty_value => (equals + 1..equals + 1, None),
        _ if start >= place.end => return Err(Unreadable::EmptyValue { name: name_span }),
        Quotes::Matched => value(text, start, place)?,
        Quotes::Whole => whole_value(text, start..trim_end(text, start..place.end)),
        Quotes::Stripped => (stripped(text, start..trim_end(text, start..place.end)), None),
    };
    let value_span = match (quote, daemon.trims_quoted_values) {
        (Some(_), false) => value_span,
        _ => value_span.start..trim_end(text, value_span),
    };
    Ok(Assignment {
        name: String::from_utf8_lossy(&text[name_span.clone()]),
        name_span,
        value: String::from_utf8_lossy(&text[value_span.clone()]),
        value_span,
        quote,
        cut,
    })
}

/// The name and where it ends, its closing quote included.
fn name(text: &[u8], place: Span) -> Result<(Span, usize), Unreadable> {
    let first = text[place.start];
    if first == b'"' || first == b'\'' {
        let start = place.start + 1;
        let stop = text[start..place.end]
            .iter()
            .position(|&byte| byte == first || byte == b'=');
        return match stop.map(|at| start + at) {
            Some(end) if text[end] == first => Ok((start..end, end + 1)),
            _ => Err(Unreadable::Text),
        };
    }
    let stop = text[place.clone()]
        .iter()
        .position(|&byte| byte == b'=' || is_space(byte));
    let end = stop.map_or(place.end, |at| place.start + at);
    Ok((place.start..end, end))
}

/// The value without its quotes, and the quote.
fn value(text: &[u8], start: usize, place: Span) -> Result<(Span, Option<char>), Unreadable> {
    let quote = text[start];
    if quote != b'"' && quote != b'\'' {
        return Ok((start..place.end, None));
    }
    let Some(length) = text[start + 1..place.end].iter().position(|&byte| byte == quote) else {
        return Err(Unreadable::OpenQuote {
            quote: start..start + 1,
        });
    };
    let end = start + 1 + length;
    let rest = skip_blanks(text, end + 1, place.end);
    if rest < place.end {
        return Err(Unreadable::TextAfterQuote {
            rest: rest..trim_end(text, rest..place.end),
        });
    }
    Ok((start + 1..end, Some(char::from(quote))))
}

/// The value without the two quotes around all of it.
fn whole_value(text: &[u8], value: Span) -> (Span, Option<char>) {
    let (first, last) = (text[value.start], text[value.end - 1]);
    if value.len() > 1 && first == last && matches!(first, b'"' | b'\'') {
        (value.start + 1..value.end - 1, Some(char::from(first)))
    } else {
        (value, None)
    }
}

/// The value without any quotes at its ends: first those of one kind, then those of the other.
fn stripped(text: &[u8], mut value: Span) -> Span {
    for quote in [b'\'', b'"'] {
        while !value.is_empty() && text[value.start] == quote {
            value.start += 1;
        }
        while !value.is_empty() && text[value.end - 1] == quote {
            value.end -= 1;
        }
    }
    value
}

/// What to say of a line whose name is not followed by `=`.
fn no_equals(text: &[u8], place: Span, at: usize) -> Unreadable {
    let line = &text[place.clone()];
    let Some(equals) = line
        .iter()
        .position(|&byte| byte == b'=')
        .map(|at| place.start + at)
    else {
        return Unreadable::Text;
    };
    let before = &text[place.start..equals];
    let word = &text[place.start..at.min(equals)].trim_ascii_end();
    if *word == b"export" || *word == b"set" || *word == b"setenv" || *word == b"declare" {
        return Unreadable::Export {
            word: place.start..at,
        };
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' ' | b'\t' | b'-' | b'.');
    if before.iter().all(plain) && before.first().is_some_and(u8::is_ascii_alphabetic) && before.len() < 40 {
        return Unreadable::BadName {
            name: place.start..trim_end(text, place.start..equals),
        };
    }
    Unreadable::Text
}

fn skip_blanks(text: &[u8], from: usize, end: usize) -> usize {
    (from..end).find(|&at| !is_space(text[at])).unwrap_or(end)
}

fn end_of_word(text: &[u8], from: usize, end: usize) -> usize {
    (from..end).find(|&at| is_space(text[at])).unwrap_or(end)
}

fn trim_end(text: &[u8], span: Span) -> usize {
    span.clone()
        .rev()
        .find(|&at| !is_space(text[at]))
        .map_or(span.start, |at| at + 1)
}

/// What C's isspace() takes for a blank.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use crate::{Crontab, Kind, daemon};

    #[test]
    fn an_empty_value_lies_in_its_line_before_a_carriage_return_too() {
        for daemon in daemon::ALL {
            let crontab = Crontab::parse(b"SHELL=\r\n", Kind::User, daemon);
            for (index, assignment) in crontab.assignments() {
                let line = &crontab.lines[index].span;
                assert!(assignment.value_span.end <= line.end, "{}", daemon.name);
            }
        }
    }
}
