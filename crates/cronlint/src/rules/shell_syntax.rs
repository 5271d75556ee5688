use diagnostic::Severity;
use shell::TroubleKind;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C029",
    name: "shell-syntax",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("shell_syntax.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .filter_map(|command| broken(file, command))
        .collect()
}

fn broken(file: &File<'_>, command: &Command<'_>) -> Option<Finding> {
    // Of a command that a `%` cuts, the `%` is what is wrong; and no tree is made of other shells' text.
    let cut = command.is_cut || command.job.entry.input.is_some();
    if cut || command.scripts.is_empty() {
        return None;
    }
    // A user's name where the command begins is another rule's business.
    let first = command.calls.first().map(Call::name);
    if !file.crontab.kind.has_user_column() && first.is_some_and(crontab::is_system_account) {
        return None;
    }
    let (script, _) = command
        .scripts
        .iter()
        .find(|(script, _)| !script.errors.is_empty())?;
    let trouble = script
        .errors
        .iter()
        .find(|trouble| !matches!(trouble.kind, TroubleKind::TooDeep | TroubleKind::TooLong))?;
    let message = format!("the shell refuses the command: {trouble}");
    Some(command.finding(&trouble.span, message).help(help(&trouble.kind)))
}

fn help(kind: &TroubleKind) -> String {
    match kind {
        TroubleKind::Unclosed(what) => match *what {
            "'" | "\"" | "`" => format!("close it, or put a backslash before it: `\\{what}`"),
            _ => "close it".to_owned(),
        },
        TroubleKind::Unexpected(what) => format!("leave it out, or quote it: `'{what}'`"),
        TroubleKind::NothingAfter(what) => format!("write the command after `{what}`, or leave that out"),
        TroubleKind::NoTarget => "write the file behind it".to_owned(),
        TroubleKind::Missing { word, .. } => format!("write `; {word}`"),
        TroubleKind::TooDeep | TroubleKind::TooLong => "put it into a script".to_owned(),
    }
}
