use std::path::Path;

use diagnostic::Severity;

use crate::command::Command;
use crate::paths::script;
use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X012",
    name: "root-runs-changeable",
    severity: Severity::Error,
    confidence: Confidence::High,
    explanation: include_str!("root_runs_changeable.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if !file.live {
        return Vec::new();
    }
    file.commands
        .iter()
        .filter(|command| command.is_root())
        .flat_map(look)
        .collect()
}

fn look(command: &Command<'_>) -> Vec<Finding> {
    let programs = command.programs().filter(|(call, program)| {
        !call.step.elsewhere && !program.is_elsewhere() && !program.switches_user()
    });
    let words = programs.flat_map(|(_, program)| {
        [Some(program.word), script(program.base(), program.arguments)]
            .into_iter()
            .flatten()
    });
    words
        .filter_map(|word| {
            let path = word.literal().filter(|path| path.starts_with('/'))?;
            let (part, why) = host::changeable_by_others(Path::new(path.as_ref()))?;
            let message = format!("root runs `{}`, and `{part}` {why}", command.slice(&word.span));
            let help = "keep what root runs in a directory that only root can write, such as /usr/local/sbin";
            Some(command.finding(&word.span, message).help(help))
        })
        .collect()
}
