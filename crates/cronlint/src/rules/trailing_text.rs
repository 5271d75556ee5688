use diagnostic::Severity;
use shell::Word;

use crate::command::Command;
use crate::paths::is_plain_text;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C048",
    name: "trailing-text",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("trailing_text.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().filter_map(trailing).collect()
}

/// Programs to which free text is given.
const TEXT: &[&str] = &[
    "echo",
    "printf",
    "logger",
    "wall",
    "notify-send",
    "say",
    "espeak",
    "figlet",
    "mail",
    "mailx",
    "git",
    "test",
    "[",
];

fn trailing(command: &Command<'_>) -> Option<Finding> {
    let call = command
        .calls
        .iter()
        .rev()
        .find(|call| call.step.inside.is_empty())?;
    let program = call.program().filter(|program| !TEXT.contains(&program.base()))?;
    // Where the program itself is not named by a path, words may be its own.
    let script = program
        .arguments
        .iter()
        .any(|word| command.slice(&word.span).contains('/'));
    let words = program.arguments;
    if !(command.slice(&program.word.span).contains('/') || script)
        || !call.step.command.redirections.is_empty()
    {
        return None;
    }
    let gap = (0..words.len()).find(|&at| {
        let before = at
            .checked_sub(1)
            .and_then(|at| words.get(at))
            .unwrap_or(program.word);
        words
            .get(at)
            .is_some_and(|word| is_gap(command.slice(&(before.span.end..word.span.start))))
    })?;
    let text = words.get(gap..)?;
    let (first, last) = (text.first()?, text.last()?);
    if text.len() < 2 || !text.iter().all(is_prose) || !reads_like_prose(text) {
        return None;
    }
    let span = first.span.start..last.span.end;
    let start = first.span.start;
    Some(
        command
            .finding(
                &span,
                "these words are arguments of the command: cron has no comments behind a command",
            )
            .help("put the remark on a line of its own, with a `#`")
            .unsafe_fix(
                "put a `#` before it, which the shell then skips",
                vec![command.edit(&(start..start), "# ")],
            ),
    )
}

/// Two blanks or more, or a tab: what sets a remark off.
fn is_gap(blank: &str) -> bool {
    blank.len() > 1 && blank.trim().is_empty() || blank.contains('\t')
}

fn is_prose(word: &Word) -> bool {
    is_plain_text(word)
        && word.literal().is_some_and(|text| {
            !text.starts_with(['-', '/', '~', '.'])
                && text
                    .chars()
                    .all(|c| c.is_alphanumeric() || ":.,!?'()".contains(c))
        })
}

/// A capital in front or a small word of English, and more words than numbers.
fn reads_like_prose(words: &[Word]) -> bool {
    const SMALL: &[&str] = &[
        "every", "at", "the", "on", "in", "of", "each", "and", "to", "for", "daily", "hourly", "run", "runs",
    ];
    let texts: Vec<_> = words.iter().map(Word::leading).collect();
    let is_word = |text: &str| text.chars().all(char::is_alphabetic) && text.chars().count() > 1;
    let capital = texts
        .iter()
        .any(|text| text.starts_with(char::is_uppercase) && is_word(text));
    let small = texts
        .iter()
        .any(|text| SMALL.contains(&text.to_lowercase().as_str()));
    texts.iter().filter(|text| is_word(text)).count() * 2 >= texts.len() && (capital || small)
}
