//! What could not be read, with the place and the cure.

use std::borrow::Cow;
use std::ops::Range;

use diagnostic::{Diagnostic, Severity, Source};
use host::ZoneNotFound;
use schedule::{ParseError, Warning};

use crate::style::Style;

/// Something that could not be read.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// What the text is: `expression`, `--tz`, a file's name.
    pub(crate) place: Cow<'static, str>,
    /// The text.
    pub(crate) text: Box<str>,
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) field: Option<&'static str>,
    pub(crate) help: Option<String>,
}

impl Trouble {
    /// Something wrong with all of a text.
    pub(crate) fn new(place: &'static str, text: &str, message: impl Into<String>, help: &str) -> Trouble {
        Trouble {
            place: Cow::Borrowed(place),
            text: text.into(),
            span: 0..text.len(),
            message: bearable(message.into()),
            field: None,
            help: Some(help.to_owned()).filter(|help| !help.is_empty()),
        }
    }

    /// An expression that does not parse.
    pub(crate) fn expression(text: &str, error: &ParseError) -> Trouble {
        Trouble {
            place: Cow::Borrowed("expression"),
            text: text.into(),
            span: error.span.clone(),
            message: bearable(error.to_string()),
            field: error.field.map(schedule::Field::name),
            help: error.help().map(bearable),
        }
    }

    /// A zone that is not there.
    pub(crate) fn zone(error: &ZoneNotFound) -> Trouble {
        Trouble::new("--tz", &error.name, error.to_string(), &error.help())
    }

    /// The text with carets and the cure, or one line of it.
    pub(crate) fn human(&self, color: bool, quiet: bool) -> String {
        if quiet {
            return format!("cronexplain: {}\n", visible(&self.message));
        }
        caret(
            Severity::Error,
            &visible(&self.place),
            &self.text,
            &self.span,
            &self.message,
            self.help.as_deref(),
            color,
        )
    }
}

/// A line of a file that cannot be read: with carets, or in one line.
pub(crate) fn in_file(
    file: &str,
    number: usize,
    line: &[u8],
    span: &Range<usize>,
    message: &str,
    help: Option<&str>,
    style: Style,
) -> String {
    let (file, message) = (visible(file), visible(message));
    if style.quiet {
        return format!("cronexplain: {file}:{number}: {message}\n");
    }
    let diagnostic = Diagnostic {
        help: help.map(|help| visible(help).into_owned()),
        ..Diagnostic::new(Severity::Error, message, span.clone())
    };
    let source = Source::new(file, line).starting_at(number);
    diagnostic::human(&source, &diagnostic, style.color)
}

/// A warning of an accepted expression, with carets.
pub(crate) fn warning(expression: &str, warning: &Warning, color: bool) -> String {
    let (message, help) = (warning.to_string(), warning.help());
    caret(
        Severity::Warning,
        "expression",
        expression,
        &warning.span,
        &message,
        help.as_deref(),
        color,
    )
}

fn caret(
    severity: Severity,
    place: &str,
    text: &str,
    span: &Range<usize>,
    message: &str,
    help: Option<&str>,
    color: bool,
) -> String {
    let diagnostic = Diagnostic {
        help: help.map(|help| visible(help).into_owned()),
        ..Diagnostic::new(severity, visible(message), span.clone())
    };
    diagnostic::human(&Source::new(place, text.as_bytes()), &diagnostic, color)
}

/// The text with control characters and what turns the direction of writing made visible.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A message that quotes a culprit of any length, in bearable length: its beginning and its end tell what it says.
pub(crate) fn bearable(message: String) -> String {
    const HEAD: usize = 160;
    const TAIL: usize = 120;
    let head = message.char_indices().nth(HEAD).map(|(at, _)| at);
    let tail = message.char_indices().nth_back(TAIL).map(|(at, _)| at);
    match (head, tail) {
        (Some(head), Some(tail)) if head < tail => {
            format!("{}...{}", &message[..head], &message[tail..])
        }
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::{bearable, visible};

    #[test]
    fn a_message_that_quotes_a_lot_keeps_its_beginning_and_its_end() {
        let check = |message: &str, shown: &str| assert_eq!(bearable(message.to_owned()), shown);
        check(
            "minute 61 is out of range: 0 to 59",
            "minute 61 is out of range: 0 to 59",
        );
        let nines = "9".repeat(1_000_000);
        let (head, tail) = ("9".repeat(153), "9".repeat(96));
        check(
            &format!("minute {nines} is out of range: 0 to 59"),
            &format!("minute {head}...{tail} is out of range: 0 to 59"),
        );
        check(
            &"\u{fc}".repeat(282),
            &format!("{0}...{1}", "\u{fc}".repeat(160), "\u{fc}".repeat(121)),
        );
    }

    #[test]
    fn control_characters_are_made_visible() {
        let check = |text: &str, shown: &str| assert_eq!(visible(text), shown);
        check("0 0 1 * MON", "0 0 1 * MON");
        check("0\t0", "0\\t0");
        check("\u{1b}[31m", "\\u{1b}[31m");
        check("a\u{202e}b", "a\\u{202e}b");
        check("ü – ✓", "ü – ✓");
    }
}
