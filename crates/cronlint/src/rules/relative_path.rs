use diagnostic::Severity;
use shell::{Program, Word};

use crate::command::{Call, Command};
use crate::paths::{is_placeholder, is_relative, is_where_cron_starts, script, works_here};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C005",
    name: "relative-path",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("relative_path.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let calls = file
        .commands
        .iter()
        .flat_map(|command| command.calls.iter().map(move |call| (command, call)));
    calls
        .flat_map(|(command, call)| relative(command, call))
        .collect()
}

fn relative(command: &Command<'_>, call: &Call<'_>) -> Vec<Finding> {
    if !is_where_cron_starts(call) {
        return Vec::new();
    }
    call.programs
        .iter()
        .filter_map(|program| in_program(command, program))
        .collect()
}

fn in_program(command: &Command<'_>, program: &Program<'_>) -> Option<Finding> {
    if program.is_elsewhere() || program.directory.is_some_and(|word| !is_relative(word)) {
        return None;
    }
    let word = program.word;
    if is_relative(word) && word.leading().contains('/') && !is_assignment(&word.leading()) {
        return Some(finding(command, word, "the program"));
    }
    if matches!(program.base(), "cd" | "pushd") {
        let target = program
            .arguments
            .iter()
            .find(|word| !word.leading().starts_with('-'))?;
        return is_relative(target).then(|| finding(command, target, "the directory"));
    }
    if works_here(program.base(), program.arguments) {
        let base = program.base();
        let message = format!(
            "`{base}` works on the project in the directory where the job starts, {}",
            start(command)
        );
        let finding = command.finding(&word.span, message).severity(Severity::Info);
        return Some(finding.help("change the directory first: `cd /path/to/it && ...`"));
    }
    let script = script(program.base(), program.arguments)?;
    // `. name` without a slash is looked up in PATH.
    let searched = matches!(program.base(), "." | "source") && !script.leading().contains('/');
    let is_file = is_relative(script) && !script.has_glob() && !is_option_like(&script.leading());
    (is_file && !searched).then(|| finding(command, script, "the script"))
}

fn finding(command: &Command<'_>, word: &Word, what: &str) -> Finding {
    let text = command.slice(&word.span);
    if is_placeholder(&word.leading()) {
        let message = format!("{what} `{text}` looks like a placeholder that was never replaced");
        return command
            .finding(&word.span, message)
            .help("write the absolute path");
    }
    let message = format!(
        "{what} `{text}` is looked for in the directory where the job starts, {}",
        start(command)
    );
    let help = "write the absolute path, or change the directory first: `cd /path/to/it && ...`";
    command.finding(&word.span, message).help(help)
}

/// The directory in which the job starts, in words.
fn start(command: &Command<'_>) -> String {
    match command.job.environment.get("HOME").text() {
        Some(home) => format!("HOME={home}"),
        None => match &command.job.entry.user {
            Some(user) => format!("the home of {}", user.name),
            None => "the user's home".to_owned(),
        },
    }
}

fn is_option_like(text: &str) -> bool {
    text.contains('=') || text.is_empty()
}

fn is_assignment(text: &str) -> bool {
    text.split('/').next().is_some_and(|first| first.contains('='))
}
