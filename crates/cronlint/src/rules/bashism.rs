use diagnostic::Severity;
use shell::Interpreter;
use shell::dash::Bashism;

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C009",
    name: "bashism",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("bashism.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let severity = severity(file);
    let found = file.commands.iter().flat_map(|command| bashisms(file, command));
    found.map(|finding| finding.severity(severity)).collect()
}

fn bashisms(file: &File<'_>, command: &Command<'_>) -> Vec<Finding> {
    let found = all(file, command);
    let others = found.into_iter().filter(|bashism| bashism.lack.name != "&>");
    // A function without a body is refused by bash, too, and that is told by itself.
    let whole = command.script.errors.is_empty();
    let others = others.filter(|bashism| whole || bashism.lack.name != "function name");
    others.map(|bashism| finding(file, command, &bashism)).collect()
}

/// Where /bin/sh is bash, as on Red Hat's systems, nothing breaks.
pub(super) fn severity(file: &File<'_>) -> Severity {
    if file.crontab.daemon.name == "cronie" {
        Severity::Info
    } else {
        Severity::Error
    }
}

/// What dash lacks in everything that `sh` reads of a command; under BusyBox's crond, what its ash lacks.
pub(super) fn all(file: &File<'_>, command: &Command<'_>) -> Vec<Bashism> {
    if command.bashisms.is_empty() {
        return Vec::new();
    }
    let mut found = command.bashisms.clone();
    found.retain(|bashism| !(is_busybox(file) && bashism.lack.is_in_busybox() || is_set(command, bashism)));
    found.sort_by_key(|bashism| bashism.span.start);
    found.dedup();
    found
}

fn is_busybox(file: &File<'_>) -> bool {
    file.crontab.daemon.name == "busybox"
}

/// Whether the bashism is a variable that the crontab or the command itself sets.
fn is_set(command: &Command<'_>, bashism: &Bashism) -> bool {
    let Some(name) = &bashism.variable else {
        return false;
    };
    let assigned = command.calls.iter().any(|call| {
        let own = call
            .step
            .command
            .assignments
            .iter()
            .any(|assignment| assignment.name == *name);
        let exported = call.name() == "export"
            && call
                .arguments()
                .iter()
                .any(|word| word.leading().starts_with(name.as_str()));
        own || exported || call.name() == "read" && call.arguments().iter().any(|word| word.is(name))
    });
    assigned || command.crontab_sets(name)
}

fn finding(file: &File<'_>, command: &Command<'_>, bashism: &Bashism) -> Finding {
    let text = command.slice(&bashism.span);
    let shown = if text.len() > 40 { bashism.lack.name } else { text };
    let mut effect = bashism.lack.effect.to_string();
    if is_busybox(file) {
        effect = effect.replace("dash", "ash");
    }
    let message = format!("`{shown}` is bash's: {effect}");
    let finding = command
        .finding(&bashism.span, message)
        .help(help(command, bashism));
    match replacement(bashism, text) {
        Some(new) => {
            let edit = command.edit(&bashism.span, new);
            finding.fix(format!("write `{new}`"), vec![edit])
        }
        None => finding,
    }
}

fn help(command: &Command<'_>, bashism: &Bashism) -> String {
    let instead = bashism.lack.instead;
    let shell = "put `SHELL=/bin/bash` above the entry";
    match instead {
        "nothing" => shell.to_owned(),
        _ if instead.contains("SHELL=") || command.interpreter != Interpreter::Sh => format!("use {instead}"),
        _ => format!("use {instead}, or {shell}"),
    }
}

/// A cure that means the same.
fn replacement(bashism: &Bashism, text: &str) -> Option<&'static str> {
    match (bashism.lack.name, text) {
        ("source", "source") => Some("."),
        ("[ == ]", "==") => Some("="),
        ("|&", "|&") => Some("2>&1 |"),
        ("builtin", "builtin") => Some("command"),
        _ => None,
    }
}
