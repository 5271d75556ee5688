use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C027",
    name: "profile-not-loaded",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("profile_not_loaded.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| profile(command, call))
        })
        .collect()
}

/// Functions that a profile defines; no program has these names.
pub(super) const FUNCTIONS: &[&str] = &["nvm", "rvm", "workon", "sdk", "chruby", "deactivate"];

fn profile(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let interactive = call.step.inside.iter().any(|inner| inner.login);
    let program = call.program()?;
    let base = program.base();
    if interactive || call.step.elsewhere || !program.is_direct() {
        return None;
    }
    if matches!(base, "." | "source") {
        return skipped_file(command, call);
    }
    // Somebody who reads a file in first may have got the function from there.
    let sourced = command.calls.iter().any(|other| {
        other.span().start < call.span().start && matches!(other.name(), "." | "source" | "eval")
    });
    let first = program
        .arguments
        .first()
        .map(shell::Word::leading)
        .unwrap_or_default();
    let activates = matches!(base, "conda" | "micromamba" | "mamba" | "pyenv")
        && matches!(first.as_ref(), "activate" | "shell");
    let function = FUNCTIONS.contains(&program.name.as_deref().unwrap_or_default());
    if sourced || !(activates || function) {
        return None;
    }
    let end = if activates {
        program.arguments.first().map_or(0, |word| word.span.end)
    } else {
        program.word.span.end
    };
    let span = program.word.span.start..end;
    let text = command.slice(&span);
    let message = format!("`{text}` is a function of your shell's profile, which a job does not load");
    Some(command.finding(&span, message).help(
        "call the program in its directory by its full path, such as ~/.nvm/versions/node/VERSION/bin/node",
    ))
}

/// `. ~/.bashrc`: Debian's returns at once when the shell is not interactive.
fn skipped_file(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let file = call.arguments().first()?;
    if !command.slice(&file.span).trim_matches('"').ends_with("/.bashrc") {
        return None;
    }
    let message = "Debian's .bashrc returns at once in a shell that is not interactive, so nothing below that line is set";
    Some(
        command
            .finding(&file.span, message)
            .help("put what the job needs into a file of its own, and read that"),
    )
}
