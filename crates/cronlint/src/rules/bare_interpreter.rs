use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::paths::script;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C004",
    name: "bare-interpreter",
    severity: Severity::Hint,
    confidence: Confidence::Low,
    looks_at: LooksAt::Commands,
    explanation: include_str!("bare_interpreter.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| bare(command, call)))
        .collect()
}

fn bare(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program()?;
    let name = program.name.as_deref()?;
    let settled = command.job.environment.assignment("PATH").is_some()
        || command.text().contains("PATH=")
        || command
            .calls
            .iter()
            .any(|call| matches!(call.name(), "." | "source"))
        || call.step.inside.iter().any(|inner| inner.login);
    let (tool, place) = match name {
        "python" | "python3" | "pip" | "pip3" => ("a virtualenv, pyenv or conda", "/srv/app/.venv/bin"),
        "node" | "npm" | "npx" | "yarn" => ("nvm, or another version of Node", "/opt/node/bin"),
        "ruby" | "bundle" | "rake" | "gem" => ("rbenv or rvm", "/home/app/.rbenv/shims"),
        _ => return None,
    };
    // A script of the system's own is written for the system's interpreter.
    let own = script(name, program.arguments).is_some_and(|word| word.leading().starts_with("/usr/"));
    (!settled && !own && !program.is_elsewhere() && !call.step.elsewhere).then(|| {
        command
            .finding(
                &program.word.span,
                format!("`{name}` is the system's here, not that of {tool}"),
            )
            .help(format!(
                "write the full path of the one that is meant, such as {place}/{name}"
            ))
    })
}
