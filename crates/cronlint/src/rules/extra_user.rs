use crontab::{Entry, Kind, is_account_name, is_system_account};
use diagnostic::{Edit, Severity};

use crate::programs;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::is_shell_word;

pub(super) static RULE: Rule = Rule {
    code: "F012",
    name: "extra-user",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("extra_user.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.crontab.kind != Kind::User {
        return Vec::new();
    }
    file.crontab
        .entries()
        .filter_map(|(_, entry)| look(entry))
        .collect()
}

fn look(entry: &Entry<'_>) -> Option<Finding> {
    let command = entry.command.text.as_ref();
    if entry.schedule.is_err() {
        return None;
    }
    let mut words = command.split_ascii_whitespace();
    let (user, next) = (words.next()?, words.next()?);
    if !command.starts_with(user) || !is_account_name(user) || !is_system_account(user) {
        return None;
    }
    let is_program = programs::find(user).is_some();
    let command_follows =
        next.starts_with('/') || !is_program && (programs::find(next).is_some() || is_shell_word(next));
    if is_program || !command_follows {
        return None;
    }
    let rest = command[user.len()..].find(|c: char| !c.is_ascii_whitespace())? + user.len();
    let edit = Edit {
        span: entry.command.source(0..rest),
        text: String::new(),
    };
    Some(
        Finding::new(
            entry.command.source(0..user.len()),
            format!("`{user}` is run as a program: a user's crontab has no user column"),
        )
        .note(format!("the shell says \"{user}: not found\""))
        .help("remove it; or lint with `--kind system` if the file belongs into /etc")
        .unsafe_fix("remove the user", vec![edit]),
    )
}
