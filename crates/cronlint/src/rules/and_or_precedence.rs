use diagnostic::Severity;
use shell::AndOr;

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C017",
    name: "and-or-precedence",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("and_or_precedence.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(chains).collect()
}

fn chains(command: &Command<'_>) -> Vec<Finding> {
    command
        .chains
        .iter()
        .filter_map(|chain| mixed(command, chain))
        .collect()
}

/// `a || b && c`: c runs when a succeeds, too.
fn mixed(command: &Command<'_>, chain: &AndOr) -> Option<Finding> {
    let or = chain.rest.iter().position(|(connector, _)| !connector.and)?;
    let (or_sign, middle) = chain.rest.get(or)?;
    let (and_sign, next) = chain.rest.get(or + 1).filter(|(connector, _)| connector.and)?;
    // All that is joined by `&&` behind it goes together.
    let run = chain
        .rest
        .get(or + 1..)?
        .iter()
        .take_while(|(connector, _)| connector.and);
    let end = run
        .last()
        .map_or(next.span.end, |(_, pipeline)| pipeline.span.end);
    let before = if or == 0 {
        &chain.first
    } else {
        &chain.rest.get(or - 1)?.1
    };
    let shown = |pipeline: &shell::Pipeline| {
        let text = command.slice(&pipeline.span);
        let end = text.char_indices().nth(30).map(|(at, _)| at);
        end.map_or_else(
            || text.to_owned(),
            |at| format!("{}...", text.get(..at).unwrap_or_default()),
        )
    };
    // `test || x && y` with `exit` or `true` in the middle is meant as it stands.
    let middle_text = shown(middle);
    if matches!(
        middle_text.as_str(),
        "true" | ":" | "exit" | "exit 0" | "exit 1" | "false"
    ) {
        return None;
    }
    let message = format!(
        "`{}` runs when `{}` succeeds, too: `||` and `&&` have the same rank",
        shown(next),
        shown(before)
    );
    let span = or_sign.span.start..end;
    let group = middle.span.start..end;
    let text = command.slice(&group);
    let edits = vec![
        command.edit(&(group.start..group.start), "{ "),
        command.edit(&(group.end..group.end), "; }"),
    ];
    Some(
        command
            .finding(&span, message)
            .related(
                command.place(&and_sign.span),
                "this belongs to all that stands before it",
            )
            .help(format!(
                "write `|| {{ {text}; }}` if it belongs to the right side"
            ))
            .unsafe_fix("put the right side into braces", edits),
    )
}
