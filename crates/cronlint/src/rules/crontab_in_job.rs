use diagnostic::Severity;

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C033",
    name: "crontab-in-job",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("crontab_in_job.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| crontab(command, call))
        })
        .collect()
}

fn crontab(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program().filter(|program| program.base() == "crontab")?;
    let reads = program.arguments.is_empty() || has_option(program.arguments, "le", &[]);
    if call.step.elsewhere || reads {
        return None;
    }
    let end = program
        .arguments
        .last()
        .map_or(program.word.span.end, |word| word.span.end);
    let message = if has_option(program.arguments, "r", &[]) {
        "this job deletes a crontab, perhaps its own"
    } else {
        "this job replaces a crontab, perhaps its own: what was changed by hand since is lost"
    };
    Some(
        command
            .finding(&(program.word.span.start..end), message)
            .help("keep the crontab in a file of /etc/cron.d, and replace that"),
    )
}
