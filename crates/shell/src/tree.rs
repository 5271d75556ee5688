//! The parts of a shell line, each with its place in the text it was read from.

mod trouble;
mod word;

use std::ops::Range;

pub use trouble::{SyntaxTrouble, TroubleKind};
pub use word::{Change, Part, PartKind, Variable, Word};

/// A place: byte offsets into the text that was given to [`parse`](crate::parse).
pub type Span = Range<usize>;

/// A whole text as a shell reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The commands.
    pub body: List,
    /// The comments, each from its `#` to the end of its line.
    pub comments: Vec<Span>,
    /// What no shell would accept, in the order in which it was met.
    pub errors: Vec<SyntaxTrouble>,
}

/// Commands one after the other: `a; b & c`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// The commands with what ends each.
    pub items: Vec<Item>,
    /// From the first command to the end of the last one.
    pub span: Span,
}

/// One member of a [`List`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The pipelines joined by `&&` and `||`.
    pub and_or: AndOr,
    /// What ends it, or nothing at the end of the text.
    pub end: Option<Terminator>,
}

/// What ends a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminator {
    /// Which of them.
    pub kind: TerminatorKind,
    /// Its place.
    pub span: Span,
}

/// `;`, a new line or `&`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminatorKind {
    /// `;` or a new line: the next command waits for this one.
    Sequence,
    /// `&`: the next command does not wait.
    Background,
}

/// Pipelines joined by `&&` and `||`, read from left to right with equal rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AndOr {
    /// The first pipeline.
    pub first: Pipeline,
    /// The others, each with the operator before it.
    pub rest: Vec<(Connector, Pipeline)>,
    /// From the first pipeline to the end of the last one.
    pub span: Span,
}

/// `&&` or `||`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// Whether it is `&&`.
    pub and: bool,
    /// Its place.
    pub span: Span,
}

/// Commands whose output is the next one's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The `!` in front.
    pub negated: Option<Span>,
    /// bash's word `time` in front.
    pub timed: Option<Span>,
    /// The commands; at least one.
    pub commands: Vec<Command>,
    /// The operators between them.
    pub pipes: Vec<Pipe>,
    /// From the first command (or what stands in front of it) to the end of the last one.
    pub span: Span,
}

/// `|` or `|&`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipe {
    /// bash's `|&`, which carries standard error too.
    pub with_errors: bool,
    /// Its place.
    pub span: Span,
}

/// One command of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A program with arguments, assignments or redirections.
    Simple(SimpleCommand),
    /// A group, loop, condition or definition.
    Compound(Compound),
}

impl Command {
    /// Its place.
    pub fn span(&self) -> &Span {
        match self {
            Command::Simple(simple) => &simple.span,
            Command::Compound(compound) => &compound.span,
        }
    }

    /// The simple command, if it is one.
    pub fn as_simple(&self) -> Option<&SimpleCommand> {
        match self {
            Command::Simple(simple) => Some(simple),
            Command::Compound(_) => None,
        }
    }
}

/// `A=b program argument >file`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimpleCommand {
    /// The assignments in front.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments; empty when there are only assignments or redirections.
    pub words: Vec<Word>,
    /// The redirections, in the order in which the shell makes them.
    pub redirections: Vec<Redirection>,
    /// Shell text handed over in an argument: `bash -c '...'`, `su -c '...'`, `eval '...'`.
    pub inner: Vec<Inner>,
    /// From the first of its parts to the end of the last one.
    pub span: Span,
}

/// Shell text inside an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inner {
    /// Who reads it.
    pub reader: Reader,
    /// The text as a tree; its places are in the outer text.
    pub script: Script,
    /// The place of the argument.
    pub span: Span,
    /// Whether the outer shell puts values into the text before the inner one reads it.
    pub expanded: bool,
    /// Whether the reader loads a login's or a terminal's settings first: `bash -lc`, `su - user -c`.
    pub login: bool,
}

/// Who reads a piece of shell text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// The shell that reads the text around it: `eval`, `trap`.
    Same,
    /// This shell: `bash -c`; the word is as written, such as `/bin/bash`.
    Shell(String),
    /// cron's or the user's own shell: `su -c`, `flock -c`.
    Login,
    /// A shell on another machine or in another root: `ssh host '...'`.
    Elsewhere,
}

/// `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// bash's `NAME[index]=`.
    pub index: Option<Span>,
    /// bash's `NAME+=`.
    pub append: bool,
    /// What it is set to.
    pub value: Value,
    /// From the name to the end of the value.
    pub span: Span,
}

