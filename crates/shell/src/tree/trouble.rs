//! What no shell accepts.

use super::Span;

/// Something that no shell accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxTrouble {
    /// What it is.
    pub kind: TroubleKind,
    /// Its place: for what is not closed, the place where it was opened.
    pub span: Span,
}

/// The kinds of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TroubleKind {
    /// A quote or bracket that is never closed.
    Unclosed(&'static str),
    /// A word or sign that cannot stand here.
    Unexpected(String),
    /// A sign such as `&&` with no command behind it.
    NothingAfter(&'static str),
    /// A redirection without its file.
    NoTarget,
    /// A construct without one of its words, such as `if` without `then`.
    Missing {
        /// The construct.
        of: &'static str,
        /// The word.
        word: &'static str,
    },
    /// More nesting than is read; the rest is left unread.
    TooDeep,
    /// A longer text than the kernel would pass to a shell; the rest is left unread.
    TooLong,
}

impl std::fmt::Display for SyntaxTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            TroubleKind::Unclosed(what) => write!(f, "`{what}` is never closed"),
            TroubleKind::Unexpected(what) => write!(f, "`{what}` cannot stand here"),
            TroubleKind::NothingAfter(what) => write!(f, "there is no command after `{what}`"),
            TroubleKind::NoTarget => write!(f, "the redirection has no target"),
            TroubleKind::Missing { of, word } => write!(f, "`{of}` has no `{word}`"),
            TroubleKind::TooDeep => write!(f, "the command is nested too deeply to be read"),
            TroubleKind::TooLong => write!(f, "the command is longer than a shell can be given"),
        }
    }
}
