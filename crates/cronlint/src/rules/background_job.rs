use diagnostic::Severity;
use shell::TerminatorKind;

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C018",
    name: "background-job",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("background_job.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(background).collect()
}

fn background(command: &Command<'_>) -> Vec<Finding> {
    let waits = command.calls.iter().any(|call| call.name() == "wait");
    if waits || command.calls.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Finding> = last_in_background(command).into_iter().collect();
    if found.is_empty() {
        found.extend(
            command
                .programs()
                .filter_map(|(_, program)| detaching(command, program)),
        );
    }
    let at_boot = command
        .job
        .entry
        .schedule
        .as_ref()
        .is_ok_and(schedule::Schedule::is_reboot);
    // A service that a crontab starts at boot has no other way.
    found
        .into_iter()
        .map(|finding| {
            if at_boot {
                finding.severity(Severity::Info)
            } else {
                finding
            }
        })
        .collect()
}

/// `x &` at the end of the line, or of a list inside it.
fn last_in_background(command: &Command<'_>) -> Option<Finding> {
    let lists = command.lists.iter();
    let (item, end) = lists.filter_map(|list| list.items.last()).find_map(|item| {
        let end = item
            .end
            .as_ref()
            .filter(|end| end.kind == TerminatorKind::Background)?;
        Some((item, end))
    })?;
    let outermost = &command.script.body.items;
    let finding = command
        .finding(
            &end.span,
            "with `&` the job is over at once for cron: its exit status is lost, and what it prints later may be, too",
        )
        .help("leave the `&` out: cron waits for no job before it starts the next one");
    let alone = matches!(&outermost[..], [only] if only.and_or.span == item.and_or.span);
    if !alone {
        return Some(finding);
    }
    let before = command.text().get(..end.span.start)?.trim_end().len();
    let edit = command.edit(&(before..end.span.end), "");
    Some(finding.unsafe_fix("leave the `&` out", vec![edit]))
}

fn detaching(command: &Command<'_>, program: &shell::Program<'_>) -> Option<Finding> {
    let message = match program.base() {
        "nohup" => "`nohup` has no use in cron, which sends no hangup, and hides where the output goes",
        "disown" => "`disown` leaves a process of which cron knows nothing",
        _ => return None,
    };
    let rest = program.arguments.first()?;
    let finding = command
        .finding(&program.word.span, message)
        .help("leave it out")
        .severity(Severity::Info);
    let edit = command.edit(&(program.word.span.start..rest.span.start), "");
    Some(if program.base() == "nohup" {
        finding.unsafe_fix("leave `nohup` out", vec![edit])
    } else {
        finding
    })
}
