use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X009",
    name: "changes-access",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("changes_access.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| access(command, call)))
        .collect()
}

/// Files that say who may log in and who is root.
const FILES: &[&str] = &[
    "authorized_keys",
    "/etc/sudoers",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/ssh/sshd_config",
    "/etc/ld.so.preload",
];

fn access(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    if call.step.elsewhere {
        return None;
    }
    let redirected = call
        .step
        .command
        .redirections
        .iter()
        .filter_map(|redirection| redirection.output_file());
    let arguments = call.arguments();
    let written = match call.base() {
        "tee" => arguments,
        "cp" | "mv" | "install" | "ln" | "scp" | "rsync" => {
            arguments.last().map_or(&[][..], std::slice::from_ref)
        }
        "sed" if arguments.iter().any(|word| word.leading().starts_with("-i")) => arguments,
        _ => &[],
    };
    let word = redirected.chain(written).find(|word| {
        let text = command.slice(&word.span).trim_matches(['"', '\'']);
        FILES
            .iter()
            .any(|file| text == *file || !file.starts_with('/') && text.ends_with(file))
            || text.starts_with("/etc/sudoers.d/")
    })?;
    let message = format!(
        "this job changes `{}`, which says who gets in",
        command.slice(&word.span)
    );
    Some(
        command
            .finding(&word.span, message)
            .help("make sure that you wrote this line; change access by hand or by configuration management"),
    )
}
