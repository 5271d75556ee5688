use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S026",
    name: "waiting-lock",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("waiting_lock.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| lock(command, call)))
        .collect()
}

fn lock(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.programs.iter().find(|program| program.base() == "flock")?;
    let options: Vec<_> = program
        .arguments
        .iter()
        .take_while(|word| word.leading().starts_with('-'))
        .collect();
    let bounded = options.iter().any(|word| {
        let text = word.leading();
        matches!(text.as_ref(), "--nonblock" | "--nb" | "--unlock")
            || text.starts_with("--timeout")
            || text.starts_with("--wait")
            || !text.starts_with("--") && text.contains(['n', 'w', 'u'])
    });
    if bounded || call.step.elsewhere {
        return None;
    }
    let end = program.word.span.end;
    Some(
        command
            .finding(
                &program.word.span,
                "`flock` waits for the lock as long as it takes: slow runs pile up behind each other",
            )
            .help("write `flock -n`, which skips a run, or `flock -w SECONDS`")
            .unsafe_fix("write `flock -n`", vec![command.edit(&(end..end), " -n")]),
    )
}
