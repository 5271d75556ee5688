//! Words: quotes, globs, tildes and braces.

use super::{Parser, is_meta};
use crate::tree::{Part, PartKind, TroubleKind, Word};

impl Parser<'_> {
    /// A word, if one begins here.
    pub(super) fn word(&mut self) -> Option<Word> {
        let first = self.peek()?;
        let process = matches!(first, b'<' | b'>') && self.ahead(1) == Some(b'(');
        if is_meta(first) && !process || first == b'#' {
            return None;
        }
        Some(self.pieces(false))
    }

    /// The value of an assignment, where a tilde is replaced after each colon too.
    pub(super) fn value(&mut self) -> Option<Word> {
        let first = self.peek()?;
        if is_meta(first) {
            None
        } else {
            Some(self.pieces(true))
        }
    }

    fn pieces(&mut self, value: bool) -> Word {
        let from = self.at;
        let mut parts = Vec::new();
        let mut tilde = true;
        while let Some(byte) = self.peek() {
            if is_meta(byte)
                && !(matches!(byte, b'<' | b'>') && self.at == from && self.ahead(1) == Some(b'('))
            {
                break;
            }
            let start = self.at;
            let Some(kind) = self.piece(byte, tilde) else {
                break;
            };
            let after_colon = value && matches!(&kind, PartKind::Literal(text) if text.ends_with(':'));
            tilde = after_colon;
            if let PartKind::Literal(text) = &kind
                && text.is_empty()
            {
                continue;
            }
            parts.push(Part {
                kind,
                span: self.since(start),
            });
        }
        // The parts of a quote with nothing in it keep the word from being empty; a lone `\` and new line do not.
        Word {
            parts,
            span: self.since(from),
        }
    }

    /// One part of an unquoted word; it always passes over at least one byte.
    fn piece(&mut self, byte: u8, tilde: bool) -> Option<PartKind> {
        Some(match byte {
            b'\\' => self.escape(),
            b'\'' => self.single_quoted(),
            b'"' => self.double_quoted(false),
            b'$' => self.dollar(false),
            b'`' => self.backquoted(false),
            b'<' | b'>' => self.process()?,
            b'*' | b'?' => {
                self.at += 1;
                PartKind::Glob(char::from(byte).to_string())
            }
            b'[' => match self.bracket_length() {
                Some(length) => PartKind::Glob(self.take(length)),
                None => PartKind::Literal(self.take(1)),
            },
            b'{' => match self.brace_length() {
                Some(length) => PartKind::Brace(self.take(length)),
                None => PartKind::Literal(self.take(1)),
            },
            b'~' if tilde => {
                let length = self
                    .rest()
                    .iter()
                    .skip(1)
                    .take_while(|&&byte| is_user_name(byte))
                    .count();
                self.at += 1;
                PartKind::Tilde(self.take(length))
            }
            b'~' => PartKind::Literal(self.take(1)),
            _ => PartKind::Literal(self.ordinary()),
        })
    }

    /// Passes over `length` bytes and returns them.
    fn take(&mut self, length: usize) -> String {
        let from = self.at;
        self.at += length;
        self.slice(from, self.at).to_owned()
    }

    /// The run of characters that mean themselves, cut behind a colon where a tilde may follow.
    fn ordinary(&mut self) -> String {
        let rest = self.rest();
        let mut length = 0;
        while let Some(&byte) = rest.get(length) {
            if is_meta(byte)
                || matches!(
                    byte,
                    b'\\' | b'\'' | b'"' | b'$' | b'`' | b'*' | b'?' | b'[' | b'{'
                )
            {
                break;
            }
            if byte == b'~' && length > 0 && rest.get(length - 1) == Some(&b':') {
                break;
            }
            length += 1;
        }
        self.take(length)
    }

    fn escape(&mut self) -> PartKind {
        self.at += 1;
        match self.slice(self.at, self.end).chars().next() {
            None => PartKind::Literal("\\".to_owned()),
            Some('\n') => {
                self.at += 1;
                PartKind::Literal(String::new())
            }
            Some(character) => {
                self.at += character.len_utf8();
                PartKind::Escaped(character)
            }
        }
    }

    fn single_quoted(&mut self) -> PartKind {
        let from = self.at;
        self.at += 1;
        let length = self.rest().iter().position(|&byte| byte == b'\'');
        let text = self.take(length.unwrap_or(self.end - self.at));
        if length.is_some() {
            self.at += 1;
        } else {
            let span = self.span(from, from + 1);
            self.error(TroubleKind::Unclosed("'"), span);
        }
        PartKind::SingleQuoted(text)
    }

    /// `$'...'`, at the quote.
    pub(super) fn ansi_quoted(&mut self) -> PartKind {
        let from = self.at;
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'\\') if self.ahead(1).is_some() => {
                    self.at += 1;
                    let next = self
                        .slice(self.at, self.end)
                        .chars()
                        .next()
                        .map_or(1, char::len_utf8);
                    self.at += next;
                }
                Some(b'\'') => {
                    let text = self.slice(start, self.at).to_owned();
                    self.at += 1;
                    return PartKind::AnsiQuoted(text);
                }
                Some(_) => self.at += 1,
                None => break,
            }
        }
        let span = self.span(from, from + 1);
        self.error(TroubleKind::Unclosed("'"), span);
        PartKind::AnsiQuoted(self.slice(start, self.at).to_owned())
    }

    /// `"..."`, at the quote.
    pub(super) fn double_quoted(&mut self, translated: bool) -> PartKind {
        let from = self.at;
        self.at += 1;
        let parts = self.quoted_parts(Some(b'"'), false);
        if self.peek() == Some(b'"') {
            self.at += 1;
        } else {
            let span = self.span(from, from + 1);
            self.error(TroubleKind::Unclosed("\""), span);
        }
        PartKind::DoubleQuoted { parts, translated }
    }

    /// The text up to `stop`, or to the end, as double quotes read it; `quotes` when quotes mean something too.
    pub(super) fn quoted_parts(&mut self, stop: Option<u8>, quotes: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        while let Some(byte) = self.peek() {
            if Some(byte) == stop {
                break;
            }
            let start = self.at;
            let kind = match byte {
                b'$' => self.dollar(true),
                b'`' => self.backquoted(true),
                b'\\'
                    if self
                        .ahead(1)
                        .is_some_and(|next| Some(next) == stop || is_escapable(next)) =>
                {
                    self.escape()
                }
                b'\'' if quotes => self.single_quoted(),
                b'"' if stop == Some(b'}') => self.double_quoted(false),
                _ => PartKind::Literal(self.quoted_run(stop, quotes)),
            };
            parts.push(Part {
                kind,
                span: self.since(start),
            });
        }
        parts
    }

    fn quoted_run(&mut self, stop: Option<u8>, quotes: bool) -> String {
        let rest = self.rest();
        let special = |byte: u8| {
            Some(byte) == stop
                || matches!(byte, b'$' | b'`' | b'\\')
                || quotes && byte == b'\''
                || stop == Some(b'}') && byte == b'"'
        };
        // The first byte has been found to mean itself.
        let tail = rest.get(1..).unwrap_or_default();
        let length = 1 + tail.iter().position(|&byte| special(byte)).unwrap_or(tail.len());
        self.take(length)
    }

    fn process(&mut self) -> Option<PartKind> {
        if self.ahead(1) != Some(b'(') {
            return None;
        }
        let from = self.at;
        self.at += 2;
        let body = self.deeper(|parser| parser.parenthesised(from, "<("));
        Some(PartKind::Process {
            body: body.unwrap_or_default(),
        })
    }

    /// The length of a bracket expression such as `[a-z]`.
    fn bracket_length(&mut self) -> Option<usize> {
        if self.at < self.no_bracket_before {
            return None;
        }
        let tail = self.rest().get(1..)?;
        let stop = tail.iter().position(|&byte| {
            byte == b']' || is_meta(byte) || matches!(byte, b'\'' | b'"' | b'$' | b'`' | b'\\' | b'/')
        });
        match stop {
            Some(length) if length > 0 && tail.get(length) == Some(&b']') => Some(length + 2),
            _ => {
                self.no_bracket_before = self.at + stop.unwrap_or(tail.len());
                None
            }
        }
    }

    /// The length of a brace expansion: a comma or `..` between braces, and no blank.
    fn brace_length(&mut self) -> Option<usize> {
        if self.at < self.no_brace_before {
            return None;
        }
        let (mut depth, mut parts, mut index) = (0usize, false, 0);
        let rest = self.rest();
        while let Some(&byte) = rest.get(index) {
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 1 => return parts.then_some(index + 1),
                b'}' => depth -= 1,
                b',' if depth == 1 => parts = true,
                b'.' if depth == 1 && rest.get(index + 1) == Some(&b'.') => parts = true,
                b'$' if rest.get(index + 1) == Some(&b'{') => depth += 1,
                b'\'' | b'"' | b'`' | b'\\' => break,
                _ if is_meta(byte) => break,
                _ => {}
            }
            index += if depth > 1 && byte == b'$' { 2 } else { 1 };
        }
        self.no_brace_before = self.at + index;
        None
    }
}

fn is_user_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+')
}

/// What a backslash takes the meaning from inside double quotes.
fn is_escapable(byte: u8) -> bool {
    matches!(byte, b'$' | b'`' | b'"' | b'\\' | b'\n')
}
