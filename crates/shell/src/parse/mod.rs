//! Reading: a descent by hand over the bytes, which never fails and never goes back over more than a word.

mod compound;
mod expansion;
mod list;
mod simple;
mod word;

use crate::inner;
use crate::tree::{Script, Span, SyntaxTrouble, TroubleKind};

/// Linux passes no longer single argument to a program (`MAX_ARG_STRLEN`), so no shell gets a longer line.
pub(crate) const LONGEST: usize = 128 * 1024;

/// Real lines nest five deep; the limit keeps hostile ones off the stack's end.
const DEEPEST: usize = 48;

/// After so many complaints about one line, more of them help nobody.
const MOST_ERRORS: usize = 16;

/// Reads `text`, whose bytes lie where `places` says.
pub(crate) fn script(text: &str, places: Places<'_>, depth: usize) -> Script {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut parser = Parser::new(text, places, depth);
    parser.end = end;
    let body = parser.list(0);
    if end < text.len() {
        let span = parser.span(end, text.len());
        parser.gave_up = false;
        parser.error(TroubleKind::TooLong, span);
    }
    Script {
        body,
        comments: parser.comments,
        errors: parser.errors,
    }
}

/// Where the bytes of a text lie in the text that the caller knows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Places<'a> {
    /// All of them so many bytes further on.
    Shifted(usize),
    /// One place for each byte, and one for the end; rising.
    Table(&'a [usize]),
}

impl Places<'_> {
    fn at(self, index: usize) -> usize {
        match self {
            Places::Shifted(by) => index + by,
            Places::Table(table) => table.get(index).or(table.last()).copied().unwrap_or(0),
        }
    }
}

/// The reader's state.
pub(crate) struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    places: Places<'a>,
    /// The next byte.
    at: usize,
    /// Reading stops here: the end of the text, or of a part read by itself.
    end: usize,
    depth: usize,
    errors: Vec<SyntaxTrouble>,
    comments: Vec<Span>,
    /// The delimiters of here-documents whose text begins on the next line, and whether tabs may stand before them.
    waiting: Vec<(String, bool)>,
    /// Up to here a `[` (or `{`) is known to have no partner.
    no_bracket_before: usize,
    no_brace_before: usize,
    gave_up: bool,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, places: Places<'a>, depth: usize) -> Self {
        Parser {
            text,
            bytes: text.as_bytes(),
            places,
            at: 0,
            end: text.len(),
            depth,
            errors: Vec::new(),
            comments: Vec::new(),
            waiting: Vec::new(),
            no_bracket_before: 0,
            no_brace_before: 0,
            gave_up: false,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.ahead(0)
    }

    fn ahead(&self, distance: usize) -> Option<u8> {
        let index = self.at + distance;
        if index < self.end {
            self.bytes.get(index).copied()
        } else {
            None
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    fn looking_at(&self, token: &str) -> bool {
        self.rest().starts_with(token.as_bytes())
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn span(&self, from: usize, to: usize) -> Span {
        self.places.at(from)..self.places.at(to)
    }

    /// The place of `from` to here.
    fn since(&self, from: usize) -> Span {
        self.span(from, self.at)
    }

    fn error(&mut self, kind: TroubleKind, span: Span) {
        if !self.gave_up && self.errors.len() < MOST_ERRORS {
            self.errors.push(SyntaxTrouble { kind, span });
        }
    }

    /// Complains about the next `length` bytes and passes over them.
    fn unexpected(&mut self, length: usize) {
        let from = self.at;
        self.at = (from + length.max(1)).min(self.end);
        while self.at < self.end && !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        let (what, span) = (self.slice(from, self.at).to_owned(), self.since(from));
        self.error(TroubleKind::Unexpected(what), span);
    }

    /// Does `read` one level further down, or gives the rest of the text up when that is too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEEPEST {
            let span = self.span(self.at, self.end);
            self.error(TroubleKind::TooDeep, span);
            self.gave_up = true;
            self.at = self.end;
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        Some(result)
    }

    /// Reads only up to `end`, then goes on after it.
    fn within<T>(&mut self, end: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.end, end);
        let result = read(self);
        self.end = outer;
        result
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.ahead(1) == Some(b'\n') => self.at += 2,
                _ => return,
            }
        }
    }

    /// Passes over blanks, comments and new lines, and the here-documents that begin behind the latter.
    fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'#') => self.comment(),
                Some(b'\n') => self.new_line(),
                _ => return,
            }
        }
    }

    /// Passes over a comment, if one begins here.
    fn comment(&mut self) {
        if self.peek() != Some(b'#') {
            return;
        }
        let from = self.at;
        let length = self.rest().iter().position(|&byte| byte == b'\n');
        self.at = length.map_or(self.end, |length| from + length);
        let span = self.since(from);
        self.comments.push(span);
    }

    fn new_line(&mut self) {
        self.at += 1;
        for (delimiter, is_indented) in std::mem::take(&mut self.waiting) {
            self.here_document(&delimiter, is_indented);
        }
    }

    fn here_document(&mut self, delimiter: &str, is_indented: bool) {
        while self.at < self.end {
            let rest = self.slice(self.at, self.end);
            let line = rest.split('\n').next().unwrap_or_default();
            self.at = (self.at + line.len() + 1).min(self.end);
            let first = if is_indented {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if first == delimiter {
                return;
            }
        }
    }

    /// Reads a text of its own, such as the inside of backquotes once its backslashes are taken off.
    fn apart(&mut self, text: &str, table: &[usize]) -> crate::tree::List {
        let mut inner = Parser::new(text, Places::Table(table), self.depth);
        let body = inner.list(0);
        for trouble in inner.errors {
            self.error(trouble.kind, trouble.span);
        }
        self.comments.append(&mut inner.comments);
        self.gave_up |= inner.gave_up;
        body
    }

    /// Reads the shell text that `command` hands to another shell.
    fn hand_over(&mut self, command: &mut crate::tree::SimpleCommand) {
        if command.words.len() > 1 && self.depth < DEEPEST {
            command.inner = inner::texts(command, self.depth + 1);
        }
    }
}

/// Whether a byte ends a word.
fn is_meta(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')'
    )
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
