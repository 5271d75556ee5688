//! Lists, and/or chains and pipelines.

use super::{Parser, is_meta};
use crate::tree::{
    AndOr, Command, Connector, Item, List, Pipe, Pipeline, SimpleCommand, Terminator, TerminatorKind,
    TroubleKind,
};

/// A set of [closers](CLOSERS): what ends the list that is being read, or one around it.
pub(super) type Closers = u16;

pub(super) const PAREN: Closers = 1;
pub(super) const BRACE: Closers = 1 << 1;
pub(super) const THEN: Closers = 1 << 2;
pub(super) const DO: Closers = 1 << 3;
pub(super) const DONE: Closers = 1 << 4;
pub(super) const FI: Closers = 1 << 5;
pub(super) const ELIF: Closers = 1 << 6;
pub(super) const ELSE: Closers = 1 << 7;
pub(super) const ESAC: Closers = 1 << 8;
pub(super) const ARM: Closers = 1 << 9;

/// The words that end a list where a command could begin.
const CLOSERS: [(&str, Closers); 8] = [
    ("}", BRACE),
    ("then", THEN),
    ("do", DO),
    ("done", DONE),
    ("fi", FI),
    ("elif", ELIF),
    ("else", ELSE),
    ("esac", ESAC),
];

impl Parser<'_> {
    /// Reads commands up to the end or to one of `closers`, which is left for the caller.
    pub(super) fn list(&mut self, closers: Closers) -> List {
        let mut items: Vec<Item> = Vec::new();
        let mut from = None;
        let mut to = self.at;
        loop {
            self.skip_lines();
            if self.at >= self.end {
                break;
            }
            if let Some((closer, length)) = self.closer() {
                if closers & closer != 0 {
                    break;
                }
                self.unexpected(length);
                continue;
            }
            let length = self.separator();
            if length > 0 {
                self.unexpected(length);
                continue;
            }
            let start = self.at;
            let Some(and_or) = self.and_or() else {
                self.unexpected(1);
                continue;
            };
            from.get_or_insert(start);
            to = self.at;
            let end = self.terminator();
            items.push(Item { and_or, end });
        }
        let span = self.span(from.unwrap_or(to), to);
        List { items, span }
    }

    /// The closing word or sign here, and its length.
    pub(super) fn closer(&self) -> Option<(Closers, usize)> {
        match self.peek()? {
            b')' => Some((PAREN, 1)),
            b';' => match (self.ahead(1), self.ahead(2)) {
                (Some(b';'), Some(b'&')) => Some((ARM, 3)),
                (Some(b';' | b'&'), _) => Some((ARM, 2)),
                _ => None,
            },
            b'}' | b't' | b'd' | b'f' | b'e' => CLOSERS
                .iter()
                .find(|(word, _)| self.looking_at_word(word))
                .map(|&(word, closer)| (closer, word.len())),
            _ => None,
        }
    }

    /// Whether `word` stands here as a word of its own.
    pub(super) fn looking_at_word(&self, word: &str) -> bool {
        self.looking_at(word) && self.ahead(word.len()).is_none_or(is_meta)
    }

    /// The length of a sign that joins commands and so cannot begin one.
    fn separator(&self) -> usize {
        match (self.peek(), self.ahead(1)) {
            (Some(b'&'), Some(b'>')) => 0,
            (Some(b'&'), Some(b'&')) | (Some(b'|'), Some(b'|' | b'&')) => 2,
            (Some(b'&' | b'|' | b';'), _) => 1,
            _ => 0,
        }
    }

    fn terminator(&mut self) -> Option<Terminator> {
        self.skip_blanks();
        self.comment();
        let from = self.at;
        let kind = match (self.peek()?, self.ahead(1)) {
            (b';', Some(b';' | b'&')) => return None,
            (b';' | b'\n', _) => TerminatorKind::Sequence,
            (b'&', _) => TerminatorKind::Background,
            _ => {
                self.complain_about_the_rest();
                return None;
            }
        };
        if self.peek() == Some(b'\n') {
            self.new_line()
        } else {
            self.at += 1
        }
        Some(Terminator {
            kind,
            span: self.span(from, from + 1),
        })
    }

    /// Nothing may follow a command without `;`, but a closer may; the word is then read as a command.
    fn complain_about_the_rest(&mut self) {
        if self.closer().is_some() {
            return;
        }
        let length = self
            .rest()
            .iter()
            .position(|&byte| is_meta(byte))
            .unwrap_or(self.rest().len())
            .max(1);
        let kind = TroubleKind::Unexpected(self.slice(self.at, self.at + length).to_owned());
        let span = self.span(self.at, self.at + length);
        self.error(kind, span);
    }

    fn and_or(&mut self) -> Option<AndOr> {
        let from = self.at;
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        let mut to = self.at;
        loop {
            self.skip_blanks();
            let sign = match (self.peek(), self.ahead(1)) {
                (Some(b'&'), Some(b'&')) => "&&",
                (Some(b'|'), Some(b'|')) => "||",
                _ => break,
            };
            let connector = Connector {
                and: sign == "&&",
                span: self.span(self.at, self.at + 2),
            };
            self.at += 2;
            self.skip_lines();
            match self.pipeline() {
                Some(pipeline) => rest.push((connector, pipeline)),
                None => self.error(TroubleKind::NothingAfter(sign), connector.span),
            }
            to = self.at;
        }
        Some(AndOr {
            first,
            rest,
            span: self.span(from, to),
        })
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let from = self.at;
        let (mut negated, mut timed) = (None, None);
        loop {
            if self.looking_at_word("!") {
                negated = Some(self.span(self.at, self.at + 1));
                self.at += 1;
            } else if self.looking_at_word("time") {
                timed = Some(self.span(self.at, self.at + 4));
                self.at += 4;
                self.skip_blanks();
                if self.looking_at_word("-p") {
                    self.at += 2;
                }
            } else {
                break;
            }
            self.skip_blanks();
        }
        let Some(first) = self.command() else {
            // `!` or `time` alone: a command without words.
            let span = self.since(from);
            let nothing = Command::Simple(SimpleCommand {
                span: span.clone(),
                ..Default::default()
            });
            let alone = negated.is_some() || timed.is_some();
            return alone.then(|| Pipeline {
                negated,
                timed,
                commands: vec![nothing],
                pipes: Vec::new(),
                span,
            });
        };
        let (mut commands, mut pipes) = (vec![first], Vec::new());
        let mut to = self.at;
        while let Some((pipe, sign)) = self.pipe() {
            self.skip_lines();
            match self.command() {
                Some(command) => {
                    commands.push(command);
                    pipes.push(pipe);
                }
                None => self.error(TroubleKind::NothingAfter(sign), pipe.span),
            }
            to = self.at;
        }
        Some(Pipeline {
            negated,
            timed,
            commands,
            pipes,
            span: self.span(from, to),
        })
    }

    fn pipe(&mut self) -> Option<(Pipe, &'static str)> {
        self.skip_blanks();
        let from = self.at;
        let (with_errors, sign) = match (self.peek()?, self.ahead(1)) {
            (b'|', Some(b'|')) => return None,
            (b'|', Some(b'&')) => (true, "|&"),
            (b'|', _) => (false, "|"),
            _ => return None,
        };
        self.at += sign.len();
        Some((
            Pipe {
                with_errors,
                span: self.since(from),
            },
            sign,
        ))
    }

    /// One command, or nothing where none can begin.
    pub(super) fn command(&mut self) -> Option<Command> {
        if self.at >= self.end || self.closer().is_some() || self.separator() > 0 {
            return None;
        }
        match self.compound() {
            Some(compound) => Some(Command::Compound(compound)),
            None => self.simple(),
        }
    }
}
