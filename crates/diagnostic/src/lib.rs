//! What a program found wrong in a text, and how it is printed for people and for machines.
//!
//! A [`Diagnostic`] points at bytes of one [`Source`] and says what is wrong, why, and what cures it.
//! A [`Report`] is a source with its diagnostics. A [`Format`] turns reports into one string; each
//! format is a file of its own, listed in [`FORMATS`].
//!
//! Nothing here reads a file or prints.
//!
//! ```
//! use diagnostic::{Diagnostic, Report, Severity, Source};
//!
//! let source = Source::new("crontab", b"61 * * * * true\n");
//! let wrong = Diagnostic::new(Severity::Error, "minute 61 is out of range: 0 to 59", 0..2);
//! let text = diagnostic::human(&source, &wrong, false);
//! assert!(text.contains("^^"));
//! # let _ = Report::new(source, vec![wrong]);
//! ```

mod fingerprint;
mod gcc;
mod github;
mod gitlab;
mod human;
mod json;
mod sarif;
mod source;

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

pub use fingerprint::fingerprints;
pub use human::human;
pub use json::JSON_VERSION;
pub use source::{Position, Source};

/// A place in a source: a range of bytes.
pub type Span = Range<usize>;

/// How bad it is. Ordered: a hint is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A matter of taste, or true only if the author meant something else.
    Hint,
    /// Worth knowing; nothing is broken.
    Info,
    /// Likely not what was meant.
    Warning,
    /// Does not work, or does harm.
    Error,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Severity; 4] = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint];

    /// The word that is printed and read.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that is wrong at a place, with its code once a rule has claimed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, such as `C001`; empty when no rule stands behind it.
    pub code: &'static str,
    /// The rule's name, such as `unescaped-percent`; empty likewise.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// The culprit.
    pub span: Span,
    /// A few words beside the culprit, when they add something to the message.
    pub label: Option<String>,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// Facts that explain or prove the message, one line each.
    pub notes: Vec<String>,
    /// What cures it.
    pub help: Option<String>,
    /// The cure as edits.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with nothing but its message and place.
    pub fn new(severity: Severity, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic {
            code: "",
            name: "",
            severity,
            message: message.into(),
            span,
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// The order in a report: by place, the worst first where places are equal.
    pub fn in_report_order(&self, other: &Diagnostic) -> Ordering {
        let key = (self.span.start, other.severity, self.code, self.span.end);
        key.cmp(&(other.span.start, self.severity, other.code, other.span.end))
    }
}

/// Another place of the same source that belongs to a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there; may be empty where the places speak for themselves.
    pub message: String,
}

/// Edits that cure a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the edits do, in the imperative.
    pub message: String,
    /// Replacements, in order of place, not overlapping.
    pub edits: Vec<Edit>,
    /// Whether they may be applied without a look.
    pub safety: Safety,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// What takes their place.
    pub text: String,
}

/// Whether a fix keeps what the author meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Keeps it beyond doubt.
    Safe,
    /// Probably keeps it: look at it.
    Unsafe,
}

impl Safety {
    /// The word that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        }
    }
}

/// A source and what was found in it.
#[derive(Clone, Debug)]
pub struct Report<'t> {
    /// The text.
    pub source: Source<'t>,
    /// What was found, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'t> Report<'t> {
    /// Puts the diagnostics in order.
    pub fn new(source: Source<'t>, mut diagnostics: Vec<Diagnostic>) -> Report<'t> {
        diagnostics.sort_by(Diagnostic::in_report_order);
        Report { source, diagnostics }
    }
}

/// How the reports are printed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Colours, for a terminal.
    pub color: bool,
    /// Leave out what only helps a reader: excerpts, notes, the summary.
    pub quiet: bool,
}

/// The program whose findings are printed.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Every rule it knows, for the formats that list them.
    pub rules: &'static [ToolRule],
}

/// What the formats need to know of a rule.
#[derive(Clone, Copy, Debug)]
pub struct ToolRule {
    /// The stable code.
    pub code: &'static str,
    /// The name.
    pub name: &'static str,
    /// How bad its findings are as a rule.
    pub severity: Severity,
    /// Its page, in Markdown.
    pub explanation: &'static str,
}

/// A way to print reports.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// One line for `--help`.
    pub about: &'static str,
    /// Prints all reports.
    pub render: fn(&[Report<'_>], &Tool, Style) -> String,
}

/// Every format.
pub static FORMATS: &[&Format] = &[
    &human::FORMAT,
    &json::FORMAT,
    &sarif::FORMAT,
    &github::FORMAT,
    &gitlab::FORMAT,
    &gcc::FORMAT,
];

/// The format of that name.
///
/// ```
/// use diagnostic::{Diagnostic, Report, Severity, Source, Style, Tool};
///
/// let wrong = Diagnostic::new(Severity::Error, "minute 61 is out of range: 0 to 59", 0..2);
/// let report = Report::new(Source::new("crontab", b"61 * * * * true\n"), vec![wrong]);
/// let tool = Tool { name: "cronlint", version: "0.1.0", rules: &[] };
/// let gcc = diagnostic::format("gcc").unwrap();
/// let text = (gcc.render)(&[report], &tool, Style::default());
/// assert!(text.starts_with("crontab:1:1: error: minute 61 is out of range: 0 to 59"));
/// ```
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}
