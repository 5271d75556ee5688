use diagnostic::Severity;
use shell::Duplicate;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C012",
    name: "redirection-order",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("redirection_order.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| order(command, call)))
        .collect()
}

fn order(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    // In front of a pipe it is the way to send only the errors on.
    if call.step.position + 1 < call.step.pipeline.commands.len() {
        return None;
    }
    let redirections = &call.step.command.redirections;
    let at = redirections.iter().position(|redirection| {
        redirection.stream() == 2 && redirection.duplicates() == Some(Duplicate::Descriptor(1))
    })?;
    let (before, rest) = redirections.split_at(at);
    let (copy, behind) = rest.split_first()?;
    // `3>&1 1>&2 2>&3` and the like exchange streams on purpose.
    let swaps = redirections.iter().any(|redirection| redirection.stream() > 2);
    let captured = before.iter().any(|redirection| redirection.stream() == 1);
    let file = behind
        .iter()
        .find(|redirection| redirection.stream() == 1 && redirection.output_file().is_some())?;
    if swaps || captured {
        return None;
    }
    let span = copy.span.start..file.span.end;
    let shown = command.slice(&file.span);
    let right = format!("{shown} 2>&1");
    let finding = command
        .finding(&span, "standard error does not go to the file: it is made a copy of standard output before that is redirected")
        .note("if only errors shall be mailed, this does it, and `>FILE` alone says so more plainly")
        .help(format!("write `{right}`"));
    let between = command.slice(&(copy.span.end..file.span.start));
    Some(if between.trim().is_empty() {
        finding.unsafe_fix(format!("write `{right}`"), vec![command.edit(&span, &right)])
    } else {
        finding
    })
}
