use diagnostic::Severity;

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C022",
    name: "sudo",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("sudo.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| sudo(command, call)))
        .collect()
}

fn sudo(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.programs.iter().find(|program| program.base() == "sudo")?;
    if call.step.elsewhere || has_option(program.arguments, "n", &["non-interactive"]) {
        return None;
    }
    let behind = program.arguments.first().map(|word| word.span.start)?;
    let span = &program.word.span;
    let shortens = has_no_options(program.arguments);
    if command.is_root() {
        let finding = command
            .finding(span, "`sudo` in a job of root's does nothing")
            .severity(Severity::Info);
        if !shortens {
            return Some(
                finding
                    .severity(Severity::Hint)
                    .help("name that user in the entry's user column"),
            );
        }
        let edit = command.edit(&(span.start..behind), "");
        return Some(finding.help("leave it out").fix("leave `sudo` out", vec![edit]));
    }
    Some(
        command
            .finding(
                span,
                "`sudo` cannot ask for a password here: without NOPASSWD in sudoers the job fails",
            )
            .help("put the entry into root's crontab, or write `sudo -n`, which fails with a clear message"),
    )
}

/// Whether nothing but the command follows.
fn has_no_options(arguments: &[shell::Word]) -> bool {
    arguments
        .first()
        .is_some_and(|word| !word.leading().starts_with('-') && !word.leading().contains('='))
}
