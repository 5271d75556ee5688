use std::path::Path;

use crontab::Assignment;
use diagnostic::Severity;
use host::Machine;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F024",
    name: "bad-shell",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("bad_shell.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let shells = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "SHELL");
    shells
        .filter_map(|(_, assignment)| look(assignment).or_else(|| missing(file.live?, assignment)))
        .collect()
}

/// A shell that this machine does not have.
fn missing(machine: &Machine, assignment: &Assignment<'_>) -> Option<Finding> {
    let path = Path::new(&*assignment.value);
    let starts = machine
        .state(path)
        .is_ok_and(|state| state.regular && state.is_executable());
    if !path.is_absolute() || starts {
        return None;
    }
    let message = format!(
        "this machine has no program `{}`: cron starts none of the jobs below",
        assignment.value
    );
    Some(
        Finding::new(assignment.value_span.clone(), message)
            .note("the command is logged as if it ran")
            .help("install it, or write `SHELL=/bin/sh`"),
    )
}

fn look(assignment: &Assignment<'_>) -> Option<Finding> {
    let value = assignment.value.as_ref();
    let name = value.rsplit('/').next().unwrap_or(value);
    let finding = |message: String| Finding::new(assignment.value_span.clone(), message);
    if value.contains('#') {
        return None;
    }
    if !value.starts_with('/') {
        return Some(
            finding(format!(
                "`{value}` is no absolute path: cron starts none of the jobs below"
            ))
            .note("the command is logged as if it ran")
            .help("write `SHELL=/bin/bash`"),
        );
    }
    if value.contains([' ', '\t']) {
        return Some(
            finding(
                "SHELL takes a program alone: with arguments cron finds no such file and starts no job"
                    .to_owned(),
            )
            .note("the command is logged as if it ran")
            .help("use `set` in the command, or a script that starts the shell with its options"),
        );
    }
    match name {
        "false" | "nologin" | "true" => {
            Some(finding(format!("`{name}` runs no commands")).help("write `SHELL=/bin/sh`"))
        }
        "fish" | "csh" | "tcsh" | "nu" | "xonsh" | "elvish" => Some(
            finding(format!("`{name}` does not read commands as sh does"))
                .severity(Severity::Warning)
                .help("make sure that every command below is written for it, or use /bin/bash"),
        ),
        _ => None,
    }
}
