//! What was wrong with an expression, where, and what would be right.

use std::fmt;
use std::ops::Range;

use crate::field::Field;

/// Why an expression does not parse.
///
/// `Display` names the culprit and what is allowed; [`ParseError::help`] says how to put it right; the span lies on
/// character boundaries of the text.
///
/// ```
/// use schedule::{Field, Schedule, dialect};
///
/// let error = Schedule::parse("0 24 * * *", &dialect::DEBIAN).unwrap_err();
/// assert_eq!(error.to_string(), "hour 24 is out of range: 0 to 23");
/// assert_eq!((error.field, error.span.clone()), (Some(Field::Hour), 2..4));
/// assert_eq!(error.help().unwrap(), "midnight is hour 0");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What went wrong.
    pub kind: ParseErrorKind,
    /// In which field, where it is known.
    pub field: Option<Field>,
    /// The culprit's bytes in the text.
    pub span: Range<usize>,
    pub(crate) help: Option<String>,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Nothing but blanks.
    Empty,
    /// The expression ends before this many fields are there.
    TooFewFields {
        /// How many there are.
        found: usize,
        /// How many there must be.
        wanted: usize,
    },
    /// Words after the last field.
    TooManyFields {
        /// How many words there are.
        found: usize,
        /// How many there may be.
        wanted: usize,
    },
    /// A number that the field does not have.
    OutOfRange {
        /// The number as written.
        value: String,
        /// The smallest allowed.
        first: i64,
        /// The largest allowed.
        last: i64,
    },
    /// A word that is no name of the field.
    UnknownName {
        /// The word.
        word: String,
    },
    /// A character where a value should begin.
    Unexpected {
        /// What stands there.
        found: String,
    },
    /// Text after a value that cannot stand there, as `#2` in `MON#2`.
    AfterValue {
        /// The text.
        found: String,
        /// The value before it.
        value: String,
    },
    /// An empty item of a list, as in `1,,2` or `1,`.
    EmptyItem,
    /// A range without its end, as in `1-`.
    MissingRangeEnd,
    /// A slash without a number after it.
    MissingStep,
    /// A step of 0.
    ZeroStep,
    /// A step that the dialect refuses for its size.
    StepTooLarge {
        /// The step as written.
        step: String,
        /// The largest allowed.
        last: i64,
    },
    /// A step after a single value, as in `5/15`.
    StepWithoutRange {
        /// The item.
        item: String,
    },
    /// A range whose end lies before its start, in a dialect that refuses it.
    ReversedRange {
        /// The range.
        range: String,
    },
    /// `@something` that the dialect does not know.
    UnknownMacro {
        /// The macro as written.
        word: String,
    },
    /// Something that other dialects know and this one does not.
    Unsupported {
        /// What it is.
        what: String,
    },
    /// Worse than a refusal: the daemon ends when it reads this.
    KillsDaemon {
        /// What does it.
        what: String,
    },
    /// The dialect's own reason, in its words.
    Other {
        /// The reason.
        message: String,
    },
}

impl ParseError {
    pub(crate) fn new(kind: ParseErrorKind, field: Option<Field>, span: Range<usize>) -> ParseError {
        ParseError {
            kind,
            field,
            span,
            help: None,
        }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> ParseError {
        self.help = Some(help.into());
        self
    }

    /// What is allowed there, or what to write instead.
    pub fn help(&self) -> Option<String> {
        self.help.clone()
    }
}

/// `a minute`, `an hour`
fn article(field: &str) -> &'static str {
    if field == Field::Hour.name() { "an" } else { "a" }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field.map_or("field", Field::name);
        match &self.kind {
            ParseErrorKind::Empty => f.write_str("the expression is empty"),
            ParseErrorKind::TooFewFields { found, wanted } => {
                write!(f, "{} of {wanted} fields: the {field} is missing", found)
            }
            ParseErrorKind::TooManyFields { found, wanted } => write!(f, "{found} fields, not {wanted}"),
            ParseErrorKind::OutOfRange { value, first, last } => {
                write!(f, "{field} {value} is out of range: {first} to {last}")
            }
            ParseErrorKind::UnknownName { word } => write!(f, "`{word}` is not {} {field}", article(field)),
            ParseErrorKind::Unexpected { found } => write!(f, "`{found}` is not {} {field}", article(field)),
            ParseErrorKind::AfterValue { found, value } => {
                write!(f, "`{found}` cannot follow `{value}` in the {field}")
            }
            ParseErrorKind::EmptyItem => write!(f, "empty item in the list of the {field}"),
            ParseErrorKind::MissingRangeEnd => write!(f, "range without an end in the {field}"),
            ParseErrorKind::MissingStep => write!(f, "step without a number in the {field}"),
            ParseErrorKind::ZeroStep => write!(f, "step of 0 in the {field}"),
            ParseErrorKind::StepTooLarge { step, last } => {
                write!(f, "step {step} in the {field} is out of range: 1 to {last}")
            }
            ParseErrorKind::StepWithoutRange { item } => write!(f, "`{item}` has a step but no range"),
            ParseErrorKind::ReversedRange { range } => {
                write!(f, "range `{range}` of the {field} runs backwards")
            }
            ParseErrorKind::UnknownMacro { word } => write!(f, "`{word}` is not a known time"),
            ParseErrorKind::Unsupported { what } => f.write_str(what),
            ParseErrorKind::KillsDaemon { what } => write!(f, "`{what}` ends the daemon that reads it"),
            ParseErrorKind::Other { message } => f.write_str(message),
        }
    }
}

