//! What begins with `$`, and backquotes.

use super::list::PAREN;
use super::{Parser, is_name, is_name_start};
use crate::tree::{Change, List, PartKind, TroubleKind, Variable};

impl Parser<'_> {
    /// An expansion, at its `$`; a lone `$` is itself.
    pub(super) fn dollar(&mut self, quoted: bool) -> PartKind {
        let from = self.at;
        match self.ahead(1) {
            Some(b'(') => self.parenthesis(from),
            Some(b'{') => {
                let variable = self.deeper(|parser| parser.braced(from, quoted));
                variable.map_or_else(|| PartKind::Literal("$".to_owned()), PartKind::Variable)
            }
            Some(b'[') => self.old_arithmetic(),
            Some(b'\'') if !quoted => {
                self.at += 1;
                self.ansi_quoted()
            }
            Some(b'"') if !quoted => {
                self.at += 1;
                self.double_quoted(true)
            }
            Some(byte) if is_name_start(byte) => {
                self.at += 1;
                let length = self.rest().iter().take_while(|&&byte| is_name(byte)).count();
                self.plain_variable(length)
            }
            Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') => {
                self.at += 1;
                self.plain_variable(1)
            }
            _ => {
                self.at += 1;
                PartKind::Literal("$".to_owned())
            }
        }
    }

    fn plain_variable(&mut self, length: usize) -> PartKind {
        let name = self.slice(self.at, self.at + length).to_owned();
        self.at += length;
        PartKind::Variable(Variable {
            name,
            braced: false,
            subscript: None,
            change: Change::None,
        })
    }

    /// `$((...))`, else `$(...)`.
    fn parenthesis(&mut self, from: usize) -> PartKind {
        if self.ahead(2) == Some(b'(')
            && let Some(end) = self.double_parenthesis_end(from + 3)
        {
            let parts = self.deeper(|parser| parser.arithmetic(from + 3, end));
            return PartKind::Arithmetic {
                parts: parts.unwrap_or_default(),
                bracketed: false,
            };
        }
        self.at += 2;
        let body = self.deeper(|parser| parser.parenthesised(from, "$("));
        PartKind::Substitution {
            body: body.unwrap_or_default(),
            backquoted: false,
        }
    }

    /// Commands up to the `)` that belongs to `opener`, which stands at `from` and has been read.
    pub(super) fn parenthesised(&mut self, from: usize, opener: &'static str) -> List {
        let body = self.list(PAREN);
        if self.peek() == Some(b')') {
            self.at += 1;
        } else {
            let span = self.span(from, from + opener.len());
            self.error(TroubleKind::Unclosed(opener), span);
        }
        body
    }

    fn old_arithmetic(&mut self) -> PartKind {
        let length = self.rest().iter().position(|&byte| matches!(byte, b']' | b'\n'));
        match length.filter(|&length| self.ahead(length) == Some(b']')) {
            Some(length) => {
                let end = self.at + length;
                self.at += 2;
                let parts = self.deeper(|parser| parser.within(end, |inner| inner.quoted_parts(None, false)));
                self.at = end + 1;
                PartKind::Arithmetic {
                    parts: parts.unwrap_or_default(),
                    bracketed: true,
                }
            }
            None => {
                self.at += 1;
                PartKind::Literal("$".to_owned())
            }
        }
    }

    /// `${...}`, at its `$`.
    fn braced(&mut self, from: usize, quoted: bool) -> Variable {
        self.at += 2;
        let mut change = None;
        match (self.peek(), self.ahead(1)) {
            (Some(b'#'), Some(next)) if is_name(next) || matches!(next, b'@' | b'*') => {
                change = Some(Change::Length);
                self.at += 1;
            }
            (Some(b'!'), Some(next)) if is_name(next) => {
                change = Some(Change::Indirect);
                self.at += 1;
            }
            _ => {}
        }
        let name = self.parameter();
        let subscript = self.subscript();
        let rest = self.change(quoted);
        let unknown = name.is_empty();
        let change = if unknown {
            Change::Unknown
        } else {
            change.unwrap_or(rest)
        };
        if self.peek() == Some(b'}') {
            self.at += 1;
            if change == Change::Unknown {
                let (text, span) = (self.slice(from, self.at).to_owned(), self.since(from));
                self.error(TroubleKind::Unexpected(text), span);
            }
        } else {
            let span = self.span(from, from + 2);
            self.error(TroubleKind::Unclosed("${"), span);
        }
        Variable {
            name,
            braced: true,
            subscript,
            change,
        }
    }

    fn parameter(&mut self) -> String {
        let from = self.at;
        match self.peek() {
            Some(byte) if is_name_start(byte) => {
                self.at += self.rest().iter().take_while(|&&byte| is_name(byte)).count();
            }
            Some(b'0'..=b'9') => {
                self.at += self
                    .rest()
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
            }
            Some(b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') => self.at += 1,
            _ => {}
        }
        self.slice(from, self.at).to_owned()
    }

    fn subscript(&mut self) -> Option<crate::tree::Span> {
        if self.peek() != Some(b'[') {
            return None;
        }
        let stop = self
            .rest()
            .iter()
            .position(|&byte| matches!(byte, b']' | b'}' | b'\n'))?;
        if self.ahead(stop) != Some(b']') {
            return None;
        }
        let from = self.at;
        self.at += stop + 1;
        Some(self.since(from))
    }

    /// What stands between the name and the `}`.
    fn change(&mut self, quoted: bool) -> Change {
        let colon = self.peek() == Some(b':') && matches!(self.ahead(1), Some(b'-' | b'=' | b'?' | b'+'));
        if colon {
            self.at += 1;
        }
        let Some(sign) = self.peek() else {
            return Change::None;
        };
        if sign == b'}' {
            return Change::None;
        }
        self.at += usize::from(sign.is_ascii());
        let parts = self.quoted_parts(Some(b'}'), !quoted);
        match sign {
            b'-' => Change::Default(parts),
            b'=' => Change::Assign(parts),
            b'?' => Change::Require(parts),
            b'+' => Change::Alternative(parts),
            b'#' | b'%' => Change::Trim(parts),
            b':' => Change::Substring,
            b'/' => Change::Replace,
            b'^' | b',' => Change::Case,
            b'@' | b'*' => Change::Transform,
            _ => Change::Unknown,
        }
    }

    /// `` `...` ``: inside, a backslash takes the meaning from another one, a backquote and a `$`.
    pub(super) fn backquoted(&mut self, quoted: bool) -> PartKind {
        let from = self.at;
        let mut index = 1;
        let mut escapes = false;
        let closed = loop {
            match self.ahead(index) {
                None => break false,
                Some(b'`') => break true,
                Some(b'\\') => {
                    escapes = true;
                    index += 2;
                }
                Some(_) => index += 1,
            }
        };
        let end = (from + index).min(self.end);
        self.at = from + 1;
        let body = self.deeper(|parser| {
            if escapes {
                let (text, table) = parser.unescaped(from + 1, end, quoted);
                parser.apart(&text, &table)
            } else {
                parser.within(end, |inner| inner.list(0))
            }
        });
        self.at = if self.gave_up {
            self.end
        } else {
            end + usize::from(closed)
        };
        if !closed {
            let span = self.span(from, from + 1);
            self.error(TroubleKind::Unclosed("`"), span);
        }
        PartKind::Substitution {
            body: body.unwrap_or_default(),
            backquoted: true,
        }
    }

    /// The text of backquotes without the backslashes that belong to them, and where each byte was.
    fn unescaped(&self, from: usize, end: usize, quoted: bool) -> (String, Vec<usize>) {
        let mut text = String::with_capacity(end - from);
        let mut table = Vec::with_capacity(end - from + 1);
        let mut characters = self.slice(from, end).char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let mut literal = character;
            if character == '\\'
                && let Some(&(_, next)) = characters.peek()
                && (matches!(next, '\\' | '`' | '$') || quoted && next == '"')
            {
                literal = next;
                characters.next();
            }
            text.push(literal);
            table.extend((0..literal.len_utf8()).map(|byte| self.places.at(from + index + byte)));
        }
        table.push(self.places.at(end));
        (text, table)
    }
}
