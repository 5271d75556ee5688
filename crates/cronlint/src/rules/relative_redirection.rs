use diagnostic::Severity;
use shell::Redirection;

use crate::command::Command;
use crate::paths::{is_placeholder, is_relative, is_where_cron_starts};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C006",
    name: "relative-redirection",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("relative_redirection.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(redirections).collect()
}

fn redirections(command: &Command<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut seen = Vec::new();
    for call in command.calls.iter().filter(|call| is_where_cron_starts(call)) {
        let own = call.step.command.redirections.iter();
        for redirection in own.chain(call.step.around.iter().copied()) {
            if !seen.contains(&redirection.span.start) {
                seen.push(redirection.span.start);
                found.extend(relative(command, redirection));
            }
        }
    }
    found
}

fn relative(command: &Command<'_>, redirection: &Redirection) -> Option<Finding> {
    let reads = redirection.operator == shell::Operator::Read;
    let target = if reads {
        &redirection.target
    } else {
        redirection.output_file()?
    };
    let name = target.leading();
    // A bare number or a misspelt /dev/null is the business of other rules.
    let number = name.bytes().all(|byte| byte.is_ascii_digit());
    if !is_relative(target) || number || name.starts_with("dev/") || name.starts_with('&') {
        return None;
    }
    let text = command.slice(&target.span);
    let message = if is_placeholder(&name) {
        format!("`{text}` looks like a placeholder that was never replaced")
    } else if reads {
        format!("`{text}` is read from the directory where the job starts, as a rule the user's home")
    } else {
        format!("`{text}` is written in the directory where the job starts, as a rule the user's home")
    };
    Some(
        command
            .finding(&target.span, message)
            .help("write the absolute path"),
    )
}
