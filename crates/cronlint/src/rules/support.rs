//! What several rules share.

use chrono::{DateTime, Utc};
use crontab::daemon::{Assignments, OnError};
use schedule::{ParseErrorKind, Schedule, Zone};

use crate::rule::{File, Finding};

/// Words that the shell itself knows and that begin a command.
pub(super) fn is_shell_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "(", "(cd", ".", ":", "[", "[[", "alias", "case", "cd", "command", "eval", "exec", "exit", "export",
        "for", "if", "read", "return", "set", "shift", "source", "test", "time", "trap", "ulimit", "umask",
        "until", "wait", "while", "{",
    ];
    WORDS.binary_search(&word).is_ok()
}

/// Whether a word may be meant as a name, and not as a sign of another scheduler (`L`, `H`, `15W`).
pub(super) fn is_word(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A finding for each schedule that the daemon refuses for a reason of this kind.
pub(super) fn refused(file: &File<'_>, kind: fn(&ParseErrorKind) -> bool) -> Vec<Finding> {
    let mut found = Vec::new();
    for (_, entry) in file.crontab.entries() {
        let Err(error) = &entry.schedule else { continue };
        if is_told_elsewhere(file, entry) {
            continue;
        }
        let errors = std::iter::once(error).chain(&entry.more_errors);
        for error in errors.filter(|error| kind(&error.kind)) {
            let words = crontab::words_for_error(error);
            let finding = Finding::new(entry.in_schedule(&error.span), error.to_string())
                .note(consequence(file, words));
            found.push(match error.help() {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
    }
    found
}

/// For lines that a daemon without assignments skips.
pub(super) const SKIPPED: &str = "";

/// The words for a line that is neither entry nor assignment.
pub(super) fn words_for_unreadable(file: &File<'_>, text: &[u8]) -> &'static str {
    if file.crontab.daemon.assignments != Assignments::All {
        SKIPPED
    } else if text.trim_ascii_start().starts_with(b"@") {
        "bad time specifier"
    } else {
        "bad minute"
    }
}

/// Whether a text has a place that a template engine or an installer fills in.
pub(super) fn has_placeholder(text: &str) -> bool {
    let between = |mark: &str, end: &str| {
        text.find(mark)
            .is_some_and(|at| text[at + mark.len()..].contains(end))
    };
    let named = text.split('@').skip(1).step_by(2).any(|word| {
        word.len() > 1
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    between("{{", "}}") || between("{%", "%}") || between("<%", "%>") || between("${", "}") || named
}

/// What the daemon says and does about a line that it cannot read.
pub(super) fn consequence(file: &File<'_>, words: &str) -> String {
    let title = file.crontab.daemon.title;
    if words == SKIPPED {
        return format!("{title} skips the line without a word");
    }
    match file.crontab.daemon.on_error {
        OnError::DropsFile => format!("{title} says \"{words}\" and ignores the whole file"),
        OnError::DropsLine => format!("{title} says \"{words}\" and ignores the line"),
        OnError::DropsLineSilently => format!("{title} ignores the line without a word"),
        OnError::KeepsLine => format!("{title} complains and runs the line all the same"),
    }
}

/// A pasted character or a byte order mark is told by its own rule; a template's place is filled in later.
fn is_told_elsewhere(file: &File<'_>, entry: &crontab::Entry<'_>) -> bool {
    let schedule = &file.crontab.text[entry.schedule_span.clone()];
    let pasted = ["\u{a0}", "\u{3000}", "\u{feff}", "\u{2217}", "\u{200b}"];
    std::str::from_utf8(schedule)
        .is_ok_and(|text| pasted.iter().any(|character| text.contains(character)) || has_placeholder(text))
}

/// The next days on which a schedule fires, each once.
pub(super) fn next_dates(schedule: &Schedule, now: DateTime<Utc>, count: usize) -> String {
    let zone = Zone::utc();
    let mut dates: Vec<String> = Vec::new();
    for occurrence in schedule.after(now, &zone).take(count * 1500) {
        let date = occurrence.at.format("%a %-d %b").to_string();
        if dates.last() != Some(&date) {
            dates.push(date);
        }
        if dates.len() == count {
            break;
        }
    }
    dates.join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_shell_words_are_found() {
        for word in ["(", "[", "cd", "while", "{", "source"] {
            assert!(super::is_shell_word(word), "{word}");
        }
    }
}
