//! Groups, loops, conditions and definitions.

use super::list::{ARM, BRACE, DO, DONE, ELIF, ELSE, ESAC, FI, PAREN, THEN};
use super::{Parser, is_meta, is_name};
use crate::tree::{Arm, Compound, CompoundKind, List, Part, TroubleKind, Word};

impl Parser<'_> {
    /// A compound command, if one begins here.
    pub(super) fn compound(&mut self) -> Option<Compound> {
        let from = self.at;
        let opener = self.opener()?;
        let kind = self.deeper(|parser| parser.construct(opener))??;
        Some(self.finish(from, kind))
    }

    /// The redirections behind a compound command.
    pub(super) fn finish(&mut self, from: usize, kind: CompoundKind) -> Compound {
        let mut redirections = Vec::new();
        loop {
            let to = self.at;
            self.skip_blanks();
            match self.redirection() {
                Some(redirection) => redirections.push(redirection),
                None => {
                    self.at = to;
                    break;
                }
            }
        }
        Compound {
            kind,
            redirections,
            span: self.since(from),
        }
    }

    fn opener(&self) -> Option<&'static str> {
        let words: &[&'static str] = match self.peek()? {
            b'(' => return Some("("),
            b'{' => &["{"],
            b'[' => &["[["],
            b'i' => &["if"],
            b'w' => &["while"],
            b'u' => &["until"],
            b'f' => &["for", "function"],
            b'c' => &["case"],
            b's' => &["select"],
            _ => return None,
        };
        words.iter().copied().find(|word| self.looking_at_word(word))
    }

    fn construct(&mut self, opener: &'static str) -> Option<CompoundKind> {
        let from = self.at;
        if opener == "("
            && self.looking_at("((")
            && let Some(end) = self.double_parenthesis_end(from + 2)
        {
            return Some(CompoundKind::Arithmetic(self.arithmetic(from + 2, end)));
        }
        self.at += opener.len();
        Some(match opener {
            "(" => CompoundKind::Subshell(self.bracketed(from, "(", PAREN)),
            "{" => CompoundKind::Group(self.bracketed(from, "{", BRACE)),
            "[[" => CompoundKind::Test(self.test(from)),
            "if" => self.condition(from),
            "while" | "until" => self.repetition(from, opener),
            "for" | "select" => self.iteration(from, opener),
            "case" => self.cases(from),
            _ => self.function_keyword(from),
        })
    }

    /// A list in brackets whose first one has been read.
    fn bracketed(&mut self, from: usize, opener: &'static str, closer: u16) -> List {
        let body = self.list(closer);
        match self.closer() {
            Some((found, length)) if found == closer => self.at += length,
            _ => {
                let span = self.span(from, from + opener.len());
                self.error(TroubleKind::Unclosed(opener), span);
            }
        }
        body
    }

    /// Passes over `word`, or complains that the construct lacks it.
    fn expect(&mut self, from: usize, of: &'static str, word: &'static str) -> bool {
        self.skip_lines();
        if self.looking_at_word(word) {
            self.at += word.len();
            return true;
        }
        let span = self.span(from, from + of.len());
        self.error(TroubleKind::Missing { of, word }, span);
        false
    }

    fn condition(&mut self, from: usize) -> CompoundKind {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.list(THEN | ELIF | ELSE | FI);
            self.expect(from, "if", "then");
            branches.push((condition, self.list(ELIF | ELSE | FI)));
            if !self.looking_at_word("elif") {
                break;
            }
            self.at += 4;
        }
        if self.looking_at_word("else") {
            self.at += 4;
            otherwise = Some(self.list(FI));
        }
        self.expect(from, "if", "fi");
        CompoundKind::If { branches, otherwise }
    }

    fn repetition(&mut self, from: usize, opener: &'static str) -> CompoundKind {
        let condition = self.list(DO | DONE);
        let body = self.body(from, opener);
        CompoundKind::Loop {
            until: opener == "until",
            condition,
            body,
        }
    }

    /// `do ... done`, or bash's `{ ... }` in its place.
    fn body(&mut self, from: usize, of: &'static str) -> List {
        self.skip_lines();
        if self.looking_at_word("{") {
            let brace = self.at;
            self.at += 1;
            return self.bracketed(brace, "{", BRACE);
        }
        if !self.expect(from, of, "do") && !self.looking_at_word("done") {
            return List::default();
        }
        let body = self.list(DONE);
        self.expect(from, of, "done");
        body
    }

    fn iteration(&mut self, from: usize, opener: &'static str) -> CompoundKind {
        self.skip_blanks();
        if self.looking_at("((") {
            let start = self.at;
            if let Some(end) = self.double_parenthesis_end(start + 2) {
                self.arithmetic(start + 2, end);
            }
            self.skip_blanks();
            if self.peek() == Some(b';') {
                self.at += 1;
            }
            return CompoundKind::ArithmeticFor {
                body: self.body(from, opener),
            };
        }
        let variable = self.name();
        self.skip_lines();
        let mut words = None;
        if self.looking_at_word("in") {
            self.at += 2;
            words = Some(self.words());
        }
        self.skip_blanks();
        if self.peek() == Some(b';') && self.ahead(1) != Some(b';') {
            self.at += 1;
        }
        CompoundKind::For {
            variable,
            words,
            body: self.body(from, opener),
            select: opener == "select",
        }
    }

    fn name(&mut self) -> String {
        let length = self
            .rest()
            .iter()
            .position(|&byte| !is_name(byte))
            .unwrap_or(self.rest().len());
        let from = self.at;
        self.at += length;
        self.slice(from, self.at).to_owned()
    }

    /// The words up to the end of the command.
    fn words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            match self.word() {
                Some(word) => words.push(word),
                None => return words,
            }
        }
    }

    fn cases(&mut self, from: usize) -> CompoundKind {
        self.skip_blanks();
        let word = self.word().unwrap_or_default();
        let mut arms = Vec::new();
        if self.expect(from, "case", "in") {
            loop {
                self.skip_lines();
                if self.at >= self.end || self.looking_at_word("esac") {
                    break;
                }
                match self.arm() {
                    Some(arm) => arms.push(arm),
                    None => break,
                }
            }
        }
        self.expect(from, "case", "esac");
        CompoundKind::Case { word, arms }
    }

    fn arm(&mut self) -> Option<Arm> {
        if self.peek() == Some(b'(') {
            self.at += 1;
        }
        let mut patterns = Vec::new();
        loop {
            self.skip_blanks();
            patterns.push(self.word()?);
            self.skip_blanks();
            match self.peek() {
                Some(b'|') => self.at += 1,
                Some(b')') => break,
                _ => return None,
            }
        }
        self.at += 1;
        let body = self.list(ARM | ESAC);
        let from = self.at;
        let mut end = None;
        let mut falls_through = false;
        if let Some((ARM, length)) = self.closer() {
            self.at += length;
            falls_through = self.slice(from, self.at).ends_with('&');
            end = Some(self.since(from));
        }
        Some(Arm {
            patterns,
            body,
            end,
            falls_through,
        })
    }

    fn function_keyword(&mut self, from: usize) -> CompoundKind {
        let keyword = Some(self.since(from));
        self.skip_blanks();
        let start = self.at;
        let length = self
            .rest()
            .iter()
            .position(|&byte| is_meta(byte))
            .unwrap_or(self.rest().len());
        self.at += length;
        let name = self.slice(start, self.at).to_owned();
        self.skip_blanks();
        if self.looking_at("(") {
            self.at += 1;
            self.skip_blanks();
            if self.peek() == Some(b')') {
                self.at += 1;
            }
        }
        self.skip_lines();
        CompoundKind::Function {
            name,
            keyword,
            body: self.command().map(Box::new),
        }
    }

    /// The inside of `[[ ... ]]`: its words; the signs between them are passed over.
    fn test(&mut self, from: usize) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            if self.looking_at_word("]]") {
                self.at += 2;
                return words;
            }
            if let Some(word) = self.word() {
                words.push(word);
                continue;
            }
            match self.peek() {
                Some(b';') | None => break,
                Some(_) => self.at += 1,
            }
        }
        let span = self.span(from, from + 2);
        self.error(TroubleKind::Unclosed("[["), span);
        words
    }

    /// Where the `))` is that closes a `((` before `from`; nothing when the two are separate brackets.
    pub(super) fn double_parenthesis_end(&self, from: usize) -> Option<usize> {
        let mut open = 0usize;
        let mut index = from;
        while index < self.end {
            match *self.bytes.get(index)? {
                b'\\' => index += 1,
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b')' => {
                    let closed = index + 1 < self.end && self.bytes.get(index + 1) == Some(&b')');
                    return closed.then_some(index);
                }
                _ => {}
            }
            index += 1;
        }
        None
    }

    /// Reads the arithmetic between `from` and the `))` at `end`, and passes over that.
    pub(super) fn arithmetic(&mut self, from: usize, end: usize) -> Vec<Part> {
        self.at = from;
        let parts = self.within(end, |parser| parser.quoted_parts(None, false));
        self.at = end + 2;
        parts
    }
}
