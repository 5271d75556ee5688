use diagnostic::Severity;
use shell::{Node, PartKind};

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C002",
    name: "kept-backslash",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("kept_backslash.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.crontab.daemon.percent_is_newline {
        return Vec::new();
    }
    let title = file.crontab.daemon.title;
    let kept = file
        .commands
        .iter()
        .flat_map(|command| escapes(command).into_iter().map(move |at| (command, at)));
    kept.map(|(command, at)| {
        let span = at..at + 2;
        command
            .finding(
                &span,
                format!("{title} takes `%` as it is, and inside quotes the backslash stays"),
            )
            .help("write `%`")
            .fix(
                "write `%`",
                vec![diagnostic::Edit {
                    span: command.place(&(at..at + 1)),
                    text: String::new(),
                }],
            )
    })
    .collect()
}

/// The places of `\%` inside quotes.
fn escapes(command: &Command<'_>) -> Vec<usize> {
    let nodes = command.scripts.iter().flat_map(|(script, _)| script.nodes());
    let quotes = nodes.filter_map(|node| match node {
        Node::Part(part)
            if matches!(
                part.kind,
                PartKind::SingleQuoted(_) | PartKind::DoubleQuoted { .. }
            ) =>
        {
            Some(&part.span)
        }
        _ => None,
    });
    let mut found: Vec<usize> = quotes
        .flat_map(|span| {
            command
                .slice(span)
                .match_indices("\\%")
                .map(move |(at, _)| span.start + at)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
