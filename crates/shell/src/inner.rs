//! Shell text inside arguments: `bash -c '...'` and its kin.

use crate::parse::{self, Places};
use crate::programs::Program;
use crate::tree::{Inner, Part, PartKind, Reader, SimpleCommand, Span, Word};

/// The shells whose `-c` takes text that this crate can read.
const SHELLS: [&str; 8] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "rbash", "zsh"];

/// Whether a program of this base name is a shell of the Bourne family.
pub fn is_shell(base: &str) -> bool {
    SHELLS.contains(&base)
}

/// The texts that `command` hands to other shells, read.
pub(crate) fn texts(command: &SimpleCommand, depth: usize) -> Vec<Inner> {
    let mut texts = Vec::new();
    for program in command.programs() {
        if let Some((reader, words)) = text(&program) {
            let login = words.first().is_some_and(|word| is_login(&program, &word.span));
            texts.push(Inner {
                login,
                ..read(reader, words, depth)
            });
        }
    }
    texts
}

/// Who reads which of a program's arguments; several are one text with blanks between them.
fn text<'a>(program: &Program<'a>) -> Option<(Reader, &'a [Word])> {
    if program.base() == "eval" {
        return (!program.arguments.is_empty()).then_some((Reader::Same, program.arguments));
    }
    let (reader, word) = one_word(program)?;
    Some((reader, std::slice::from_ref(word)))
}

fn one_word<'a>(program: &Program<'a>) -> Option<(Reader, &'a Word)> {
    let base = program.base();
    let arguments = program.arguments;
    if is_shell(base) {
        let name = program.name.as_deref().unwrap_or_default().to_owned();
        return Some((Reader::Shell(name), command_string(arguments)?));
    }
    match base {
        "su" | "runuser" | "flock" | "sg" | "script" | "cronwrap" => {
            let reader = match base {
                // It asks SHELL, which is the one that reads the job; cronwrap and sg take sh.
                "flock" => Reader::Same,
                "cronwrap" | "sg" => Reader::Shell("/bin/sh".to_owned()),
                _ => Reader::Login,
            };
            let option = arguments.iter().position(|word| {
                let text = word.leading();
                text == "--command" || text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
            })?;
            Some((reader, arguments.get(option + 1)?))
        }
        "parallel" | "watch" => {
            let text = arguments.iter().find(|word| word.leading().contains(' '))?;
            let before = arguments
                .iter()
                .take_while(|word| word.span.start < text.span.start);
            // A text behind `:::` or a command is data.
            let is_option =
                |word: &Word| word.leading().starts_with('-') || word.leading().parse::<f64>().is_ok();
            before.clone().all(is_option).then_some((Reader::Same, text))
        }
        "trap" => match arguments {
            [word, _, ..] if !word.is("-") => Some((Reader::Same, word)),
            _ => None,
        },
        "ssh" => Some((Reader::Elsewhere, remote_command(arguments)?)),
        _ => None,
    }
}

/// Whether an option in front of the text asks for the settings of a login or of a terminal.
fn is_login(program: &Program<'_>, text: &Span) -> bool {
    let before = program
        .arguments
        .iter()
        .take_while(|word| word.span.start < text.start);
    before
        .map(Word::leading)
        .any(|option| match option.strip_prefix("--") {
            Some(name) => name == "login",
            None => option == "-" || option.starts_with('-') && option.contains(['l', 'i']),
        })
}

/// The argument of `-c`, which may be one of several letters: `bash -lc`, `sh -x -c`, `bash -c -l`.
fn command_string(arguments: &[Word]) -> Option<&Word> {
    let mut words = arguments.iter();
    let mut found = false;
    while let Some(word) = words.next() {
        let text = word.leading();
        if !text.starts_with(['-', '+']) || text.len() < 2 {
            return found.then_some(word);
        }
        if text.starts_with("--") {
            continue;
        }
        found |= text.contains('c');
        if text.ends_with(['o', 'O']) {
            words.next();
        }
    }
    None
}

/// The one word behind the host.
fn remote_command(arguments: &[Word]) -> Option<&Word> {
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.leading();
        if let Some(letters) = text.strip_prefix('-') {
            let takes_next = letters.len() == 1 && "BbcDEeFIiJLlmOopQRSWw".contains(letters);
            if takes_next {
                words.next();
            }
            continue;
        }
        let command = words.next()?;
        return words.next().is_none().then_some(command);
    }
    None
}

fn read(reader: Reader, words: &[Word], depth: usize) -> Inner {
    let mut text = Text::default();
    for word in words {
        if !text.text.is_empty() {
            text.push_at(" ", text.end);
        }
        text.append(&word.parts);
    }
    let start = words.first().map_or(0, |word| word.span.start);
    text.table.push(text.end.max(start));
    let script = parse::script(&text.text, Places::Table(&text.table), depth);
    Inner {
        reader,
        script,
        span: start..words.last().map_or(start, |word| word.span.end),
        expanded: text.expanded,
        login: false,
    }
}

/// A word's text as the inner shell gets it, variables left as they are, and where each byte comes from.
#[derive(Default)]
struct Text {
    text: String,
    table: Vec<usize>,
    end: usize,
    expanded: bool,
}

impl Text {
    fn append(&mut self, parts: &[Part]) {
        for part in parts {
            match &part.kind {
                PartKind::Literal(text) => self.push(text, part.span.start, &part.span),
                PartKind::Escaped(character) => {
                    self.push(character.encode_utf8(&mut [0; 4]), part.span.start, &part.span);
                }
                PartKind::SingleQuoted(text) => self.push(text, part.span.start + 1, &part.span),
                // `$'...'` with something escaped in it: its bytes have no places of their own.
                PartKind::AnsiQuoted(text) if text.len() + 3 != part.span.len() => {
                    self.push_at(text, part.span.start);
                }
                PartKind::AnsiQuoted(text) => self.push(text, part.span.start + 2, &part.span),
                PartKind::DoubleQuoted { parts, .. } => {
                    self.append(parts);
                    // The inner text ends in front of the closing quote.
                    continue;
                }
                PartKind::Variable(variable) => {
                    self.expanded = true;
                    let text = format!("${{{}}}", variable.name);
                    self.push_at(&text, part.span.start);
                }
                PartKind::Glob(text) | PartKind::Brace(text) => {
                    self.push(text, part.span.start, &part.span);
                }
                PartKind::Tilde(user) => self.push(&format!("~{user}"), part.span.start, &part.span),
                // A value that nobody knows, under a name that no rule looks at.
                _ => {
                    self.expanded = true;
                    self.push_at("$-", part.span.start);
                }
            }
            // In front of the closing quote, if there is one.
            self.end = match &part.kind {
                PartKind::SingleQuoted(text) => part.span.start + 1 + text.len(),
                PartKind::AnsiQuoted(text) if text.len() + 3 == part.span.len() => part.span.end - 1,
                _ => part.span.end,
            };
        }
    }

    fn push(&mut self, text: &str, start: usize, span: &Span) {
        self.text.push_str(text);
        self.table
            .extend((0..text.len()).map(|index| (start + index).min(span.end)));
    }

    fn push_at(&mut self, text: &str, start: usize) {
        self.text.push_str(text);
        self.table.extend(std::iter::repeat_n(start, text.len()));
    }
}
