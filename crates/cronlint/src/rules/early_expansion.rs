use std::collections::HashSet;

use diagnostic::Severity;
use shell::{Compound, CompoundKind, Node, Script, Word};

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C030",
    name: "early-expansion",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("early_expansion.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for command in file.commands {
        // A command that a `%` cuts never gets as far as this.
        let severity = if command.is_cut {
            Severity::Info
        } else {
            Severity::Warning
        };
        found.extend(
            early(command)
                .into_iter()
                .map(|finding| finding.severity(severity)),
        );
    }
    found
}

fn early(command: &Command<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for call in command.calls.iter().filter(|call| call.step.inside.is_empty()) {
        for inner in call.step.command.inner.iter().filter(|inner| inner.expanded) {
            let word = call
                .step
                .command
                .words
                .iter()
                .find(|word| word.span == inner.span);
            let own = own_names(&inner.script);
            let variables = word.into_iter().flat_map(Word::variables);
            found.extend(variables.filter(|(variable, _)| is_meant_for_inner(command, &variable.name, &own)).map(
                |(variable, part)| {
                    let name = &variable.name;
                    let message = format!("`${name}` is replaced by the outer shell, where it is empty, before the inner one reads the text");
                    let at = part.span.start;
                    command
                        .finding(&part.span, message)
                        .help("put the text into single quotes, or a backslash before the `$`")
                        .unsafe_fix(format!("write `\\${name}`"), vec![command.edit(&(at..at), "\\")])
                },
            ));
        }
    }
    found
}

/// A positional parameter, or a variable that the inner text sets itself and nobody sets before.
fn is_meant_for_inner(command: &Command<'_>, name: &str, own: &HashSet<String>) -> bool {
    let positional = name.len() == 1 && name.starts_with(|c: char| c.is_ascii_digit() && c != '0');
    positional || own.contains(name) && !command.crontab_sets(name) && !outer_sets(command, name)
}

fn outer_sets(command: &Command<'_>, name: &str) -> bool {
    command
        .calls
        .iter()
        .filter(|call| call.step.inside.is_empty())
        .any(|call| {
            call.step
                .command
                .assignments
                .iter()
                .any(|assignment| assignment.name == name)
        })
}

fn own_names(script: &Script) -> HashSet<String> {
    script
        .nodes()
        .into_iter()
        .filter_map(|node| match node {
            Node::Assignment(assignment) => Some(assignment.name.clone()),
            Node::Compound(Compound {
                kind: CompoundKind::For { variable, .. },
                ..
            }) => Some(variable.clone()),
            _ => None,
        })
        .collect()
}
