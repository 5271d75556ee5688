use diagnostic::Severity;

use super::bashism;
use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C010",
    name: "bash-redirection",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("bash_redirection.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let severity = bashism::severity(file);
    let found = file
        .commands
        .iter()
        .flat_map(|command| redirections(file, command));
    found.map(|finding| finding.severity(severity)).collect()
}

fn redirections(file: &File<'_>, command: &Command<'_>) -> Vec<Finding> {
    let found = bashism::all(file, command);
    // `2&>1` is a slip of another kind.
    let number = |end: usize| {
        command
            .text()
            .get(end..)
            .is_some_and(|rest| rest.starts_with(['1', '2']))
    };
    let both = found
        .iter()
        .filter(|bashism| bashism.lack.name == "&>" && !number(bashism.span.end));
    both.map(|bashism| {
        let calls = command.calls.iter();
        let mut all = calls.flat_map(|call| &call.step.command.redirections);
        let redirection = all.find(|redirection| redirection.operator_span == bashism.span);
        let sign = command.slice(&bashism.span);
        let message = format!("`{sign}` is bash's: dash runs the command in the background, empties the file and captures nothing");
        let finding = command.finding(&bashism.span, message);
        let Some(redirection) = redirection else {
            return finding.help("write `>file 2>&1`");
        };
        let target = command.slice(&redirection.target.span);
        let plain = sign.trim_start_matches('&');
        let new = format!("{plain} {target} 2>&1");
        let edit = command.edit(&redirection.span, &new);
        finding.help(format!("write `{new}`")).fix(format!("write `{new}`"), vec![edit])
    })
    .collect()
}
