//! Words and their pieces.

use super::{List, Span};

/// A word: what becomes an argument, or several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// The pieces, side by side.
    pub parts: Vec<Part>,
    /// Its place, quotes included.
    pub span: Span,
}

/// One piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its place, quotes included.
    pub span: Span,
}

/// The kinds of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// Characters that stand for themselves.
    Literal(String),
    /// `\x`: this character, whatever it would mean otherwise.
    Escaped(char),
    /// `'...'`
    SingleQuoted(String),
    /// bash's `$'...'`, not decoded.
    AnsiQuoted(String),
    /// `"..."`, and bash's `$"..."`.
    DoubleQuoted {
        /// What is inside.
        parts: Vec<Part>,
        /// Whether a `$` stands in front.
        translated: bool,
    },
    /// `$NAME`, `${NAME...}`
    Variable(Variable),
    /// `$( ... )` and `` `...` ``
    Substitution {
        /// The commands.
        body: List,
        /// Whether it is written with backquotes.
        backquoted: bool,
    },
    /// bash's `<( ... )` and `>( ... )`
    Process {
        /// The commands.
        body: List,
    },
    /// `$(( ... ))`, and bash's `$[ ... ]`
    Arithmetic {
        /// The variables and substitutions written with `$`, and the text between.
        parts: Vec<Part>,
        /// Whether it is bash's old `$[ ... ]`.
        bracketed: bool,
    },
    /// `*`, `?` or `[...]` outside quotes.
    Glob(String),
    /// `~` or `~user` where the shell replaces it.
    Tilde(String),
    /// bash's `{a,b}` or `{1..9}`, as written.
    Brace(String),
}

/// A variable's value put into a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name; also `1`, `@`, `?` and the like.
    pub name: String,
    /// Whether braces stand around it.
    pub braced: bool,
    /// bash's `[...]` behind the name.
    pub subscript: Option<Span>,
    /// What is done with the value.
    pub change: Change,
}

/// What `${...}` does with the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// `${#NAME}`
    Length,
    /// `${NAME:-word}`, `${NAME-word}`
    Default(Vec<Part>),
    /// `${NAME:=word}`, `${NAME=word}`
    Assign(Vec<Part>),
    /// `${NAME:?word}`, `${NAME?word}`
    Require(Vec<Part>),
    /// `${NAME:+word}`, `${NAME+word}`
    Alternative(Vec<Part>),
    /// `${NAME#pattern}`, `##`, `%`, `%%`
    Trim(Vec<Part>),
    /// bash's `${NAME:offset:length}`
    Substring,
    /// bash's `${NAME/pattern/text}`
    Replace,
    /// bash's `${NAME^}`, `^^`, `,`, `,,`
    Case,
    /// bash's `${NAME@Q}`
    Transform,
    /// bash's `${!NAME}`
    Indirect,
    /// What no shell knows.
    Unknown,
}
