//! Simple commands: assignments, words and redirections.

use super::{Parser, is_name, is_name_start};
use crate::tree::{
    Assignment, Command, CompoundKind, Operator, PartKind, Redirection, SimpleCommand, TroubleKind, Value,
    Word,
};

/// The redirection signs, longer ones first.
const OPERATORS: [(&str, Operator); 12] = [
    ("&>>", Operator::AppendBoth),
    ("<<<", Operator::HereString),
    ("<<-", Operator::HereDocument),
    ("&>", Operator::WriteBoth),
    ("<<", Operator::HereDocument),
    (">>", Operator::Append),
    (">|", Operator::Clobber),
    (">&", Operator::WriteDuplicate),
    ("<&", Operator::ReadDuplicate),
    ("<>", Operator::ReadWrite),
    (">", Operator::Write),
    ("<", Operator::Read),
];

impl Parser<'_> {
    /// A simple command or a function's definition; nothing where neither begins.
    pub(super) fn simple(&mut self) -> Option<Command> {
        let from = self.at;
        let mut command = SimpleCommand::default();
        let mut to = from;
        loop {
            self.skip_blanks();
            if let Some(redirection) = self.redirection() {
                command.redirections.push(redirection);
            } else if command.words.is_empty() && self.assignment_length().is_some() {
                command.assignments.extend(self.assignment());
            } else if let Some(word) = self.word() {
                command.words.push(word);
                if let Some(name) = self.function_name(&command) {
                    let body = self.deeper(Self::function_body)?;
                    let kind = CompoundKind::Function {
                        name,
                        keyword: None,
                        body: body.map(Box::new),
                    };
                    return Some(Command::Compound(self.finish(from, kind)));
                }
            } else {
                break;
            }
            to = self.at;
        }
        if to == from {
            return None;
        }
        self.at = to;
        command.span = self.span(from, to);
        self.hand_over(&mut command);
        Some(Command::Simple(command))
    }

    /// The name, when the command's only word is followed by `()`; that is then passed over.
    fn function_name(&mut self, command: &SimpleCommand) -> Option<String> {
        let ([word], [], []) = (
            &command.words[..],
            &command.assignments[..],
            &command.redirections[..],
        ) else {
            return None;
        };
        let before = self.at;
        self.skip_blanks();
        if self.peek() == Some(b'(') {
            self.at += 1;
            self.skip_blanks();
            if self.peek() == Some(b')')
                && let [part] = &word.parts[..]
                && let PartKind::Literal(name) = &part.kind
            {
                self.at += 1;
                return Some(name.clone());
            }
        }
        self.at = before;
        None
    }

    /// The body, behind the `)`.
    fn function_body(&mut self) -> Option<Command> {
        let parenthesis = self.span(self.at - 1, self.at);
        self.skip_lines();
        let body = self.command();
        if body.is_none() {
            self.error(TroubleKind::NothingAfter("()"), parenthesis);
        }
        body
    }

    /// The length of `NAME=`, `NAME+=` or `NAME[index]=`.
    fn assignment_length(&self) -> Option<usize> {
        let rest = self.rest();
        if !is_name_start(*rest.first()?) {
            return None;
        }
        let mut length = rest.iter().position(|&byte| !is_name(byte))?;
        if rest.get(length) == Some(&b'[') {
            let tail = rest.get(length..)?;
            let close = tail
                .iter()
                .position(|&byte| matches!(byte, b']' | b' ' | b'\t' | b'\n'))?;
            length += close;
            if rest.get(length) != Some(&b']') {
                return None;
            }
            length += 1;
        }
        if rest.get(length) == Some(&b'+') {
            length += 1;
        }
        (rest.get(length) == Some(&b'=')).then_some(length + 1)
    }

    fn assignment(&mut self) -> Option<Assignment> {
        let from = self.at;
        let head = self.slice(from, from + self.assignment_length()?);
        self.at += head.len();
        let left = head.trim_end_matches('=');
        let append = left.ends_with('+');
        let left = left.trim_end_matches('+');
        let bracket = left.find('[');
        let name = left
            .get(..bracket.unwrap_or(left.len()))
            .unwrap_or_default()
            .to_owned();
        let index = bracket.map(|at| self.span(from + at, from + left.len()));
        let value = if self.peek() == Some(b'(') {
            Value::Array(self.array())
        } else {
            let empty = Word {
                parts: Vec::new(),
                span: self.span(self.at, self.at),
            };
            Value::Word(self.value().unwrap_or(empty))
        };
        Some(Assignment {
            name,
            index,
            append,
            value,
            span: self.since(from),
        })
    }

    /// bash's `(a b c)` behind an assignment's sign.
    fn array(&mut self) -> Vec<Word> {
        let from = self.at;
        self.at += 1;
        let mut words = Vec::new();
        loop {
            self.skip_lines();
            match self.word() {
                Some(word) => words.push(word),
                None => break,
            }
        }
        if self.peek() == Some(b')') {
            self.at += 1;
        } else {
            let span = self.span(from, from + 1);
            self.error(TroubleKind::Unclosed("("), span);
        }
        words
    }

    /// A redirection, if one begins here.
    pub(super) fn redirection(&mut self) -> Option<Redirection> {
        let from = self.at;
        let digits = self
            .rest()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if !matches!(self.ahead(digits)?, b'<' | b'>' | b'&') {
            return None;
        }
        let rest = self.rest().get(digits..)?;
        let (sign, operator) = OPERATORS
            .iter()
            .find(|(sign, _)| rest.starts_with(sign.as_bytes()))?;
        let plain = matches!(operator, Operator::Read | Operator::Write);
        let both = matches!(operator, Operator::WriteBoth | Operator::AppendBoth);
        let process = plain && rest.get(1) == Some(&b'(');
        if digits > 0 && both || process && digits == 0 {
            return None;
        }
        let descriptor = self.slice(from, from + digits).parse().ok();
        let operator_span = self.span(from + digits, from + digits + sign.len());
        self.at += digits + sign.len();
        self.skip_blanks();
        let nothing = Word {
            parts: Vec::new(),
            span: self.span(self.at, self.at),
        };
        let target = self.word().unwrap_or(nothing);
        if target.parts.is_empty() {
            self.error(TroubleKind::NoTarget, operator_span.clone());
        }
        if *operator == Operator::HereDocument {
            let delimiter = target.literal().map(|text| text.into_owned());
            self.waiting.push((delimiter.unwrap_or_default(), *sign == "<<-"));
        }
        let to = operator_span.end.max(target.span.end);
        let span = self.span(from, from).start..to;
        Some(Redirection {
            descriptor,
            operator: *operator,
            operator_span,
            target,
            span,
        })
    }
}
