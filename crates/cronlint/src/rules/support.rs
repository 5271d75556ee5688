//! What several rules share.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crontab::Daemon;
use crontab::daemon::OnError;
use diagnostic::{Edit, Span};
use schedule::{ParseError, ParseErrorKind, Schedule, Zone};

use crate::rule::{File, Finding};
use crate::rules::pasted_character;

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
    for (line, entry) in file.crontab.entries() {
        let Err(error) = &entry.schedule else { continue };
        if is_told_elsewhere(file, entry) {
            continue;
        }
        let errors = std::iter::once(error).chain(&entry.more_errors);
        for error in errors.filter(|error| kind(&error.kind)) {
            let span = entry.in_schedule(&error.span);
            let refusal = Refusal {
                line,
                at: span.start,
                part: crontab::words_for_error(error),
                error: Some(error),
            };
            let finding = Finding::new(span.clone(), error.to_string()).note(refusal.consequence(file));
            found.push(with_cure(finding, span, error.help()));
        }
    }
    found
}

/// Adds a help, and the fix that it names, where it names one: "write `mon`", "did you mean `@daily`?".
pub(super) fn with_cure(finding: Finding, span: Span, help: Option<String>) -> Finding {
    let Some(help) = help else { return finding };
    let named = ["write `", "did you mean `"]
        .iter()
        .find_map(|words| help.split_once(words)?.1.split('`').next());
    let finding = match named {
        None => finding,
        Some(instead) => {
            let text = instead.to_owned();
            finding.unsafe_fix(format!("write `{instead}`"), vec![Edit { span, text }])
        }
    };
    finding.help(help)
}

/// What the daemon says and does about a line that is neither entry nor assignment, or not to it.
pub(super) fn unreadable(file: &File<'_>, line: usize) -> String {
    consequence(file, file.crontab.says_of_unreadable(line))
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

/// A line that the daemon does not take.
pub(super) struct Refusal<'a> {
    /// The index of the line.
    pub(super) line: usize,
    /// Where in the text the daemon stumbles.
    pub(super) at: usize,
    /// What Debian's cron says of it.
    pub(super) part: &'static str,
    /// What is wrong with the schedule, if that is what is wrong.
    pub(super) error: Option<&'a ParseError>,
}

impl Refusal<'_> {
    /// A refusal for another reason than the schedule.
    pub(super) fn of(line: usize, at: usize, part: &'static str) -> Refusal<'static> {
        Refusal {
            line,
            at,
            part,
            error: None,
        }
    }

    /// What the daemon says and does about it.
    pub(super) fn consequence(&self, file: &File<'_>) -> String {
        let kind = self.error.map(|error| &error.kind);
        if matches!(kind, Some(ParseErrorKind::KillsDaemon { .. })) {
            let title = file.crontab.daemon.title;
            return format!("{title} ends when it reads this, and no job runs any more");
        }
        // busybox skips what has too few words, and `@words` that it does not know.
        let skipped = matches!(
            kind,
            Some(ParseErrorKind::TooFewFields { .. } | ParseErrorKind::UnknownMacro { .. })
        );
        let said = file.crontab.says(self.line, self.at, self.part, self.error);
        consequence(
            file,
            said.filter(|_| !skipped || file.crontab.daemon.on_error != OnError::KeepsLine),
        )
    }
}

fn consequence(file: &File<'_>, said: Option<String>) -> String {
    let Daemon { title, on_error, .. } = file.crontab.daemon;
    // Its generator falls over such a line in a user's crontab.
    if said.as_deref().is_some_and(|said| said.starts_with("truncated"))
        && !file.crontab.kind.has_user_column()
    {
        return format!("the generator of {title} ends when it reads this, and no line behind it runs");
    }
    match (on_error, said.as_deref().map(shortened)) {
        (OnError::DropsFile, Some(said)) => format!("{title} says \"{said}\" and ignores the whole file"),
        (OnError::DropsFile, None) => format!("{title} ignores the whole file"),
        (OnError::DropsLine, Some(said)) => format!("{title} says \"{said}\" and ignores the line"),
        (OnError::DropsLine, None) => format!("{title} ignores the line"),
        (OnError::DropsLineSilently, _) => format!("{title} ignores the line without a word"),
        (OnError::KeepsLine, Some(said)) => {
            format!("{title} says \"{said}\" and runs the line all the same")
        }
        (OnError::KeepsLine, None) => format!("{title} skips the line without a word"),
        (OnError::RefusesJob, Some(said)) => format!("{title} refuses the CronJob: \"{said}\""),
        (OnError::RefusesJob, None) => format!("{title} refuses the CronJob"),
    }
}

/// What a daemon says that shows a long line: its beginning.
fn shortened(said: &str) -> Cow<'_, str> {
    const SHOWN: usize = 300;
    match said.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}...", &said[..end])),
        None => Cow::Borrowed(said),
    }
}

/// Whether what is wrong with a schedule is told by the rule of pasted characters or of the byte order mark, or comes
/// from a template's place that is filled in later.
pub(super) fn is_told_elsewhere(file: &File<'_>, entry: &crontab::Entry<'_>) -> bool {
    let schedule = &file.crontab.text[entry.schedule_span.clone()];
    std::str::from_utf8(schedule).is_ok_and(|text| {
        let has_pasted = !text.is_ascii() && text.chars().any(pasted_character::is_in_schedule);
        has_pasted || has_placeholder(text)
    })
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
