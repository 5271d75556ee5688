use std::path::Path;

use diagnostic::Severity;
use shell::Word;

use crate::command::{Call, Command};
use crate::paths::script;
use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C020",
    name: "missing-file",
    severity: Severity::Error,
    confidence: Confidence::High,
    explanation: include_str!("missing_file.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if !file.live {
        return Vec::new();
    }
    let calls = file
        .commands
        .iter()
        .flat_map(|command| command.calls.iter().map(move |call| (command, call)));
    calls.flat_map(|(command, call)| look(command, call)).collect()
}

fn look(command: &Command<'_>, call: &Call<'_>) -> Vec<Finding> {
    // `[ -x /usr/bin/x ] && /usr/bin/x` asks by itself.
    if call.step.elsewhere || is_asked(command) {
        return Vec::new();
    }
    let own = call.programs.iter().filter(|program| !program.is_elsewhere());
    own.flat_map(|program| {
        let script = script(program.base(), program.arguments).map(|word| (word, false));
        [Some((program.word, true)), script].into_iter().flatten()
    })
    .filter_map(|(word, runs)| trouble(command, word, runs))
    .collect()
}

/// Whether the command tests for files before it runs something.
fn is_asked(command: &Command<'_>) -> bool {
    command
        .calls
        .iter()
        .any(|call| matches!(call.name(), "[" | "test" | "[["))
}

fn trouble(command: &Command<'_>, word: &Word, runs: bool) -> Option<Finding> {
    let path = word.literal()?;
    if !path.starts_with('/') {
        return None;
    }
    let file = Path::new(path.as_ref());
    let shown = command.slice(&word.span);
    let reason = match host::file_state(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            "does not exist on this machine".to_owned()
        }
        Err(_) => return None,
        Ok(Some(state)) if runs && !state.regular => "is no file".to_owned(),
        Ok(Some(state)) if runs && !state.is_executable() => "is not executable".to_owned(),
        Ok(_) if runs => host::script_trouble(file)?,
        Ok(_) => return None,
    };
    let finding = command.finding(&word.span, format!("`{shown}`: {reason}"));
    Some(if reason == "is not executable" {
        finding.help(format!("chmod +x {path}"))
    } else {
        finding
    })
}
