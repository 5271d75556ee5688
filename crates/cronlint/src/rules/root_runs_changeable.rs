use std::path::Path;

use diagnostic::Severity;
use host::Machine;
use shell::Program;

use crate::command::{Call, Command};
use crate::files::named;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X012",
    name: "root-runs-changeable",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("root_runs_changeable.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some(machine) = file.live else {
        return Vec::new();
    };
    file.commands
        .iter()
        .filter(|command| command.is_root())
        .flat_map(|command| look(machine, command))
        .collect()
}

fn look(machine: &Machine, command: &Command<'_>) -> Vec<Finding> {
    let as_another = |call: &Call<'_>| call.programs.iter().any(Program::switches_user);
    let files = named(command).into_iter().filter(|named| !as_another(named.call));
    files
        .filter_map(|named| {
            let (part, why) = machine.changeable_by_others(Path::new(&named.path))?;
            let span = &named.word.span;
            let message = format!("root runs `{}`, and `{part}` {why}", command.slice(span));
            let help = "keep what root runs in a directory that only root can write, such as /usr/local/sbin";
            Some(command.finding(span, message).help(help))
        })
        .collect()
}
