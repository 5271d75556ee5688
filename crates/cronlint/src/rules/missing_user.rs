use crontab::{Kind, Trouble, is_account_name, is_system_account};
use diagnostic::{Edit, Severity};

use crate::programs;
use crate::rule::{Confidence, File, Finding, Rule};
use crate::rules::support::is_shell_word;

pub(super) static RULE: Rule = Rule {
    code: "F011",
    name: "missing-user",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    explanation: include_str!("missing_user.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.crontab.kind != Kind::System {
        return Vec::new();
    }
    file.crontab
        .entries()
        .filter_map(|(_, entry)| look(entry, file.crontab.daemon.title))
        .collect()
}

fn look(entry: &crontab::Entry<'_>, daemon: &str) -> Option<Finding> {
    if entry.schedule.is_err() {
        return None;
    }
    if entry.trouble == Some(Trouble::NoUser) {
        let end = entry.schedule_span.end;
        let finding = Finding::new(end..end, "no user and no command follow the schedule");
        return Some(finding.help("a line of a system crontab is: schedule, user, command"));
    }
    let user = entry.user.as_ref()?;
    let word = user.name.as_ref();
    let is_command = word == "[" || !is_account_name(word) && !is_placeholder(word) || is_program(word);
    if !is_command || is_system_account(word) && !is_called(word, &entry.command.text) {
        return None;
    }
    let edit = Edit {
        span: user.span.start..user.span.start,
        text: "root ".to_owned(),
    };
    Some(
        Finding::new(
            user.span.clone(),
            format!("`{word}` stands where the user belongs"),
        )
        .note(format!(
            "{daemon} says \"bad username\" and ignores the whole file"
        ))
        .help("put the user before the command, as in `root`; or lint with `--kind user` if it is one user's")
        .unsafe_fix("run it as root", vec![edit]),
    )
}

/// Whether a word that is an account and a program is called as a program: no command follows it.
fn is_called(word: &str, rest: &str) -> bool {
    let next = rest.split_ascii_whitespace().next().unwrap_or("");
    is_program(word) && (next.is_empty() || next.starts_with('-') || next.contains(':'))
}

fn is_program(word: &str) -> bool {
    programs::find(word).is_some() || is_shell_word(word)
}

/// A template's place for the user.
fn is_placeholder(word: &str) -> bool {
    word.contains(['{', '<', '%', '@'])
        || word.starts_with('[') && word.ends_with(']')
        || word.starts_with("$")
}
