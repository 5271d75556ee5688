use diagnostic::Severity;
use shell::{Operator, Redirection};

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C034",
    name: "emptied-backup",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("emptied_backup.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| emptied(command, call))
        })
        .collect()
}

fn emptied(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program().filter(|program| program.base() == "crontab")?;
    if !has_option(program.arguments, "l", &[]) {
        return None;
    }
    let writes = |redirection: &&Redirection| {
        redirection.stream() == 1
            && redirection
                .output_file()
                .is_some_and(|file| !file.is("/dev/null"))
    };
    let redirection = call.step.command.redirections.iter().find(writes)?;
    let dated =
        command.slice(&redirection.target.span).contains("$(") || redirection.operator == Operator::Append;
    // `> new && mv new old` is the cure.
    let renamed = call.step.followed_by.is_some_and(|connector| connector.and);
    (!dated && !renamed && !call.step.elsewhere).then(|| {
        command
            .finding(
                &redirection.span,
                "the shell empties the file before `crontab -l` runs: when that fails, the last copy is gone",
            )
            .help("write to a new file and rename it: `crontab -l > FILE.new && mv FILE.new FILE`")
    })
}
