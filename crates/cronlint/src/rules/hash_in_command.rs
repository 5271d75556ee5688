use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, Job, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C049",
    name: "hash-in-command",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("hash_in_command.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if !file.crontab.daemon.hash_ends_line {
        return Vec::new();
    }
    file.jobs.iter().filter_map(|job| look(file, job)).collect()
}

fn look(file: &File<'_>, job: &Job<'_>) -> Option<Finding> {
    let end = job.entry.rest.end;
    let left = &file.crontab.text[end..job.line.span.end];
    let hash = end + left.iter().position(|&byte| byte == b'#')?;
    // Behind a blank and outside of quotes the shell would have begun a comment, too.
    if hash > end && job.script.errors.is_empty() {
        return None;
    }
    let title = file.crontab.daemon.title;
    let finding = Finding::new(
        hash..job.line.span.end,
        format!("{title} takes this for a comment: quotes do not help"),
    );
    Some(
        finding
            .note(format!("it runs `{}`", job.command()))
            .help("there is no way to write `#` here: put the command into a script"),
    )
}
