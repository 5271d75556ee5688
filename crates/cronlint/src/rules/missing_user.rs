use crontab::{Kind, Trouble, is_account_name, is_system_account};
use diagnostic::{Edit, Severity};

use crate::programs;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::{Refusal, is_shell_word, is_told_elsewhere};

pub(super) static RULE: Rule = Rule {
    code: "F011",
    name: "missing-user",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("missing_user.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.crontab.kind != Kind::System {
        return Vec::new();
    }
    file.crontab
        .entries()
        .filter(|(_, entry)| !is_told_elsewhere(file, entry))
        .filter_map(|(line, entry)| look(file, line, entry))
        .collect()
}

fn look(file: &File<'_>, line: usize, entry: &crontab::Entry<'_>) -> Option<Finding> {
    if entry.schedule.is_err() {
        return None;
    }
    if entry.trouble == Some(Trouble::NoUser) {
        let end = entry.schedule_span.end;
        let finding = Finding::new(end..end, "no user and no command follow the schedule");
        return Some(finding.help("a line of a system crontab is: schedule, user, command"));
    }
    let user = in_users_place(entry)?;
    let edit = Edit {
        span: user.span.start..user.span.start,
        text: "root ".to_owned(),
    };
    Some(
        Finding::new(
            user.span.clone(),
            format!("`{}` stands where the user belongs", user.name),
        )
        .note(Refusal::of(line, user.span.start, "bad username").consequence(file))
        .help("put the user before the command, as in `root`; or lint with `--kind user` if it is one user's")
        .unsafe_fix("run it as root", vec![edit]),
    )
}

/// The command of an entry that names no user: it stands in the user's place.
pub(super) fn in_users_place<'e>(entry: &'e crontab::Entry<'_>) -> Option<&'e crontab::User<'e>> {
    let user = entry.user.as_ref()?;
    let word = user.name.as_ref();
    let is_command = word == "[" || !is_account_name(word) && !is_placeholder(word) || is_program(word);
    let is_user = is_system_account(word) && !is_called(word, &entry.command.text);
    (is_command && !is_user).then_some(user)
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
