use crontab::Trouble;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::Refusal;

pub(super) static RULE: Rule = Rule {
    code: "F031",
    name: "command-too-long",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("command_too_long.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(limit) = file.crontab.daemon.command_limit {
        let long = file
            .crontab
            .entries()
            .filter(|(_, entry)| entry.trouble == Some(Trouble::TooLong));
        found.extend(long.map(|(line, entry)| {
            let refusal = Refusal::of(line, entry.rest.start, "command too long");
            let message = format!(
                "the command has {} bytes, of {limit} that cron takes",
                entry.rest.len()
            );
            Finding::new(entry.rest.start + limit..entry.rest.end, message)
                .note(refusal.consequence(file))
                .help("put it into a script")
        }));
    }
    let cut = file
        .crontab
        .assignments()
        .filter_map(|(_, assignment)| Some((assignment, assignment.cut.clone()?)));
    found.extend(cut.map(|(assignment, cut)| {
        let message = format!("cron reads no further in the value of `{}`", assignment.name);
        Finding::new(cut, message)
            .note("the rest of the line is lost without a word")
            .severity(Severity::Warning)
            .help("shorten it, or set the variable in a script")
    }));
    found
}