impl std::error::Error for ParseError {}

/// Something that the dialect accepts and the author can hardly have meant.
///
/// ```
/// use schedule::{Schedule, dialect};
///
/// let schedule = Schedule::parse("0 22-2 * * *", &dialect::DEBIAN).unwrap();
/// let warning = &schedule.warnings()[0];
/// assert_eq!(warning.to_string(), "range `22-2` of the hour runs backwards and matches nothing");
/// assert_eq!(warning.help().unwrap(), "write `22-23,0-2`");
/// assert!(schedule.never_fires());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What is odd.
    pub kind: WarningKind,
    /// In which field, where it is one.
    pub field: Option<Field>,
    /// Its bytes in the text.
    pub span: Range<usize>,
    pub(crate) help: Option<String>,
}

/// What is odd about an accepted expression.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// Text after a valid value that the daemon skips, as `#2` in `MON#2`.
    SkippedJunk {
        /// What is skipped.
        junk: String,
        /// What the item means without it.
        meaning: String,
    },
    /// A range that runs backwards and so matches nothing.
    ReversedRange {
        /// The range.
        range: String,
    },
    /// A number that overflows in the daemon and means another one.
    WrappedNumber {
        /// As written.
        number: String,
        /// As the daemon takes it.
        value: i64,
    },
    /// A step so large that only the first value of its range is left.
    LoneStep {
        /// The item.
        item: String,
        /// The only value.
        value: i64,
    },
    /// A day field that is restricted but begins with a star, so that **both** day fields must match.
    StarredDay {
        /// The field's text.
        text: String,
    },
    /// Days that no month in question has, such as 30 February.
    NoSuchDay,
    /// A value that is drawn at random when the crontab is read.
    RandomValue {
        /// The item.
        item: String,
        /// The smallest value that can be drawn.
        first: i64,
        /// The largest one.
        last: i64,
    },
    /// The daemon logs an error about the line and runs it all the same.
    Kept {
        /// What it complains about.
        item: String,
    },
    /// The dialect's own oddity, in words.
    Oddity {
        /// What it is.
        message: String,
    },
}

impl Warning {
    pub(crate) fn new(kind: WarningKind, field: Option<Field>, span: Range<usize>) -> Warning {
        Warning {
            kind,
            field,
            span,
            help: None,
        }
    }

    pub(crate) fn oddity(message: impl Into<String>, field: Option<Field>, span: Range<usize>) -> Warning {
        Warning::new(
            WarningKind::Oddity {
                message: message.into(),
            },
            field,
            span,
        )
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Warning {
        self.help = Some(help.into());
        self
    }

    /// What to write instead, where there is a plain answer.
    pub fn help(&self) -> Option<String> {
        self.help.clone()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field.map_or("field", Field::name);
        match &self.kind {
            WarningKind::SkippedJunk { junk, meaning } => {
                write!(f, "`{junk}` in the {field} is skipped: this means `{meaning}`")
            }
            WarningKind::ReversedRange { range } => {
                write!(
                    f,
                    "range `{range}` of the {field} runs backwards and matches nothing"
                )
            }
            WarningKind::WrappedNumber { number, value } => {
                write!(f, "{field} {number} overflows and is taken as {value}")
            }
            WarningKind::LoneStep { item, value } => {
                write!(
                    f,
                    "the step in `{item}` goes past the end: the only {field} is {value}"
                )
            }
            WarningKind::StarredDay { text } => {
                write!(
                    f,
                    "`{text}` begins with a star, so a day must match both day fields"
                )
            }
            WarningKind::NoSuchDay => f.write_str("no month in question has such a day"),
            WarningKind::RandomValue { item, first, last } => {
                write!(
                    f,
                    "`{item}` is drawn at random from {first} to {last} when the crontab is read"
                )
            }
            WarningKind::Kept { item } => {
                write!(
                    f,
                    "`{item}` is an error to the daemon, which logs it and runs the line all the same"
                )
            }
            WarningKind::Oddity { message } => f.write_str(message),
        }
    }
}