/// The right side of an assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One word, empty for `NAME=`.
    Word(Word),
    /// bash's `NAME=(a b)`.
    Array(Vec<Word>),
}

/// `2>>file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// The number in front.
    pub descriptor: Option<u32>,
    /// The operator.
    pub operator: Operator,
    /// The operator's place, without the number.
    pub operator_span: Span,
    /// The file, descriptor or delimiter; without parts when it is missing.
    pub target: Word,
    /// From the number or operator to the end of the target.
    pub span: Span,
}

impl Redirection {
    /// The stream that it changes.
    pub fn stream(&self) -> u32 {
        self.descriptor.unwrap_or(match self.operator {
            Operator::Read
            | Operator::ReadWrite
            | Operator::ReadDuplicate
            | Operator::HereDocument
            | Operator::HereString => 0,
            _ => 1,
        })
    }

    /// The file that is opened for writing, if it is one (not `>&1`, not a here-document).
    pub fn output_file(&self) -> Option<&Word> {
        let writes = match self.operator {
            Operator::Write
            | Operator::Append
            | Operator::Clobber
            | Operator::WriteBoth
            | Operator::AppendBoth => true,
            Operator::WriteDuplicate => self.duplicates().is_none() && self.descriptor.is_none_or(|d| d == 1),
            _ => false,
        };
        (writes && !self.target.parts.is_empty()).then_some(&self.target)
    }

    /// The descriptor that it copies: `1` in `2>&1`; `-` closes and gives nothing to write to.
    pub fn duplicates(&self) -> Option<Duplicate> {
        if !matches!(self.operator, Operator::WriteDuplicate | Operator::ReadDuplicate) {
            return None;
        }
        let text = self.target.literal()?;
        match text.as_ref() {
            "-" => Some(Duplicate::Close),
            digits => digits.parse().ok().map(Duplicate::Descriptor),
        }
    }
}

/// What `>&` and `<&` copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicate {
    /// The stream becomes what this descriptor is now.
    Descriptor(u32),
    /// The stream is closed.
    Close,
}

/// The kinds of redirection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `>|`
    Clobber,
    /// `<>`
    ReadWrite,
    /// `<&`
    ReadDuplicate,
    /// `>&`
    WriteDuplicate,
    /// `<<` and `<<-`
    HereDocument,
    /// bash's `<<<`
    HereString,
    /// bash's `&>`
    WriteBoth,
    /// bash's `&>>`
    AppendBoth,
}

/// A compound command with the redirections that hold for all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound {
    /// Which of them.
    pub kind: CompoundKind,
    /// The redirections behind it.
    pub redirections: Vec<Redirection>,
    /// From its first word to the end of its last redirection.
    pub span: Span,
}

/// The kinds of compound command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompoundKind {
    /// `( ... )`
    Subshell(List),
    /// `{ ...; }`
    Group(List),
    /// `if`, each `elif` a further branch.
    If {
        /// Conditions, each with what runs when it holds.
        branches: Vec<(List, List)>,
        /// The part after `else`.
        otherwise: Option<List>,
    },
    /// `while` and `until`.
    Loop {
        /// Whether it is `until`.
        until: bool,
        /// The condition.
        condition: List,
        /// What is repeated.
        body: List,
    },
    /// `for NAME in ...`, and bash's `select`.
    For {
        /// The variable.
        variable: String,
        /// The words after `in`; nothing when there is no `in`.
        words: Option<Vec<Word>>,
        /// What is repeated.
        body: List,
        /// Whether it is bash's `select`.
        select: bool,
    },
    /// bash's `for ((a; b; c))`.
    ArithmeticFor {
        /// What is repeated.
        body: List,
    },
    /// `case WORD in ... esac`.
    Case {
        /// What is compared.
        word: Word,
        /// The arms.
        arms: Vec<Arm>,
    },
    /// `name() ...`, and bash's `function name ...`.
    Function {
        /// The function.
        name: String,
        /// bash's word `function`.
        keyword: Option<Span>,
        /// What it does; nothing when the definition is cut off.
        body: Option<Box<Command>>,
    },
    /// bash's `[[ ... ]]`: the words between the brackets.
    Test(Vec<Word>),
    /// bash's `(( ... ))`.
    Arithmetic(Vec<Part>),
}

/// One arm of a `case`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// The patterns between `|`.
    pub patterns: Vec<Word>,
    /// What runs.
    pub body: List,
    /// The end of the arm: `;;`, or bash's `;&` and `;;&`.
    pub end: Option<Span>,
    /// Whether the end is one of bash's.
    pub falls_through: bool,
}
