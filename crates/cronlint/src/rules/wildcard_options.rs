use diagnostic::Severity;
use shell::{Part, PartKind};

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X006",
    name: "wildcard-options",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("wildcard_options.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let root = file.commands.iter().filter(|command| command.is_root());
    root.flat_map(|command| {
        command
            .calls
            .iter()
            .filter_map(move |call| wildcard(command, call))
    })
    .collect()
}

/// Programs with an option that runs a command or changes whose files they touch.
const PROGRAMS: &[&str] = &[
    "tar", "chown", "chmod", "chgrp", "rsync", "7z", "7za", "zip", "scp",
];

fn wildcard(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call
        .program()
        .filter(|program| PROGRAMS.contains(&program.base()) && !program.switches_user())?;
    let before_dashes = program.arguments.iter().take_while(|word| !word.is("--"));
    let word = before_dashes.into_iter().find(|word| {
        matches!(word.parts.first(), Some(Part { kind: PartKind::Glob(text), .. }) if text.starts_with(['*', '?']))
    })?;
    let text = command.slice(&word.span);
    let message = format!(
        "a file whose name begins with `-` becomes an option of `{}`",
        program.base()
    );
    let at = word.span.start;
    let new = format!("./{text}");
    Some(
        command
            .finding(&word.span, message)
            .help(format!("write `{new}`"))
            .fix(format!("write `{new}`"), vec![command.edit(&(at..at), "./")]),
    )
}
