use crontab::daemon::OnError;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::unreadable;

pub(super) static RULE: Rule = Rule {
    code: "F053",
    name: "ignored-assignment",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("ignored_assignment.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let daemon = file.crontab.daemon;
    // The daemons that take SHELL take MAILTO too, for their mail.
    let taken =
        |name: &str| daemon.assignments.take(name) || name == "MAILTO" && daemon.assignments.take("SHELL");
    let ignored = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| !taken(&assignment.name));
    ignored
        .map(|(line, assignment)| {
            let span = assignment.name_span.start..assignment.value_span.end;
            let finding = Finding::new(span, format!("{} takes no such assignment", daemon.title));
            if daemon.on_error == OnError::RefusesJob {
                return finding.help("put the variable into `env:` of the container");
            }
            finding
                .note(unreadable(file, line))
                .note("the jobs get the environment in which the daemon was started")
                .help("set the variable in the command, or where the daemon is started")
        })
        .collect()
}
